"""Parts of what was captured: bytes or a buffer enter, and two places in it; a copy of what lies between leaves.

A slice does the same, but each packet, record and message passes here. Kernel file: compiled where a C compiler is
found, to a look at both ends and one copy (types in `slices.pxd`), interpreted otherwise.
"""


def piece(data: bytes, start: int, stop: int) -> bytes:
    """Copy a part of bytes; both ends must lie within."""
    if not 0 <= start <= stop <= len(data):
        raise IndexError("a piece that is not there")
    text = data
    return text[start:stop]


def copied(buffer: memoryview | bytearray, start: int, stop: int) -> bytes:
    """Copy a part of a buffer; both ends must lie within, but those of nothing may lie anywhere."""
    if start == stop:
        return b""
    if not 0 <= start < stop <= len(buffer):
        raise IndexError("a piece that is not there")
    return bytes(buffer[start:stop])
