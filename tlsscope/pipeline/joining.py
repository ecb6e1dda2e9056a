"""The second step: connections that were cut at the end of a part, read once more from its beginning to their own end.

The units of a stream that follow each other enter; the news of these connections alone leave, and how far each went.
"""

from collections import deque
from contextlib import suppress

import msgspec

from tlsscope.capture.frames import Frames
from tlsscope.errors import InputError
from tlsscope.flow.opening import Key, Limits
from tlsscope.flow.table import ConnectionTable
from tlsscope.report.manner import Writer
from tlsscope.session.model import Session

from .exchange import Job
from .options import Totals
from .rooms import Rooms
from .scan import steps
from .shard import WatchedKeyring
from .units import Placed, UnitReading, name_of_row


class Joined(msgspec.Struct):
    """What became of connections that were cut."""

    until: dict[str, int]  # in which unit each ended; the first one read is 0
    connections: int  # that these are more (mostly fewer) than were counted in the units
    news: list[Placed] = []


class JoinReading(UnitReading):
    """Several units on their way as one stream; ends where none of the connections goes on."""

    def __init__(
        self, names: deque[str], keyring: WatchedKeyring, job: Job, latest: int, keys: list[Key], ends: list[int]
    ) -> None:
        """`ends` tells how many files are left behind each unit."""
        super().__init__(names, keyring, job, latest)
        self.until: dict[str, int] = {}
        self.difference = 0
        self._ends = ends
        self._unit = 0
        self._keys = keys
        self._table.follow(keys)
        self._alone: ConnectionTable | None = None  # what a unit's own reading has counted
        self._unheard = Rooms(keyring, self._decoder.labels, _ignore)
        self._opened = 0

    def finish(self, totals: Totals) -> None:
        """Say that all that is left ends here."""
        self._close_unit([])
        super().finish(totals)

    def _goes_on_with(self, name: str) -> bool:
        if len(self._names) > self._ends[self._unit]:
            return super()._goes_on_with(name)
        rows = self._table.names()
        return bool(rows) and super()._goes_on_with(name)

    def _go_on_with(self, name: str) -> None:
        if len(self._names) < self._ends[self._unit]:
            self._close_unit(self._table.names())
            self._unit += 1
            self._alone = ConnectionTable(self._unheard.open, Limits())
            self._alone.follow(self._keys)
            self._alone.pass_time(self._table.latest())
            self._table.follow(self._keys)
        super()._go_on_with(name)

    def _close_unit(self, going_on: list[Key]) -> None:
        """Let those go that ended; those that go on may be anything in the next unit, and belong to us there."""
        for key in set(self._keys).difference(going_on):
            self.until[name_of_row(key)] = self._unit
        self._keys = going_on
        if self._alone is not None:
            self.difference += self._table.opened - self._opened - self._alone.opened
        self._opened = self._table.opened

    def _push(self, frames: Frames) -> None:
        super()._push(frames)
        if self._alone is not None:
            self._alone.take(self._capture.buffer, frames, self._segments)


def read_joined(
    job: Job, keyring: WatchedKeyring, write: Writer, latest: int, keys: list[Key], files: list[int]
) -> Joined:
    """Read units together; `files` tells how many each has. What damage ends was told by the unit's own reading."""
    names, totals = deque(job.parts[0].names), Totals()
    ends = [sum(files[at + 1 :]) for at in range(len(files))]
    news: list[Placed] = []
    reading = JoinReading(names, keyring, job, latest, keys, ends)
    with suppress(InputError):
        for window, _ in enumerate(steps(reading, totals)):
            news += reading.take_placed(window, write)
    return Joined(reading.until, reading.difference, news)


def _ignore(_session: Session) -> None:
    """Nobody wants to know."""
