"""A walk over plain DER, element by element: bytes enter, and contents leave, for those who know what comes next.

Plain is what every certificate authority writes and every library takes: one-byte tags, definite lengths in as few
bytes as can be, nothing left over. Whatever else comes is odd, for a slower reader to judge. Kernel file: compiled
where a C compiler is found (types in `walk.pxd`), interpreted otherwise.
"""

from tlsscope.slices import piece


class OddError(Exception):
    """Not plain: perhaps wrong, perhaps only rare. Never shown: a slower reader tells."""


class Walk:
    """A place in some DER. It only goes forward, so that a child longer than its parent is found on leaving it."""

    __slots__ = ("_data", "position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def tag(self) -> int:
        """Look at the tag that comes next; -1 at the end."""
        return self._data[self.position] if self.position < len(self._data) else -1

    def enter(self, tag: int) -> int:
        """Go to the content of the next element, which must have this tag; tell where it stops. X.690 §8.1, §10.1."""
        data = self._data
        start = self.position + 2
        end = len(data)
        if start > end or data[start - 2] != tag:
            raise OddError
        length = data[start - 1]
        if length > 127:
            width = length - 128
            if not 1 <= width <= 2 or start + width > end:
                raise OddError
            length = data[start] if width == 1 else data[start] << 8 | data[start + 1]
            if length < (128 if width == 1 else 256):
                raise OddError
            start += width
        if length > end - start:
            raise OddError
        self.position = start
        return start + length

    def take(self, tag: int) -> bytes:
        """Take the content of the next element."""
        stop = self.enter(tag)
        start = self.position
        self.position = stop
        return piece(self._data, start, stop)

    def whole(self, tag: int) -> bytes:
        """Take the next element with its tag and length."""
        start = self.position
        stop = self.enter(tag)
        self.position = stop
        return piece(self._data, start, stop)

    def since(self, start: int) -> bytes:
        """Give what lies between an earlier position and this one."""
        return piece(self._data, start, self.position)

    def leave(self, stop: int) -> None:
        """Prove that nothing is left of an element, and that nothing in it was longer than itself."""
        if self.position != stop:
            raise OddError
