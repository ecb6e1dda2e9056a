"""What comes again and again: a part of bytes enters; where it is what came before, the same object as then leaves.

Real traffic repeats itself, and one object for what is the same costs less than a copy each time. A few bytes of a part
tell its place in a table of fixed size, so that nobody can fill the memory: what was there has to make room. Kernel
file: compiled where a C compiler is found (types in `repeats.pxd`), interpreted otherwise.
"""

from tlsscope import words

from .slices import piece

MIX = 0x9E37_79B1
WORD = 0xFFFF_FFFF

Entry = tuple[int, bytes]


def place(data: bytes, start: int, stop: int) -> int:
    """Tell a place by the length of a part and at most 8 of its bytes."""
    length = stop - start
    step = (length >> 3) + 1
    mixed = length
    while start < stop:
        mixed = (mixed ^ data[start]) * MIX & WORD
        start += step
    return mixed ^ mixed >> 15


class Entries:
    """Entries of a code and a part that came before, one a place; `places` is a power of two.

    What is larger than `largest` is not kept.
    """

    __slots__ = ("_known", "_largest", "_mask")

    def __init__(self, places: int, largest: int) -> None:
        self._known: list[Entry | None] = [None] * places
        self._mask = places - 1
        self._largest = largest

    def entry(self, code: int, data: bytes, start: int, stop: int) -> Entry:
        """Give a code and a part of bytes; both ends must lie within."""
        if stop - start > self._largest:
            return code, piece(data, start, stop)
        at = (place(data, start, stop) ^ code) & self._mask
        known = self._known[at]
        if known is not None:
            number, part = known
            if number == code and len(part) == stop - start and words.lies_at(part, data, start):
                return known
        known = self._known[at] = code, piece(data, start, stop)
        return known


class Parts:
    """Parts that came before, kept as `Entries` keeps entries: all have the same code."""

    __slots__ = ("_entries",)

    def __init__(self, places: int, largest: int) -> None:
        self._entries = Entries(places, largest)

    def part(self, data: bytes, start: int, stop: int) -> bytes:
        """Give a part of bytes; both ends must lie within."""
        return self._entries.entry(0, data, start, stop)[1]
