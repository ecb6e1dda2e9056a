"""Which version the hellos speak of: a hello enters, a version as on the wire leaves (RFC 8446 §4.2.1).

Kernel file: compiled where a C compiler is found (types in `versions.pxd`), interpreted otherwise.
"""

from tlsscope.constants import TLS_1_3
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.wire import MalformedError

from .codes import CLIENT_CERTIFICATE_TYPE, SERVER_CERTIFICATE_TYPE, SUPPORTED_VERSIONS
from .negotiation import supported_versions
from .opening import find

DTLS_1_3 = 0xFEFC
IETF_DRAFTS, GOOGLE_DRAFTS, FACEBOOK_DRAFTS = 0x7F, 0x7E, 0xFB  # high byte

RAW_PUBLIC_KEY = b"\x02"  # CertificateType, RFC 7250 §3

DOWNGRADE_TO_TLS_1_2 = b"DOWNGRD\x01"
DOWNGRADE_BELOW_TLS_1_2 = b"DOWNGRD\x00"


def is_tls13(version: int) -> bool:
    """Tell whether messages of this version have the form of (D)TLS 1.3, its drafts included."""
    return version in (TLS_1_3, DTLS_1_3) or version >> 8 in (IETF_DRAFTS, GOOGLE_DRAFTS, FACEBOOK_DRAFTS)


def negotiated_version(hello: ServerHello) -> int:
    """Tell the version that a ServerHello or HelloRetryRequest selects; a draft as its own code.

    Where supported_versions is absent or cannot be read, legacy_version is all there is.
    """
    body = find(hello.extensions, SUPPORTED_VERSIONS)
    if body is None or len(body) != 2:
        return hello.legacy_version
    return body[0] << 8 | body[1]


def client_versions(hello: ClientHello) -> tuple[int, ...]:
    """Tell the versions that a client offers, in its order, GREASE included.

    Without a readable supported_versions it is legacy_version alone: the highest that the client speaks.
    """
    body = find(hello.extensions, SUPPORTED_VERSIONS)
    if body is None:
        return (hello.legacy_version,)
    try:
        return supported_versions(body)
    except MalformedError:
        return (hello.legacy_version,)


def selects_raw_public_keys(extensions: tuple[Extension, ...]) -> tuple[bool, bool]:
    """Tell whether the client, and whether the server, shows a raw public key for a certificate: RFC 7250 §4.

    Up to TLS 1.2 the ServerHello says so, in TLS 1.3 the EncryptedExtensions.
    """
    return (
        find(extensions, CLIENT_CERTIFICATE_TYPE) == RAW_PUBLIC_KEY,
        find(extensions, SERVER_CERTIFICATE_TYPE) == RAW_PUBLIC_KEY,
    )


def downgrade_sentinel(hello: ServerHello) -> str | None:
    """Tell what the random's end confesses (RFC 8446 §4.1.3): the server speaks more than it took."""
    if hello.random.endswith(DOWNGRADE_TO_TLS_1_2):
        return "TLS 1.2"
    return "TLS 1.1 or below" if hello.random.endswith(DOWNGRADE_BELOW_TLS_1_2) else None
