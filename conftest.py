"""Samples that pytest-codeblocks runs share a process: none sees what another set in torch."""

import sys

import pytest


def pytest_runtest_teardown(item: pytest.Item) -> None:
    if torch := sys.modules.get("torch"):
        torch.set_default_dtype(torch.float32)
