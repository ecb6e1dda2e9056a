"""What each handshake message adds to a session's facts: one message enters, clear or decrypted; then it is known.

Kernel file: compiled where a C compiler is found (types in `facts.pxd`), interpreted otherwise.
"""

from typing import Any

from msgspec.structs import replace

from tlsscope.constants import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CERTIFICATE_VERIFY,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    NEW_SESSION_TICKET,
    SERVER,
    SERVER_HELLO,
    SERVER_KEY_EXCHANGE,
)
from tlsscope.flow.listener import Closing
from tlsscope.handshake.extensions.versions import is_tls13, negotiated_version, selects_raw_public_keys
from tlsscope.handshake.messages import HELLO_RETRY_REQUEST_RANDOM, ClientHello, Sslv2ServerHello

from .model import Ending, Session

MOST_TICKETS = 8  # of one session, the last ones
_ENDINGS = {one.value: one for one in Ending}


def add_to_facts(session: Session, direction: int, type_: int, body: bytes, value: Any, frame: int) -> None:
    """Add a message to the facts; `value` is what its parser gave, None where that could read nothing."""
    if type_ == CLIENT_KEY_EXCHANGE:
        session.client_key_exchange = body
    elif type_ == SERVER_KEY_EXCHANGE:
        session.server_key_exchange = body
    elif type_ == CERTIFICATE_VERIFY:
        _certificate_verify(session, direction, value, frame)
    elif value is None:
        return
    elif type_ == CLIENT_HELLO:
        _client_hello(session, value, frame)
    elif type_ == SERVER_HELLO:
        _server_hello(session, value, frame)
    elif type_ in (CERTIFICATE, COMPRESSED_CERTIFICATE):
        _certificate(session, direction, value, frame)
    elif type_ == CERTIFICATE_REQUEST:
        session.certificate_request, session.certificate_request_frame = value, frame
    elif type_ == CERTIFICATE_STATUS:
        session.ocsp_response = value
    elif type_ == NEW_SESSION_TICKET:
        _new_session_ticket(session, value)
    elif type_ == ENCRYPTED_EXTENSIONS:
        session.encrypted_extensions = value


def add_old_server_hello(session: Session, hello: Sslv2ServerHello, frame: int) -> None:
    """Add a SERVER-HELLO of SSL 2.0 to the facts."""
    session.protocol = "SSLv2"
    session.version = hello.version
    session.server_hello_frame = frame
    if hello.certificate:
        session.server_certificates = (hello.certificate,)
        session.server_certificates_frame = frame


def begins_another(session: Session, hello: ClientHello | None, alone: bool) -> bool:  # noqa: FBT001
    """Tell whether a ClientHello is of another session: a second one, if no HelloRetryRequest is (or may be) before it.

    One that comes after its ServerHello may have been captured late, if the session is alone in its connection.
    """
    first = session.client_hello
    if first is None:
        is_late = alone and session.gap_before[CLIENT] is None
        return session.server_hello is not None and not is_late
    if hello is None or session.second_client_hello is not None or hello.random != first.random:
        return session.server_hello is not None or hello is not None
    return session.server_hello is not None and session.retry is None


def add_gap(session: Session, direction: int, frame: int) -> None:
    """Remember the first frame behind a gap."""
    client, server = session.gap_before
    if direction == CLIENT and client is None:
        session.gap_before = (frame, server)
    elif direction == SERVER and server is None:
        session.gap_before = (client, frame)


def add_ending(session: Session, client: int, ending: Closing, is_last: bool) -> None:  # noqa: FBT001
    """Add the counts of a connection, whose direction `client` is the client's; its end is that of its last session."""
    packets, size = ending.packets, ending.bytes
    session.packets = packets if client == 0 else (packets[1], packets[0])
    session.bytes = size if client == 0 else (size[1], size[0])
    if is_last:
        session.ending = _ENDINGS[ending.kind]
        if ending.by >= 0:
            session.ended_by = CLIENT if ending.by == client else SERVER
            session.end_frame = ending.frame


def swap_roles(session: Session) -> None:
    """Turn a session round whose client was taken for the server, before either said hello."""
    session.client, session.server = session.server, session.client
    if session.timeline is not None:
        session.timeline.swap()
    session.alerts = [replace(alert, direction=1 - alert.direction) for alert in session.alerts]
    session.anomalies = [
        one if one.direction is None else replace(one, direction=1 - one.direction) for one in session.anomalies
    ]
    session.transcript = [(1 - direction, type_, body) for direction, type_, body in session.transcript]
    session.gap_before = session.gap_before[::-1]
    for name in ("certificates", "certificates_frame", "raw_public_key", "signature_scheme"):
        client, server = getattr(session, f"client_{name}"), getattr(session, f"server_{name}")
        setattr(session, f"client_{name}", server)
        setattr(session, f"server_{name}", client)


def _client_hello(session: Session, value: Any, frame: int) -> None:
    if session.client_hello is None:
        session.client_hello = value
        session.client_hello_frame = frame
    else:
        session.second_client_hello = value


def _server_hello(session: Session, value: Any, frame: int) -> None:
    session.version = negotiated_version(value)
    if value.random == HELLO_RETRY_REQUEST_RANDOM:
        session.retry = value
    else:
        session.server_hello = value
        session.server_hello_frame = frame


def _certificate(session: Session, direction: int, value: Any, frame: int) -> None:
    shown: tuple[bytes, ...] = value.certificates
    certificates: tuple[bytes, ...] | None = shown
    key = None
    if shown and _shows_raw_public_key(session, direction):
        certificates, key = None, shown[0]
    if direction == CLIENT:
        session.client_certificates, session.client_raw_public_key = certificates, key
        session.client_certificates_frame = frame
    else:
        session.server_certificates, session.server_raw_public_key = certificates, key
        session.server_certificates_frame = frame


def _shows_raw_public_key(session: Session, direction: int) -> bool:
    extensions = session.encrypted_extensions
    if extensions is None and session.server_hello is not None:
        extensions = session.server_hello.extensions
    return extensions is not None and selects_raw_public_keys(extensions)[direction]


def _certificate_verify(session: Session, direction: int, value: Any, frame: int) -> None:
    if direction == CLIENT:
        session.client_certificate_verify_frame = frame
        session.client_signature_scheme = value
    else:
        session.server_signature_scheme = value


def _new_session_ticket(session: Session, value: Any) -> None:
    if is_tls13(session.version or 0):
        session.psk_identities = (*session.psk_identities[-MOST_TICKETS + 1 :], value.ticket)
    elif value.ticket:
        session.tickets = (*session.tickets[-MOST_TICKETS + 1 :], value.ticket)
