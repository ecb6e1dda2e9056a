"""Which parser reads which handshake message: a type, a body and a version enter, a value of `messages` leaves.

Kernel file: compiled where a C compiler is found (types in `reading.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from typing import Any

from tlsscope.constants import (
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CERTIFICATE_VERIFY,
    CLIENT_HELLO,
    COMPRESSED_CERTIFICATE,
    ENCRYPTED_EXTENSIONS,
    NEW_SESSION_TICKET,
    SERVER_HELLO,
)
from tlsscope.wire import Reader

from . import readers
from .messages import CertificateMessage, Extension
from .readers import certificate, client_hello, server_hello


def read(type_: int, body: bytes, version: int) -> Any:
    """Parse a message; None where its content is not needed. Raises MalformedError."""
    if type_ == CLIENT_HELLO:
        return client_hello(body)
    if type_ == SERVER_HELLO:
        return server_hello(body)
    if type_ == CERTIFICATE:
        return certificate(body, version)
    parse = _PARSERS.get(type_)
    return None if parse is None else parse(body, version)


def _compressed_certificate(body: bytes, version: int) -> CertificateMessage:
    return readers.certificate(readers.decompressed_certificate(readers.compressed_certificate(body)), version)


def _encrypted_extensions(body: bytes, _version: int) -> tuple[Extension, ...]:
    """RFC 8446 §4.3.1."""
    reader = Reader(body)
    extensions = reader.vector16().entries16()
    reader.end()
    return extensions


_PARSERS: dict[int, Callable[[bytes, int], Any]] = {
    CERTIFICATE_REQUEST: readers.certificate_request,
    CERTIFICATE_STATUS: lambda body, _version: readers.certificate_status(body),
    CERTIFICATE_VERIFY: readers.certificate_verify,
    COMPRESSED_CERTIFICATE: _compressed_certificate,
    ENCRYPTED_EXTENSIONS: _encrypted_extensions,
    NEW_SESSION_TICKET: readers.new_session_ticket,
}
