"""A stream of which only some connections are followed: names enter; news of its sessions leave, each with its moment.

Sessions are judged as if no other one was known, and written so: most resume nothing.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from tlsscope.flow.opening import Limits
from tlsscope.flow.table import ConnectionTable
from tlsscope.handshake.extensions import is_tls13
from tlsscope.judge import conclude, look, look_early
from tlsscope.report.manner import Writer
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.keyring import Keyring
from tlsscope.secrets.premaster import ServerKey
from tlsscope.session.model import Session

from .exchange import Going, Job, News, Sealed, Told
from .plan import EVERYBODY, Part
from .scan import blind_trial
from .stream import StreamReading

_encode = msgspec.msgpack.Encoder().encode


class WatchedKeyring(Keyring):
    """Keys that know which master secrets were remembered, and whether one was asked for that others may have."""

    def __init__(self, keylog: KeyLog, server_keys: Iterable[ServerKey] = (), psks: Iterable[bytes] = ()) -> None:
        super().__init__(keylog, server_keys, psks)
        self.masters: list[tuple[bytes, bytes]] = []
        self.was_asked = False

    def remember(self, name: bytes, master: bytes) -> None:
        """Keep a master secret."""
        self.masters.append((name, master))

    def remembered(self, name: bytes) -> bytes | None:  # noqa: ARG002 (whoever answers knows all workers' secrets)
        """Say that it takes all that was remembered before."""
        self.was_asked = True
        return None


class ShardReading(StreamReading):
    """One stream on its way through one worker."""

    def __init__(self, names: deque[str], keyring: WatchedKeyring, job: Job, part: Part) -> None:
        super().__init__(names, keyring)
        self._watched = keyring
        if part.owner == EVERYBODY:
            self._table = ConnectionTable(self._rooms.open, Limits(), job.seed, job.worker, job.workers)
        if job.options.drop_copies:
            self.drop_copies()
        self.say_established(self._take_note)
        self._going: list[News] = []
        self._notes: list[_Note] = []  # for each session that was told

    @property
    def file(self) -> str:
        """Name the file that is being read."""
        return self._files[-1]

    def take_news(self, write: Writer) -> Iterator[News]:
        """Take what there is to tell since the last call, one by one: at the end of a capture it may be much."""
        going, self._going = self._going, []
        yield from going
        notes, self._notes = self._notes, []
        for session, note in zip(self.take_told(), notes, strict=True):
            yield self._news_of(session, note, write)

    def _take_note(self, session: Session) -> None:
        self._going.append(Going(self._table.moment, self._table.activity, look_early(session).lightened()))

    def _complete(self, session: Session) -> None:
        """Complete it; keep it as it was where it takes a secret that another session may have told."""
        keys = self._watched
        sealed = pack(session) if keys and not is_tls13(session.version or 0) else b""
        keys.was_asked, keys.masters = False, []
        super()._complete(session)
        note = _Note(self._table.moment, self._table.activity, sealed if keys.was_asked else b"", keys.masters)
        self._notes.append(note)

    def _news_of(self, session: Session, note: "_Note", write: Writer) -> News:
        moment, activity, sealed, masters = note
        if sealed:
            return Sealed(moment, activity, sealed, self._files, self._before)
        judged = look(session)
        whole = b"" if judged.trace.tried is None else pack(session)
        conclude(judged, *judged.trace.alone())
        light = judged.trace.lightened()
        return Told(moment, activity, light, write(session), blind_trial(session), whole, masters)


class _Note(NamedTuple):
    """When a session was told, and what its keys were good for."""

    moment: int
    activity: int
    sealed: bytes
    masters: list[tuple[bytes, bytes]]


def pack(session: Session) -> bytes:
    """Write a session whole, its messages and records as lists."""
    session.spell_out()
    return _encode(session)
