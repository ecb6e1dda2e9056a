"""Finished JSON, whole or in pieces: a value with holes enters, the text around the holes leaves, ready to be added.

Real traffic repeats itself, so what is written once is kept, by what determines it (`Kept`); a line is then
mostly copied. All text here is harmless to a terminal already.
Kernel file: compiled where a C compiler is found (types in `fragments.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from .text import harmless_json

ENTRIES = 1024
LARGEST = 32768  # bytes of one entry: with ENTRIES, the bound on what a flood of odd hellos can fill

_MARK = b"\xff"  # no byte of UTF-8
HOLE: Any = msgspec.Raw(_MARK)  # stands for a value that is filled in later

_encode = msgspec.json.Encoder().encode

Form = tuple[bytes, ...]  # the text around holes


class Kept:
    """Text by what determines it, made when it is first asked for. Emptied when full; large ones are not kept."""

    def __init__(self, make: Callable[[Any], Any], entries: int = ENTRIES) -> None:
        self.make = make
        self._entries = entries
        self._made: dict[Any, Any] = {}

    def text(self, key: Any) -> bytes:
        """Give what is made whole."""
        found: bytes | None = self._made.get(key)
        return self._new(key) if found is None else found

    def form(self, key: Any) -> Form:
        """Give what is made in pieces."""
        found: Form | None = self._made.get(key)
        return self._new(key) if found is None else found

    def once(self, key: Any) -> bytes:
        """Make something whole that is not kept: for keys that are large themselves."""
        made: bytes = self.make(key)
        return made

    def keep(self, key: Any, made: bytes | Form) -> None:
        """Keep what was made, for the next time."""
        if (len(made) if isinstance(made, bytes) else sum(map(len, made))) <= LARGEST:
            if len(self._made) >= self._entries:
                self._made.clear()
            self._made[key] = made

    def get(self, key: Any) -> Any:
        """Give what was made before, or None."""
        return self._made.get(key)

    def __len__(self) -> int:
        return len(self._made)

    def _new(self, key: Any) -> Any:
        made = self.make(key)
        self.keep(key, made)
        return made


def pieces(value: object) -> Form:
    """Write a value as JSON and cut it at its holes."""
    return tuple([harmless_json(piece) for piece in _encode(value).split(_MARK)])


def text(value: object) -> bytes:
    """Write a value as JSON."""
    return harmless_json(_encode(value))
