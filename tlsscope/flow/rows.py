"""The rows of the table of connections: columns, a hash over them, and lists ordered by last activity.

Kernel file: compiled where a C compiler is found (types in `rows.pxd`), interpreted otherwise.
"""

from collections.abc import Iterable
from mmap import mmap

from tlsscope.link.segments import Segments

from .opening import EMBRYONIC, HEADS, Key

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_MIX_1, _MIX_2 = 0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F


class Rows:
    """Columns by row, pairs by `2 * row + direction`. Rows from HEADS on are connections; row 0 means none."""

    def __init__(self, most: int, seed: int) -> None:
        """Make room for `most` connections."""
        rows = HEADS + most
        size = 1 << most.bit_length()
        self.most = most
        self.seed = seed & _MASK
        self.used = 0
        self.followed: set[Key] | None = None  # all others are passed over
        self.free: list[int] = []
        self.mask = size - 1
        self.buckets = column("q", size)
        self.state = column("q", rows)
        self.strikes = column("q", rows)
        self.holding = column("q", rows)
        self.syn_from = column("q", rows)
        self.end_frame = column("q", rows)
        self.end_by = column("q", rows)
        self.end_is_rst = column("q", rows)
        self.list = column("q", rows)
        self.older = column("q", rows)
        self.newer = column("q", rows)
        self.last_time = column("q", rows)
        self.last_frame = column("q", rows)
        self.encapsulation = column("q", rows)
        self.chain = column("q", rows)
        self.known = column("q", 2 * rows)
        self.first_seq = column("q", 2 * rows)
        self.next_seq = column("q", 2 * rows)
        self.finished = column("q", 2 * rows)
        self.last_seq = column("q", 2 * rows)
        self.packets = column("q", 2 * rows)
        self.bytes = column("q", 2 * rows)
        self.key = column("Q", rows)
        self.ports = column("Q", rows)
        self.high_a = column("Q", rows)
        self.low_a = column("Q", rows)
        self.high_b = column("Q", rows)
        self.low_b = column("Q", rows)
        for head in range(HEADS):
            self.older[head] = self.newer[head] = head

    def hash(self, segments: Segments, i: int) -> int:
        """Mix the key of a segment. The seed differs from run to run, so that nobody can aim at one bucket."""
        h = (segments.low_a[i] ^ self.seed) * _MIX_1 & _MASK
        h = (h ^ h >> 29 ^ segments.low_b[i]) * _MIX_2 & _MASK
        h = (h ^ h >> 31 ^ segments.ports[i]) * _MIX_1 & _MASK
        if segments.high_a[i] | segments.high_b[i]:  # IPv6
            h = (h ^ h >> 29 ^ segments.high_a[i]) * _MIX_2 & _MASK
            h = (h ^ h >> 31 ^ segments.high_b[i]) * _MIX_1 & _MASK
        return h ^ h >> 32

    def follow(self, keys: Iterable[Key]) -> None:
        """Pass over all connections but these from here on."""
        self.followed = set(keys)

    def name(self, segments: Segments, i: int) -> Key:
        """Name a segment's connection."""
        return segments.ports[i], segments.high_a[i], segments.low_a[i], segments.high_b[i], segments.low_b[i]

    def names(self) -> list[Key]:
        """Name the connections that are in the table."""
        found = []
        for head in range(HEADS):
            row = self.newer[head]
            while row != head:
                found.append((self.ports[row], self.high_a[row], self.low_a[row], self.high_b[row], self.low_b[row]))
                row = self.newer[row]
        return found

    def full(self) -> bool:
        """Tell whether there is no room for another connection."""
        return self.used == self.most and not self.free

    def find(self, segments: Segments, i: int, key: int) -> int:
        """Give the row of the segment's connection, 0 for none."""
        row = self.buckets[key & self.mask]
        while row:
            if (
                self.ports[row] == segments.ports[i]
                and self.low_a[row] == segments.low_a[i]
                and self.low_b[row] == segments.low_b[i]
                and self.high_a[row] == segments.high_a[i]
                and self.high_b[row] == segments.high_b[i]
            ):
                return row
            row = self.chain[row]
        return 0

    def add(self, segments: Segments, i: int, key: int) -> int:
        """Make a row for the segment's connection, on no list yet. There must be room."""
        if self.free:
            row = self.free.pop()
        else:
            row = HEADS + self.used
            self.used += 1
        bucket = key & self.mask
        self.key[row] = key
        self.chain[row] = self.buckets[bucket]
        self.buckets[bucket] = row
        self.ports[row] = segments.ports[i]
        self.low_a[row] = segments.low_a[i]
        self.low_b[row] = segments.low_b[i]
        self.high_a[row] = segments.high_a[i]
        self.high_b[row] = segments.high_b[i]
        self.encapsulation[row] = segments.encapsulation[i]
        self.state[row] = 0
        self.strikes[row] = 0
        self.holding[row] = 0
        self.syn_from[row] = -1
        self.end_frame[row] = 0
        self.end_by[row] = -1
        self.end_is_rst[row] = 0
        for side in range(2 * row, 2 * row + 2):
            self.known[side] = 0
            self.finished[side] = 0
            self.packets[side] = 0
            self.bytes[side] = 0
        self.list[row] = EMBRYONIC
        self.older[row] = self.newer[row] = row
        return row

    def remove(self, row: int) -> None:
        """Take a row off its list and its bucket."""
        older = self.older[row]
        newer = self.newer[row]
        self.newer[older] = newer
        self.older[newer] = older
        bucket = self.key[row] & self.mask
        at = self.buckets[bucket]
        if at == row:
            self.buckets[bucket] = self.chain[row]
        else:
            while self.chain[at] != row:
                at = self.chain[at]
            self.chain[at] = self.chain[row]
        self.free.append(row)

    def touch(self, row: int) -> None:
        """Make a connection the last of its list."""
        older = self.older[row]
        newer = self.newer[row]
        head = self.list[row]
        if newer == head:
            return
        self.newer[older] = newer
        self.older[newer] = older
        last = self.older[head]
        self.newer[last] = row
        self.older[row] = last
        self.newer[row] = head
        self.older[head] = row


def column(code: str, rows: int) -> memoryview:
    """Make a column of zeros. Pages that no row has touched yet cost no memory, so columns never grow."""
    return memoryview(mmap(-1, 8 * rows)).cast(code)  # type: ignore[call-overload, no-any-return]
