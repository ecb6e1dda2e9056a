"""How the units of a group of captures hang together: their heads enter; who tells what leaves.

A connection that is in the table when a unit ends, and the stream goes on, is read again from that unit on (`joining`),
and told by that reading as far as it goes; all other connections are told by the unit's own.
"""

from collections.abc import Iterable

from tlsscope.flow.opening import Key, Limits

from .joining import Joined
from .stream import goes_on
from .units import NEVER, Unit, name_of_row

Rows = dict[str, Key]
Done = dict[int, Joined]  # by the unit in which the reading began


class Chains:
    """The units of one group, in order. `part_of[n]` is the part in which unit n lies."""

    def __init__(self, parts: Iterable[list[Unit]]) -> None:
        self.units: list[Unit] = []
        self.part_of: list[int] = []
        self.place_of: list[int] = []  # within its part's answer
        for number, units in enumerate(parts):
            for place, unit in enumerate(units):
                self._add(unit, number, place)
        self.continues = [False] + [self._continues(at) for at in range(1, len(self.units))]
        self._rows: list[Rows] = [
            {name_of_row(key): key for key in unit.rows} if self._is_cut(at) else {}
            for at, unit in enumerate(self.units)
        ]

    def before(self, at: int) -> tuple[int, int, int]:
        """Count the streams, and in its own stream the windows and the frames, before a unit."""
        begin = self._begin(at)
        same = self.units[begin:at]
        streams = at - sum(self.continues[: at + 1])
        return streams, sum(one.windows for one in same), sum(one.frames for one in same)

    def late(self, at: int) -> int:
        """Give the time at which a unit begins, where frames of those before are later than its first."""
        if not self.continues[at]:
            return NEVER
        latest = max(one.latest for one in self.units[self._begin(at) : at])
        return latest if latest > self.units[at].first else NEVER

    def cut(self, at: int) -> set[str]:
        """Name the connections that may go on behind a unit."""
        return set(self._rows[at])

    def end(self, at: int) -> int:
        """Give the first unit that is no longer of the same stream."""
        at += 1
        while at < len(self.units) and self.continues[at]:
            at += 1
        return at

    def wanted(self, done: Done) -> dict[int, Rows]:
        """Name the connections that have to be joined, by the unit to begin with; `done` was joined before."""
        owned = self.owned(done)
        wanted = {}
        for at, rows in enumerate(self._rows):
            mine = {name: key for name, key in rows.items() if name not in owned[at]}
            if mine:
                wanted[at] = mine
        return wanted

    def owned(self, done: Done) -> list[set[str]]:
        """List for each unit the connections that an earlier unit's joining tells, as far as that is known."""
        owned: list[set[str]] = [set() for _ in self.units]
        for at, rows in enumerate(self._rows):
            joined = done[at].until if at in done else {}
            for name in rows:
                if name not in owned[at]:
                    last = at + joined[name] if name in joined else self._guess(at, name)
                    for later in range(at + 1, last + 1):
                        owned[later].add(name)
        return owned

    def _guess(self, at: int, name: str) -> int:
        """Say in which unit a connection will end, as the units themselves saw it."""
        while name in self._rows[at]:
            at += 1
        return at

    def _add(self, unit: Unit, part: int, place: int) -> None:
        """Add a unit; files without a frame go with the unit before."""
        if self.units and not unit.frames and unit.failure is None:
            before = self.units[-1]
            before.totals.add(unit.totals)
            before.secrets += unit.secrets
            if before.failure is None:
                before.names += unit.names
            return
        self.units.append(unit)
        self.part_of.append(part)
        self.place_of.append(place)

    def _continues(self, at: int) -> bool:
        """Tell whether the stream before a unit goes on with it."""
        before, unit = self.units[at - 1], self.units[at]
        if self.part_of[at - 1] == self.part_of[at] or before.failure is not None or not unit.frames:
            return False
        return goes_on(before.begun, before.last, unit.first, Limits().idle)

    def _is_cut(self, at: int) -> bool:
        return at + 1 < len(self.units) and self.continues[at + 1]

    def _begin(self, at: int) -> int:
        while self.continues[at]:
            at -= 1
        return at
