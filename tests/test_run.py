"""Each code runs once, in a process of its own, and nothing it does harms the rest."""

import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nabla.run import loop
from nabla.run.fingerprint import fingerprint
from nabla.run.outcome import Conditions, Failure, Request, Run, Trouble
from nabla.run.results import Results
from nabla.run.runner import Runner
from nabla.run.store import Store

forked = pytest.mark.skipif(loop.METHOD != "fork", reason="a process that is spawned begins anew")
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="no signals, no process groups")


@pytest.fixture(scope="module")
def runner():
    with Runner() as made:
        yield made


def test_what_is_printed_is_kept(runner: Runner):
    assert runner.result("print('a')\nprint('∇')").stdout == "a\n∇\n"


def test_code_runs_as_a_script(runner: Runner):
    assert runner.result("if __name__ == '__main__':\n    print(1)").stdout == "1\n"


def test_code_runs_in_another_process(runner: Runner):
    pid = int(runner.result("import os\nprint(os.getpid())").stdout)

    assert pid != os.getpid()


def test_the_same_code_runs_once(tmp_path):
    code = f"open({str(tmp_path / 'runs')!r}, 'a').write('x')"
    with Runner() as runner:
        results = Results(Store(tmp_path / "kept"), runner)
        for _ in range(3):
            results.of(Request((code,)))
        Results(Store(tmp_path / "kept"), runner).of(Request((code,)))

    assert (tmp_path / "runs").read_text() == "x"


def test_one_run_does_not_see_what_another_left(runner: Runner):
    runner.result("import torch\ntorch.set_default_dtype(torch.float64)\ntorch.spam = 1")

    after = runner.result("import torch\nprint(torch.get_default_dtype(), hasattr(torch, 'spam'))")

    assert after.stdout == "torch.float32 False\n"


def test_a_failure_keeps_what_was_printed_before_it(runner: Runner):
    run = runner.result("print('before')\nraise ValueError('no')")

    assert run.stdout == "before\n"
    assert run.failure == Failure(Trouble.RAISED, "ValueError: no", 2)


def test_the_line_of_a_failure_is_that_of_the_sample_not_of_torch(runner: Runner):
    run = runner.result("import torch\n\nx = torch.ones(2, requires_grad=True)\nx.backward()")

    assert run.failure == Failure(
        Trouble.RAISED,
        "RuntimeError: grad can be implicitly created only for scalar outputs",
        4,
    )


def test_leaving_with_sys_exit_is_a_failure(runner: Runner):
    assert runner.result("import sys\nsys.exit(0)").failure == Failure(
        Trouble.RAISED, "SystemExit: 0", 2
    )


def test_a_broad_except_does_not_swallow_endless_output(runner: Runner):
    code = "while True:\n    try:\n        print('x' * 999)\n    except Exception:\n        pass"

    assert runner.result(code).failure == Failure(
        Trouble.TOO_LONG, "prints more than 20000 characters"
    )


def test_an_endless_loop_is_killed():
    with Runner(Conditions(limit=1)) as runner:
        run = runner.result("while True:\n    pass")

    assert run.failure == Failure(Trouble.TIMED_OUT, "is still running after 1 s")


@on_posix
def test_a_crash_in_native_code_is_contained(runner: Runner):
    run = runner.result("import ctypes\nctypes.string_at(0)")

    assert run.failure == Failure(Trouble.DIED, "was killed by SIGSEGV")
    assert runner.result("print(1)").stdout == "1\n"


def test_a_caught_warning_is_not_reported(runner: Runner):
    code = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("quiet")
warnings.warn("loud")
"""
    assert runner.result(code).warnings == ("UserWarning: loud",)


def test_exit_codes_are_told_apart_though_many_runs_end_at_once(runner: Runner):
    codes = {f"import os\nos._exit({n})": n for n in range(1, 25)}
    runs = runner.run_all(Request((code,)) for code in codes)

    assert {codes[request.code]: run.failure.message for request, run in runs} == {
        n: f"ended its process with exit code {n}" for n in codes.values()
    }


def test_output_below_python_does_not_disturb_the_runner(runner: Runner):
    assert runner.result("import os\nos.write(1, b'noise')\nprint('a')").stdout == "a\n"


@forked
def test_what_a_sample_uses_is_imported_before_it_starts():
    code = "import sys\nprint('matplotlib.pyplot' in sys.modules)\nimport matplotlib"
    with Runner() as runner:
        assert runner.result(code).stdout == "True\n"


class NeverBegan:
    pid = None

    def kill(self) -> None:
        self.ended = True

    def join(self) -> None:
        pass


@on_posix
def test_ending_a_process_that_never_began_kills_no_group(monkeypatch):
    killed: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, _: killed.append(group))
    receiver, _ = multiprocessing.Pipe(duplex=False)
    process = NeverBegan()
    loop._end(loop._Child(0, process, 0.0), receiver)

    assert not killed
    assert process.ended
    assert receiver.closed


def test_a_request_longer_than_a_pipe_holds_arrives(runner: Runner):
    assert runner.result(f"print(len({'x' * 300_000!r}))").stdout == "300000\n"


def script(folder: Path, *lines: str) -> subprocess.CompletedProcess[str]:
    """Run a script of these lines, which begins by importing Runner."""
    path = folder / "script.py"
    path.write_text("\n".join(["from nabla.run.runner import Runner", *lines, ""]))
    return subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)


def test_a_script_without_a_guard_can_use_a_runner(tmp_path):
    done = script(
        tmp_path,
        "print('script')",
        "with Runner() as runner:",
        "    print(runner.result('print(1)').stdout, end='')",
    )

    assert done.stdout == "script\n1\n"
    assert done.stderr == ""


@on_posix
def test_a_script_that_ends_without_closing_its_runner_leaves_nothing_behind(tmp_path):
    done = script(tmp_path, "print(Runner().result('import os; print(os.getppid())').stdout)")

    assert done.stderr == ""
    for _ in range(100):  # the process ends once it sees that nobody asks any more
        try:
            os.kill(int(done.stdout), 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("the process that runs samples is still there")


def test_closing_a_runner_ends_what_still_runs(tmp_path):
    alive = tmp_path / "alive"
    code = f"import time\nwhile True:\n    open({str(alive)!r}, 'w').write(str(time.time()))\n"
    runner = Runner(Conditions(limit=60))
    runs: list[Run] = []
    waiting = threading.Thread(target=lambda: runs.append(runner.result(code)))
    waiting.start()
    while not alive.exists():
        time.sleep(0.01)

    runner.close()
    waiting.join()
    last = alive.read_text()

    assert runs[0].failure.trouble is Trouble.DIED
    time.sleep(0.3)
    assert alive.read_text() == last


@forked
def test_what_a_sample_started_ends_with_it(tmp_path):
    alive = tmp_path / "alive"
    code = f"""
import subprocess, sys, time
code = "import time\\nwhile True: open({str(alive)!r}, 'w').write(str(time.time()))"
subprocess.Popen([sys.executable, "-c", code])
while True:
    try:
        open({str(alive)!r})
        break
    except FileNotFoundError:
        time.sleep(0.01)
"""
    with Runner() as runner:
        assert runner.result(code).failure is None
    last = alive.read_text()
    time.sleep(0.3)
    assert alive.read_text() == last


def test_a_sample_may_start_processes_of_its_own(runner: Runner):
    code = """
import multiprocessing

with multiprocessing.get_context("fork").Pool(1) as pool:
    print(pool.map(abs, [-1]))
"""
    assert runner.result(code).stdout == "[1]\n"


def test_filters_of_warnings_are_not_inherited(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    with Runner() as runner:
        run = runner.result("import warnings\nwarnings.warn('loud')")

    assert run.warnings == ("UserWarning: loud",)


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path):
    (tmp_path / "file").touch()
    store = Store(tmp_path / "file" / "kept")

    store.save(Request(("print(1)",)), Run())

    assert store.load(Request(("print(1)",))) is None


def test_what_is_kept_on_disk_belongs_to_the_versions_that_made_it(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "gradients-1.0.dist-info"
    package.mkdir()
    before = fingerprint.__wrapped__()
    assert fingerprint.__wrapped__() == before

    package.rename(tmp_path / "gradients-1.1.dist-info")
    assert fingerprint.__wrapped__() != before
