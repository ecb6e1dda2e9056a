"""Text on its way out: pieces, numbers and hexadecimal enter one buffer, as JSON writes them; bytes leave.

Kernel file: compiled where a C compiler is found (types in `buffer.pxd`), interpreted otherwise.
"""

from tlsscope import words
from tlsscope.slices import copied

ROOM = 1 << 14  # bytes to begin with: more than most sessions take
LONGEST_NUMBER = 20  # digits
SPACE, QUOTE, BACKSLASH, DELETE = 0x20, 0x22, 0x5C, 0x7F
ZERO = 0x30  # the digit


class TextBuffer:
    """Text that grows at its end."""

    def __init__(self) -> None:
        self._cells = bytearray(ROOM)
        self._used = 0

    def add(self, piece: bytes) -> None:
        """Add finished text."""
        length = len(piece)
        if self._used + length > len(self._cells):
            self._grow(length)
        words.put(self._cells, self._used, piece)
        self._used += length

    def number(self, value: int) -> None:
        """Add a number."""
        if value < 0:
            self.add(b"-")
            value = -value
        end = self._used + 1
        rest = value // 10
        while rest:
            end += 1
            rest //= 10
        self._write_digits(value, end)

    def optional(self, value: int | None) -> None:
        """Add a number, such as a frame that may not be known."""
        if value is None:
            self.add(b"null")
        else:
            self.number(value)

    def numbers(self, values: tuple[int, ...]) -> None:
        """Add an array of numbers, such as frames."""
        before = b"["
        for value in values:
            self.add(before)
            self.number(value)
            before = b","
        self.add(b"]" if values else b"[]")

    def decimals(self, value: int, digits: int) -> None:
        """Add a number with zeros before it, so that it has so many digits."""
        self._write_digits(value, self._used + digits)

    def _write_digits(self, value: int, end: int) -> None:
        """Write digits from where the text ends to the new `end`, the last one first."""
        if end > len(self._cells):
            self._grow(LONGEST_NUMBER)
        at = end
        while at > self._used:
            at -= 1
            self._cells[at] = ZERO + value % 10
            value //= 10
        self._used = end

    def hexadecimal(self, data: bytes) -> None:
        """Add bytes as a string of hexadecimal digits."""
        self.add(b'"')
        self.add(data.hex().encode())
        self.add(b'"')

    def plain(self, value: bytes) -> bool:
        """Add a string of ASCII in which nothing has to be escaped; add nothing and say so where something has."""
        length = len(value)
        source = value
        for i in range(length):
            byte = source[i]
            if byte < SPACE or byte >= DELETE or byte in (QUOTE, BACKSLASH):
                return False
        self.add(b'"')
        self.add(value)
        self.add(b'"')
        return True

    def word(self, value: int) -> None:
        """Add a number below 2^32 as four bytes, where the text is to be a key and not to be read."""
        end = self._used + 4
        if end > len(self._cells):
            self._grow(4)
        for at in range(self._used, end):
            self._cells[at] = value & 0xFF
            value >>= 8
        self._used = end

    def clear(self) -> None:
        """Begin anew."""
        self._used = 0

    def mark(self) -> int:
        """Tell where the text ends by now."""
        return self._used

    def cut(self, mark: int) -> bytes:
        """Take back what was added behind a mark."""
        behind = copied(self._cells, mark, self._used)
        self._used = mark
        return behind

    def _grow(self, more: int) -> None:
        smaller = copied(self._cells, 0, self._used)
        self._cells = bytearray(2 * (len(smaller) + more))
        words.put(self._cells, 0, smaller)
