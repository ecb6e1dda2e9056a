"""A file in pieces: bytes enter; files of bounded size, age and number leave.

Without a bound there is one piece, under the name that the user gave. With one, a number is put before the suffix and
the oldest piece goes once there are more than are to be kept, those of an earlier run among them.
"""

import glob
import io
import os
import time
from collections import deque
from pathlib import Path
from typing import NamedTuple


class Rotation(NamedTuple):
    """When a piece is full, and how many of them are kept; 0 for no bound."""

    bytes: int = 0
    seconds: float = 0
    kept: int = 0

    @property
    def is_bounded(self) -> bool:
        """Tell whether a piece ever ends."""
        return bool(self.bytes or self.seconds)


class Pieces:
    """Writes one output, unbuffered. Raises OSError where the system does; what was written before is whole."""

    def __init__(self, path: Path, rotation: Rotation) -> None:
        self.path = path
        self._rotation = rotation
        self._files = deque(_earlier(path) if rotation.is_bounded else [])
        self.number = int(self._files[-1].name.rsplit(".")[-1 - bool(path.suffix)]) + 1 if self._files else 0
        self._file = self._open("w")

    def write(self, unit: bytes | memoryview) -> None:
        """Write one unit (a line, some blocks) that must not be cut: whole or not at all."""
        view = memoryview(unit)
        written = 0
        try:
            while written < len(view):
                written += self._file.write(view[written:]) or 0
        except OSError:
            self._take_back(written)
            raise
        self._size += written

    def is_full(self, more: int) -> bool:
        """Tell whether `more` bytes belong into the next piece."""
        bound = self._rotation
        if bound.bytes and self._size and self._size + more > bound.bytes:
            return True
        return bool(bound.seconds and time.monotonic() - self._begun >= bound.seconds)

    def next(self) -> None:
        """Begin the next piece; the oldest one goes. Without bounds: open the file again, which somebody moved away."""
        self._file.close()
        self.number += 1
        self._file = self._open("a")
        while self._rotation.kept and len(self._files) > self._rotation.kept:
            self._files.popleft().unlink(missing_ok=True)

    def close(self) -> None:
        """End the last piece."""
        self._file.close()

    def _open(self, mode: str) -> io.FileIO:
        path = self.path
        if self._rotation.is_bounded:
            path = path.with_name(f"{path.stem}.{self.number:05}{path.suffix}")
            self._files.append(path)
        file = io.FileIO(path, mode)
        self._size = file.tell() if mode == "a" and file.seekable() else 0
        self._begun = time.monotonic()
        return file

    def _take_back(self, written: int) -> None:
        """Cut off a unit that is there in part."""
        if written and self._file.seekable():
            os.ftruncate(self._file.fileno(), self._size)


def _earlier(path: Path) -> list[Path]:
    """List the pieces that an earlier run left, oldest first."""
    pattern = f"{glob.escape(path.stem)}.[0-9][0-9][0-9][0-9][0-9]{glob.escape(path.suffix)}"
    return sorted(path.parent.glob(pattern))
