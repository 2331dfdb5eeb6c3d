"""Run every sample twice, in conditions that differ, and compare."""

from collections.abc import Iterable, Mapping

from nabla.problem import Problem
from nabla.run.outcome import Conditions, Probe, Run
from nabla.run.runner import Runner
from nabla.run.sample import Sample
from nabla.run.verdict import first_difference

Runs = Mapping[tuple[str, Probe | None], Run]
"""What came of each code, with the probe that looked at it."""


def run_all(requests: Iterable[tuple[str, Probe | None]], seed: int) -> Runs:
    """Run each distinct code, with its probe, once and return the Run of each.

    Each call runs them in an interpreter, with addresses, and in a folder of its
    own; `seed` is that of the random generators and of the hashes.
    """
    with Runner(Conditions(seed=seed)) as runner:
        futures = runner.submit_all(requests)
        return {request: future.result() for request, future in futures.items()}


def wavering(sample: Sample, first: Runs, second: Runs) -> list[Problem]:
    """Say in which line two runs of `sample` differ, if they do."""
    one, other = first[sample.code, None].stdout, second[sample.code, None].stdout
    if one == other:
        return []
    index = first_difference(one, other)
    line = sample.stated.line + 1 + index if sample.stated else sample.line
    pair = [(run.splitlines() + [""] * (index + 1))[index] for run in (one, other)]
    return [
        Problem(
            sample.path,
            line,
            f"line {index + 1} of the result changes from one run to the next",
            "seed what is random, and print no address, time or path",
            f"first run:  {pair[0]}\nsecond run: {pair[1]}",
        )
    ]
