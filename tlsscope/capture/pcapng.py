"""The pcapng format: bytes of its blocks enter, rows of `Frames` leave (draft-ietf-opsawg-pcapng).

Packet blocks are walked here; at any other block the walk stops, for `blocks` to read it.
Kernel file: compiled where a C compiler is found (types in `pcapng.pxd`), interpreted otherwise.
"""

from array import array

from tlsscope import words

from .frames import CAPACITY, MAXIMUM_FRAME, Buffer, Frames
from .pcap import CORRUPT

ENHANCED_PACKET = 6
SIMPLE_PACKET = 3
OBSOLETE_PACKET = 2
SECTION_HEADER = 0x0A0D0D0A
MAXIMUM_INTERFACES = 4096
LATEST = 1 << 62  # ns: no clock of a capture reaches it (the year 2116)


class PcapngWalker:
    """Walks the blocks of one file. `interfaces` rows hold each interface's clock, over all sections."""

    def __init__(self) -> None:
        self.little_endian = True
        self.block = 0  # type of the block at which the walk stopped, 0 for none
        self.length = 0  # its total length
        self.base = 0  # first interface of this section
        self.interfaces = 0  # interfaces of all sections so far
        self.multiplier = array("q", bytes(8 * MAXIMUM_INTERFACES))
        self.divisor = array("q", bytes(8 * MAXIMUM_INTERFACES))
        self.shift = array("q", bytes(8 * MAXIMUM_INTERFACES))
        self.offset = array("q", bytes(8 * MAXIMUM_INTERFACES))
        self.snaplen = array("q", bytes(8 * MAXIMUM_INTERFACES))
        self.last_time = 0

    def walk(self, buffer: Buffer, start: int, stop: int, frames: Frames) -> int:
        """Fill `frames` from `buffer[start:stop]`; give the position of the first byte not used, or CORRUPT.

        Stops at a block that is no packet and names it in `block` and `length` (its body may not be there yet).
        """
        position = start
        row = 0
        self.block = 0
        while row < CAPACITY and stop - position >= 12:
            kind = self._number(buffer, position)
            length = self._number(buffer, position + 4)
            if kind != ENHANCED_PACKET and kind != SIMPLE_PACKET and kind != OBSOLETE_PACKET:
                self.block = kind
                self.length = length
                break
            if length < 16 or length & 3 or length > MAXIMUM_FRAME + 65_536:
                frames.count = row
                return position if row else CORRUPT
            if stop - position < length:
                break
            if not self._packet(buffer, position, kind, length, frames, row):
                frames.count = row
                return position if row else CORRUPT
            row += 1
            position += length
        frames.count = row
        return position

    def _packet(self, buffer: Buffer, at: int, kind: int, length: int, frames: Frames, row: int) -> bool:
        if kind == SIMPLE_PACKET:
            return self._simple(buffer, at, length, frames, row)
        if length < 32:
            return False
        interface = self._number(buffer, at + 8)
        if kind == OBSOLETE_PACKET:  # 16 bits of interface, 16 of drops
            interface = interface & 0xFFFF if self.little_endian else interface >> 16
        interface += self.base
        captured = self._number(buffer, at + 20)
        if interface >= self.interfaces or captured > length - 32:
            return False
        frames.time[row] = self._time(self._number(buffer, at + 12), self._number(buffer, at + 16), interface)
        frames.offset[row] = at + 28
        frames.captured[row] = captured
        frames.original[row] = self._number(buffer, at + 24)
        frames.interface[row] = interface
        self.last_time = frames.time[row]
        return True

    def _simple(self, buffer: Buffer, at: int, length: int, frames: Frames, row: int) -> bool:
        if self.base >= self.interfaces:
            return False
        original = self._number(buffer, at + 8)
        captured = original if original < length - 16 else length - 16
        if 0 < self.snaplen[self.base] < captured:
            captured = self.snaplen[self.base]
        frames.time[row] = self.last_time  # a simple packet block has no time of its own
        frames.offset[row] = at + 12
        frames.captured[row] = captured
        frames.original[row] = original
        frames.interface[row] = self.base
        return True

    def _time(self, high: int, low: int, interface: int) -> int:
        if high >= 1 << 30:
            return LATEST
        units = high << 32 | low
        shift = self.shift[interface]
        if shift:
            whole = units >> shift
            if whole > LATEST // 1_000_000_000:
                return LATEST
            parts = units - (whole << shift)
            if shift > 32:
                parts >>= shift - 32
                shift = 32
            return whole * 1_000_000_000 + (parts * 1_000_000_000 >> shift) + self.offset[interface]
        if units > LATEST // self.multiplier[interface]:
            return LATEST
        return units * self.multiplier[interface] // self.divisor[interface] + self.offset[interface]

    def _number(self, buffer: Buffer, at: int) -> int:
        return words.four_little(buffer, at) if self.little_endian else words.four(buffer, at)
