"""Copies of packets, as mirror ports make them: packets enter one by one, whether each came just before leaves.

Kernel file: compiled where a C compiler is found (types in `dedup.pxd`), interpreted otherwise.
"""

from array import array

from .frames import Buffer

WINDOW = 4096  # packets that are remembered
LONGEST = 50_000_000  # ns between a packet and its copy
_NONE = -1


class Copies:
    """Remembers the last packets by digest; the hash of bytes is keyed anew for each process."""

    def __init__(self) -> None:
        self._digests = array("q", bytes(8 * WINDOW))
        self._times = array("q", bytes(8 * WINDOW))
        self._latest: dict[int, int] = {}  # digest to number of the packet
        self._count = 0

    def has_packet(self, buffer: Buffer, at: int, stop: int, time: int) -> bool:
        """Look for a packet of IP, of which `stop` may lie in the padding of its frame; remember it."""
        length = 0
        if stop - at >= 20 and buffer[at] >> 4 == 4:
            length = buffer[at + 2] << 8 | buffer[at + 3]
        elif stop - at >= 40 and buffer[at] >> 4 == 6:
            length = 40 + (buffer[at + 4] << 8 | buffer[at + 5])
        if 40 <= length < stop - at:  # beyond an IP and a TCP header, 0 and such stand for a length not known
            stop = at + length
        return self.has(buffer, at, stop, time)

    def has(self, buffer: Buffer, at: int, stop: int, time: int) -> bool:
        """Look for bytes; remember them."""
        digest = hash(bytes(buffer[at:stop]))
        number = self._count
        slot = number % WINDOW
        earlier = self._latest.get(digest, _NONE)
        apart = LONGEST + 1
        if earlier != _NONE:
            apart = time - self._times[earlier % WINDOW]
        if number >= WINDOW and self._latest.get(self._digests[slot], _NONE) == number - WINDOW:
            del self._latest[self._digests[slot]]
        self._digests[slot] = digest
        self._times[slot] = time
        self._latest[digest] = number
        self._count = number + 1
        return -LONGEST <= apart <= LONGEST
