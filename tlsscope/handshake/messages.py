"""The handshake messages as values: a message's body (after its 4-byte header) enters, a struct leaves.

Nothing is refused that can be named: extensions stay in wire order, duplicates and GREASE included, their
bodies unopened (`extensions` opens them late, so that one rotten extension never spoils a hello).
Integers stay integers. Nothing here can be part of a cycle (`gc=False`).
"""

import msgspec

Extension = tuple[int, bytes]  # code and body, as on the wire


class ClientHello(msgspec.Struct, frozen=True, gc=False):
    """RFC 8446 §4.1.2, RFC 5246 §7.4.1.2."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    compression_methods: bytes
    extensions: tuple[Extension, ...]
    body: bytes  # the whole body, for fingerprints and transcripts
    cookie: bytes = b""  # DTLS up to 1.2 only, RFC 6347 §4.2.1
    is_sslv2: bool = False  # a CLIENT-HELLO in the form of SSL 2.0, RFC 5246 §E.2: it has no JA3


class ServerHello(msgspec.Struct, frozen=True, gc=False):
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


class CertificateRequest(msgspec.Struct, frozen=True, gc=False):
    """RFC 5246 §7.4.4 (types, schemes, authorities), RFC 8446 §4.3.2 (context, extensions; no types).

    `authorities` are DER-encoded distinguished names. `signature_algorithms` is empty before TLS 1.2.
    """

    certificate_types: tuple[int, ...]
    signature_algorithms: tuple[int, ...]
    authorities: tuple[bytes, ...]
    context: bytes = b""
    extensions: tuple[Extension, ...] = ()


class CertificateMessage(msgspec.Struct, frozen=True, gc=False):
    """A Certificate message: DER certificates as sent, leaf first; empty when the client declined.

    `extensions` holds, in TLS 1.3, the extensions of each entry (RFC 8446 §4.4.2), else it is empty.
    """

    certificates: tuple[bytes, ...]
    context: bytes = b""
    extensions: tuple[tuple[Extension, ...], ...] = ()


class NewSessionTicket(msgspec.Struct, frozen=True, gc=False):
    """RFC 5077 §3.3 (lifetime, ticket), RFC 8446 §4.6.1 (all)."""

    lifetime: int  # seconds
    ticket: bytes
    age_add: int = 0
    nonce: bytes = b""
    extensions: tuple[Extension, ...] = ()


class KeyExchange(msgspec.Struct, frozen=True, gc=False):
    """What a ServerKeyExchange says of its keys; None for what is not there or cannot be told.

    `prime_bits` is the size of a Diffie-Hellman (or SRP) prime, or of the modulus of an RSA export key.
    `signature_scheme` is None before TLS 1.2, which does not name it, and where nothing is signed.
    """

    group: int | None = None
    prime_bits: int | None = None
    signature_scheme: int | None = None


class CompressedCertificate(msgspec.Struct, frozen=True, gc=False):
    """RFC 8879 §4: a Certificate message, compressed; `length` is what it claims to become."""

    algorithm: int
    length: int
    data: bytes


class Sslv2ServerHello(msgspec.Struct, frozen=True, gc=False):
    """The SERVER-HELLO of SSL 2.0; `certificate` is DER, empty where a session is resumed."""

    session_id_hit: bool
    version: int
    certificate: bytes
    cipher_suites: tuple[int, ...]  # 24-bit cipher kinds
    connection_id: bytes


HELLO_RETRY_REQUEST_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
