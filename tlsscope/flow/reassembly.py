"""The slower road of one connection: segments that came early are held; bytes that came twice are compared.

Enters: what is not simply the next bytes. Leaves: `Held` segments that do not overlap, once their turn has come.
Kernel file: compiled where a C compiler is found (types in `reassembly.pxd`), interpreted otherwise.
"""

from typing import NamedTuple

from .opening import HALF, TURN, WORD

MOST_HELD_SEGMENTS = 256  # of one direction
MOST_HELD_BYTES = 1 << 20  # of one connection
MOST_REMEMBERED = 1 << 14  # bytes of one direction kept to compare retransmissions with
SMALL = 256  # bytes: what is smaller is put together
OVERHEAD = 256  # bytes of memory that a held segment costs beside its data
PATIENCE = 16  # packets of the connection after the receiver said that it has what we miss


class Held(NamedTuple):
    """A segment that came before its turn: `wire` counts bytes that snaplen cut from `data` too."""

    seq: int
    data: bytes
    wire: int
    frame: int
    time: int

    def head(self, size: int) -> "Held":
        """Give its first `size` bytes."""
        return Held(self.seq, self.data[:size], size, self.frame, self.time)

    def tail(self, size: int) -> "Held":
        """Give it without its first `size` bytes."""
        return Held((self.seq + size) & WORD, self.data[size:], self.wire - size, self.frame, self.time)


_NOTHING: list[bytes] = []  # which nobody adds to: the first bytes begin a list of their own


class Stream:
    """One direction: what is held back, in order and without overlap, and the last contiguous run of known bytes."""

    def __init__(self) -> None:
        self.held: list[Held] | None = None  # made on need: most connections hold nothing
        self.known = _NOTHING  # as it was delivered: nothing is copied for a later copy that rarely comes
        self.size = 0  # of all known bytes
        self.start = 0  # sequence number of the first of them


class Reassembly:
    """What one connection holds back and remembers, by direction."""

    def __init__(self) -> None:
        self.weight = 0  # bytes of memory that it holds, about
        self._a = Stream()
        self._b = Stream()
        self._waited = 0

    def remember(self, direction: int, seq: int, data: bytes) -> None:
        """Keep delivered bytes, as far as the bound goes, to compare later copies with."""
        stream = self._b if direction else self._a
        known, size = stream.known, len(data)
        if not stream.size or (stream.start + stream.size) & WORD != seq:  # the first bytes, or those behind a gap
            self.weight -= stream.size
            stream.known = [data]
            stream.size = 0
            stream.start = seq
        elif stream.size >= MOST_REMEMBERED:
            return
        elif size < SMALL and len(known[len(known) - 1]) < SMALL:  # an object costs more than a few bytes
            known[len(known) - 1] += data
        else:
            known.append(data)
        stream.size += size
        self.weight += size

    def conflicts(self, direction: int, seq: int, data: bytes) -> bool:
        """Tell whether another copy of delivered bytes differs from the first."""
        stream = self._b if direction else self._a
        shift = distance(stream.start, seq)
        start = max(0, shift)
        stop = min(stream.size, shift + len(data))
        return start < stop and b"".join(stream.known)[start:stop] != data[start - shift : stop - shift]

    def hold(self, direction: int, segment: Held) -> bool:
        """Hold what is new of a segment until its turn; True where it differs from what is held already.

        One byte alone may be a keep-alive probe, whose byte means nothing: it yields to a longer segment.
        """
        held = self._held(direction)
        conflict = False
        place = len(held)
        while place and distance(segment.seq, held[place - 1].seq + held[place - 1].wire) > 0:
            place -= 1
        while place < len(held):
            known = held[place]
            before = distance(segment.seq, known.seq)
            if before >= segment.wire:
                break
            if known.wire == 1 and segment.wire > 1:
                del held[place]
                self.weight -= len(known.data) + OVERHEAD
                continue
            conflict = conflict or (segment.wire > 1 and differ(known, segment))
            if before > 0:
                self._insert(held, place, segment.head(before))
                place += 1
            behind = before + known.wire
            if behind >= segment.wire:
                return conflict
            segment = segment.tail(behind)
            place += 1
        self._insert(held, place, segment)
        return conflict

    def _held(self, direction: int) -> list[Held]:
        stream = self._b if direction else self._a
        if stream.held is None:
            stream.held = []
        return stream.held

    def _insert(self, held: list[Held], place: int, segment: Held) -> None:
        held.insert(place, segment)
        self.weight += len(segment.data) + OVERHEAD

    def first(self, direction: int) -> Held | None:
        """Give the held segment that comes first."""
        stream = self._b if direction else self._a
        return stream.held[0] if stream.held else None

    def next(self, direction: int) -> Held:
        """Take the held segment that comes first."""
        held = self._held(direction)
        segment = held.pop(0)
        self.weight -= len(segment.data) + OVERHEAD
        if not held:
            self._waited = 0
        return segment

    def overfull(self, direction: int) -> bool:
        """Tell whether the bounds are hit."""
        return len(self._held(direction)) > MOST_HELD_SEGMENTS or self.weight > MOST_HELD_BYTES

    def lost(self, direction: int, next_seq: int, ack: int) -> bool:
        """Tell whether what is missing will not come: the receiver has had it for long (`ack` of the other side)."""
        stream = self._b if direction else self._a
        if not stream.held or distance(next_seq, ack) <= 0:
            return False
        self._waited += 1
        if self._waited < PATIENCE:
            return False
        self._waited = 0
        return True


def distance(start: int, end: int) -> int:
    """Signed distance of sequence numbers, RFC 9293 §3.4."""
    ahead = (end - start) & WORD
    return ahead - TURN if ahead >= HALF else ahead


def differ(known: Held, segment: Held) -> bool:
    """Tell whether two segments differ in the bytes that they share."""
    shift = distance(known.seq, segment.seq)
    start = max(0, shift)
    stop = min(len(known.data), shift + len(segment.data))
    return start < stop and known.data[start:stop] != segment.data[start - shift : stop - shift]
