"""Fragments of IP packets enter, one at a time; the packet leaves with its last fragment. Plain Python: they are rare.

Overlapping fragments are an attack on whoever reassembles them (RFC 5722, RFC 8200 §4.5): their packet is dropped,
and so is what follows of it; an exact copy of a fragment, as a mirror port makes, is passed over. Time is capture time.
"""

from bisect import bisect_right
from typing import NamedTuple

PATIENCE = 30_000_000_000  # ns of capture time (Linux's ip_frag_time)
MOST_PACKETS = 1024
MOST_BYTES = 4 << 20
_LARGEST_PACKET = 65_535
_OVERHEAD = 256  # what a fragment costs besides its bytes, roughly

Key = tuple[int, bytes]


class Whole(NamedTuple):
    """A reassembled packet, and the number of its fragments."""

    packet: bytes
    fragments: int


class _Fragment(NamedTuple):
    key: bytes  # addresses, identification, protocol
    head: bytes  # the header that a whole packet would have, its length apart
    offset: int
    more: bool
    data: bytes


class _Incomplete:
    """The fragments of one packet so far, in order."""

    def __init__(self, time: int) -> None:
        self.since = time
        self.parts: list[tuple[int, bytes]] = []
        self.head = b""
        self.size = 0  # of the data, where the last fragment was seen
        self.there = 0
        self.cost = 0
        self.dropped = False

    def add(self, fragment: _Fragment) -> None:
        """Take a fragment; drop them all where it contradicts another."""
        part = (fragment.offset, fragment.data)
        place = bisect_right(self.parts, part)
        if self.dropped or (place and self.parts[place - 1] == part):
            return
        if self._contradicts(fragment, place):
            self.dropped = True
            self.parts.clear()
            self.cost = _OVERHEAD
            return
        self.parts.insert(place, part)
        self.there += len(fragment.data)
        self.cost += len(fragment.data) + _OVERHEAD
        if fragment.offset == 0:
            self.head = fragment.head
        if not fragment.more:
            self.size = _end(part)

    def is_whole(self) -> bool:
        """Tell whether no byte is missing: parts never overlap, so that counting them is enough."""
        return not self.dropped and 0 < self.size == self.there

    def _contradicts(self, fragment: _Fragment, place: int) -> bool:
        end = fragment.offset + len(fragment.data)
        if place and _end(self.parts[place - 1]) > fragment.offset:
            return True
        if place < len(self.parts) and (self.parts[place][0] < end or not fragment.more):
            return True
        return self.size > 0 and (end > self.size or not fragment.more)


class Fragments:
    """The packets that wait for fragments, the oldest first."""

    def __init__(self) -> None:
        self._waiting: dict[Key, _Incomplete] = {}
        self._cost = 0

    def take(self, packet: bytes, encapsulation: int, time: int) -> Whole | None:
        """Take one fragment, an IP packet by itself. Give the whole packet where it was the last one missing."""
        self._forget(time)
        fragment = _read_ipv4(packet) if packet[0] >> 4 == 4 else _read_ipv6(packet)
        if fragment is None:
            return None
        key = (encapsulation, fragment.key)
        incomplete = self._waiting.setdefault(key, _Incomplete(time))
        self._cost -= incomplete.cost
        incomplete.add(fragment)
        self._cost += incomplete.cost
        if not incomplete.is_whole():
            return None
        self._remove(key)
        packet = _with_length(incomplete.head, b"".join(data for _, data in incomplete.parts))
        return Whole(packet, len(incomplete.parts)) if packet else None

    def _forget(self, time: int) -> None:
        """Give up what waited too long, and the oldest where there is too much."""
        while self._waiting:
            oldest = next(iter(self._waiting))
            waited = time - self._waiting[oldest].since
            if waited <= PATIENCE and len(self._waiting) < MOST_PACKETS and self._cost < MOST_BYTES:
                return
            self._remove(oldest)

    def _remove(self, key: Key) -> None:
        self._cost -= self._waiting.pop(key).cost


def _end(part: tuple[int, bytes]) -> int:
    return part[0] + len(part[1])


def _read_ipv4(packet: bytes) -> _Fragment | None:
    """RFC 791 §3.1. The caller has checked that the header is there."""
    header = (packet[0] & 0x0F) * 4
    head = packet[:6] + bytes((packet[6] & 0x40, 0)) + packet[8:header]
    offset = (packet[6] & 0x1F) << 8 | packet[7]
    key = packet[4:6] + packet[9:10] + packet[12:20]
    return _checked(_Fragment(key, head, 8 * offset, bool(packet[6] & 0x20), packet[header:]))


def _read_ipv6(packet: bytes) -> _Fragment | None:
    """RFC 8200 §4.5: what stands before the fragment header belongs to the whole packet."""
    field, at = 6, 40
    while packet[field] != 44:
        if len(packet) < at + 8:
            return None
        field, at = at, at + 8 * (packet[at + 1] + 1)
    if len(packet) < at + 8:
        return None
    head = packet[:field] + packet[at : at + 1] + packet[field + 1 : at]
    where = packet[at + 2] << 8 | packet[at + 3]
    key = packet[8:40] + packet[at + 4 : at + 8]
    return _checked(_Fragment(key, head, where & 0xFFF8, bool(where & 1), packet[at + 8 :]))


def _checked(fragment: _Fragment) -> _Fragment | None:
    if not fragment.data or (fragment.more and len(fragment.data) % 8):
        return None
    return fragment if fragment.offset + len(fragment.data) <= _LARGEST_PACKET else None


def _with_length(head: bytes, data: bytes) -> bytes:
    """Join header and data, with the length that they have together; nothing where no packet can be so long."""
    at, length = (2, len(head) + len(data)) if head[0] >> 4 == 4 else (4, len(head) - 40 + len(data))
    if length > _LARGEST_PACKET:
        return b""
    return head[:at] + length.to_bytes(2, "big") + head[at + 2 :] + data
