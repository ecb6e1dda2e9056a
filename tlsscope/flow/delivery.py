"""The bytes of each connection: segments enter, chunks in order leave to the connection's listener.

What is simply next is handed on at once; all else takes the slower road of `reassembly`, to the same end.
Kernel file: compiled where a C compiler is found (types in `delivery.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.link.segments import Segments
from .listener import LISTENING, NOT_TLS, TOLD, Listener
from .opening import ACK, ACTIVE, COUNTED, HALF, IGNORED, SEARCHING, TURN, WORD, Opening
from .reassembly import Held, Reassembly
from .rows import Rows
from .start import is_client_hello, looks_like_tls

MOST_STRIKES = 48  # segments without TLS at their start, after which a connection is given up
MOST_HELD_BYTES = 64 << 20  # out of order, of all connections


class Delivery(Rows):
    """Rows whose bytes are delivered. `open_listener` is called where something looks like TLS."""

    def __init__(self, open_listener: Callable[[Opening], Listener], most: int, seed: int) -> None:
        super().__init__(most, seed)
        self._open = open_listener
        self.listeners: dict[int, Listener] = {}
        self.reassemblies: dict[int, Reassembly] = {}
        self.held_bytes = 0  # by all connections

    def data(
        self, buffer: memoryview, segments: Segments, i: int, row: int, direction: int, seq: int,
        frame: int, time: int,
    ) -> None:  # fmt: skip
        """Take the payload of segment i, which is in `frame`."""
        side = 2 * row + direction
        start = segments.payload[i]
        length = segments.length[i]
        wire = segments.wire[i]
        if not self.known[side]:
            self.known[side] = 1
            self.first_seq[side] = seq
            self.next_seq[side] = seq
        ahead = (seq - self.next_seq[side]) & WORD
        if ahead >= HALF:
            ahead -= TURN
        if ahead == 0 and self.state[row] == SEARCHING and not looks_like_tls(buffer, start, length):
            self._strike(row, side, wire)
            return
        data = bytes(buffer[start : start + length])
        if ahead > 0:
            self._hold(row, direction, Held(seq, data, wire, frame, time))
        elif ahead == 0:
            self._deliver(row, direction, data, wire, frame, time)
        else:
            self._again(row, direction, seq, data, wire, -ahead, frame, time)
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
        self.next_seq[side] = (seq + wire) & WORD
        state = self.state[row]
        if state == SEARCHING:
            if not looks_like_tls(data, 0, len(data)):
                self._strike(row, side, 0)
                return
            self._listen(row)
        elif state != ACTIVE:
            return
        listener = self.listeners.get(row)
        reassembly = self.reassemblies.get(row)
        if reassembly is None:
            reassembly = self.reassemblies[row] = Reassembly()
        reassembly.remember(direction, seq, data)
        answer = listener.chunk(direction, data, frame, time)
        if wire > len(data) and answer == LISTENING:
            answer = listener.gap(direction, wire - len(data), frame, time)
        if answer == TOLD:
            self.state[row] = COUNTED
            self.forget(row)
        elif answer == NOT_TLS:
            self.state[row] = SEARCHING
            del self.listeners[row]
            self._strike(row, side, 0)

    def _listen(self, row: int) -> None:
        addresses = (self.high_a[row], self.low_a[row], self.high_b[row], self.low_b[row])
        self.listeners[row] = self._open(
            Opening(addresses, self.ports[row], self.syn_from[row], self.encapsulation[row])
        )
        self.state[row] = ACTIVE

    def _again(
        self, row: int, direction: int, seq: int, data: bytes, wire: int, behind: int, frame: int, time: int
    ) -> None:
        """Bytes that came before: the first copy stands; what reaches beyond it is new."""
        reassembly = self.reassemblies.get(row)
        listener = self.listeners.get(row)
        keep_alive = behind == 1 and wire == 1  # RFC 9293 §3.8.4: its one byte means nothing
        if reassembly is not None and listener is not None and not keep_alive:
            if reassembly.conflicts(direction, seq, data):
                listener.conflict(direction, frame)
        if wire > behind:
            self._deliver(row, direction, data[behind:], wire - behind, frame, time)

    def _hold(self, row: int, direction: int, segment: Held) -> None:
        reassembly = self.reassemblies.get(row)
        if reassembly is None:
            reassembly = self.reassemblies[row] = Reassembly()
        self.holding[row] = 1
        self.held_bytes += len(segment.data)
        if not reassembly.hold(direction, segment) or self.held_bytes > MOST_HELD_BYTES:
            listener = self.listeners.get(row)
            if listener is not None:
                listener.bound(direction, segment.frame, "too many segments out of order")
            self._pass_gap(row, direction)

    def _drain(self, row: int, direction: int, frame: int) -> None:
        """Deliver what was held and is next now; it is complete with `frame`."""
        reassembly = self.reassemblies.get(row)
        side = 2 * row + direction
        while reassembly is not None and reassembly.held[direction]:
            first = reassembly.held[direction][0]
            behind = (self.next_seq[side] - first.seq) & WORD
            if behind >= HALF:
                break
            reassembly.next(direction)
            self.held_bytes -= len(first.data)
            if frame < first.frame:
                frame = first.frame
            if behind == 0:
                self._deliver(row, direction, first.data, first.wire, frame, first.time)
            else:
                self._again(row, direction, first.seq, first.data, first.wire, behind, frame, first.time)
            reassembly = self.reassemblies.get(row)
        self.holding[row] = 0
        if reassembly is not None and (reassembly.held[0] or reassembly.held[1]):
            self.holding[row] = 1

    def give_up_waiting(self, row: int, direction: int, flags: int, ack: int, frame: int) -> None:
        """Call bytes lost once their receiver has long acknowledged them."""
        reassembly = self.reassemblies.get(row)
        if flags & ACK and reassembly is not None:
            if reassembly.lost(direction, self.next_seq[2 * row + direction], ack):
                self._pass_gap(row, direction)

    def _pass_gap(self, row: int, direction: int) -> None:
        """Go on behind a gap, with the first segment that was held."""
        reassembly = self.reassemblies.get(row)
        side = 2 * row + direction
        first = reassembly.held[direction][0]
        size = (first.seq - self.next_seq[side]) & WORD
        self.next_seq[side] = first.seq
        listener = self.listeners.get(row)
        if listener is not None and self.state[row] == ACTIVE:
            if listener.gap(direction, size, first.frame, first.time) == TOLD:
                self.state[row] = COUNTED
                self.forget(row)
                return
        self._drain(row, direction, 0)

    def wake(
        self, buffer: memoryview, segments: Segments, i: int, row: int, direction: int, seq: int,
        frame: int, time: int,
    ) -> None:  # fmt: skip
        """Listen again where a new ClientHello begins in a connection whose first session was told."""
        at = segments.payload[i]
        behind = (self.next_seq[2 * row + direction] - seq) & WORD
        if 0 < behind < HALF or not is_client_hello(buffer, at):
            return
        self.state[row] = ACTIVE
        self.next_seq[2 * row + direction] = seq
        self.known[2 * row + 1 - direction] = 0
        self.data(buffer, segments, i, row, direction, seq, frame, time)

    def flush(self, row: int) -> None:
        """Deliver what is still held, behind its gaps."""
        for direction in range(2):
            reassembly = self.reassemblies.get(row)
            while reassembly is not None and reassembly.held[direction]:
                self._pass_gap(row, direction)
                reassembly = self.reassemblies.get(row)

    def forget(self, row: int) -> None:
        """Drop what the slower road keeps."""
        reassembly = self.reassemblies.pop(row, None)
        if reassembly is not None:
            self.held_bytes -= reassembly.held_bytes
        self.holding[row] = 0
