"""A file that is still being written: its bytes leave as they come, None while there are none.

It ends when its writer has gone on to another file, when nothing came for long, or when nobody wants more.
"""

import io
import time
from collections.abc import Callable

from tlsscope.errors import InputError

from .source import Capture
from .streams import BEAT


class _Growing:
    """`is_whole` is asked at the end of what there is: whether that is all."""

    def __init__(self, name: str, is_whole: Callable[[], bool], patience: float) -> None:
        self._file = io.FileIO(name)
        self._is_whole = is_whole
        self._patience = patience * 1e9  # ns without a byte
        self._silent = 0
        self._over = False

    def readinto(self, buffer: memoryview, /) -> int | None:
        got = self._file.readinto(buffer)
        if got:
            self._silent = 0
            return got
        if self._over:
            return 0
        self._over = self._is_whole() or self._silent >= self._patience
        if not self._over:  # else what came meanwhile is read before the end
            time.sleep(BEAT / 1e9)
            self._silent += BEAT
        return None

    def close(self) -> None:
        self._file.close()


def open_growing(name: str, is_whole: Callable[[], bool], patience: float) -> Capture:
    """Open a file that is still being written. Raises InputError, in one line, where it cannot be."""
    try:
        return Capture(name, _Growing(name, is_whole, patience))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise InputError(name, (reason or str(error)).lower()) from error
