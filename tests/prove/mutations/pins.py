"""Mutants of what a file records of another: the pin of torch, the page a translation is of."""

import re
from collections.abc import Iterator

from ..mutant import Mutant

PIN = re.compile(r"^torch==(?P<version>[\d.]+)", re.MULTILINE)
ENGLISH = re.compile(r"^english: (?P<hash>[0-9a-f]+)$", re.MULTILINE)


def of_requirements(text: str, path: str) -> Iterator[Mutant]:
    """Yield the lists of requirements that pin another torch, or none."""
    pin = PIN.search(text)
    line = text[: pin.start()].count("\n") + 1
    numbers = pin["version"].split(".")
    for index, number in enumerate(numbers):
        version = ".".join([*numbers[:index], str(int(number) + 1), *numbers[index + 1 :]])
        damaged = text.replace(pin[0], f"torch=={version}")
        yield Mutant("lock file", path, line, f"torch {version} is pinned", damaged)
    yield Mutant("lock file", path, line, "torch is not pinned", text.replace(pin[0], "torch"))


def of_fingerprint(text: str, path: str) -> Iterator[Mutant]:
    """Yield the page with another fingerprint of the original, and with none."""
    if found := ENGLISH.search(text):
        line = text[: found.start()].count("\n") + 1
        other = "1" if found["hash"][0] == "0" else "0"
        damaged = text.replace(found[0], f"english: {other}{found['hash'][1:]}")
        yield Mutant("fingerprint", path, line, "`english` names another page", damaged)
        damaged = text.replace(f"{found[0]}\n", "")
        yield Mutant("fingerprint", path, line, "`english` is dropped", damaged)
