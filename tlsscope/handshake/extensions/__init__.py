"""The door to extensions: code and body enter, a value leaves, as late as somebody wants to know.

One rotten extension never spoils a hello: a pure function opens its body, and returns a value or raises
`MalformedError`. What a body looks like depends on the message that it stands in: `openers` has them all.
"""

from typing import Any

from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.messages import CertificateRequest, ClientHello, Extension, ServerHello
from tlsscope.wire import MalformedError

from . import codes
from .certificates import (
    certificate_authorities,
    oid_filters,
    signed_certificate_timestamps,
    stapled_response,
    status_request,
    status_request_v2,
)
from .keys import (
    EncryptedClientHello,
    PreSharedKeys,
    cookie,
    encrypted_client_hello,
    heartbeat,
    key_share,
    maximum_early_data,
    pre_shared_key,
    psk_key_exchange_modes,
    retry_encrypted_client_hello,
    retry_key_share,
    selected_identity,
    server_key_share,
)
from .negotiation import (
    alpn,
    certificate_types,
    compress_certificate,
    connection_id,
    delegated_credential,
    ec_point_formats,
    encrypted_client_hello_configurations,
    next_protocols,
    padding,
    record_size_limit,
    renegotiation_info,
    selected_alpn,
    selected_version,
    server_name,
    signature_algorithms,
    signature_algorithms_cert,
    srp,
    supported_groups,
    supported_versions,
    tls_flags,
    use_srtp,
)
from .openers import ENTRY, OPENERS, REQUEST, RETRY, TICKET
from .opening import find
from .versions import (
    client_versions,
    downgrade_sentinel,
    is_tls13,
    negotiated_version,
    selects_raw_public_keys,
)

__all__ = [
    "ENTRY",
    "OPENERS",
    "REQUEST",
    "RETRY",
    "TICKET",
    "EncryptedClientHello",
    "PreSharedKeys",
    "alpn",
    "certificate_authorities",
    "certificate_types",
    "client_versions",
    "codes",
    "compress_certificate",
    "connection_id",
    "cookie",
    "delegated_credential",
    "downgrade_sentinel",
    "duplicate_extensions",
    "ec_point_formats",
    "encrypted_client_hello",
    "encrypted_client_hello_configurations",
    "find",
    "heartbeat",
    "is_tls13",
    "key_share",
    "malformed_extensions",
    "maximum_early_data",
    "negotiated_version",
    "next_protocols",
    "oid_filters",
    "open_extension",
    "padding",
    "pre_shared_key",
    "psk_key_exchange_modes",
    "record_size_limit",
    "renegotiation_info",
    "retry_encrypted_client_hello",
    "retry_key_share",
    "selected_alpn",
    "selected_identity",
    "selected_version",
    "selects_raw_public_keys",
    "server_key_share",
    "server_name",
    "signature_algorithms",
    "signature_algorithms_cert",
    "signed_certificate_timestamps",
    "srp",
    "stapled_response",
    "status_request",
    "status_request_v2",
    "supported_groups",
    "supported_versions",
    "tls_flags",
    "use_srtp",
]


MOST_SOUND, LARGEST_SOUND = 2048, 256  # of each kind of message; bytes of a body
_UNIQUE = frozenset(
    (codes.COOKIE, codes.ENCRYPTED_CLIENT_HELLO, codes.KEY_SHARE, codes.PRE_SHARED_KEY, codes.SESSION_TICKET)
)  # bodies that do not come again
_sound: dict[int, set[Extension]] = {side: set() for side in OPENERS}  # those that were opened: real traffic repeats


def open_extension(side: int, code: int, body: bytes) -> Any:
    """Open a body as it stands in a message of `side`; the body itself where no opener is known."""
    opener = OPENERS[side].get(code)
    return body if opener is None else opener(body)


def malformed_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[tuple[int, str]]:
    """List the extensions that cannot be opened: code, and what is wrong."""
    side = _side(message)
    sound = _sound[side]
    malformed = []
    for extension in message.extensions:
        if extension in sound:
            continue
        code, body = extension
        opener = OPENERS[side].get(code)
        try:
            if opener is not None:
                opener(body)
        except MalformedError as error:
            malformed.append((code, str(error)))
            continue
        if code not in _UNIQUE and len(body) <= LARGEST_SOUND:
            if len(sound) >= MOST_SOUND:
                sound.clear()
            sound.add(extension)
    return malformed


def duplicate_extensions(message: ClientHello | ServerHello | CertificateRequest) -> list[int]:
    """List the codes that come more than once (RFC 8446 §4.2 forbids it), each once, in wire order."""
    all_codes = [code for code, _ in message.extensions]
    if len(set(all_codes)) == len(all_codes):
        return []
    return [code for code in dict.fromkeys(all_codes) if all_codes.count(code) > 1]


def _side(message: ClientHello | ServerHello | CertificateRequest) -> int:
    if isinstance(message, ClientHello):
        return CLIENT
    if isinstance(message, CertificateRequest):
        return REQUEST
    return RETRY if message.is_retry else SERVER
