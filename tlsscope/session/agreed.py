"""What both sides agreed on, and what the client asked for: a Session enters, one fact leaves, or None.

None means absent or not visible; `visibility` tells which. A rotten extension is None here, and an anomaly.
Kernel file: compiled where a C compiler is found (types in `agreed.pxd`), interpreted otherwise.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import Extension
from tlsscope.tables import cipher_suite
from tlsscope.wire import MalformedError, Reader

from .model import Session

T = TypeVar("T")

_NAMED_CURVE = 3  # ECCurveType, RFC 8422 §5.4


def opened(found: Sequence[Extension], code: int, opener: Callable[[bytes], T]) -> T | None:
    """Open the first extension with this code; None where there is none, or it is malformed."""
    for one, body in found:
        if one == code:
            return read(body, opener)
    return None


def server_name(session: Session) -> str | None:
    """Give the host name that the client asked for in clear."""
    hello = session.client_hello
    return None if hello is None else opened(hello.extensions, codes.SERVER_NAME, extensions.server_name)


def application_protocol(session: Session) -> bytes | None:
    """Give the protocol that the server selected by ALPN: in its hello, or in its EncryptedExtensions."""
    if session.encrypted_extensions is not None:
        return opened(session.encrypted_extensions, codes.ALPN, extensions.selected_alpn)
    hello = session.server_hello
    return None if hello is None else opened(hello.extensions, codes.ALPN, extensions.selected_alpn)


def group(session: Session) -> int | None:
    """Give the group of the key exchange: of the server's key share, or of its ServerKeyExchange."""
    hello = session.server_hello
    if hello is None:
        return None
    share = opened(hello.extensions, codes.KEY_SHARE, extensions.server_key_share)
    if share is not None:
        return share[0]
    suite = cipher_suite(hello.cipher_suite)
    if session.server_key_exchange is None or suite is None or not suite.key_exchange.startswith("ECDH"):
        return None
    start = session.server_key_exchange
    if suite.key_exchange == "ECDHE_PSK":  # the hint comes first, RFC 5489 §2
        start = read(start, _after_hint) or b""
    return read(start, _named_curve)


def read(body: bytes, opener: Callable[[bytes], T]) -> T | None:
    """Open a body; None where it is malformed."""
    try:
        return opener(body)
    except MalformedError:
        return None


def _after_hint(body: bytes) -> bytes:
    reader = Reader(body)
    reader.vector16()
    return reader.rest()


def _named_curve(body: bytes) -> int | None:
    reader = Reader(body)
    return reader.uint16() if reader.uint8() == _NAMED_CURVE else None
