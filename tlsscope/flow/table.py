"""The table of connections: segments of all connections enter, each one's bytes leave to its listener, in order.

Connections that were told, or are no TLS, cost a look-up and a count. Time is capture time; every decision depends on
frames and times alone, never on how the capture was cut into windows, so that any chunking gives the same sessions.
Kernel file: compiled where a C compiler is found (types in `table.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.capture.frames import Frames
from tlsscope.link.segments import Segments

from .delivery import Delivery
from .listener import Closing, Listener
from .opening import (
    ACK,
    ACTIVE,
    CLOSED,
    COUNTED,
    EMBRYONIC,
    ENDED,
    FIN,
    FIN_ACKED,
    FIN_SEEN,
    HALF,
    HEADS,
    IGNORED,
    LISTENED,
    OPEN,
    RESET,
    RST,
    SEARCHING,
    SYN,
    WORD,
    Limits,
    Opening,
)

LOOK = 1 << 24  # ns of capture time between two looks at the clock, whatever came before: any part sees the same ones
_NEVER = 1 << 62


class ConnectionTable(Delivery):
    """All connections of a capture. `open_listener` is called where something looks like TLS.

    With `shards` above 1 only the connections of `shard` are followed, the others are passed over.
    """

    def __init__(
        self,
        open_listener: Callable[[Opening], Listener],
        limits: Limits,
        seed: int = 0,
        shard: int = 0,
        shards: int = 1,
    ) -> None:
        super().__init__(open_listener, limits.connections, seed)
        self.opened = 0  # connections so far
        self.evicted = 0  # told early because the table was full, or too heavy
        self.moment = 0  # when it is that a connection ends: twice the frame, and one for within the frame
        self.activity = 0  # the last frame of the connection that is being ended
        self._most_weight = limits.weight
        self._patience_open = limits.idle
        self._patience_closed = limits.closed
        self._patience_ended = limits.ended
        self._patience_embryonic = limits.embryonic
        self._shard = shard
        self._shards = shards
        self._now = -_NEVER
        self._next_look = -_NEVER
        self._silent = "idle"

    def take(self, buffer: memoryview, frames: Frames, segments: Segments) -> None:
        """Take one window's segments, whose payloads lie in `buffer`."""
        for i in range(segments.count):
            at = segments.frame[i]
            frame = frames.first + at
            time = frames.time[at]
            if time > self._now:
                self._now = time
            if self._now >= self._next_look:
                self._next_look = self._now - self._now % LOOK + LOOK
                self.moment = 2 * frame
                self._expire()
            key = self.hash(segments, i)
            if self._shards > 1 and (key >> 40) % self._shards != self._shard:
                continue
            if self.followed is not None and self.name(segments, i) not in self.followed:
                continue
            self.moment = 2 * frame + 1
            self._segment(buffer, segments, i, frame, time, key)

    def pass_time(self, now: int) -> None:
        """End what was silent for too long, though no frame came to say so."""
        if now > self._now:
            self._now = now
        self._expire()

    def latest(self) -> int:
        """Give the latest time of a segment so far."""
        return self._now

    def finish(self) -> None:
        """End all connections: the capture is over."""
        self.moment = _NEVER
        self._patience_open = self._patience_closed = self._patience_ended = self._patience_embryonic = -_NEVER
        self._now = 0
        self._silent = "open"
        self._expire()

    def _segment(self, buffer: memoryview, segments: Segments, i: int, frame: int, time: int, key: int) -> None:
        direction = segments.direction[i]
        flags = segments.flags[i]
        seq = segments.seq[i]
        wire = segments.wire[i]
        row = self._row(segments, i, key, direction, flags, seq)
        if not row:
            return
        side = 2 * row + direction
        self.packets[side] += 1
        self.bytes[side] += wire
        self.last_time[row] = self._now
        self.last_frame[row] = frame
        if flags & (SYN | FIN | RST):
            self._control(row, direction, flags, seq, wire, frame)
            if flags & SYN:
                seq = (seq + 1) & WORD
        state = self.state[row]
        if wire and self.list[row] == EMBRYONIC:
            self.list[row] = OPEN
        self.touch(row)
        if state == ACTIVE or state == SEARCHING:
            if wire:
                self.data(buffer, segments, i, row, direction, seq, frame, time)
            if self.holding[row]:
                self.give_up_waiting(row, 1 - direction, flags, segments.ack[i])
        elif state == COUNTED and segments.length[i] >= 11 and buffer[segments.payload[i]] == 22:
            self.wake(buffer, segments, i, row, direction, seq, frame, time)
        if self.list[row] == CLOSED and flags & ACK:
            self._close(row, direction, segments.ack[i])
        if self.weight > self._most_weight:
            self._relieve()

    def _row(self, segments: Segments, i: int, key: int, direction: int, flags: int, seq: int) -> int:
        """Find the segment's connection, or add it; 0 for the tail of one that is not there."""
        row = self.find(segments, i, key)
        if row and self._is_over(row, direction, flags, seq):
            self._end(row, "idle" if self._now - self.last_time[row] > self._patience(row) else "open")
            row = 0
        if not row and (flags & SYN or segments.wire[i]):
            if self.full():
                self._evict()
            row = self.add(segments, i, key)
            self.opened += 1
        return row

    def _is_over(self, row: int, direction: int, flags: int, seq: int) -> bool:
        """Tell whether this segment belongs to a later connection with the same endpoints (or too late to this one)."""
        if self._now - self.last_time[row] > self._patience(row):
            return True
        if not flags & SYN:
            return False
        side = 2 * row + direction
        if not self.known[side]:
            return False  # the other end's SYN (simultaneous open), or a SYN that came late
        return (seq + 1) & WORD != self.first_seq[side]

    def _control(self, row: int, direction: int, flags: int, seq: int, wire: int, frame: int) -> None:
        side = 2 * row + direction
        if flags & SYN and not self.known[side]:
            self.known[side] = 1
            self.first_seq[side] = (seq + 1) & WORD
            self.next_seq[side] = self.first_seq[side]
        if flags & SYN and not flags & ACK and self.syn_from[row] < 0:
            self.syn_from[row] = direction
        if flags & (FIN | RST):
            if self.end_frame[row] == 0:
                self.end_frame[row] = frame
                self.end_by[row] = direction
                self.end_is_rst[row] = flags & RST
            if flags & RST:
                self.finished[side] = RESET
            elif not self.finished[side]:
                self.finished[side] = FIN_SEEN
                self.last_seq[side] = (seq + wire) & WORD
            if flags & RST or self.finished[side ^ 1]:
                self.list[row] = CLOSED

    def _close(self, row: int, direction: int, ack: int) -> None:
        """See whether a connection ended in order: both acknowledged the other's FIN, and nothing is missing before."""
        side = 2 * row + direction
        other = side ^ 1
        if self.finished[other] == FIN_SEEN and (ack - self.last_seq[other] - 1) & WORD < HALF:
            self.finished[other] = FIN_ACKED
        if self.finished[side] == FIN_ACKED and self.finished[other] == FIN_ACKED and self.state[row] != IGNORED:
            if self._has_all(row, side) and self._has_all(row, other):
                self.list[row] = ENDED
                self.touch(row)

    def _has_all(self, row: int, side: int) -> bool:
        """Tell whether a finished direction was delivered to its end, or need not be."""
        return self.state[row] == COUNTED or (
            not self.holding[row] and self.next_seq[side] == self.last_seq[side]
        )

    def _expire(self) -> None:
        """End what was silent for longer than its patience, in the order of last activity."""
        row = self._expired()
        while row:
            if self.list[row] == ENDED:
                self._part(row)
            else:
                self._end(row, self._silent)
            row = self._expired()

    def _expired(self) -> int:
        """Give the connection whose last frame comes first among those whose patience is over, 0 for none."""
        found = 0
        for head in range(HEADS):
            row = self.newer[head]
            patience = self._patience_ended if head == ENDED else self._patience(row)
            if row != head and self._now - self.last_time[row] > patience:
                if not found or self.last_frame[row] < self.last_frame[found]:
                    found = row
        return found

    def _patience(self, row: int) -> int:
        if self.list[row] <= LISTENED:
            return self._patience_open
        return self._patience_embryonic if self.list[row] == EMBRYONIC else self._patience_closed

    def _evict(self) -> None:
        """Make room: half-open connections go first, then closed ones, then the one that was silent longest."""
        self.evicted += 1
        row = self._oldest(EMBRYONIC) or self._oldest(CLOSED) or self._oldest(ENDED)
        if not row:
            row = self._silent_longest()
            self._excuse(row, "the table of connections was full")
        self._end(row, "open")

    def _oldest(self, head: int) -> int:
        """Give the row of a list that was silent longest, 0 where the list is empty."""
        row = self.newer[head]
        return 0 if row == head else row

    def _silent_longest(self) -> int:
        """Give the row of the open connection that was silent longest; there must be one."""
        plain = self._oldest(OPEN)
        listened = self._oldest(LISTENED)
        if not listened or (plain and self.last_frame[plain] < self.last_frame[listened]):
            return plain
        return listened

    def _relieve(self) -> None:
        """Hold less memory: tell closed connections at once, then those that were silent longest."""
        while self.weight > self._most_weight:
            row = self._oldest(ENDED) or self._oldest(CLOSED)
            if not row:
                row = self._oldest(LISTENED) or self._oldest(OPEN)  # which may hold what came out of order
                if not row:
                    return
                self.evicted += 1
                self._excuse(row, "too much memory was held by connections that were open")
            self._end(row, "open")

    def _excuse(self, row: int, text: str) -> None:
        listener = self.listeners[row]
        if listener is not None:
            listener.bound(-1, self.last_frame[row], text)

    def _part(self, row: int) -> None:
        """Tell the listener, and keep the row for what comes late: that belongs to no other connection."""
        self._tell(row, self._silent)
        self.state[row] = IGNORED
        self.list[row] = CLOSED
        self.touch(row)

    def _end(self, row: int, silent: str) -> None:
        """Tell the listener and free the row."""
        self._tell(row, silent)
        self.remove(row)

    def _tell(self, row: int, silent: str) -> None:
        """Tell the listener all. `silent` names the ending where neither FIN nor RST was seen."""
        self.activity = self.last_frame[row]
        if self.holding[row] or self.state[row] == ACTIVE:
            self.flush(row)
        listener = self.listeners[row]
        self.listeners[row] = None
        if listener is not None:
            self.weight -= listener.weight
            kind = silent
            if self.end_frame[row]:
                kind = "rst" if self.end_is_rst[row] else "fin"
            packets = (self.packets[2 * row], self.packets[2 * row + 1])
            counts = (self.bytes[2 * row], self.bytes[2 * row + 1])
            listener.closed(Closing(kind, self.end_by[row], self.end_frame[row], packets, counts))
        self.forget(row)
