"""The bytes of each connection: segments enter, chunks in order leave to the connection's listener.

What is simply next is handed on at once; all else takes the slower road of `reassembly`, to the same end.
Kernel file: compiled where a C compiler is found (types in `delivery.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.link.segments import Segments
from tlsscope.slices import copied, piece

from .listener import LISTENING, NOT_TLS, TOLD, Listener
from .opening import (
    ACK,
    ACTIVE,
    COUNTED,
    FIN_ACKED,
    FIN_SEEN,
    HALF,
    HEADS,
    IGNORED,
    LISTENED,
    OPEN,
    SEARCHING,
    TURN,
    WORD,
    Opening,
    address,
)
from .reassembly import Held, Reassembly
from .rows import Rows
from .start import HELLO, is_client_hello, looks_like_tls, may_begin

MOST_STRIKES = 48  # segments without TLS at their start, after which a connection is given up
UNKNOWN, KNOWN, MOVED = 0, 1, 2  # whether the next sequence number is known; MOVED: it was, before bytes went uncounted


class Delivery(Rows):
    """Rows whose bytes are delivered. `open_listener` is called where something looks like TLS."""

    def __init__(self, open_listener: Callable[[Opening], Listener], most: int, seed: int) -> None:
        super().__init__(most, seed)
        self._open = open_listener
        self.listeners: list[Listener | None] = [None] * HEADS  # by row
        self.reassemblies: list[Reassembly | None] = [None] * HEADS
        self.weight = 0  # bytes of memory that all of them hold, about

    def add(self, segments: Segments, i: int, key: int) -> int:
        """Make a row, as `Rows` does, that nobody listens to."""
        row = Rows.add(self, segments, i, key)
        if row == len(self.listeners):
            self.listeners.append(None)
            self.reassemblies.append(None)
        return row

    def data(
        self, buffer: memoryview, segments: Segments, i: int, row: int, direction: int, seq: int,
        frame: int, time: int,
    ) -> None:  # fmt: skip
        """Take the payload of segment i, which is in `frame`."""
        side = 2 * row + direction
        start = segments.payload[i]
        length = segments.length[i]
        wire = segments.wire[i]
        if self.known[side] != KNOWN:
            if self.known[side] == UNKNOWN:
                self.first_seq[side] = seq
            self.known[side] = KNOWN
            self.next_seq[side] = seq
        ahead = (seq - self.next_seq[side]) & WORD
        if ahead >= HALF:
            ahead -= TURN
        if ahead == 0 and not self.holding[row]:
            if self.state[row] == SEARCHING and not (length and may_begin(buffer[start])):
                self._strike(row, side, wire)
            else:
                self._deliver(row, direction, copied(buffer, start, start + length), wire, frame, time)
            return
        data = copied(buffer, start, start + length)
        if ahead < 0:
            if wire > 1:  # one byte may be a keep-alive probe: it means nothing, RFC 9293 §3.8.4
                self._compare(row, direction, seq, data, frame)
            if wire + ahead <= 0:
                return
            data = piece(data, min(-ahead, length), length)
            wire += ahead
            seq = self.next_seq[side]
            ahead = 0
        if ahead > 0 or self._reaches_held(row, direction, wire):
            self._hold(row, direction, Held(seq, data, wire, frame, time))
        else:
            self._deliver(row, direction, data, wire, frame, time)
        if self.holding[row]:
            self._drain(row, direction, frame)

    def _strike(self, row: int, side: int, wire: int) -> None:
        """Pass over a segment that does not begin like TLS; give the connection up after many of them."""
        self.next_seq[side] = (self.next_seq[side] + wire) & WORD
        self.strikes[row] += 1
        if self.strikes[row] >= MOST_STRIKES:
            self.state[row] = IGNORED
            self.forget(row)

    def _deliver(self, row: int, direction: int, data: bytes, wire: int, frame: int, time: int) -> None:
        """Hand the next bytes of a direction to the listener; open one where there is none."""
        side = 2 * row + direction
        seq = self.next_seq[side]
        state = self.state[row]
        listener = None
        if state == SEARCHING:
            if not looks_like_tls(data):
                self._strike(row, side, wire)
                return
            listener = self._listen(row)
        elif state == ACTIVE:
            listener = self.listeners[row]
        if listener is None:
            return
        self.next_seq[side] = (seq + wire) & WORD
        reassembly = self._reassembly(row)
        self.weight -= reassembly.weight + listener.weight
        reassembly.remember(direction, seq, data)
        answer = LISTENING
        if data:
            answer = listener.chunk(direction, data, frame, time)
        if wire > len(data) and answer == LISTENING:
            answer = listener.cut(direction, wire - len(data), frame, time)
        self.weight += reassembly.weight + listener.weight
        self._answered(row, side, answer)

    def _reassembly(self, row: int) -> Reassembly:
        reassembly = self.reassemblies[row]
        if reassembly is None:
            reassembly = self.reassemblies[row] = Reassembly()
        return reassembly

    def _answered(self, row: int, side: int, answer: int) -> None:
        """Do as the listener says."""
        if answer == TOLD:
            self.state[row] = COUNTED
            self.forget(row)
        elif answer == NOT_TLS:
            self.state[row] = SEARCHING
            listener = self.listeners[row]
            self.listeners[row] = None
            if listener is not None:
                self.weight -= listener.weight
            if self.list[row] == LISTENED:
                self.list[row] = OPEN
                self.touch(row)
            self._strike(row, side, 0)

    def _listen(self, row: int) -> Listener:
        version = self.ports[row] >> 32
        addresses = (
            address(version, self.high_a[row], self.low_a[row]),
            address(version, self.high_b[row], self.low_b[row]),
        )
        listener = self._open(Opening(addresses, self.ports[row], self.syn_from[row], self.encapsulation[row]))
        self.listeners[row] = listener
        self.weight += listener.weight
        self.state[row] = ACTIVE
        if self.list[row] == OPEN:
            self.list[row] = LISTENED
            self.touch(row)
        return listener

    def _compare(self, row: int, direction: int, seq: int, data: bytes, frame: int) -> None:
        """Bytes that came before: the first copy stands, and another one that differs is told."""
        reassembly = self.reassemblies[row]
        listener = self.listeners[row]
        if reassembly is not None and listener is not None and reassembly.conflicts(direction, seq, data):
            listener.conflict(direction, frame)

    def _hold(self, row: int, direction: int, segment: Held) -> None:
        reassembly = self._reassembly(row)
        self.holding[row] = 1
        before = reassembly.weight
        conflict = reassembly.hold(direction, segment)
        self.weight += reassembly.weight - before
        listener = self.listeners[row]
        if conflict and listener is not None:
            listener.conflict(direction, segment.frame)
        if reassembly.overfull(direction):
            if listener is not None:
                listener.bound(direction, segment.frame, "too many segments out of order")
            self._pass_gap(row, direction)

    def _reaches_held(self, row: int, direction: int, wire: int) -> bool:
        """Tell whether the next `wire` bytes of a direction are held already, or some of them."""
        reassembly = self.reassemblies[row]
        first = reassembly.first(direction) if reassembly is not None else None
        return first is not None and (first.seq - self.next_seq[2 * row + direction]) & WORD < wire

    def _drain(self, row: int, direction: int, frame: int) -> None:
        """Deliver what was held and is next now; it is complete with `frame`."""
        side = 2 * row + direction
        reassembly = self.reassemblies[row]
        while reassembly is not None:
            first = reassembly.first(direction)
            if first is None or first.seq != self.next_seq[side]:
                break
            before = reassembly.weight
            reassembly.next(direction)
            self.weight += reassembly.weight - before
            frame = max(frame, first.frame)
            self._deliver(row, direction, first.data, first.wire, frame, first.time)
            reassembly = self.reassemblies[row]
        self.holding[row] = 0
        if reassembly is not None and (reassembly.first(0) or reassembly.first(1)):
            self.holding[row] = 1

    def give_up_waiting(self, row: int, direction: int, flags: int, ack: int) -> None:
        """Call bytes lost once their receiver has long acknowledged them."""
        reassembly = self.reassemblies[row]
        if flags & ACK and reassembly is not None:
            if reassembly.lost(direction, self.next_seq[2 * row + direction], ack):
                self._pass_gap(row, direction)

    def _pass_gap(self, row: int, direction: int) -> None:
        """Go on behind a gap, with the first segment that was held."""
        reassembly = self.reassemblies[row]
        side = 2 * row + direction
        first = reassembly.first(direction) if reassembly is not None else None
        if first is None:
            return
        size = (first.seq - self.next_seq[side]) & WORD
        self.next_seq[side] = first.seq
        self._tell_gap(row, direction, size, first.frame, first.time)
        self._drain(row, direction, 0)

    def _tell_gap(self, row: int, direction: int, size: int, frame: int, time: int) -> None:
        listener = self.listeners[row]
        if size and listener is not None and self.state[row] == ACTIVE:
            before = listener.weight
            answer = listener.gap(direction, size, frame, time)
            self.weight += listener.weight - before
            self._answered(row, 2 * row + direction, answer)

    def wake(
        self, buffer: memoryview, segments: Segments, i: int, row: int, direction: int, seq: int,
        frame: int, time: int,
    ) -> None:  # fmt: skip
        """Listen again where a new ClientHello begins in a connection whose first session was told."""
        at = segments.payload[i]
        side = 2 * row + direction
        behind = (self.next_seq[side] - seq) & WORD
        is_copy = 0 < behind < HALF and self.bytes[side] < HALF  # after so many bytes, numbers tell nothing
        if is_copy or not is_client_hello(copied(buffer, at, at + HELLO), 0):
            return
        self.state[row] = ACTIVE
        self.known[side] = MOVED
        self.known[side ^ 1] = MOVED
        self.data(buffer, segments, i, row, direction, seq, frame, time)

    def flush(self, row: int) -> None:
        """Deliver what is still held, behind its gaps; tell what is missing before the FIN, too."""
        for direction in range(2):
            reassembly = self.reassemblies[row]
            while reassembly is not None and reassembly.first(direction) is not None:
                self._pass_gap(row, direction)
                reassembly = self.reassemblies[row]
            side = 2 * row + direction
            missing = (self.last_seq[side] - self.next_seq[side]) & WORD
            if self.finished[side] in (FIN_SEEN, FIN_ACKED) and self.known[side] == KNOWN and missing < HALF:
                frame = self.end_frame[row] if self.end_by[row] == direction else self.last_frame[row]
                self._tell_gap(row, direction, missing, frame, self.last_time[row])

    def forget(self, row: int) -> None:
        """Drop what the slower road keeps."""
        reassembly = self.reassemblies[row]
        self.reassemblies[row] = None
        if reassembly is not None:
            self.weight -= reassembly.weight
        self.holding[row] = 0
