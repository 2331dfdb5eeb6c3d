"""The streams of a sample: what it prints, and what it writes beside that."""

import io
import os
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MAX_CHARACTERS = 20_000
"""Characters that a sample may print."""
STREAMS = (1, 2)


class OutputTooLongError(BaseException):
    """Not an Exception, so that a sample's own `except` does not swallow it."""


class Output(io.StringIO):
    """What this process prints. What processes forked from it print goes to the stream itself."""

    def __init__(self, stream: int):
        super().__init__()
        self._stream, self._process = stream, os.getpid()
        self._is_closed = False

    def write(self, text: str) -> int:
        if self._is_closed:
            raise ValueError("I/O operation on closed file.")
        if os.getpid() != self._process:
            os.write(self._stream, text.encode(errors="surrogatepass"))
            return len(text)
        written = super().write(text)
        if self.tell() > MAX_CHARACTERS:
            raise OutputTooLongError
        return written

    def __getattr__(self, name: str) -> None:
        raise AttributeError(f"no `{name}` here: text is written, as in a notebook, and no more")

    @property
    def closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """Take no more from the code; what it wrote before stays."""
        self._is_closed = True

    def take(self) -> str:
        """Return what was written since the last call."""
        text = self.getvalue()[:MAX_CHARACTERS]
        self.seek(0)
        self.truncate()
        return text


@contextmanager
def redirected() -> Iterator[tuple[Output, Output, list[str]]]:
    """Collect what is written to both streams, and the warnings that nobody catches."""
    stdout, stderr = map(Output, STREAMS)
    uncaught: list[str] = []
    before = sys.stdout, sys.stderr, warnings.showwarning

    def collect(message: Warning | str, category: type[Warning], *_: object) -> None:
        uncaught.append(f"{category.__name__}: {message}")

    sys.stdout, sys.stderr, warnings.showwarning = stdout, stderr, collect
    try:
        yield stdout, stderr, uncaught
    finally:
        sys.stdout, sys.stderr, warnings.showwarning = before


@contextmanager
def beside_python() -> Iterator[Callable[[], str]]:
    """Give a function that says what was written to both streams, but not through `sys`.

    That is what libraries in C, and processes that the sample starts, write.
    """
    kept = [os.dup(stream) for stream in STREAMS]
    with tempfile.TemporaryFile(buffering=0) as file:
        for stream in STREAMS:
            os.dup2(file.fileno(), stream)

        def read() -> str:
            file.seek(0)
            return (file.read(MAX_CHARACTERS) or b"").decode(errors="replace")

        try:
            yield read
        finally:
            for stream, before in zip(STREAMS, kept, strict=True):
                os.dup2(before, stream)
                os.close(before)
