"""Packets as pcapng: rows of `Frames` enter, Enhanced Packet Blocks leave (draft-ietf-opsawg-pcapng §4.3).

Little endian, times in nanoseconds.
Kernel file: compiled where a C compiler is found (types in `packet_blocks.pxd`), interpreted otherwise.
"""

from .frames import Buffer, Frames

ENHANCED_PACKET = 6
AROUND = 32  # bytes of a block beside the packet and its padding
ROOM = 1 << 20  # more than the longest frame needs


class PacketBlocks:
    """Builds blocks in `room`, of which `used` bytes are filled."""

    def __init__(self) -> None:
        self.room = bytearray(ROOM)
        self.used = 0
        self._bytes = memoryview(self.room)

    def fill(self, buffer: Buffer, frames: Frames, row: int, wanted: memoryview) -> int:
        """Begin anew, with the rows from `row` on whose `wanted` is not 0; give the row that found no room."""
        self.used = 0
        while row < frames.count:
            if wanted[row]:
                captured = frames.captured[row]
                length = AROUND + captured + (-captured & 3)
                if self.used + length > ROOM:
                    break
                self._block(buffer, frames, row, captured, length)
                self.used += length
            row += 1
        return row

    def _block(self, buffer: Buffer, frames: Frames, row: int, captured: int, length: int) -> None:
        at = self.used
        time = frames.time[row]
        start = frames.offset[row]
        end = at + 28 + captured
        self._number(at, ENHANCED_PACKET)
        self._number(at + 4, length)
        self._number(at + 8, frames.interface[row])
        self._number(at + 12, time >> 32)
        self._number(at + 16, time & 0xFFFF_FFFF)
        self._number(at + 20, captured)
        self._number(at + 24, frames.original[row])
        self._bytes[at + 28 : end] = buffer[start : start + captured]
        while end & 3:
            self._bytes[end] = 0
            end += 1
        self._number(end, length)

    def _number(self, at: int, value: int) -> None:
        room = self._bytes
        room[at] = value & 0xFF
        room[at + 1] = value >> 8 & 0xFF
        room[at + 2] = value >> 16 & 0xFF
        room[at + 3] = value >> 24 & 0xFF
