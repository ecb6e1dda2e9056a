"""The observer: handshake events of one connection enter; Sessions leave, through `tell`, when the connection ends.

It collects facts and decides one thing: when all is told, so that the rest of the connection need only be counted.
Kernel file: compiled where a C compiler is found (types in `observer.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from typing import Any

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    CLIENT_HELLO,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
)
from tlsscope.flow.listener import Closing
from tlsscope.handshake.events import EventSink
from tlsscope.handshake.extensions import is_tls13
from tlsscope.handshake.extensions.soundness import duplicate_extensions, malformed_extensions
from tlsscope.handshake.messages import ClientHello, ServerHello, Sslv2ServerHello

from .facts import add_ending, add_gap, add_old_server_hello, add_to_facts, begins_another, swap_roles
from .identity import identity
from .layout import AFTER_GAP
from .model import Alert, Session
from .patience import Follower, patience
from .place import Place
from .spoken import SealedRecord
from .timeline import Timeline
from .unencrypted import encrypts_nothing

MOST_MESSAGES = 512  # of one session
MOST_FRAGMENT_BYTES = 1 << 20  # of ciphertext kept for decryption, of one session
MOST_ANOMALIES = 32
MOST_SESSIONS = 64  # of one connection
SESSION_WEIGHT, ROW_WEIGHT, ANOMALY_WEIGHT = 4096, 80, 224  # bytes of memory: a session, what it may grow by
BODY_WEIGHT = 3  # a message's body is kept, and its parts beside it

_DIRECTION_NAMES = ("client", "server")
_NO_TIMELINE = Timeline()


class Observer(EventSink):
    """Facts of one connection. `keeps_fragments` asks for ciphertext, where keys may open it; a follower takes all."""

    __slots__ = (
        "_answers", "_client", "_client_spoke", "_current", "_first_frame", "_follower", "_following",
        "_fragment_bytes", "_last_frame", "_last_time", "_messages", "_most_answers", "_most_records", "_named",
        "_place", "_records", "_sessions", "_tell", "_timeline", "established",
    )  # fmt: skip

    def __init__(
        self, place: Place, tell: Callable[[Session], None], keeps_fragments: bool, follower: Follower | None = None  # noqa: FBT001
    ) -> None:  # fmt: skip
        self.told = False
        self.weight = 0
        self.keeps_fragments = keeps_fragments
        self.seen_from_start = place.seen_from_start
        self._place = place
        self._tell = tell
        self._follower = follower
        self._following = False
        self.established: Callable[[Session], None] | None = None  # called where an old handshake is over
        self._client = 0
        self._current: Session | None = None
        self._sessions: list[tuple[Session, int]] = []  # and the direction of its client
        self._timeline = _NO_TIMELINE  # of the current session, as are these
        self._messages = self._records = 0
        self._first_frame = self._last_frame = self._last_time = 0
        self._answers = self._fragment_bytes = 0
        self._client_spoke = False
        self._named = False  # the current session has an id, and what that is made of has not changed

    @property
    def current(self) -> Session | None:
        """The session that records belong to now, before it is told."""
        self._note_end()
        return self._current

    def roles(self, client: int) -> None:
        """Learn which direction of the connection is the client's."""
        self._client = client

    def swap_roles(self) -> None:
        """Learn that the client was taken for the server."""
        session = self._current
        if session is not None:
            swap_roles(session)
            self._named = False

    def restart(self) -> None:
        """Listen again: the ClientHello that follows tells whether it begins another session."""
        self.told = False

    def message(
        self, direction: int, type_: int, body: bytes, value: Any, first_frame: int, frame: int, time: int
    ) -> bool:
        """Take a handshake message; tell whether it begins another session."""
        session = self._current
        alone = self.seen_from_start and not self._sessions
        begins = session is not None and type_ == CLIENT_HELLO and begins_another(session, value, alone)
        if session is None or begins:
            session = self._begin(frame, time)
        self.weight += BODY_WEIGHT * len(body)
        self._list(direction, HANDSHAKE, type_, 4 + len(body), frame, time, first_frame, 0)
        if self.keeps_fragments:
            session.transcript.append((direction, type_, body))
        add_to_facts(session, direction, type_, body, value, frame)
        if value is not None and type_ in (CLIENT_HELLO, SERVER_HELLO):
            self._named = False
            self._learn_patience(session)
            self._check_extensions(value, direction, frame)
            self.keeps_fragments = self.keeps_fragments or (type_ == SERVER_HELLO and encrypts_nothing(value))
        return begins

    def malformed(self, direction: int, type_: int, frame: int, why: str) -> None:
        """Take note of what is wrong with the message that was taken last."""
        if self._current is not None:
            self._odd(Kind.MALFORMED_MESSAGE, f"handshake message of type {type_}: {why}", frame, direction)

    def alert(self, direction: int, level: int, description: int, frame: int, time: int) -> None:
        """Take an alert in clear. An alert alone is no session."""
        session = self._current
        if session is None:
            return
        if len(session.alerts) < MOST_ANOMALIES:
            session.alerts.append(Alert(direction, level, description, frame))
        self._list(direction, ALERT, description, 2, frame, time, frame, level)

    def change_cipher_spec(self, direction: int, frame: int, time: int) -> None:
        """Take a ChangeCipherSpec; with the server's an old session may be resumed while it goes on."""
        session = self._current
        if session is None:
            return
        self._list(direction, CHANGE_CIPHER_SPEC, 1, 1, frame, time, frame, 0)
        if self.established and direction == SERVER and session.version and not is_tls13(session.version):
            session.id = identity(session)
            self._named = True
            self.established(session)

    def sealed(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a protected record; tell when there were enough of them."""
        if self._current is None:
            return
        if self._following and self._follower is not None:
            kept, order = fragment or b"", self._timeline.count
            one = SealedRecord(direction, content_type, version, size, frame, time, kept, after_gap != 0, order=order)
            self.told = not self._follower.take(self._current, one)
            return
        if self.keeps_fragments:
            self._keep(fragment)
        marks = AFTER_GAP if after_gap else 0
        self._timeline.record(direction, content_type, version, size, frame, time, marks)
        self._records += 1
        self.weight += ROW_WEIGHT
        if direction == CLIENT:
            self._client_spoke = True
        elif self._client_spoke:
            self._answers += 1
        self.told = self._records >= self._most_records or self._answers >= self._most_answers
        if self._follower is not None and (self.told or self._fragment_bytes >= MOST_FRAGMENT_BYTES):
            self.told = not self._follower.begin(self._current)
            self._following = not self.told

    def _keep(self, fragment: bytes | None) -> None:
        """Keep the ciphertext of the record that is taken, as far as there is room."""
        kept = b""
        if fragment is not None and self._fragment_bytes < MOST_FRAGMENT_BYTES:
            self._fragment_bytes += len(fragment)
            self.weight += len(fragment)
            kept = fragment
        self._timeline.fragments.append(kept)

    def old_server_hello(self, hello: Sslv2ServerHello, length: int, frame: int, time: int) -> None:
        """Take a SERVER-HELLO of SSL 2.0: now the session is one."""
        session = self._current or self._begin(frame, time)
        self.weight += BODY_WEIGHT * length
        self._list(SERVER, HANDSHAKE, SERVER_HELLO, length, frame, time, frame, 0)
        add_old_server_hello(session, hello, frame)
        self._learn_patience(session)

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""
        if self._current is not None:
            add_gap(self._current, direction, frame)
        self._odd(Kind.GAP, f"{size} bytes of the {_DIRECTION_NAMES[direction]} are missing", frame, direction)

    def cut(self, direction: int, size: int, frame: int) -> None:
        """Take note of bytes that the capture did not keep."""
        if self._current is not None:
            add_gap(self._current, direction, frame)
        self._odd(Kind.SNAPLEN, f"the capture cut {size} bytes off a segment", frame, direction)

    def oddity(self, kind: str, direction: int, frame: int) -> None:
        """Take note of lost record boundaries or a conflicting retransmission."""
        if kind == "lost":
            self._odd(Kind.LOST_RECORDS, "bytes that are no TLS record where one was due", frame, direction)
        else:
            self._odd(Kind.OVERLAP_CONFLICT, "a retransmission with other bytes; the first were kept", frame, direction)

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""
        self._odd(Kind.BOUND_HIT, text, frame, None if direction < 0 else direction)

    def closed(self, ending: Closing) -> None:
        """Tell all sessions of the connection, with its counts; the last one has its ending."""
        self._finish()
        sessions, self._sessions = self._sessions, []
        last = sessions[len(sessions) - 1][0] if sessions else None
        for session, client in sessions:
            add_ending(session, client, ending, session is last)
        for session, _ in sessions:
            self._tell(session)

    def _begin(self, frame: int, time: int) -> Session:
        self._finish()
        session = self._current = self._place.session(self._client, frame, time)
        self._following = self._client_spoke = self._named = self.told = False
        self._timeline = session.timeline = Timeline()
        self._messages = self._records = self._answers = self._fragment_bytes = 0
        self._first_frame = self._last_frame = frame
        self._last_time = time
        self._most_records, self._most_answers = patience(None, ())
        self.weight += SESSION_WEIGHT
        if not self.seen_from_start:
            self._odd(Kind.MID_STREAM, "the connection was open when the capture began", frame, None)
        return session

    def _learn_patience(self, session: Session) -> None:
        hello = session.client_hello
        extensions = () if hello is None else hello.extensions
        self._most_records, self._most_answers = patience(session.version, extensions)

    def _finish(self) -> None:
        self._note_end()
        session = self._current
        self._current = None
        if session is None:
            return
        self._timeline.grows = False
        if len(self._sessions) == MOST_SESSIONS:
            last, _ = self._sessions[MOST_SESSIONS - 1]
            last.anomalies.append(Anomaly(Kind.BOUND_HIT, "too many sessions in one connection", session.first_frame))
            self.told = True
            return
        if not self._named:
            session.id = identity(session)
        self._sessions.append((session, self._client))

    def _note_end(self) -> None:
        """Write down the last frame, which changes with each message."""
        session = self._current
        if session is not None:
            session.last_frame, session.end = self._last_frame, self._last_time

    def _list(
        self, direction: int, content_type: int, type_: int, length: int, frame: int, time: int, first_frame: int,
        level: int,
    ) -> None:  # fmt: skip
        session = self._current
        if session is None:
            return
        if self._messages == MOST_MESSAGES:
            if not self.told:
                self._odd(Kind.BOUND_HIT, "too many messages", frame, direction)
            self.told = True
            return
        self._timeline.message(direction, content_type, type_, length, frame, time, first_frame, CLEAR, level)
        self._messages += 1
        self.weight += ROW_WEIGHT
        if frame < self._first_frame:  # it came late
            self._first_frame = frame
            session.first_frame, session.start = frame, time
            self._named = False
        if frame >= self._last_frame:
            self._last_frame = frame
            self._last_time = time

    def _odd(self, kind: Kind, text: str, frame: int, direction: int | None) -> None:
        session = self._current
        if session is None or len(session.anomalies) >= MOST_ANOMALIES:
            return
        if len(session.anomalies) == MOST_ANOMALIES - 1 and kind is not Kind.BOUND_HIT:
            kind, text, direction = Kind.BOUND_HIT, "more was odd than is listed", None
        session.anomalies.append(Anomaly(kind, text, frame, direction))
        self.weight += ANOMALY_WEIGHT

    def _check_extensions(self, hello: ClientHello | ServerHello, direction: int, frame: int) -> None:
        for code, why in malformed_extensions(hello):
            self._odd(Kind.MALFORMED_EXTENSION, f"extension {code}: {why}", frame, direction)
        for code in duplicate_extensions(hello):
            self._odd(Kind.DUPLICATE_EXTENSION, f"extension {code} comes more than once", frame, direction)
