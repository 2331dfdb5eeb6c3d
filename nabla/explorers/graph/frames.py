"""Keep what watches a program out of its warnings and of the tracebacks that it prints."""

import contextlib
import functools
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import torch.overrides

OWN = {str(Path(__file__).with_name(f"{name}.py")) for name in ("record", "engine")}
BETWEEN = torch.overrides.__file__
_CALL = (lambda func, args, kwargs: func(*args, **kwargs)).__code__
_MARK = "called as by its caller"


def as_caller(func: Callable, depth: int = 2) -> Callable:
    """Return a function that calls `func` as if it stood on the line that calls it now.

    A warning is shown once for each line, so a program whose calls all came from one line
    of these modules would show fewer of them.
    """
    frame = sys._getframe(depth)
    own = getattr(func, "__code__", None)
    while frame.f_back and (frame.f_code is own or frame.f_code.co_filename == BETWEEN):
        frame = frame.f_back
    code = _code(frame.f_code.co_filename, frame.f_code.co_name, frame.f_lineno or 1)
    return FunctionType(code, frame.f_globals)


@functools.lru_cache(10_000)
def _code(filename: str, name: str, line: int) -> CodeType:
    return _CALL.replace(co_filename=filename, co_name=name, co_firstlineno=line, co_qualname=_MARK)


@contextlib.contextmanager
def unseen() -> Iterator[None]:
    """Have the module `traceback` leave out the frames that these modules add."""
    summary = traceback.StackSummary
    extract = summary.__dict__["_extract_from_extended_frame_gen"]

    def without(cls: type, frames: Iterable[tuple[FrameType, Any]], **options: Any) -> Any:
        return extract.__func__(cls, _program(frames), **options)

    summary._extract_from_extended_frame_gen = classmethod(without)
    try:
        yield
    finally:
        summary._extract_from_extended_frame_gen = extract


def _program(frames: Iterable[tuple[FrameType, Any]]) -> Iterator[tuple[FrameType, Any]]:
    """Yield the frames that there would be if nothing watched, in their order."""
    kept: list[tuple[FrameType, Any]] = []
    for frame, where in frames:
        code = frame.f_code
        if code.co_qualname == _MARK:
            continue
        if code.co_filename not in OWN:
            kept.append((frame, where))
            continue
        asked = code.co_name == "__torch_function__"
        while asked and kept and kept[-1][0].f_code.co_filename == BETWEEN:
            kept.pop()
            if kept and kept[-1][0].f_code.co_filename != BETWEEN:
                kept.pop()  # the function itself, which asked and was then called again
    yield from kept
