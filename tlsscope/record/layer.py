"""The record layer: contiguous bytes of one connection enter, whole TLS records leave (RFC 8446 §5.1, RFC 5246 §6.2).

Messages of SSL 2.0 leave as what they are. Content that nobody wants (encrypted, and no key) is passed over without a
copy; its size is told. After a gap, records are found again only where the bytes prove a boundary. Kernel file:
compiled where a C compiler is found (types in `layer.pxd`), interpreted otherwise.
"""

from tlsscope.flow.listener import LISTENING, NOT_TLS, TOLD, Closing, Listener
from tlsscope.flow.start import HELLO, is_client_hello, is_old_hello, is_server_hello
from tlsscope.slices import piece

from .sink import Sink

HEADER = 5
LONGEST = 16_384 + 2048  # RFC 5246 §6.2.3
HANDSHAKE = 22
MOST_STRAY_CHUNKS = 64  # before the first record of a direction, or while its boundaries are lost

BASE_WEIGHT = 3072  # of the objects that one connection needs at least

FRESH, IN_STEP, LOST, GIVEN_UP, OLD = 0, 1, 2, 3, 4  # OLD: records of SSL 2.0


class Half:
    """One direction: what is left of a record, and where its boundaries are."""

    def __init__(self) -> None:
        self.state = FRESH
        self.pending: bytes | None = None  # a record that is not complete yet
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
        self.weight = BASE_WEIGHT
        self._sink = sink
        self._begun = False  # whether anything was told to the sink
        self._old = False  # whether a hello of SSL 2.0 was
        self._a = Half()
        self._b = Half()

    def chunk(self, direction: int, data: bytes, frame: int, time: int) -> int:
        """Take contiguous bytes, at least one."""
        if self._sink.told:
            self._sink.restart()
            self._a = Half()
            self._b = Half()
        half = self._b if direction else self._a
        size = len(data)
        position = 0
        if half.skip:
            position = min(half.skip, size)
            half.skip -= position
            if half.skip:
                return LISTENING
            self._skipped(half, direction, frame, time)
            if position == size or self._sink.told:
                return self._answer()
        if half.pending is not None:
            data = half.pending + piece(data, position, size)
            if len(data) < half.need:
                half.pending = data
                return self._answer()
            half.pending = None
            half.need = HEADER
            position = 0
        else:
            half.first_frame = frame
            if half.state != IN_STEP and half.state != OLD:
                self._find_step(half, data, position)
        if half.state == IN_STEP:
            self._records(half, direction, data, position, frame, time)
        elif half.state == OLD:
            self._old_records(half, direction, data, position, frame, time)
        return self._answer()

    def gap(self, direction: int, size: int, frame: int, time: int) -> int:
        """Take note of a gap; inside a record of known length its end is still known."""
        self._sink.gap(direction, size, frame)
        return self._miss(direction, size, frame, time)

    def cut(self, direction: int, size: int, frame: int, time: int) -> int:
        """Take note of bytes that the capture did not keep: a gap too."""
        self._sink.cut(direction, size, frame)
        return self._miss(direction, size, frame, time)

    def conflict(self, direction: int, frame: int) -> None:
        """Pass it on."""
        self._sink.conflict(direction, frame)

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Pass it on."""
        self._sink.bound(direction, frame, text)

    def closed(self, ending: Closing) -> None:
        """Pass it on; records that were not complete are nothing."""
        self._sink.closed(ending)

    def _miss(self, direction: int, size: int, frame: int, time: int) -> int:
        half = self._b if direction else self._a
        half.after_gap = 1
        pending = half.pending
        if half.state == IN_STEP and pending is not None and len(pending) >= HEADER:
            half.skip = HEADER + (pending[3] << 8 | pending[4]) - len(pending)
            half.damaged = True
        half.pending = None
        half.need = HEADER
        if half.skip >= size:
            half.skip -= size
            if half.skip == 0:
                self._skipped(half, direction, frame, time)
        else:
            half.skip = 0
            half.damaged = False
            half.state = LOST
        return self._answer()

    def _records(self, half: Half, direction: int, data: bytes, position: int, frame: int, time: int) -> None:
        """Cut `data[position:]` into records and keep what is left."""
        sink = self._sink
        size = len(data)
        while size - position >= HEADER:
            content_type = data[position]
            version = data[position + 1] << 8 | data[position + 2]
            length = data[position + 3] << 8 | data[position + 4]
            there = size - position - HEADER
            if not self._is_header(content_type, version, length):
                self._lose_step(half, direction, frame)
                return
            if content_type == HANDSHAKE and length >= HELLO - HEADER:
                if there < HELLO - HEADER:
                    half.need = HELLO
                    break
                if is_client_hello(data, position):
                    sink.hello(direction)
            wanted = sink.wants(direction, content_type)
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
            fragment = piece(data, position + HEADER, end) if wanted else None
            self._begun = True
            sink.record(
                direction, content_type, version, HEADER + length, fragment,
                half.first_frame, frame, time, after_gap,
            )  # fmt: skip
            if sink.told:
                return
            half.first_frame = frame
            position = end
        if position < size:
            half.pending = piece(data, position, size)

    def _old_records(self, half: Half, direction: int, data: bytes, position: int, frame: int, time: int) -> None:
        """Cut `data[position:]` into records of SSL 2.0: a header of two bytes, or of three and padding behind."""
        size = len(data)
        while size - position >= 3:
            header = 2 if data[position] & 0x80 else 3
            length = (data[position] & (0x7F if header == 2 else 0x3F)) << 8 | data[position + 1]
            padding = 0 if header == 2 else data[position + 2]
            end = position + header + length
            if length <= padding:
                self._lose_step(half, direction, frame)
                return
            if end > size:
                half.need = end - position
                break
            self._begun = True
            body = piece(data, position + header, end - padding)
            self._old = True
            if not self._sink.old_message(direction, body, frame, time):
                half.state = FRESH  # a hello in the old form: what follows has the new one
                return
            if self._sink.told:
                return
            half.first_frame = frame
            position = end
        if position < size:
            half.pending = piece(data, position, size)

    def _skipped(self, half: Half, direction: int, frame: int, time: int) -> None:
        """Tell of a record that was passed over, now that it is complete; one with missing bytes is not told."""
        if half.damaged:
            half.damaged = False
            return
        after_gap = half.after_gap
        half.after_gap = 0
        self._begun = True
        self._sink.record(
            direction, half.content_type, half.version, half.size, None,
            half.first_frame, frame, time, after_gap,
        )  # fmt: skip

    def _find_step(self, half: Half, data: bytes, position: int) -> None:
        """Look for the boundary at which records begin (again); without one, wait for the next chunk."""
        if half.state == FRESH:
            if self._may_begin(data, position):
                half.state = IN_STEP
                return
            if self._is_old(data, position):
                half.state = OLD
                return
        elif half.state == LOST and self._proves_boundary(data, position):
            half.state = IN_STEP
            half.after_gap = 1
            return
        half.stray += 1
        if half.stray >= MOST_STRAY_CHUNKS:
            half.state = GIVEN_UP

    def _lose_step(self, half: Half, direction: int, frame: int) -> None:
        half.state = LOST
        half.pending = None
        half.need = HEADER
        self._sink.lost(direction, frame)

    def _is_old(self, data: bytes, position: int) -> bool:
        """Tell a CLIENT-HELLO of SSL 2.0, or what comes after one: a CLIENT-MASTER-KEY, a SERVER-HELLO."""
        if len(data) - position < HELLO:
            return False
        short = data[position] >= 0x80
        if self._old and (data[position + 2] if short else data[position + 3]) in (2, 4):
            return True
        return short and data[position + 2] == 1 and is_old_hello(data, position)

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
        """A record boundary is proved by a hello, by records that end with the bytes, by two whole ones in a row."""
        size = len(data)
        if size - position >= HELLO and (is_client_hello(data, position) or is_server_hello(data, position)):
            return True
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

    def _answer(self) -> int:
        """Tell the table whether to go on."""
        sink = self._sink
        self.weight = BASE_WEIGHT + sink.weight + self._pending(self._a) + self._pending(self._b)
        if sink.told:
            return TOLD
        if self._begun:
            return TOLD if self._is_hopeless() else LISTENING
        return LISTENING if self._is_promising(self._a) or self._is_promising(self._b) else NOT_TLS

    def _pending(self, half: Half) -> int:
        return 0 if half.pending is None else len(half.pending)

    def _is_hopeless(self) -> bool:
        """Tell whether no records will be found any more: a ClientHello will wake us."""
        a, b = self._a, self._b
        return (a.state == GIVEN_UP and (b.state == GIVEN_UP or b.state == FRESH)) or (
            b.state == GIVEN_UP and a.state == FRESH
        )

    def _is_promising(self, half: Half) -> bool:
        return half.state == IN_STEP or half.state == OLD
