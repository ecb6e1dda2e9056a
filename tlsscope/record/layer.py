"""The record layer: contiguous bytes of one connection enter, whole TLS records leave (RFC 8446 §5.1, RFC 5246 §6.2).

Content that nobody wants (encrypted, and no key) is passed over without a copy; its size is told. After a gap, records
are found again only where the bytes prove a boundary. Kernel file: compiled where a C compiler is found (types in
`layer.pxd`), interpreted otherwise.
"""

from typing import Protocol

from tlsscope.flow.listener import LISTENING, NOT_TLS, TOLD, Closing, Listener
from tlsscope.flow.start import is_client_hello, is_old_hello

HEADER = 5
LONGEST = 16_384 + 2048  # RFC 5246 §6.2.3
HANDSHAKE = 22
MOST_STRAY_CHUNKS = 64  # before the first record of a direction, or while its boundaries are lost

FRESH, IN_STEP, LOST, GIVEN_UP = 0, 1, 2, 3


class Sink(Protocol):
    """Where records go. Directions are those of the connection."""

    told: bool  # all is known, records need not come any more

    def wants(self, direction: int, content_type: int) -> bool:
        """Tell whether the content of the next record is needed."""

    def record(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        first_frame: int, frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a record of `size` bytes with its header; `fragment` is None where it was not wanted."""

    def old_hello(self, direction: int, body: bytes, frame: int, time: int) -> None:
        """Take an SSL 2.0 message (its type first), RFC 5246 §E.2."""

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""

    def lost(self, direction: int, frame: int) -> None:
        """Take note that bytes are no record where one was due."""

    def conflict(self, direction: int, frame: int) -> None:
        """Take note of a retransmission with other bytes."""

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""

    def restart(self) -> None:
        """End this session, if any: another ClientHello begins."""

    def closed(self, ending: Closing) -> None:
        """Take note of the end of the connection."""


class Half:
    """One direction: what is left of a record, and where its boundaries are."""

    def __init__(self) -> None:
        self.state = FRESH
        self.pending = bytearray()  # a record that is not complete yet
        self.need = HEADER  # bytes of it that must be there to go on
        self.skip = 0  # bytes left of a record that is passed over
        self.content_type = 0  # of that record
        self.version = 0
        self.size = 0
        self.first_frame = 0
        self.damaged = False  # bytes of that record are missing
        self.after_gap = 0
        self.stray = 0


class RecordLayer(Listener):
    """Both directions of one connection, cut into records for `sink`."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._a = Half()
        self._b = Half()

    def chunk(self, direction: int, data: bytes, frame: int, time: int) -> int:
        """Take contiguous bytes."""
        half = self._b if direction else self._a
        if self._sink.told:
            half = self._restart(direction)
        size = len(data)
        position = 0
        if half.skip:
            position = half.skip if half.skip < size else size
            half.skip -= position
            if half.skip:
                return LISTENING
            self._skipped(half, direction, frame, time)
        if half.pending:
            half.pending += data[position:]
            if len(half.pending) < half.need:
                return LISTENING
            data = bytes(half.pending)
            half.pending = bytearray()
            half.need = HEADER
            size = len(data)
            position = 0
        elif position < size:
            half.first_frame = frame
            if half.state != IN_STEP and not self._in_step(half, data, position, frame, direction, time):
                return self._answer(direction)
        self._records(half, direction, data, position, size, frame, time)
        return TOLD if self._sink.told else LISTENING

    def gap(self, direction: int, size: int, frame: int, time: int) -> int:
        """Take note of a gap; inside a record of known length its end is still known."""
        half = self._b if direction else self._a
        self._sink.gap(direction, size, frame)
        half.after_gap = 1
        if half.pending and half.need > HEADER and not half.skip:
            half.skip = half.need - len(half.pending)
            half.damaged = True
        half.pending = bytearray()
        half.need = HEADER
        if half.skip >= size:
            half.skip -= size
            if half.skip == 0:
                self._skipped(half, direction, frame, time)
        else:
            half.skip = 0
            half.damaged = False
            if half.state == IN_STEP:
                half.state = LOST
        return TOLD if self._sink.told else LISTENING

    def conflict(self, direction: int, frame: int) -> None:
        """Pass it on."""
        self._sink.conflict(direction, frame)

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Pass it on."""
        self._sink.bound(direction, frame, text)

    def closed(self, ending: Closing) -> None:
        """Pass it on; records that were not complete are nothing."""
        self._sink.closed(ending)

    def _records(
        self, half: Half, direction: int, data: bytes, position: int, size: int, frame: int, time: int
    ) -> None:
        """Cut `data[position:]` into records and keep what is left."""
        sink = self._sink
        while size - position >= HEADER:
            content_type = data[position]
            version = data[position + 1] << 8 | data[position + 2]
            length = data[position + 3] << 8 | data[position + 4]
            if not self._is_header(content_type, version, length):
                half.state = LOST
                sink.lost(direction, frame)
                return
            there = size - position - HEADER
            wanted = sink.wants(direction, content_type)
            if not wanted and content_type == HANDSHAKE and size - position >= 11:
                if is_client_hello(data, position):  # another session begins in this connection
                    half = self._restart(direction)
                    half.state = IN_STEP
                    half.first_frame = frame
                    wanted = True
            if there < length:
                if wanted:
                    half.need = HEADER + length
                    break
                half.content_type = content_type
                half.version = version
                half.size = HEADER + length
                half.skip = length - there
                return
            after_gap = half.after_gap
            half.after_gap = 0
            end = position + HEADER + length
            fragment = data[position + HEADER : end] if wanted else None
            sink.record(
                direction, content_type, version, HEADER + length, fragment,
                half.first_frame, frame, time, after_gap,
            )  # fmt: skip
            if sink.told:
                return
            half.first_frame = frame
            position = end
        if position < size:
            half.pending = bytearray(data[position:])

    def _skipped(self, half: Half, direction: int, frame: int, time: int) -> None:
        """Tell of a record that was passed over, now that it is complete; one with missing bytes is not told."""
        if half.damaged:
            half.damaged = False
            return
        after_gap = half.after_gap
        half.after_gap = 0
        self._sink.record(
            direction, half.content_type, half.version, half.size, None,
            half.first_frame, frame, time, after_gap,
        )  # fmt: skip

    def _in_step(
        self, half: Half, data: bytes, position: int, frame: int, direction: int, time: int
    ) -> bool:
        """Find the boundary at which records begin (again); without one, wait for the next chunk."""
        if half.state == FRESH:
            if self._old_hello(half, direction, data, position, frame, time):
                return False
            if self._may_begin(data, position):
                half.state = IN_STEP
                return True
        elif half.state == LOST and self._proves_boundary(data, position):
            half.state = IN_STEP
            half.after_gap = 1
            return True
        half.stray += 1
        if half.stray >= MOST_STRAY_CHUNKS:
            half.state = GIVEN_UP
        return False

    def _old_hello(
        self, half: Half, direction: int, data: bytes, position: int, frame: int, time: int
    ) -> bool:
        """Take a message of SSL 2.0, which has a header of two bytes."""
        size = len(data) - position
        if size < 11 or not data[position] & 0x80:
            return False
        length = (data[position] & 0x7F) << 8 | data[position + 1]
        kind = data[position + 2]
        if size < length + 2 or not (kind == 4 or (kind == 1 and is_old_hello(data, position))):
            return False
        self._sink.old_hello(direction, data[position + 2 : position + 2 + length], frame, time)
        return True

    def _may_begin(self, data: bytes, position: int) -> bool:
        """Judge as many bytes of a record's header as are there."""
        left = len(data) - position
        if not 20 <= data[position] <= 24:
            return False
        if left > 1 and data[position + 1] != 3:
            return False
        if left > 2 and data[position + 2] > 4:
            return False
        return left < HEADER or data[position + 3] << 8 | data[position + 4] <= LONGEST

    def _proves_boundary(self, data: bytes, position: int) -> bool:
        """A record boundary is proved by records that end with the bytes, or by two whole ones in a row."""
        size = len(data)
        whole = 0
        while size - position >= HEADER:
            length = data[position + 3] << 8 | data[position + 4]
            if not self._is_header(data[position], data[position + 1] << 8 | data[position + 2], length):
                return False
            position += HEADER + length
            if position > size:
                break
            whole += 1
        return whole >= 2 or (whole == 1 and position == size)

    def _is_header(self, content_type: int, version: int, length: int) -> bool:
        return 20 <= content_type <= 24 and 0x0300 <= version <= 0x0304 and length <= LONGEST

    def _answer(self, direction: int) -> int:
        """What the table is told where a chunk held no record."""
        if self._a.state == FRESH and self._b.state == FRESH and not self._sink.told:
            half = self._b if direction else self._a
            return NOT_TLS if half.stray else LISTENING
        return LISTENING

    def _restart(self, direction: int) -> Half:
        self._sink.restart()
        self._a = Half()
        self._b = Half()
        return self._b if direction else self._a
