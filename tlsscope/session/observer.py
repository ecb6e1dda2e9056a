"""The observer: handshake events of one connection enter; Sessions leave, through `tell`, when the connection ends.

It collects facts and decides one thing: when all is told, so that the rest of the connection need only be counted.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, NamedTuple

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    CLIENT,
    CLIENT_HELLO,
    HANDSHAKE,
    SERVER,
)
from tlsscope.flow.listener import Closing
from tlsscope.handshake.extensions import find, is_tls13
from tlsscope.handshake.extensions.codes import POST_HANDSHAKE_AUTH
from tlsscope.handshake.messages import ClientHello
from tlsscope.handshake.readers import sslv2_client_hello, sslv2_server_hello
from tlsscope.wire import MalformedError
from .facts import add_to_facts
from .model import Alert, Ending, Endpoint, Message, SealedRecord, Session

MOST_MESSAGES = 512  # of one session
MOST_RECORDS = 128  # protected ones, of one session
MOST_FRAGMENT_BYTES = 1 << 20  # of ciphertext kept for decryption, of one session
MOST_ANOMALIES = 32
MOST_SESSIONS = 64  # of one connection
ENOUGH_ANSWERS = 8  # server records after the client's first, in TLS 1.3
ENOUGH_RECORDS = 24  # protected records after a handshake of TLS 1.2 or before
FOLLOWED_RECORDS = 96  # where the server may still ask for a certificate (post-handshake authentication)

_DIRECTION_NAMES = ("client", "server")


class Place(NamedTuple):
    """Where a connection was seen: the capture, its clock, the two endpoints (a, b), the tunnels around it."""

    file: str
    time_digits: int
    endpoints: tuple[Endpoint, Endpoint]
    encapsulation: tuple[str, ...] = ()
    seen_from_start: bool = True


class Observer:
    """Facts of one connection. `keeps_fragments` asks for ciphertext, where keys may open it."""

    __slots__ = (
        "_answers", "_client", "_client_spoke", "_current", "_fragment_bytes", "_place", "_sessions", "_tell", "keeps_fragments", "told",
    )  # fmt: skip

    def __init__(self, place: Place, tell: Callable[[Session], None], keeps_fragments: bool) -> None:  # noqa: FBT001
        self.told = False
        self.keeps_fragments = keeps_fragments
        self._place = place
        self._tell = tell
        self._client = 0
        self._current: Session | None = None
        self._sessions: list[Session] = []
        self._answers = 0
        self._client_spoke = False
        self._fragment_bytes = 0

    def roles(self, client: int) -> None:
        """Learn which direction of the connection is the client's."""
        self._client = client

    def restart(self) -> None:
        """Another ClientHello follows: whether it begins a session is told by the hello itself."""
        self.told = False

    # -- events -------------------------------------------------------------------------------------------

    def message(
        self, direction: int, type_: int, body: bytes, value: Any, first_frame: int, frame: int, time: int  # noqa: ANN401
    ) -> None:
        """Take a handshake message."""
        session = self._current
        if session is None or (type_ == CLIENT_HELLO and self._begins_another(session, value)):
            session = self._begin(frame, time)
        self._list(Message(direction, HANDSHAKE, type_, 4 + len(body), frame, time, first_frame))
        if self.keeps_fragments:
            session.transcript.append((direction, type_, body))
        add_to_facts(session, direction, type_, body, value, frame)

    def malformed(self, direction: int, type_: int, length: int, frame: int, time: int, why: str) -> None:
        """Take a message that its parser refused: it is listed, and odd."""
        if self._current is None:
            self._begin(frame, time)
        self._list(Message(direction, HANDSHAKE, type_, length, frame, time, frame))
        self._odd(Kind.MALFORMED_MESSAGE, f"handshake message of type {type_}: {why}", frame, direction)

    def alert(self, direction: int, level: int, description: int, frame: int, time: int) -> None:
        """Take an alert in clear. An alert alone is no session."""
        session = self._current
        if session is None:
            return
        if len(session.alerts) < MOST_ANOMALIES:
            session.alerts.append(Alert(direction, level, description, frame))
        self._list(Message(direction, ALERT, description, 2, frame, time, frame, level=level))

    def change_cipher_spec(self, direction: int, frame: int, time: int) -> None:
        """Take a ChangeCipherSpec."""
        if self._current is not None:
            self._list(Message(direction, CHANGE_CIPHER_SPEC, 1, 1, frame, time, frame))

    def sealed(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a protected record; tell when there were enough of them."""
        session = self._current
        if session is None:
            return
        records = session.records
        kept = b""
        if fragment is not None and self.keeps_fragments and self._fragment_bytes < MOST_FRAGMENT_BYTES:
            self._fragment_bytes += len(fragment)
            kept = fragment
        records.append(SealedRecord(direction, content_type, version, size, frame, time, kept, bool(after_gap)))
        if direction == CLIENT:
            self._client_spoke = True
        elif self._client_spoke:
            self._answers += 1
        self.told = self._is_enough(session)

    def old_hello(self, direction: int, body: bytes, frame: int, time: int) -> None:
        """Take an SSL 2.0 message: a hello of the client (often one for TLS, RFC 5246 §E.2) or of the server."""
        try:
            if body[0] == 1:
                hello = sslv2_client_hello(body[1:])
                self.message(CLIENT, CLIENT_HELLO, body[1:], hello, frame, frame, time)
                if self._current is not None and hello.legacy_version == 2:
                    self._current.protocol = "SSLv2"
            elif self._current is not None:
                answer = sslv2_server_hello(body[1:])
                self._list(Message(direction, HANDSHAKE, 4, len(body), frame, time, frame))
                self._current.version = answer.version
                if answer.certificate:
                    self._current.server_certificates = (answer.certificate,)
                    self._current.server_certificates_frame = frame
        except MalformedError as error:
            self._odd(Kind.MALFORMED_MESSAGE, f"SSL 2.0 message: {error}", frame, direction)

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""
        session = self._current
        if session is None:
            return
        client, server = session.gap_before
        if direction == CLIENT and client is None:
            session.gap_before = (frame, server)
        elif direction == SERVER and server is None:
            session.gap_before = (client, frame)
        self._odd(Kind.GAP, f"{size} bytes of the {_DIRECTION_NAMES[direction]} are missing", frame, direction)

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
        client = self._client
        for session in self._sessions:
            session.packets = (ending.packets[client], ending.packets[1 - client])
            session.bytes = (ending.bytes[client], ending.bytes[1 - client])
        if self._sessions:
            last = self._sessions[-1]
            last.ending = Ending(ending.kind)
            if ending.by >= 0:
                last.ended_by = CLIENT if ending.by == client else SERVER
                last.end_frame = ending.frame
            for session in self._sessions:
                self._tell(session)
        self._sessions = []

    # -- bookkeeping --------------------------------------------------------------------------------------

    def _begins_another(self, session: Session, hello: ClientHello) -> bool:
        """A second ClientHello belongs to the same session only after a HelloRetryRequest (or where that is unseen)."""
        if session.client_hello is None:
            return session.server_hello is not None
        if session.server_hello is not None or session.second_client_hello is not None:
            return True
        return session.retry is None and session.client_hello.random != hello.random

    def _begin(self, frame: int, time: int) -> Session:
        self._finish()
        place = self._place
        client = self._client
        session = Session(
            place.file, place.endpoints[client], place.endpoints[1 - client], frame, frame, time, time,
            encapsulation=place.encapsulation, time_digits=place.time_digits,
        )  # fmt: skip
        self._current = session
        self._answers = 0
        self._client_spoke = False
        self._fragment_bytes = 0
        self.told = False
        if not place.seen_from_start:
            self._odd(Kind.MID_STREAM, "the connection was open when the capture began", frame, None)
        return session

    def _finish(self) -> None:
        session = self._current
        self._current = None
        if session is None:
            return
        if len(self._sessions) == MOST_SESSIONS:
            session.anomalies.append(Anomaly(Kind.BOUND_HIT, "too many sessions in one connection", session.first_frame))
            return
        session.id = _identity(session)
        self._sessions.append(session)

    def _list(self, message: Message) -> None:
        session = self._current
        if session is None:
            return
        if len(session.messages) < MOST_MESSAGES:
            session.messages.append(message)
        elif len(session.messages) == MOST_MESSAGES:
            self._odd(Kind.BOUND_HIT, "too many messages", message.frame, message.direction)
        session.last_frame = message.frame
        session.end = message.time

    def _odd(self, kind: Kind, text: str, frame: int, direction: int | None) -> None:
        session = self._current
        if session is not None and len(session.anomalies) < MOST_ANOMALIES:
            session.anomalies.append(Anomaly(kind, text, frame, direction))

    def _is_enough(self, session: Session) -> bool:
        """Tell whether no further record can change what is known."""
        count = len(session.records)
        if count >= MOST_RECORDS:
            return True
        if session.version is None or not is_tls13(session.version):
            return count >= ENOUGH_RECORDS
        hello = session.client_hello
        if hello is not None and find(hello.extensions, POST_HANDSHAKE_AUTH) is not None:
            return count >= FOLLOWED_RECORDS
        return self._answers >= ENOUGH_ANSWERS


def _identity(session: Session) -> str:
    """Name a session by its traffic alone, so that every run gives it the same name."""
    client, server, hello = session.client, session.server, session.client_hello
    text = f"{client.ip} {client.port} {server.ip} {server.port} {session.start}"
    return blake2b(text.encode() + (hello.random if hello is not None else b""), digest_size=8).hexdigest()
