"""SSL 3.0 to TLS 1.2: sealed records and a master secret enter; Finished, alerts and renegotiations join the session.

RFC 5246 §6.3 (keys), §7.4.9 (Finished), RFC 5746 (renegotiation), RFC 7627 (extended master secret).
"""

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import (
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    FINISHED,
    HELLO_REQUEST,
    NEW_SESSION_TICKET,
    SERVER,
    SERVER_HELLO,
)
from tlsscope.handshake import readers
from tlsscope.handshake.extensions import codes, find
from tlsscope.handshake.messages import ClientHello, ServerHello
from tlsscope.secrets import schedule12
from tlsscope.secrets.faults import SealError
from tlsscope.secrets.keyring import Keyring
from tlsscope.secrets.protection import Opener, openers12
from tlsscope.secrets.suites import protection
from tlsscope.tables import cipher_suite
from tlsscope.wire import MalformedError

from .decrypted import Decrypted, Plain
from .model import Session
from .spoken import SealedRecord

LARGEST_TRANSCRIPT = 1 << 22  # bytes of the messages of one handshake

Raw = tuple[int, int, bytes]  # direction, type, message with its header


class Round:
    """One handshake of a connection: the first one, or a renegotiation inside the encryption."""

    def __init__(self, version: int) -> None:
        self.version = version
        self.messages: list[Raw] = []
        self.weight = 0  # bytes of them
        self.client_hello: ClientHello | None = None
        self.server_hello: ServerHello | None = None
        self.key_exchange: bytes | None = None

    def add(self, direction: int, type_: int, raw: bytes) -> None:
        """Add a message to the transcript, up to a bound: a longer one is no handshake."""
        self.weight += len(raw)
        if self.weight > LARGEST_TRANSCRIPT:
            return
        self.messages.append((direction, type_, raw))
        body = raw[4:]
        if type_ == CLIENT_HELLO:
            self.client_hello = readers.client_hello(body)
        elif type_ == SERVER_HELLO:
            self.server_hello = readers.server_hello(body)
            self.version = self.server_hello.legacy_version
        elif type_ == CLIENT_KEY_EXCHANGE:
            self.key_exchange = body

    @property
    def is_abbreviated(self) -> bool:
        """Tell a resumption, in which the server's Finished comes first (RFC 5246 §7.3)."""
        return self.key_exchange is None

    def before_finished(self, direction: int) -> bytes:
        """Give the transcript that a Finished covers. In a full handshake the ticket comes after the client's."""
        messages = self.messages
        if direction == CLIENT and not self.is_abbreviated:
            messages = [one for one in messages if one[1] != NEW_SESSION_TICKET]
        return b"".join(raw for _, _, raw in messages)

    def in_order(self) -> None:
        """Move the ticket of a full handshake behind the client's Finished, where it was sent."""
        if not self.is_abbreviated:
            self.messages.sort(key=lambda one: one[1] == NEW_SESSION_TICKET)


def unsealer12(session: Session, keyring: Keyring) -> "Unsealer12 | None":
    """Make the unsealer of a session, None where there is no secret for it. Raises UnsupportedError."""
    first = Round(session.version or 0)
    for direction, type_, body in session.transcript:
        if type_ != HELLO_REQUEST:
            first.add(direction, type_, bytes((type_,)) + len(body).to_bytes(3, "big") + body)
    unsealer = Unsealer12(session, keyring, first)
    return unsealer if unsealer.prepare(first) else None


class Unsealer12:
    """Opens both directions, each from its ChangeCipherSpec on."""

    def __init__(self, session: Session, keyring: Keyring, first: Round) -> None:
        self._session = session
        self._keyring = keyring
        self._decrypted = Decrypted(session)
        self._round = first
        self._master = b""
        self._openers: list[Opener | None] = [None, None]
        self._next: tuple[Opener, Opener] | None = None
        self._verified: list[bool | None] = [None, None]
        self._first_round = True

    def prepare(self, round_: Round) -> bool:
        """Derive the keys of a handshake; False where no secret is known that opens its first record."""
        hello, server_hello = round_.client_hello, round_.server_hello
        if hello is None or server_hello is None:
            return False
        for master in self._masters(round_, hello, server_hello):
            if self._first_round and not self._fits(self._pair(round_, hello, server_hello, master), hello):
                continue
            pair = self._pair(round_, hello, server_hello, master)
            self._master = master
            self._next = pair
            self._keyring.remember(server_hello.session_id, master)
            for ticket in self._session.tickets:
                self._keyring.remember(ticket, master)
            if self._first_round:
                self._openers = list(pair)
            return True
        return False

    @property
    def is_open(self) -> bool:
        """Tell whether more can come of more records."""
        return any(self._openers)

    def take(self, record: SealedRecord) -> None:
        """Open a record, if it can be."""
        direction = record.direction
        opener = self._openers[direction]
        if opener is None:
            return
        try:
            if not record.fragment and record.size > 5:
                raise SealError("its content was not kept")
            content_type, plaintext = opener.open(record.content_type, record.version, record.fragment)
        except SealError:
            self._fail(record)
            return
        for message in self._decrypted.take(record, content_type, plaintext):
            self._message(direction, message)
        if content_type == CHANGE_CIPHER_SPEC:
            self._openers[direction] = self._changed(record)

    def finish(self) -> None:
        """Add what was found to the session."""
        self._decrypted.finish()
        self._session.finished_verified = (self._verified[CLIENT], self._verified[SERVER])
        for direction in (CLIENT, SERVER):
            if self._verified[direction] is False:
                text = "the Finished does not fit the handshake as it was read"
                self._session.anomalies.append(Anomaly(Kind.FINISHED_MISMATCH, text, None, direction))

    def _message(self, direction: int, message: Plain) -> None:
        if message.type == HELLO_REQUEST:
            return
        if message.type == CLIENT_HELLO:
            self._round = Round(self._session.version or 0)
            self._first_round = False
            self._next = None
        if message.type == FINISHED and self._first_round:
            self._verified[direction] = self._verify(direction, message)
        try:
            self._round.add(direction, message.type, message.raw)
        except MalformedError as error:
            self._session.anomalies.append(
                Anomaly(Kind.MALFORMED_MESSAGE, f"renegotiation: {error}", None, direction)
            )
        if message.type == FINISHED and direction == CLIENT:
            self._round.in_order()

    def _changed(self, record: SealedRecord) -> Opener | None:
        """Take the keys of the renegotiation into use."""
        if self._next is None and not self.prepare(self._round):
            text = "the secret of the renegotiation is not among the keys"
            missing = Anomaly(Kind.DECRYPTION_FAILED, text, record.frame, record.direction)
            self._session.anomalies.append(missing)
        return None if self._next is None else self._next[record.direction]

    def _verify(self, direction: int, finished: Plain) -> bool:
        """Check verify_data over all messages before it: proof that they were read right."""
        server_hello = self._round.server_hello
        assert server_hello is not None  # noqa: S101 (`prepare` checks)
        expected = schedule12.verify_data(
            self._round.version,
            protection(server_hello.cipher_suite).hash,
            self._master,
            direction,
            self._round.before_finished(direction),
        )
        return expected == finished.raw[4:]

    def _masters(self, round_: Round, hello: ClientHello, server_hello: ServerHello) -> list[bytes]:
        """List the master secrets that may be."""
        logged = self._keyring.master(hello.random)
        if logged is not None:
            return [logged]
        suite = cipher_suite(server_hello.cipher_suite)
        if round_.is_abbreviated or suite is None:
            names = (server_hello.session_id, find(hello.extensions, codes.SESSION_TICKET) or b"")
            known = (self._keyring.remembered(name) for name in names if name)
            return [one for one in known if one is not None]
        premasters = self._keyring.premasters(hello.random, round_.key_exchange, suite.key_exchange)
        return [self._derive(round_, hello, server_hello, premaster) for premaster in premasters]

    def _derive(
        self, round_: Round, hello: ClientHello, server_hello: ServerHello, premaster: bytes
    ) -> bytes:
        hash_name = protection(server_hello.cipher_suite).hash
        if find(server_hello.extensions, codes.EXTENDED_MASTER_SECRET) is None:
            return schedule12.master_secret(
                round_.version, hash_name, premaster, hello.random, server_hello.random
            )
        session_hash = []
        for _, type_, raw in round_.messages:
            session_hash.append(raw)
            if type_ == CLIENT_KEY_EXCHANGE:
                break
        return schedule12.extended_master_secret(round_.version, hash_name, premaster, b"".join(session_hash))

    def _pair(
        self, round_: Round, hello: ClientHello, server_hello: ServerHello, master: bytes
    ) -> tuple[Opener, Opener]:
        return openers12(
            round_.version,
            server_hello.cipher_suite,
            master,
            hello.random,
            server_hello.random,
            encrypt_then_mac=find(server_hello.extensions, codes.ENCRYPT_THEN_MAC) is not None,
            truncated_hmac=find(server_hello.extensions, codes.TRUNCATED_HMAC) is not None,
            compression_method=server_hello.compression_method,
        )

    def _fits(self, trial: tuple[Opener, Opener], hello: ClientHello) -> bool:
        """Try the first record on keys of its own, so that the real ones start fresh."""
        for record in self._session.records:
            if record.fragment and record.content_type != APPLICATION_DATA:
                try:
                    trial[record.direction].open(record.content_type, record.version, record.fragment)
                except SealError:
                    return self._keyring.master(hello.random) is not None  # then the session says what failed
                return True
        return True

    def _fail(self, record: SealedRecord) -> None:
        """Give a direction up at the first record that does not open, and say so."""
        self._openers[record.direction] = None
        why = (
            "bytes are missing before it"
            if record.after_gap
            else "the secret is not the right one, or it was changed"
        )
        text = f"a record does not open: {why}"
        self._session.anomalies.append(Anomaly(Kind.DECRYPTION_FAILED, text, record.frame, record.direction))
