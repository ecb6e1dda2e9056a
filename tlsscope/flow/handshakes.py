"""Which packets belong to handshakes: marked segments enter, a choice of frames leaves, and packets held until now.

What comes before a connection shows that it is TLS (its SYNs, words before STARTTLS) is held, up to a bound.
Kernel file: compiled where a C compiler is found (types in `handshakes.pxd`), interpreted otherwise.
"""

from tlsscope.capture.frames import CAPACITY, Frames
from tlsscope.capture.packet_blocks import PacketBlocks
from tlsscope.link.segments import Segments

from .marks import KEPT, MARKS, PASSED, UNDECIDED
from .rows import column

MOST_HELD_BYTES = 32 << 20  # of all connections
MOST_HELD_PACKETS = 64  # of one


class HandshakePackets:
    """Chooses, window by window. `dropped` counts packets that a bound took."""

    def __init__(self) -> None:
        self.wanted = column("q", CAPACITY)
        self.dropped = 0
        self._single = column("q", CAPACITY)
        self._blocks = PacketBlocks()
        self._held: dict[int, list[bytes]] = {}
        self._held_bytes = 0

    def choose(self, buffer: memoryview, frames: Frames, segments: Segments, marks: memoryview) -> bytes:
        """Mark the wanted frames of a window; give the blocks of earlier packets, which come before them."""
        for row in range(frames.count):
            self.wanted[row] = 0
        earlier = []
        for i in range(segments.count):
            mark = marks[i] % MARKS
            connection = marks[i] // MARKS
            if mark != UNDECIDED and self._held:
                held = self._take(connection)
                if mark == KEPT:
                    earlier.extend(held)
            if mark == KEPT:
                self.wanted[segments.frame[i]] = 1
            elif mark != PASSED:
                self._hold(buffer, frames, segments.frame[i], connection)
        return b"".join(earlier)

    def _hold(self, buffer: memoryview, frames: Frames, row: int, connection: int) -> None:
        held = self._held.setdefault(connection, [])
        if len(held) == MOST_HELD_PACKETS or self._held_bytes > MOST_HELD_BYTES:
            self.dropped += 1
            return
        count = frames.count
        frames.count = row + 1
        self._single[row] = 1
        self._blocks.fill(buffer, frames, row, self._single)
        self._single[row] = 0
        frames.count = count
        block = bytes(self._blocks.room[: self._blocks.used])
        self._held_bytes += len(block)
        held.append(block)

    def _take(self, connection: int) -> list[bytes]:
        held = self._held.pop(connection, [])
        for block in held:
            self._held_bytes -= len(block)
        return held
