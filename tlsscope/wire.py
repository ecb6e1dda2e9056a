"""The reader: bytes of a message enter, numbers and vectors leave; nobody reads past a parent.

The one place that obeys lengths. A parser built on it reads like the RFC's own presentation language
(RFC 8446 §3): one expression a message, one child reader a vector, `end()` as the proof that nothing is left.
"""


class MalformedError(Exception):
    """The bytes are not what the RFC says. A value for `Anomaly`, never shown as a traceback."""


class Reader:
    """A window over `data[position:stop]`. Every read is bounded by `stop` and raises `MalformedError` past it."""

    __slots__ = ("_data", "_position", "_stop")

    def __init__(self, data: bytes, position: int = 0, stop: int | None = None) -> None:
        self._data = data
        self._position = position
        self._stop = len(data) if stop is None else stop

    def __len__(self) -> int:
        """Count the bytes that are left."""
        return self._stop - self._position

    def bytes(self, length: int) -> bytes:
        """Take exactly `length` bytes."""
        start = self._advance(length)
        return self._data[start : start + length]

    def rest(self) -> bytes:
        """Take all that is left."""
        return self.bytes(len(self))

    def uint8(self) -> int:
        """Take one byte as a number."""
        return self._data[self._advance(1)]

    def uint16(self) -> int:
        """Take two bytes, big-endian."""
        return self._number(2)

    def uint24(self) -> int:
        """Take three bytes, big-endian."""
        return self._number(3)

    def uint32(self) -> int:
        """Take four bytes, big-endian."""
        return self._number(4)

    def vector8(self) -> "Reader":
        """Take a vector with a one-byte length, as a reader of its own."""
        return self._child(self.uint8())

    def vector16(self) -> "Reader":
        """Take a vector with a two-byte length, as a reader of its own."""
        return self._child(self.uint16())

    def vector24(self) -> "Reader":
        """Take a vector with a three-byte length, as a reader of its own."""
        return self._child(self.uint24())

    def uint8s(self) -> tuple[int, ...]:
        """Take all that is left as one-byte numbers."""
        return tuple(self.rest())

    def uint16s(self) -> tuple[int, ...]:
        """Take all that is left as two-byte numbers."""
        if len(self) % 2:
            raise MalformedError(f"a list of 16-bit numbers of {len(self)} bytes")
        raw = self.rest()
        return tuple(raw[i] << 8 | raw[i + 1] for i in range(0, len(raw), 2))

    def end(self) -> None:
        """Prove that nothing is left."""
        if self._position != self._stop:
            raise MalformedError(f"{len(self)} bytes left over")

    def _number(self, width: int) -> int:
        start = self._advance(width)
        return int.from_bytes(self._data[start : start + width], "big")

    def _child(self, length: int) -> "Reader":
        start = self._advance(length)
        return Reader(self._data, start, start + length)

    def _advance(self, length: int) -> int:
        start = self._position
        if length > self._stop - start:
            raise MalformedError(f"{length} bytes wanted, {self._stop - start} left")
        self._position = start + length
        return start
