"""A part of a rotation, read alone: names enter; Units leave, one a stream, with what is needed to join them to others.

Connections that are in the table when the last file ends may go on in the next part: what is told of them here holds
only where nothing goes on (`chains`).
"""

from collections import deque
from collections.abc import Iterator

import msgspec

from tlsscope.capture.frames import Frames
from tlsscope.errors import InputError
from tlsscope.flow.opening import Key, ends
from tlsscope.report.manner import Writer
from tlsscope.session.model import Session

from .exchange import Job, News
from .options import InputFailure, Totals
from .plan import Part
from .scan import steps
from .shard import ShardReading, WatchedKeyring

NEVER = -1  # no time


class Placed(msgspec.Struct, array_like=True, gc=False):
    """News, the window in which they came, and the connection that they are of."""

    window: int
    connection: str
    news: News


class Unit(msgspec.Struct):
    """A stream, as far as it lies in one part."""

    names: list[str]
    windows: int = 0
    frames: int = 0
    first: int = NEVER  # when its first frame was captured
    begun: int = NEVER  # when the first frame of its last file with frames was
    last: int = NEVER  # when its last frame was
    latest: int = NEVER  # the latest of all
    rows: list[Key] = []  # the connections in the table at its end
    secrets: list[tuple[str, bytes]] = []  # key logs, with the files that hold them
    totals: Totals = msgspec.field(default_factory=Totals)
    failure: InputFailure | None = None  # what ended it


def name_of_row(key: Key) -> str:
    """Name a connection, whoever began it."""
    return _named(ends(key))


def name_of(session: Session) -> str:
    """Name a session's connection."""
    return _named([(one.ip, one.port) for one in (session.client, session.server)])


def _named(both: list[tuple[str, int]]) -> str:
    return " ".join(f"{ip} {port}" for ip, port in sorted(both))


class UnitReading(ShardReading):
    """One stream on its way, beginning where `latest` was the time."""

    def __init__(self, names: deque[str], keyring: WatchedKeyring, job: Job, latest: int = NEVER) -> None:
        self.first = NEVER
        self.latest = latest
        self.rows: list[Key] = []
        self._spoken_of: list[str] = []  # connections whose sessions go on
        self._told_of: list[str] = []
        super().__init__(names, keyring, job, Part(list(names), job.worker))
        if latest != NEVER:
            self._table.pass_time(latest)

    def describe(self, unit: Unit) -> None:
        """Say what the end was like."""
        unit.names, unit.frames, unit.first = self._files, self._frames, self.first
        unit.begun, unit.last, unit.latest = self._begun, self._last, self.latest
        unit.rows, unit.secrets = self.rows, self.secrets

    def take_placed(self, window: int, write: Writer) -> Iterator[Placed]:
        """Take what there is to tell since the last call."""
        connections = self._spoken_of + self._told_of
        self._spoken_of, self._told_of = [], []
        for connection, news in zip(connections, self.take_news(write), strict=True):
            yield Placed(window, connection, news)

    def finish(self, totals: Totals) -> None:
        """Remember who was there, and end all connections."""
        self.rows = self._table.names()
        self.latest = max(self.latest, self._table.latest())
        super().finish(totals)

    def _push(self, frames: Frames) -> None:
        if self.first == NEVER and frames.count:
            self.first = frames.time[0]
        super()._push(frames)

    def _take_note(self, session: Session) -> None:
        super()._take_note(session)
        self._spoken_of.append(name_of(session))

    def _complete(self, session: Session) -> None:
        super()._complete(session)
        self._told_of.append(name_of(session))


def read_units(job: Job, keyring: WatchedKeyring, write: Writer, latest: int) -> Iterator[tuple[Unit, list[Placed]]]:
    """Read a part; behind a bad file another stream begins."""
    names = deque(job.parts[0].names)
    while names:
        unit, news, reading = Unit([names[0]]), list[Placed](), None
        try:
            reading = UnitReading(names, keyring, job, latest)
            for window, _ in enumerate(steps(reading, unit.totals)):
                unit.windows = window
                news += reading.take_placed(window, write)
        except InputError as error:
            unit.failure = InputFailure(error.source, error.message)
        if reading is not None:
            reading.describe(unit)
        yield unit, news
        latest = NEVER
