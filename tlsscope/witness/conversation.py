"""The utterances of one connection enter in order, one Testimony leaves: a Session, and what a Session does
not hold."""

from collections.abc import Callable

import msgspec

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    CLIENT_HELLO,
    DECRYPTED,
    ENCRYPTED,
    ENCRYPTED_EXTENSIONS,
    HANDSHAKE,
    NEW_SESSION_TICKET,
    SERVER,
    SERVER_HELLO,
    SERVER_KEY_EXCHANGE,
    SSL_2_0,
    TLS_1_2,
)
from tlsscope.session.model import Alert, Ending, Session
from tlsscope.session.spoken import Message, SealedRecord

from . import messages, roles
from .frames import Frame, RecordSeen, Utterance
from .tshark import Tree

KEPT_MESSAGES = 1_000
KEPT_RECORDS = 256
DTLS_VERSIONS = 0xFE00
DTLS_1_3 = 0xFEFC


class Testimony(msgspec.Struct):
    """What tshark says of one session. `limits` names the bounds of ours that were hit."""

    session: Session
    server_name: str | None = None
    alpn: str | None = None
    ja3: str | None = None
    ja3s: str | None = None
    ja4: str | None = None
    limits: list[str] = msgspec.field(default_factory=list)


class Conversation:
    """One session while it is being told."""

    def __init__(self, frame: Frame, utterance: Utterance, file: str) -> None:
        client, server = roles.guess(frame, utterance)
        self.testimony = Testimony(
            Session(
                file=file, client=client, server=server, first_frame=frame.number, last_frame=frame.number,
                start=frame.time, end=frame.time, transport=frame.transport, protocol=_protocol(frame),
                time_digits=9, carrier="openvpn" if "openvpn" in frame.protocols else None,
            )
        )  # fmt: skip
        self._changed = [False, False]  # ChangeCipherSpec heard, by direction
        self._sealed = [False, False]  # its record taken down

    @staticmethod
    def can_begin(utterance: Utterance) -> bool:
        """Tell whether a session can be told from here: by a message of the handshake that can be read."""
        return utterance.content_type == HANDSHAKE and utterance.type >= 0 and utterance.protection == CLEAR

    def is_over(self, utterance: Utterance) -> bool:
        """Tell whether a clear ClientHello begins the next session on the same connection.

        It does not where it answers a HelloRetryRequest or HelloVerifyRequest, or says again what was said.
        """
        session = self.testimony.session
        if not self.can_begin(utterance) or utterance.type != CLIENT_HELLO or session.client_hello is None:
            return False
        if self._as_seen(utterance, CLIENT).protection == DECRYPTED:  # a renegotiation
            return False
        asked_again = session.retry is not None or session.protocol == "DTLS"
        if asked_again and session.server_hello is None:
            return False
        return messages.client_hello(utterance.node).random != session.client_hello.random

    def hear(self, frame: Frame, utterance: Utterance, first_frame: int) -> None:
        """Take one utterance down."""
        session = self.testimony.session
        direction = CLIENT if frame.source == session.client else SERVER
        if roles.are_wrong(session, utterance, direction):
            roles.turn_round(session)
            self._changed.reverse()
            self._sealed.reverse()
            direction = 1 - direction
        utterance = self._as_seen(utterance, direction)
        if utterance.content_type == APPLICATION_DATA and (session.version or 0) <= TLS_1_2:
            return
        if len(session.messages) >= KEPT_MESSAGES:
            self._limit(f"only the first {KEPT_MESSAGES} messages are told")
            return
        session.messages.append(
            Message(
                direction=direction, content_type=utterance.content_type, type=utterance.type,
                length=utterance.length, frame=frame.number, time=frame.time, first_frame=first_frame,
                protection=utterance.protection, level=utterance.level,
            )
        )  # fmt: skip
        if utterance.content_type != APPLICATION_DATA:
            session.last_frame, session.end = frame.number, frame.time
        if utterance.content_type == CHANGE_CIPHER_SPEC:
            self._changed[direction] = True
        elif utterance.content_type == ALERT:
            session.alerts.append(_alert(frame, utterance, direction))
        elif utterance.type in _READERS:
            _READERS[utterance.type](self.testimony, utterance.node, frame.number, direction)

    def take_records(self, frame: Frame) -> None:
        """Take down the protected records, opened or not: their sizes tell what they hold."""
        session = self.testimony.session
        direction = CLIENT if frame.source == session.client else SERVER
        for record in frame.records:
            if not self._protects(record, direction):
                self._sealed[direction] |= record.outer == CHANGE_CIPHER_SPEC
            elif len(session.records) >= KEPT_RECORDS:
                self._limit(f"only the first {KEPT_RECORDS} encrypted records are told")
            else:
                session.records.append(
                    SealedRecord(
                        direction=direction, content_type=record.outer, version=record.version, size=record.size,
                        frame=frame.number, time=frame.time, after_gap=session.gap_before[direction] is not None,
                        opened=record.opened,
                    )
                )  # fmt: skip

    def close(self, frame: Frame) -> None:
        """Take down how the connection ends, and where bytes are missing."""
        session = self.testimony.session
        direction = CLIENT if frame.source == session.client else SERVER
        if frame.after_gap and session.gap_before[direction] is None:
            before = list(session.gap_before)
            before[direction] = frame.number
            session.gap_before = (before[CLIENT], before[SERVER])
        if frame.closing and session.ended_by is None:
            session.ending = Ending(frame.closing)
            session.ended_by, session.end_frame = direction, frame.number

    def _as_seen(self, utterance: Utterance, direction: int) -> Utterance:
        """Mark as decrypted what tshark could read behind a ChangeCipherSpec of TLS 1.2 or before."""
        version = self.testimony.session.version or 0
        before_1_3 = version <= TLS_1_2 or version >= DTLS_VERSIONS
        readable = utterance.protection == CLEAR and utterance.content_type != CHANGE_CIPHER_SPEC
        if readable and before_1_3 and self._changed[direction]:
            return utterance._replace(protection=DECRYPTED)
        return utterance

    def _protects(self, record: RecordSeen, direction: int) -> bool:
        """Tell whether a record is protected: TLS 1.3 tells by its type, before it all behind a ChangeCipherSpec is."""
        if record.opaque or record.outer == APPLICATION_DATA:
            return True
        version = self.testimony.session.version
        is_before_1_3 = not record.opened if version is None else version <= TLS_1_2
        return is_before_1_3 and self._sealed[direction]

    def _limit(self, sentence: str) -> None:
        if sentence not in self.testimony.limits:
            self.testimony.limits.append(sentence)


def _protocol(frame: Frame) -> str:
    if "quic" in frame.protocols:
        return "QUIC"
    return "DTLS" if "dtls" in frame.protocols else "TLS"


def _alert(frame: Frame, utterance: Utterance, direction: int) -> Alert:
    if utterance.protection == ENCRYPTED:
        return Alert(direction, None, None, frame.number, ENCRYPTED)
    return Alert(direction, utterance.level, utterance.type, frame.number, utterance.protection)


def _client_hello(testimony: Testimony, message: Tree, frame: int, _direction: int) -> None:
    session = testimony.session
    hello = messages.client_hello(message)
    if session.client_hello is None:
        session.client_hello, session.client_hello_frame = hello, frame
        testimony.server_name = messages.name(message, "handshake.extensions_server_name")
        testimony.ja3 = messages.text(message, "handshake.ja3")
        testimony.ja4 = messages.text(message, "handshake.ja4")
    elif session.second_client_hello is None and session.retry is not None:
        session.second_client_hello = hello


def _server_hello(testimony: Testimony, message: Tree, frame: int, _direction: int) -> None:
    session = testimony.session
    hello = messages.server_hello(message)
    if hello.legacy_version == SSL_2_0:  # it holds the certificate, and leaves the choice of the cipher to the client
        session.protocol, session.version, session.server_hello_frame = "SSLv2", SSL_2_0, frame
        session.server_certificates, session.server_certificates_frame = messages.certificates(message), frame
    elif hello.is_retry:
        session.retry = hello
    elif session.server_hello is None:
        session.server_hello, session.server_hello_frame = hello, frame
        session.version = messages.negotiated_version(message, hello)
        testimony.ja3s = messages.text(message, "handshake.ja3s")
        testimony.alpn = messages.name(message, "handshake.extensions_alpn_str")


def _encrypted_extensions(testimony: Testimony, message: Tree, _frame: int, direction: int) -> None:
    session = testimony.session
    if direction == SERVER and session.encrypted_extensions is None:
        session.encrypted_extensions = messages.extensions(message)
        testimony.alpn = messages.name(message, "handshake.extensions_alpn_str") or testimony.alpn


def _certificate(testimony: Testimony, message: Tree, frame: int, direction: int) -> None:
    session = testimony.session
    chain = messages.certificates(message)
    if direction == SERVER and not session.server_certificates:
        session.server_certificates, session.server_certificates_frame = chain, frame
    elif direction == CLIENT and not session.client_certificates:
        session.client_certificates, session.client_certificates_frame = chain, frame


def _certificate_request(testimony: Testimony, message: Tree, frame: int, _direction: int) -> None:
    session = testimony.session
    if session.certificate_request is None:
        session.certificate_request = messages.certificate_request(message)
        session.certificate_request_frame = frame


def _certificate_verify(testimony: Testimony, message: Tree, frame: int, direction: int) -> None:
    session = testimony.session
    schemes = messages.numbers(message, "handshake.sig_hash_alg")
    scheme = schemes[0] if schemes else None
    if direction == CLIENT:
        session.client_certificate_verify_frame, session.client_signature_scheme = frame, scheme
    else:
        session.server_signature_scheme = scheme


def _server_key_exchange(testimony: Testimony, message: Tree, _frame: int, _direction: int) -> None:
    testimony.session.server_key_exchange = messages.parameters(message)
    schemes = messages.numbers(message, "handshake.sig_hash_alg")
    testimony.session.server_signature_scheme = schemes[0] if schemes else None


def _ticket(testimony: Testimony, message: Tree, _frame: int, _direction: int) -> None:
    session = testimony.session
    if _is_1_3(session.version or 0):
        session.psk_identities += messages.tickets(message)  # RFC 8446 §4.6.1: the ticket is the identity
    else:
        session.tickets += messages.tickets(message)


def _is_1_3(version: int) -> bool:
    """Tell TLS 1.3 with its drafts (0x7fxx), and DTLS 1.3."""
    return version == DTLS_1_3 or TLS_1_2 < version < DTLS_VERSIONS


_READERS: dict[int, Callable[[Testimony, Tree, int, int], None]] = {
    CLIENT_HELLO: _client_hello,
    SERVER_HELLO: _server_hello,
    ENCRYPTED_EXTENSIONS: _encrypted_extensions,
    CERTIFICATE: _certificate,
    CERTIFICATE_REQUEST: _certificate_request,
    CERTIFICATE_VERIFY: _certificate_verify,
    SERVER_KEY_EXCHANGE: _server_key_exchange,
    NEW_SESSION_TICKET: _ticket,
}
