"""Progress on standard error, where somebody watches and the work takes more than a second."""

import sys
import time
from types import TracebackType
from typing import Self

QUIET_SECONDS = 1.0
EVERY_SECONDS = 0.25
_ERASE = "\r\x1b[2K"


class Progress:
    """Counts sessions and shows the rate; erased at the end."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._next = self._begun + QUIET_SECONDS
        self._count = 0
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write(_ERASE)

    def count(self) -> None:
        """Count one session."""
        self._count += 1
        if self._shows and (now := time.monotonic()) >= self._next:
            self._next = now + EVERY_SECONDS
            seconds = now - self._begun
            rate = self._count / seconds
            sys.stderr.write(f"{_ERASE}{self._count:,} sessions, {rate:,.0f}/s, {seconds:.0f} s")
            sys.stderr.flush()
            self._shown = True
