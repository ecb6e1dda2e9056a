"""TLS 1.3: sealed records and traffic secrets enter; the handshake in them joins the session (RFC 8446 §5.2, §7.1)."""

from hashlib import new as new_hash

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import (
    APPLICATION_DATA,
    CERTIFICATE_REQUEST,
    CLIENT,
    CLIENT_HELLO,
    END_OF_EARLY_DATA,
    FINISHED,
    KEY_UPDATE,
    SERVER,
    SERVER_HELLO,
)
from tlsscope.handshake.extensions import find
from tlsscope.handshake.extensions.codes import EARLY_DATA, KEY_SHARE, PRE_SHARED_KEY
from tlsscope.secrets import labels, schedule13
from tlsscope.secrets.faults import SealError
from tlsscope.secrets.keyring import Keyring
from tlsscope.secrets.protection import Opener13, opener13
from tlsscope.secrets.suites import protection

from .decrypted import Decrypted, Plain
from .model import Session
from .spoken import SealedRecord

_HANDSHAKE = (labels.CLIENT_HANDSHAKE_TRAFFIC_SECRET, labels.SERVER_HANDSHAKE_TRAFFIC_SECRET)
_APPLICATION = (labels.CLIENT_TRAFFIC_SECRET_0, labels.SERVER_TRAFFIC_SECRET_0)
LARGEST_TRANSCRIPT = 1 << 22  # bytes of decrypted messages up to both Finished
_END_OF_EARLY_DATA = bytes((END_OF_EARLY_DATA, 0, 0, 0))


def unsealer13(session: Session, keyring: Keyring) -> "Unsealer13 | None":
    """Make the unsealer of a session, None where there is no secret for it. Raises UnsupportedError."""
    hello, server_hello = session.client_hello, session.server_hello
    if hello is None or server_hello is None:
        return None
    secrets = dict(keyring.secrets(hello.random) or {})
    if not secrets and find(server_hello.extensions, PRE_SHARED_KEY) is not None:
        secrets = _from_psk(session, keyring)
    if not any(label in secrets for label in (*_HANDSHAKE, *_APPLICATION)):
        return None
    return Unsealer13(session, secrets)


class Unsealer13:
    """Opens both directions. Each has its opener in force: early data's, the handshake's, the application's."""

    def __init__(self, session: Session, secrets: dict[str, bytes]) -> None:
        assert session.server_hello is not None  # noqa: S101 (the door checks)
        self._session = session
        self._secrets = secrets
        self._suite = session.server_hello.cipher_suite
        self._hash = protection(self._suite).hash
        self._decrypted = Decrypted(session)
        self._early = self._opener(labels.CLIENT_EARLY_TRAFFIC_SECRET)
        self._openers = [self._opener(_HANDSHAKE[CLIENT]), self._opener(_HANDSHAKE[SERVER])]
        self._finished = [False, False]  # the handshake of this direction is over, read or not
        self._read = [False, False]  # … and it was read to its Finished
        self._kept = 0  # bytes of both flights
        self._flights: tuple[list[Plain], list[Plain]] = ([], [])
        self._verified: list[bool | None] = [None, None]
        self._offers_early_data = (
            session.client_hello is not None and find(session.client_hello.extensions, EARLY_DATA) is not None
        )

    @property
    def is_open(self) -> bool:
        """Tell whether more can come of more records."""
        return any(self._openers)

    def take(self, record: SealedRecord) -> None:
        """Open a record, if it can be."""
        if record.content_type != APPLICATION_DATA or not record.fragment:
            return
        direction = record.direction
        if direction == CLIENT and self._early is not None and self._open(record, self._early):
            return
        opener = self._openers[direction]
        if opener is None:
            opener = self._skip_to_application(direction)
        if opener is None or self._open(record, opener):
            return
        if direction == CLIENT and self._offers_early_data and opener.sequence == 0:
            return  # early data that the server refused, RFC 8446 §4.2.10
        if self._skip_handshake(record):
            return
        self._fail(record)

    def finish(self) -> None:
        """Verify both Finished and add what was found to the session."""
        self._decrypted.finish()
        self._session.finished_verified = (self._verified[CLIENT], self._verified[SERVER])
        for direction in (CLIENT, SERVER):
            if self._verified[direction] is False:
                text = "the Finished does not fit the handshake as it was read"
                self._session.anomalies.append(Anomaly(Kind.FINISHED_MISMATCH, text, None, direction))

    def _open(self, record: SealedRecord, opener: Opener13) -> bool:
        try:
            content_type, plaintext = opener.open(record.content_type, record.version, record.fragment)
        except SealError:
            return False
        for message in self._decrypted.take(record, content_type, plaintext):
            self._message(record.direction, message)
        return True

    def _message(self, direction: int, message: Plain) -> None:
        if message.type == KEY_UPDATE:
            opener = self._openers[direction]
            if opener is not None:
                opener.update()
        elif message.type == END_OF_EARLY_DATA:
            self._early = None
        elif not self._finished[direction]:
            if message.type == FINISHED:
                self._verified[direction] = self._verify(direction, message)
                self._finished[direction] = self._read[direction] = True
                self._openers[direction] = self._opener(_APPLICATION[direction])
            self._keep(direction, message)
        elif message.type == CERTIFICATE_REQUEST:
            self._session.post_handshake = True

    def _keep(self, direction: int, message: Plain) -> None:
        """Keep a message for the transcript, up to a bound: then this direction is given up."""
        self._kept += len(message.raw)
        if self._kept <= LARGEST_TRANSCRIPT:
            self._flights[direction].append(message)
            return
        self._give_up(direction)
        text = "a handshake too long to be followed"
        self._session.anomalies.append(Anomaly(Kind.BOUND_HIT, text, None, direction))

    def _give_up(self, direction: int) -> None:
        self._openers[direction] = None
        self._finished[direction] = True

    def _verify(self, direction: int, finished: Plain) -> bool | None:
        """Check verify_data over all messages before it, RFC 8446 §4.4.4: proof that they were read right."""
        secret = self._secrets.get(_HANDSHAKE[direction])
        if secret is None or (direction == CLIENT and not self._read[SERVER]):
            return None
        messages = self._hellos() + b"".join(one.raw for one in self._flights[SERVER])
        if direction == CLIENT:
            if find(self._session.encrypted_extensions or (), EARLY_DATA) is not None:
                messages += _END_OF_EARLY_DATA
            messages += b"".join(one.raw for one in self._flights[CLIENT])
        digest = new_hash(self._hash, messages).digest()
        return schedule13.verify_data(self._hash, secret, digest) == finished.raw[4:]

    def _hellos(self) -> bytes:
        """The clear part of the transcript; after a HelloRetryRequest its hash stands for the first hello."""
        messages = [
            bytes((type_,)) + len(body).to_bytes(3, "big") + body
            for _, type_, body in self._session.transcript
            if type_ in (CLIENT_HELLO, SERVER_HELLO)
        ]
        if self._session.retry is not None and messages:
            messages[0] = schedule13.message_hash(self._hash, messages[0])
        return b"".join(messages)

    def _opener(self, label: str) -> Opener13 | None:
        secret = self._secrets.get(label)
        return None if secret is None else opener13(self._suite, secret)

    def _skip_to_application(self, direction: int) -> Opener13 | None:
        """Where the handshake secret is missing, application data may still open."""
        if self._finished[direction]:
            return None
        self._openers[direction] = self._opener(_APPLICATION[direction])
        self._finished[direction] = True
        return self._openers[direction]

    def _skip_handshake(self, record: SealedRecord) -> bool:
        """After a gap, the handshake of this direction may be over: its Finished was in the gap."""
        if not record.after_gap or self._finished[record.direction]:
            return False
        application = self._opener(_APPLICATION[record.direction])
        if application is None or not self._open(record, application):
            return False
        self._openers[record.direction] = application
        self._finished[record.direction] = True
        return True

    def _fail(self, record: SealedRecord) -> None:
        """Give a direction up at the first record that does not open, and say so."""
        self._give_up(record.direction)
        self._early = None if record.direction == CLIENT else self._early
        why = (
            "bytes are missing before it"
            if record.after_gap
            else "the secret is not the right one, or it was changed"
        )
        text = f"a record does not open: {why}"
        self._session.anomalies.append(Anomaly(Kind.DECRYPTION_FAILED, text, record.frame, record.direction))


def _from_psk(session: Session, keyring: Keyring) -> dict[str, bytes]:
    """Derive traffic secrets from an external PSK; with (EC)DHE beside it (psk_dhe_ke) nobody can, RFC 8446 §7.1."""
    server_hello = session.server_hello
    if server_hello is None or not keyring.psks or find(server_hello.extensions, KEY_SHARE) is not None:
        return {}
    hash_name = protection(server_hello.cipher_suite).hash
    hellos = b"".join(
        bytes((type_,)) + len(body).to_bytes(3, "big") + body for _, type_, body in session.transcript
    )
    digest = new_hash(hash_name, hellos).digest()
    for psk in keyring.psks:
        handshake = schedule13.handshake_secret(hash_name, schedule13.early_secret(hash_name, psk))
        secrets = {
            _HANDSHAKE[CLIENT]: schedule13.derive_secret(hash_name, handshake, b"c hs traffic", digest),
            _HANDSHAKE[SERVER]: schedule13.derive_secret(hash_name, handshake, b"s hs traffic", digest),
        }
        if _opens(session, secrets[_HANDSHAKE[SERVER]]):
            return secrets
    return {}


def _opens(session: Session, secret: bytes) -> bool:
    """Tell whether a secret opens the server's first sealed record."""
    assert session.server_hello is not None  # noqa: S101
    for record in session.records:
        if record.direction == SERVER and record.fragment:
            try:
                opener13(session.server_hello.cipher_suite, secret).open(
                    record.content_type, record.version, record.fragment
                )
            except SealError:
                return False
            return True
    return False
