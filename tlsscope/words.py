"""Numbers and text in buffers: a buffer and a place in it enter; what stands there leaves, or text is put there.

The last byte of a number must lie in the buffer: IndexError. Where the kernel is compiled, `words.pxd` says the same in
one load, after one look at each end; this file is what runs elsewhere.
"""

from collections.abc import Sequence


def two(buffer: Sequence[int], at: int) -> int:
    """Read two bytes, big-endian as networks have it."""
    return buffer[at] << 8 | buffer[at + 1]


def four(buffer: Sequence[int], at: int) -> int:
    """Read four bytes, big-endian."""
    return buffer[at] << 24 | buffer[at + 1] << 16 | buffer[at + 2] << 8 | buffer[at + 3]


def eight(buffer: Sequence[int], at: int) -> int:
    """Read eight bytes, big-endian."""
    return four(buffer, at) << 32 | four(buffer, at + 4)


def four_little(buffer: Sequence[int], at: int) -> int:
    """Read four bytes, little-endian."""
    return buffer[at] | buffer[at + 1] << 8 | buffer[at + 2] << 16 | buffer[at + 3] << 24


def put(buffer: bytearray, at: int, text: bytes) -> None:
    """Copy text into a buffer; it must fit."""
    if not 0 <= at <= len(buffer) - len(text):
        raise IndexError("text that does not fit")
    buffer[at : at + len(text)] = text


def lies_at(part: bytes, data: bytes, at: int) -> bool:
    """Tell whether a part is what lies at a place in bytes, which must have as many from there."""
    return data[at : at + len(part)] == part
