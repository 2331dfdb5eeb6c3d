"""How the samples of this project run under pytest-codeblocks, all in one process."""

from collections.abc import Generator

import pytest


class EachWarning:
    """A sample gets each warning that a reader gets: torch gives some once in a process only."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        if not type(item).__module__.startswith("pytest_codeblocks"):
            return (yield)
        import torch

        before = torch.is_warn_always_enabled()
        torch.set_warn_always(True)
        try:
            return (yield)
        finally:
            torch.set_warn_always(before)
