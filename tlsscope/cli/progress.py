"""Progress on standard error, where somebody watches and the work takes more than a second."""

import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tlsscope.report.summary import Totals

QUIET_SECONDS = 1.0
EVERY_SECONDS = 0.5
_ERASE = "\r\x1b[2K"


class Progress:
    """Shows, beside the work, what was read so far: amount, rate, time left. Erased at the end."""

    def __init__(self, totals: Callable[[], Totals], size: int | None) -> None:
        self._totals = totals
        self._size = size
        self._begun = time.monotonic()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _show(self) -> None:
        if self._done.wait(QUIET_SECONDS):
            return
        while not self._done.wait(EVERY_SECONDS):
            line = describe(self._totals(), self._size, time.monotonic() - self._begun)
            sys.stderr.write(_ERASE + line)
            sys.stderr.flush()
        sys.stderr.write(_ERASE)
        sys.stderr.flush()


def describe(totals: Totals, size: int | None, seconds: float) -> str:
    """Say how far the work is."""
    rate = totals.bytes / seconds
    read = f"{totals.bytes / 1e6:,.1f} MB" + (f" of {size / 1e6:,.1f} MB" if size else "")
    left = f", {(size - totals.bytes) / rate:,.0f} s left" if size and rate and size >= totals.bytes else ""
    return f"{read}, {totals.packets:,} packets, {totals.connections:,} connections, {rate / 1e6:,.1f} MB/s{left}"


def size_of(inputs: Sequence[str]) -> int | None:
    """Add up the sizes of the inputs; None where one is no plain file."""
    paths = [Path(name) for name in inputs]
    if not all(path.is_file() for path in paths):
        return None
    return sum(path.stat().st_size for path in paths)
