"""The reader: bytes of a message enter, numbers and vectors leave; nobody reads past a parent.

The one place that obeys lengths. A parser built on it reads like the RFC's own presentation language
(RFC 8446 §3): one expression a message, one child reader a vector, `end()` as the proof that nothing is left.
Compiled where a C compiler is found (types in `wire.pxd`), interpreted otherwise.
"""

from struct import unpack_from

from .repeats import Entries, Parts
from .slices import piece

Opaque = bytes  # the RFCs' word; `Reader` has a method named bytes

_ENTRIES = Entries(4096, 256)  # of extensions mostly


class MalformedError(Exception):
    """The bytes are not what the RFC says. A value for `Anomaly`, never shown as a traceback."""


class Reader:
    """A window over `data[position:stop]`. Every read is bounded by `stop`; past it is a `MalformedError`."""

    __slots__ = ("_data", "_position", "_stop")

    def __init__(self, data: Opaque, position: int = 0, stop: int | None = None) -> None:
        self._data = data
        self._position = position
        self._stop = len(data) if stop is None else stop

    def __len__(self) -> int:
        """Count the bytes that are left."""
        return self._stop - self._position

    def bytes(self, length: int) -> Opaque:
        """Take exactly `length` bytes."""
        start = self._advance(length)
        return piece(self._data, start, start + length)

    def rest(self) -> Opaque:
        """Take all that is left."""
        return self.bytes(len(self))

    def uint8(self) -> int:
        """Take one byte as a number."""
        return self._data[self._advance(1)]

    def uint16(self) -> int:
        """Take two bytes, big-endian."""
        start = self._advance(2)
        return self._data[start] << 8 | self._data[start + 1]

    def uint24(self) -> int:
        """Take three bytes, big-endian."""
        return self.uint16() << 8 | self.uint8()

    def uint32(self) -> int:
        """Take four bytes, big-endian."""
        return self.uint16() << 16 | self.uint16()

    def vector8(self) -> "Reader":
        """Take a vector with a one-byte length, as a reader of its own."""
        return self._child(self.uint8())

    def vector16(self) -> "Reader":
        """Take a vector with a two-byte length, as a reader of its own."""
        return self._child(self.uint16())

    def vector24(self) -> "Reader":
        """Take a vector with a three-byte length, as a reader of its own."""
        return self._child(self.uint24())

    def opaque8(self) -> Opaque:
        """Take a vector with a one-byte length, as bytes."""
        return self.bytes(self.uint8())

    def opaque16(self) -> Opaque:
        """Take a vector with a two-byte length, as bytes."""
        return self.bytes(self.uint16())

    def opaque24(self) -> Opaque:
        """Take a vector with a three-byte length, as bytes."""
        return self.bytes(self.uint24())

    def repeated(self, length: int, parts: Parts) -> Opaque:
        """Take exactly `length` bytes, which may be among the parts that came before."""
        start = self._advance(length)
        return parts.part(self._data, start, start + length)

    def uint8s(self) -> tuple[int, ...]:
        """Take all that is left as one-byte numbers."""
        return tuple(self.rest())

    def uint16s(self) -> tuple[int, ...]:
        """Take all that is left as two-byte numbers."""
        length = len(self)
        if length % 2:
            raise MalformedError(f"a list of 16-bit numbers of {length} bytes")
        return unpack_from(f">{length // 2}H", self._data, self._advance(length))

    def entries16(self) -> tuple[tuple[int, Opaque], ...]:
        """Take all that is left as entries of a two-byte code and a vector with a two-byte length.

        The same as `uint16` and `opaque16` until the end, in one loop: every hello passes here.
        """
        data, position, stop = self._data, self._position, self._stop
        repeated = _ENTRIES
        entries: list[tuple[int, Opaque]] = []
        while position < stop:
            if stop - position < 4:
                raise MalformedError(f"4 bytes wanted, {stop - position} left")
            code = data[position] << 8 | data[position + 1]
            length = data[position + 2] << 8 | data[position + 3]
            start = position + 4
            position = start + length
            if position > stop:
                raise MalformedError(f"{length} bytes wanted, {stop - start} left")
            entries.append(repeated.entry(code, data, start, position))
        self._position = position
        return tuple(entries)

    def end(self) -> None:
        """Prove that nothing is left."""
        if self._position != self._stop:
            raise MalformedError(f"{len(self)} bytes left over")

    def _child(self, length: int) -> "Reader":
        start = self._advance(length)
        child = Reader.__new__(Reader)
        child._data = self._data
        child._position = start
        child._stop = start + length
        return child

    def _advance(self, length: int) -> int:
        start = self._position
        if length > self._stop - start:
            raise MalformedError(f"{length} bytes wanted, {self._stop - start} left")
        self._position = start + length
        return start
