"""The slower road of one connection: segments that came early are held; bytes that came twice are compared.

Enters: what is not simply the next bytes. Leaves: `Held` segments once their turn has come, gaps when it never will.
"""

from typing import NamedTuple

MOST_HELD_SEGMENTS = 256  # of one connection
MOST_HELD_BYTES = 1 << 20
MOST_REMEMBERED = 1 << 14  # bytes of one direction kept to compare retransmissions with
PATIENCE = 16  # packets of the connection after the receiver said that it has what we miss


class Held(NamedTuple):
    """A segment that came before its turn: `wire` counts bytes that snaplen cut from `data` too."""

    seq: int
    data: bytes
    wire: int
    frame: int
    time: int


class Reassembly:
    """What one connection holds back and remembers, by direction."""

    __slots__ = ("_remembered", "_waited", "delivered", "held", "held_bytes")

    def __init__(self) -> None:
        self.held: tuple[list[Held], list[Held]] = ([], [])
        self.held_bytes = 0
        self.delivered: tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]] = ([], [])
        self._remembered = [0, 0]
        self._waited = 0

    def remember(self, direction: int, seq: int, data: bytes) -> None:
        """Keep delivered bytes, as far as the bound goes, to compare later copies with."""
        if self._remembered[direction] < MOST_REMEMBERED:
            self._remembered[direction] += len(data)
            self.delivered[direction].append((seq, data))

    def conflicts(self, direction: int, seq: int, data: bytes) -> bool:
        """Tell whether another copy of delivered bytes differs from the first."""
        for known_seq, known in self.delivered[direction]:
            shift = _distance(known_seq, seq)
            start, stop = max(0, shift), min(len(known), shift + len(data))
            if start < stop and known[start:stop] != data[start - shift : stop - shift]:
                return True
        return False

    def hold(self, direction: int, segment: Held) -> bool:
        """Hold a segment back until its turn; False where the bound is hit."""
        held = self.held[direction]
        place = len(held)
        while place and _distance(segment.seq, held[place - 1].seq) > 0:
            place -= 1
        held.insert(place, segment)
        self.held_bytes += len(segment.data)
        return len(held) <= MOST_HELD_SEGMENTS and self.held_bytes <= MOST_HELD_BYTES

    def next(self, direction: int) -> Held:
        """Take the held segment that comes first."""
        segment = self.held[direction].pop(0)
        self.held_bytes -= len(segment.data)
        return segment

    def lost(self, direction: int, next_seq: int, ack: int) -> bool:
        """Tell whether what is missing will not come: the receiver has had it for long (`ack` of the other side)."""
        if not self.held[direction] or _distance(next_seq, ack) <= 0:
            return False
        self._waited += 1
        if self._waited < PATIENCE:
            return False
        self._waited = 0
        return True


def _distance(start: int, end: int) -> int:
    """Signed distance of sequence numbers, RFC 9293 §3.4."""
    return ((end - start + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
