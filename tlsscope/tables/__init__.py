"""Code points enter, names for people leave. The tables beside this file are generated from dated registries.

Nothing here raises: a code without a name is `unknown (0x1234)`, a GREASE value (RFC 8701) `GREASE (0x0a0a)`.
"""

from functools import lru_cache
from typing import NamedTuple

from . import (
    alerts,
    certificate_compression,
    certificate_types,
    cipher_suites,
    client_certificate_types,
    content_types,
    ec_point_formats,
    extensions,
    handshake_types,
    psk_key_exchange_modes,
    signature_schemes,
    sslv2_cipher_kinds,
    suites,
    supported_groups,
    versions,
)

GREASE = frozenset(nibble << 12 | 0x0A00 | nibble << 4 | 0x0A for nibble in range(16))  # RFC 8701 §2
GREASE_PSK_MODES = frozenset((0x0B, 0x2A, 0x49, 0x68, 0x87, 0xA6, 0xC5, 0xE4))


class CipherSuite(NamedTuple):
    """What the name of a cipher suite says."""

    key_exchange: str  # RSA, DHE_RSA, DH_anon, PSK, SRP_SHA …; TLS13 where it is negotiated apart
    cipher: str  # AES_128_GCM, RC4_40, NULL …
    mac: str  # AEAD, or the hash of the HMAC
    forward_secret: bool  # of a TLS 1.3 suite: true, but for the key exchange mode psk_ke
    export: bool
    hash_length: int  # of the handshake's hash: of the key schedule in TLS 1.3, of the PRF in TLS 1.2
    tag_length: int  # what an AEAD adds to a record; 0 for others


@lru_cache(maxsize=512)
@lru_cache(maxsize=1024)
def cipher_suite(code: int) -> CipherSuite | None:
    """Look up a suite's properties; None for the unknown, for GREASE and for signalling values."""
    row = suites.SUITES.get(code)
    return None if row is None else CipherSuite(*row)


def is_grease(code: int) -> bool:
    """Tell a 16-bit GREASE value: cipher suite, extension, group, signature scheme or version."""
    return code in GREASE


def is_grease_psk_mode(code: int) -> bool:
    """Tell an 8-bit GREASE value of psk_key_exchange_modes."""
    return code in GREASE_PSK_MODES


def is_post_quantum_group(code: int) -> bool:
    """Tell a group that a quantum computer is not known to break, alone or in a hybrid."""
    return code in supported_groups.POST_QUANTUM


def is_post_quantum_signature(code: int) -> bool:
    """Tell a signature scheme that a quantum computer is not known to break, alone or in a hybrid."""
    return code in signature_schemes.POST_QUANTUM


def cipher_suite_name(code: int) -> str:
    """Name a cipher suite, or a 24-bit SSL 2.0 cipher kind."""
    return cipher_suites.NAMES.get(code) or sslv2_cipher_kinds.NAMES.get(code) or _unnamed16(code)


def extension_name(code: int) -> str:
    """Name an extension."""
    return extensions.NAMES.get(code) or _unnamed16(code)


def group_name(code: int) -> str:
    """Name a supported group."""
    return supported_groups.NAMES.get(code) or _unnamed16(code)


def signature_scheme_name(code: int) -> str:
    """Name a signature scheme, or a TLS 1.2 pair of hash and signature."""
    return signature_schemes.NAMES.get(code) or _unnamed16(code)


def alert_name(code: int) -> str:
    """Name an alert's description."""
    return alerts.NAMES.get(code) or _unknown8(code)


def content_type_name(code: int) -> str:
    """Name a record's content type."""
    return content_types.NAMES.get(code) or _unknown8(code)


def handshake_type_name(code: int) -> str:
    """Name a handshake message."""
    return handshake_types.NAMES.get(code) or _unknown8(code)


def client_certificate_type_name(code: int) -> str:
    """Name a ClientCertificateType of a CertificateRequest before TLS 1.3."""
    return client_certificate_types.NAMES.get(code) or _unknown8(code)


def certificate_type_name(code: int) -> str:
    """Name a CertificateType (RFC 7250): X509, RawPublicKey …."""
    return certificate_types.NAMES.get(code) or _unknown8(code)


def certificate_compression_name(code: int) -> str:
    """Name a certificate compression algorithm (RFC 8879)."""
    return certificate_compression.NAMES.get(code) or _unnamed16(code)


def ec_point_format_name(code: int) -> str:
    """Name an elliptic curve point format."""
    return ec_point_formats.NAMES.get(code) or _unknown8(code)


def psk_key_exchange_mode_name(code: int) -> str:
    """Name a PSK key exchange mode."""
    name = psk_key_exchange_modes.NAMES.get(code)
    if name is None and code in GREASE_PSK_MODES:
        return f"GREASE (0x{code:02x})"
    return name or _unknown8(code)


def version_name(code: int) -> str:
    """Name a protocol version; 0x7fxx is a draft of TLS 1.3."""
    if code >> 8 == 0x7F:
        return f"TLS 1.3 (draft {code & 0xFF})"
    return versions.NAMES.get(code) or _unnamed16(code)


def _unnamed16(code: int) -> str:
    return f"GREASE (0x{code:04x})" if code in GREASE else f"unknown (0x{code:04x})"


def _unknown8(code: int) -> str:
    return f"unknown (0x{code:02x})"
