"""The kernel's ring of blocks (TPACKET_V3, Linux's packet_mmap): a filled block enters, rows of `Frames` leave.

The rows point into the ring itself: nothing is copied. Only a VLAN tag that the network card took off is put back, in
the room that PACKET_RESERVE leaves before each frame.
Kernel file: compiled where a C compiler is found (types in `ring.pxd`), interpreted otherwise.
"""

from array import array

from .frames import CAPACITY, Frames

FILLED = 1  # TP_STATUS_USER: the block is ours
EMPTY = 0  # TP_STATUS_KERNEL: it is the kernel's
VLAN_THERE = 1 << 4  # TP_STATUS_VLAN_VALID
VLAN_TYPE_THERE = 1 << 6  # TP_STATUS_VLAN_TPID_VALID
TAG = 4  # bytes of a VLAN tag
ADDRESSES = 12  # bytes of the two addresses before it
ETHERNET, LOOPBACK = 1, 772  # ARPHRD_*: link types that may have a tag
MOST_PLACES = 256  # interfaces of one socket
NOWHERE = -1


class RingWalker:
    """Walks one ring. `bytes_`, `halves` and `words` are views of the same memory, in units of 1, 2 and 4 bytes.

    A socket may hear many interfaces: `place` names an index of the system, and the row that frames of it get.
    """

    def __init__(self, bytes_: memoryview, halves: memoryview, words: memoryview, block: int) -> None:
        self._bytes = bytes_
        self._halves = halves
        self._words = words
        self._block_size = block
        self._blocks = len(bytes_) // block
        self._block = 0  # the next one to be filled
        self._at = 0  # of the next packet in it
        self._left = 0  # packets of it that were not walked yet
        self._places = 0
        self._index = array("q", bytes(8 * MOST_PLACES))
        self._row = array("q", bytes(8 * MOST_PLACES))
        self._walked = 0  # bytes
        self.link_layer = 0  # ARPHRD_* of the interface at which the walk stopped
        self.unplaced = 0  # its index

    def ready(self) -> bool:
        """Tell whether a block is filled; the walk begins at its first packet."""
        start = self._block * self._block_size
        if self._words[(start + 8) >> 2] & FILLED == 0:
            return False
        self._left = self._words[(start + 12) >> 2]
        self._at = start + self._words[(start + 16) >> 2]
        return True

    def walk(self, frames: Frames) -> bool:
        """Fill `frames`; True while the block has more. Stops at an interface without a place: `unplaced` names it."""
        row = 0
        self.unplaced = 0
        while row < CAPACITY and self._left:
            at = self._at
            interface = self._find(self._words[(at + 52) >> 2])
            if interface == NOWHERE:
                self.unplaced = self._words[(at + 52) >> 2]
                self.link_layer = self._halves[(at + 56) >> 1]
                break
            self._fill(frames, row, at)
            frames.interface[row] = interface
            row += 1
            self._left -= 1
            self._at = at + self._words[at >> 2]
        frames.count = row
        return self._left > 0

    def release(self) -> None:
        """Give the block back to the kernel: its rows are gone."""
        self._words[(self._block * self._block_size + 8) >> 2] = EMPTY
        self._block += 1
        if self._block == self._blocks:
            self._block = 0

    def place(self, index: int, row: int) -> None:
        """Give an interface its row; with more of them than there are places, the last one moves on."""
        at = self._places
        if at < MOST_PLACES - 1:
            self._places = at + 1
        self._index[at] = index
        self._row[at] = row

    def take_bytes(self) -> int:
        """Count the bytes of frames since the last call."""
        walked = self._walked
        self._walked = 0
        return walked

    def _find(self, index: int) -> int:
        for at in range(self._places):
            if self._index[at] == index:
                return self._row[at]
        return NOWHERE

    def _fill(self, frames: Frames, row: int, at: int) -> None:
        words = self._words
        start = at + self._halves[(at + 24) >> 1]
        captured = words[(at + 12) >> 2]
        original = words[(at + 16) >> 2]
        status = words[(at + 20) >> 2]
        if status & VLAN_THERE and captured >= ADDRESSES:
            layer = self._halves[(at + 56) >> 1]
            if layer == ETHERNET or layer == LOOPBACK:
                self._put_tag(at, start, status)
                start -= TAG
                captured += TAG
                original += TAG
        seconds = words[(at + 4) >> 2]
        frames.time[row] = seconds * 1_000_000_000 + words[(at + 8) >> 2]
        frames.offset[row] = start
        frames.captured[row] = captured
        self._walked += captured
        frames.original[row] = original

    def _put_tag(self, at: int, start: int, status: int) -> None:
        """Move the addresses to the front and write the tag behind them, as it was on the wire (IEEE 802.1Q)."""
        bytes_ = self._bytes
        for i in range(start, start + ADDRESSES):
            bytes_[i - TAG] = bytes_[i]
        kind = self._halves[(at + 36) >> 1] if status & VLAN_TYPE_THERE else 0x8100
        tag = self._words[(at + 32) >> 2]
        place = start + ADDRESSES - TAG
        bytes_[place] = kind >> 8
        bytes_[place + 1] = kind & 0xFF
        bytes_[place + 2] = tag >> 8 & 0xFF
        bytes_[place + 3] = tag & 0xFF
