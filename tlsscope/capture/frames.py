"""Frames: one window of captured packets as columns over a buffer. Nothing is copied, no object a packet.

Kernel file: compiled where a C compiler is found (types in `frames.pxd`), interpreted otherwise.
"""

from array import array

CAPACITY = 4096  # rows of one window
MAXIMUM_FRAME = 262_144  # the longest frame that any capture tool writes (Wireshark's bound too)

Buffer = bytes | bytearray | memoryview  # where the frames lie


class Frames:
    """Row i: `captured[i]` bytes from `offset[i]` in the buffer, of `original[i]` on the wire, at `time[i]` ns.

    `interface[i]` indexes the capture's interfaces. The frame number of row i is `first + i` (1-based).
    `annex` is room behind the window, in the same buffer, at `annex_at`: for packets that no frame holds whole.
    """

    def __init__(self) -> None:
        self.count = 0
        self.first = 1
        self.offset = array("q", bytes(8 * CAPACITY))
        self.captured = array("q", bytes(8 * CAPACITY))
        self.original = array("q", bytes(8 * CAPACITY))
        self.time = array("q", bytes(8 * CAPACITY))
        self.interface = array("q", bytes(8 * CAPACITY))
        self.annex = memoryview(bytearray())
        self.annex_at = 0
        self.annex_used = 0

    def append(self, packet: bytes) -> int:
        """Put a packet into the annex; give its place in the buffer, -1 where there is no room."""
        start = self.annex_used
        stop = start + len(packet)
        if stop > len(self.annex):
            return -1
        self.annex[start:stop] = packet
        self.annex_used = stop
        return self.annex_at + start
