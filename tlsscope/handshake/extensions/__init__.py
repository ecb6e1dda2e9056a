"""The door to extensions: code and body enter, a value leaves, as late as somebody wants to know.

One rotten extension never spoils a hello: a pure function opens its body, and returns a value or raises
`MalformedError`. What a body looks like depends on the message that it stands in: `openers` has them all.
"""

from typing import Any

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
from .soundness import duplicate_extensions, malformed_extensions
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


def open_extension(side: int, code: int, body: bytes) -> Any:
    """Open a body as it stands in a message of `side`; the body itself where no opener is known."""
    opener = OPENERS[side].get(code)
    return body if opener is None else opener(body)
