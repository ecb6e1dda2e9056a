"""Finished JSON, whole or in pieces: a value with holes enters, the text around the holes leaves, ready to join.

Real traffic repeats itself, so what is written once is kept, by what determines it (`Kept`); a line is then
mostly joined. All text here is harmless to a terminal already.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from .text import harmless_json

K = TypeVar("K")
V = TypeVar("V", bytes, tuple[bytes, ...])

ENTRIES = 1024
LARGEST = 32768  # bytes of one entry: with ENTRIES, the bound on what a flood of odd hellos can fill

_MARK = b"\xff"  # no byte of UTF-8
HOLE: Any = msgspec.Raw(_MARK)  # stands for a value that is filled in later

_encode = msgspec.json.Encoder().encode


class Table(dict[K, V]):
    """Text by what determines it. Emptied when full; large ones are not kept."""

    __slots__ = ("_entries",)

    def __init__(self, entries: int = ENTRIES) -> None:
        super().__init__()
        self._entries = entries

    def keep(self, key: K, made: V) -> None:
        """Keep what was made, for the next time."""
        if (len(made) if isinstance(made, bytes) else sum(map(len, made))) <= LARGEST:
            if len(self) >= self._entries:
                self.clear()
            self[key] = made


class Kept(Table[K, V]):
    """Text that is made when it is first asked for."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[K], V], entries: int = ENTRIES) -> None:
        super().__init__(entries)
        self.make: Callable[[K], V] = make

    def __missing__(self, key: K) -> V:
        made = self.make(key)
        self.keep(key, made)
        return made


def pieces(value: object) -> tuple[bytes, ...]:
    """Write a value as JSON and cut it at its holes."""
    return tuple([harmless_json(piece) for piece in _encode(value).split(_MARK)])


def text(value: object) -> bytes:
    """Write a value as JSON."""
    return harmless_json(_encode(value))
