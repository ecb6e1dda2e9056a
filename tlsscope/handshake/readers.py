"""The messages' parsers: a body (after its 4-byte header) enters, a value of `messages` leaves.

Each reads like the presentation language of its RFC, and raises `MalformedError` alone. `version` is the
negotiated one, as on the wire: TLS, DTLS or a draft of TLS 1.3; it decides the form of what those changed.

Kernel file: compiled where a C compiler is found (types in `readers.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from typing import TypeVar

from tlsscope.constants import TLS_1_2, TLS_1_3
from tlsscope.repeats import Parts
from tlsscope.wire import MalformedError, Reader

from .compression import compressed_certificate, decompressed_certificate
from .extensions import certificate_authorities, signature_algorithms, stapled_response
from .extensions.codes import CERTIFICATE_AUTHORITIES, SIGNATURE_ALGORITHMS
from .extensions.opening import find
from .extensions.versions import is_tls13
from .key_exchange import server_key_exchange
from .messages import (
    CertificateMessage,
    CertificateRequest,
    ClientHello,
    Extension,
    NewSessionTicket,
    ServerHello,
)
from .sslv2 import sslv2_client_hello, sslv2_server_hello

__all__ = [
    "certificate",
    "certificate_request",
    "certificate_status",
    "certificate_verify",
    "client_hello",
    "compressed_certificate",
    "decompressed_certificate",
    "dtls_client_hello",
    "hello_verify_request",
    "names_signature_scheme",
    "new_session_ticket",
    "next_protocol",
    "raw_public_key",
    "server_hello",
    "server_key_exchange",
    "sslv2_client_hello",
    "sslv2_server_hello",
]

Item = TypeVar("Item")

DTLS_1_2 = 0xFEFD
MOST_SUITES, LARGEST_SUITES = 512, 1024  # lists that are remembered, bytes of one
_SUITES: dict[bytes, tuple[int, ...]] = {}
_CIPHER_SUITES = Parts(MOST_SUITES, LARGEST_SUITES)
_CERTIFICATES = Parts(512, 8192)

FIRST_DRAFT, FIRST_DRAFT_WITH_SESSION_ID = 0x7F00, 0x7F16  # of TLS 1.3; draft 22 is 0x7f16


def client_hello(body: bytes) -> ClientHello:
    """Read a ClientHello, RFC 8446 §4.1.2; the extensions may be missing altogether, RFC 5246 §7.4.1.2."""
    reader = Reader(body)
    hello = ClientHello(
        reader.uint16(),
        reader.bytes(32),
        reader.opaque8(),
        cipher_suites(reader.repeated(reader.uint16(), _CIPHER_SUITES)),
        reader.opaque8(),
        reader.vector16().entries16() if reader else (),
        body,
    )
    reader.end()
    return hello


def cipher_suites(raw: bytes) -> tuple[int, ...]:
    """Read the suites of a ClientHello: programs offer the same ones each time."""
    suites = _SUITES.get(raw)
    if suites is None:
        suites = Reader(raw).uint16s()
        if len(_SUITES) >= MOST_SUITES:
            _SUITES.clear()
        if len(raw) <= LARGEST_SUITES:
            _SUITES[raw] = suites
    return suites


def dtls_client_hello(body: bytes) -> ClientHello:
    """Read a ClientHello of DTLS, which has a cookie after the session id: RFC 6347 §4.2.1, RFC 9147 §5.3."""
    reader = Reader(body)
    version, random = reader.uint16(), reader.bytes(32)
    session_id, cookie = reader.opaque8(), reader.opaque8()
    hello = ClientHello(
        version,
        random,
        session_id,
        reader.vector16().uint16s(),
        reader.opaque8(),
        reader.vector16().entries16() if reader else (),
        body,
        cookie,
    )
    reader.end()
    return hello


def hello_verify_request(body: bytes) -> bytes:
    """Read a HelloVerifyRequest of DTLS: the cookie, RFC 6347 §4.2.1."""
    reader = Reader(body)
    reader.uint16()
    cookie = reader.opaque8()
    reader.end()
    return cookie


def server_hello(body: bytes) -> ServerHello:
    """Read a ServerHello or HelloRetryRequest, RFC 8446 §4.1.3.

    Up to draft 21 of TLS 1.3 it had neither session id nor compression method. Early drafts called themselves
    TLS 1.3 in legacy_version, where the RFC forbids it: then the form tells.
    """
    version = body[0] << 8 | body[1] if len(body) > 1 else 0
    if FIRST_DRAFT <= version < FIRST_DRAFT_WITH_SESSION_ID:
        return _draft_server_hello(body)
    if version != TLS_1_3:
        return _server_hello(body)
    try:
        return _server_hello(body)
    except MalformedError:
        return _draft_server_hello(body)


def _server_hello(body: bytes) -> ServerHello:
    reader = Reader(body)
    hello = ServerHello(
        reader.uint16(),
        reader.bytes(32),
        reader.opaque8(),
        reader.uint16(),
        reader.uint8(),
        reader.vector16().entries16() if reader else (),
        body,
    )
    reader.end()
    return hello


def _draft_server_hello(body: bytes) -> ServerHello:
    reader = Reader(body)
    version, random, suite = reader.uint16(), reader.bytes(32), reader.uint16()
    extensions = reader.vector16().entries16()
    reader.end()
    return ServerHello(version, random, b"", suite, 0, extensions, body)


def certificate(body: bytes, version: int) -> CertificateMessage:
    """Read a Certificate: RFC 5246 §7.4.2, RFC 8446 §4.4.2. A certificate of no bytes is malformed."""
    reader = Reader(body)
    if is_tls13(version):
        return _certificate_13(reader)
    entries = reader.vector24()
    reader.end()
    certificates = []
    while entries:
        certificates.append(_some(entries.repeated(entries.uint24(), _CERTIFICATES)))
    return CertificateMessage(tuple(certificates))


def _certificate_13(reader: Reader) -> CertificateMessage:
    context = reader.opaque8()
    entries = reader.vector24()
    reader.end()
    certificates, extensions = [], []
    while entries:
        certificates.append(_some(entries.repeated(entries.uint24(), _CERTIFICATES)))
        extensions.append(entries.vector16().entries16())
    return CertificateMessage(tuple(certificates), context, tuple(extensions))


def raw_public_key(body: bytes, version: int) -> CertificateMessage:
    """Read a Certificate of type RawPublicKey, RFC 7250 §3: a SubjectPublicKeyInfo in a certificate's place.

    In TLS 1.3 it stands in an entry like any certificate (RFC 8446 §4.4.2); before, alone.
    """
    if is_tls13(version):
        return certificate(body, version)
    reader = Reader(body)
    key = reader.opaque24()
    reader.end()
    return CertificateMessage((key,) if key else ())


def _some(der: bytes) -> bytes:
    if not der:
        raise MalformedError("a certificate of no bytes")
    return der


def certificate_request(body: bytes, version: int) -> CertificateRequest:
    """Read a CertificateRequest: RFC 4346 §7.4.4, RFC 5246 §7.4.4, RFC 8446 §4.3.2."""
    reader = Reader(body)
    if is_tls13(version):
        return _certificate_request_13(reader)
    types = tuple(reader.opaque8())
    schemes = reader.vector16().uint16s() if names_signature_scheme(version) else ()
    names = reader.vector16()
    reader.end()
    authorities = []
    while names:
        authorities.append(names.opaque16())
    return CertificateRequest(types, schemes, tuple(authorities))


def _certificate_request_13(reader: Reader) -> CertificateRequest:
    context = reader.opaque8()
    extensions = reader.vector16().entries16()
    reader.end()
    return CertificateRequest(
        (),
        _opened(extensions, SIGNATURE_ALGORITHMS, signature_algorithms),
        _opened(extensions, CERTIFICATE_AUTHORITIES, certificate_authorities),
        context,
        extensions,
    )


def _opened(
    extensions: tuple[Extension, ...], code: int, opener: Callable[[bytes], tuple[Item, ...]]
) -> tuple[Item, ...]:
    """Open an extension of a request, which stands where that is rotten: `malformed_extensions` tells."""
    body = find(extensions, code)
    if body is None:
        return ()
    try:
        return opener(body)
    except MalformedError:
        return ()


def certificate_status(body: bytes) -> bytes:
    """Read a CertificateStatus: the DER of the (leaf's) OCSP response, RFC 6066 §8, RFC 6961 §2.2."""
    return stapled_response(body)


def certificate_verify(body: bytes, version: int) -> int | None:
    """Read a CertificateVerify: the scheme, None before TLS 1.2. RFC 5246 §7.4.8, RFC 8446 §4.4.3."""
    reader = Reader(body)
    scheme = reader.uint16() if names_signature_scheme(version) else None
    reader.vector16()  # the signature
    reader.end()
    return scheme


def names_signature_scheme(version: int) -> bool:
    """Tell whether signatures name their scheme: from TLS 1.2 on."""
    return version in (TLS_1_2, DTLS_1_2) or is_tls13(version)


def new_session_ticket(body: bytes, version: int) -> NewSessionTicket:
    """Read a NewSessionTicket: RFC 5077 §3.3, RFC 8446 §4.6.1."""
    reader = Reader(body)
    lifetime = reader.uint32()
    if not is_tls13(version):
        ticket = NewSessionTicket(lifetime, reader.opaque16())
    else:
        age_add, nonce = reader.uint32(), reader.opaque8()
        ticket = NewSessionTicket(lifetime, reader.opaque16(), age_add, nonce, reader.vector16().entries16())
    reader.end()
    return ticket


def next_protocol(body: bytes) -> bytes:
    """Read a NextProtocol: what the client selected. draft-agl-tls-nextprotoneg-04 §3."""
    reader = Reader(body)
    protocol = reader.opaque8()
    reader.vector8()  # padding
    reader.end()
    return protocol
