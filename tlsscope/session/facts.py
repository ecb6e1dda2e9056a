"""What each handshake message adds to a session's facts: one message enters, clear or decrypted; the Session knows it."""

from collections.abc import Callable
from typing import Any

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
    SERVER_HELLO,
    SERVER_KEY_EXCHANGE,
)
from tlsscope.handshake.extensions import is_tls13, negotiated_version

from .model import Session

MOST_TICKETS = 8  # of one session, the last ones


def add_to_facts(session: Session, direction: int, type_: int, body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    """Add a message to the facts; `value` is what its parser gave."""
    add = _ADD.get(type_)
    if add is not None:
        add(session, direction, body, value, frame)


def _client_hello(session: Session, _direction: int, _body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    if session.client_hello is None:
        session.client_hello = value
        session.client_hello_frame = frame
    else:
        session.second_client_hello = value


def _server_hello(session: Session, _direction: int, _body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    session.version = negotiated_version(value)
    if value.is_retry:
        session.retry = value
    else:
        session.server_hello = value
        session.server_hello_frame = frame


def _certificate(session: Session, direction: int, _body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    if direction == CLIENT:
        session.client_certificates = value.certificates
        session.client_certificates_frame = frame
    else:
        session.server_certificates = value.certificates
        session.server_certificates_frame = frame


def _certificate_request(session: Session, _direction: int, _body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    session.certificate_request = value
    session.certificate_request_frame = frame


def _certificate_verify(session: Session, direction: int, _body: bytes, value: Any, frame: int) -> None:  # noqa: ANN401
    if direction == CLIENT:
        session.client_certificate_verify_frame = frame
        session.client_signature_scheme = value
    else:
        session.server_signature_scheme = value


def _server_key_exchange(session: Session, _direction: int, body: bytes, _value: Any, _frame: int) -> None:  # noqa: ANN401
    session.server_key_exchange = body


def _client_key_exchange(session: Session, _direction: int, body: bytes, _value: Any, _frame: int) -> None:  # noqa: ANN401
    session.client_key_exchange = body


def _certificate_status(session: Session, _direction: int, _body: bytes, value: Any, _frame: int) -> None:  # noqa: ANN401
    session.ocsp_response = value


def _new_session_ticket(session: Session, _direction: int, _body: bytes, value: Any, _frame: int) -> None:  # noqa: ANN401
    if is_tls13(session.version or 0):
        session.psk_identities = (*session.psk_identities[-MOST_TICKETS + 1 :], value.ticket)
    elif value.ticket:
        session.tickets = (*session.tickets[-MOST_TICKETS + 1 :], value.ticket)


def _encrypted_extensions(session: Session, _direction: int, _body: bytes, value: Any, _frame: int) -> None:  # noqa: ANN401
    session.encrypted_extensions = value


_ADD: dict[int, Callable[[Session, int, bytes, Any, int], None]] = {
    CLIENT_HELLO: _client_hello,
    SERVER_HELLO: _server_hello,
    CERTIFICATE: _certificate,
    CERTIFICATE_REQUEST: _certificate_request,
    CERTIFICATE_VERIFY: _certificate_verify,
    SERVER_KEY_EXCHANGE: _server_key_exchange,
    CLIENT_KEY_EXCHANGE: _client_key_exchange,
    CERTIFICATE_STATUS: _certificate_status,
    NEW_SESSION_TICKET: _new_session_ticket,
    COMPRESSED_CERTIFICATE: _certificate,
    ENCRYPTED_EXTENSIONS: _encrypted_extensions,
}
