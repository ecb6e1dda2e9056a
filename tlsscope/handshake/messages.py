"""The handshake messages as values: a message's body (after its 4-byte header) enters, a struct leaves.

Nothing is refused that can be named: extensions stay in wire order, duplicates and GREASE included, their bodies
unopened (`extensions` opens them late, so that one rotten extension never spoils a hello). Integers stay integers.
"""

import msgspec

Extension = tuple[int, bytes]  # code and body, as on the wire


class ClientHello(msgspec.Struct, frozen=True):
    """RFC 8446 §4.1.2, RFC 5246 §7.4.1.2."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    compression_methods: bytes
    extensions: tuple[Extension, ...]
    body: bytes  # the whole body, for fingerprints and transcripts


class ServerHello(msgspec.Struct, frozen=True):
    """RFC 8446 §4.1.3; a HelloRetryRequest too (`is_retry`)."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suite: int
    compression_method: int
    extensions: tuple[Extension, ...]
    body: bytes

    @property
    def is_retry(self) -> bool:
        """Tell a HelloRetryRequest by its random, RFC 8446 §4.1.3."""
        return self.random == HELLO_RETRY_REQUEST_RANDOM


class CertificateRequest(msgspec.Struct, frozen=True):
    """RFC 5246 §7.4.4 (types, schemes, authorities), RFC 8446 §4.3.2 (context, extensions; the rest opened from them).

    `authorities` are DER-encoded distinguished names. `signature_algorithms` is empty before TLS 1.2.
    """

    certificate_types: tuple[int, ...]
    signature_algorithms: tuple[int, ...]
    authorities: tuple[bytes, ...]
    context: bytes = b""
    extensions: tuple[Extension, ...] = ()


class CertificateMessage(msgspec.Struct, frozen=True):
    """A Certificate message: DER certificates as sent, leaf first; empty when the client declined.

    `extensions` holds, in TLS 1.3, the extensions of each entry (RFC 8446 §4.4.2), else it is empty.
    """

    certificates: tuple[bytes, ...]
    context: bytes = b""
    extensions: tuple[tuple[Extension, ...], ...] = ()


HELLO_RETRY_REQUEST_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
