"""The table of live traffic: it tells connections before they end, and says which packets belong to handshakes.

Kernel file: compiled where a C compiler is found (types in `live.pxd`), interpreted otherwise.
"""

from collections.abc import Callable

from tlsscope.capture.frames import CAPACITY
from tlsscope.link.segments import Segments
from tlsscope.slices import copied

from .listener import Listener
from .marks import FIRST, KEPT, MARKS, PASSED, UNDECIDED
from .opening import ACTIVE, COUNTED, FIN, IGNORED, LISTENED, OPEN, RST, SEARCHING, Limits, Opening
from .rows import column
from .start import HELLO, is_client_hello
from .table import ConnectionTable


class LiveTable(ConnectionTable):
    """All connections that are open now. `fresh` gathers listeners with their rows as they are opened."""

    def __init__(self, open_listener: Callable[[Opening], Listener], limits: Limits, seed: int) -> None:
        super().__init__(open_listener, limits, seed)
        self.fresh: list[tuple[int, Listener]] = []
        self.marks = column("q", CAPACITY)
        self.keeps_marks = False

    def listens(self, row: int, listener: Listener) -> bool:
        """Tell whether this listener still has this row."""
        return self.listeners[row] is listener

    def settle(self, row: int) -> None:
        """Tell a connection that goes on; from here on it is only counted, until another ClientHello."""
        self._tell(row, "open")
        self.state[row] = COUNTED
        if self.list[row] == LISTENED:
            self.list[row] = OPEN
            self.touch(row)

    def _listen(self, row: int) -> Listener:
        listener = ConnectionTable._listen(self, row)
        self.fresh.append((row, listener))
        return listener

    def wake(
        self, buffer: memoryview, segments: Segments, i: int, row: int, direction: int, seq: int, frame: int, time: int
    ) -> None:
        """Listen again; with a new listener, where the old one was told already."""
        at = segments.payload[i]
        if self.listeners[row] is None and is_client_hello(copied(buffer, at, at + HELLO), 0):
            self._listen(row)
            self.state[row] = COUNTED
        ConnectionTable.wake(self, buffer, segments, i, row, direction, seq, frame, time)

    def _segment(
        self, buffer: memoryview, segments: Segments, i: int, frame: int, time: int, key: int
    ) -> None:
        if not self.keeps_marks:
            ConnectionTable._segment(self, buffer, segments, i, frame, time, key)
            return
        opened = self.opened
        before = self.state[self.find(segments, i, key)]
        ConnectionTable._segment(self, buffer, segments, i, frame, time, key)
        row = self.find(segments, i, key)
        after = self.state[row]
        mark = PASSED
        if after == ACTIVE or before == ACTIVE or (after == COUNTED and before == SEARCHING):
            mark = KEPT
        elif after == COUNTED:
            mark = KEPT if self._ends(segments, i, row) else PASSED
        elif after != IGNORED:
            mark = FIRST if self.opened > opened else UNDECIDED
        self.marks[i] = MARKS * row + mark

    def _ends(self, segments: Segments, i: int, row: int) -> bool:
        """Tell a RST, or a FIN with nothing before it that was passed: behind that, it would tell of a gap."""
        flags = segments.flags[i]
        next_seq = self.next_seq[2 * row + segments.direction[i]]
        return flags & RST != 0 or (flags & FIN != 0 and not segments.wire[i] and segments.seq[i] == next_seq)
