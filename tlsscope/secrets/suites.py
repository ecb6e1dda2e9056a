"""Cipher suites as protection: a code enters; algorithm, mode, lengths, hashes leave, or what is missing."""

from enum import StrEnum
from functools import lru_cache

import msgspec

from tlsscope.secrets.faults import SealError, UnsupportedError
from tlsscope.secrets.schedule13 import hash_length
from tlsscope.tables import CipherSuite, cipher_suite


class Mode(StrEnum):
    """How the algorithm protects a record."""

    GCM = "GCM"
    CCM = "CCM"
    CHACHA20_POLY1305 = "CHACHA20_POLY1305"
    CBC = "CBC"
    STREAM = "stream"
    NULL = "NULL"


class Cipher(msgspec.Struct, frozen=True):
    """What the key schedule and the record layer need of a suite."""

    algorithm: str
    mode: Mode
    key_length: int
    iv_length: int  # in the key block of TLS 1.2 and before; TLS 1.3 always has 12
    tag_length: int  # of an AEAD
    mac: str  # the hash of the HMAC as hashlib names it; empty for an AEAD
    hash: str  # of the key schedule: of HKDF in TLS 1.3, of the PRF in TLS 1.2
    is_tls13: bool


# name: algorithm, mode, key length, length of the IV or salt in the key block
_CIPHERS: dict[str, tuple[str, Mode, int, int]] = {
    "AES_128_GCM": ("AES", Mode.GCM, 16, 4),
    "AES_256_GCM": ("AES", Mode.GCM, 32, 4),
    "CAMELLIA_128_GCM": ("Camellia", Mode.GCM, 16, 4),
    "CAMELLIA_256_GCM": ("Camellia", Mode.GCM, 32, 4),
    "SM4_GCM": ("SM4", Mode.GCM, 16, 4),
    "AES_128_CCM": ("AES", Mode.CCM, 16, 4),
    "AES_256_CCM": ("AES", Mode.CCM, 32, 4),
    "AES_128_CCM_8": ("AES", Mode.CCM, 16, 4),
    "AES_256_CCM_8": ("AES", Mode.CCM, 32, 4),
    "SM4_CCM": ("SM4", Mode.CCM, 16, 4),
    "CHACHA20_POLY1305": ("ChaCha20", Mode.CHACHA20_POLY1305, 32, 12),
    "AES_128_CBC": ("AES", Mode.CBC, 16, 16),
    "AES_256_CBC": ("AES", Mode.CBC, 32, 16),
    "CAMELLIA_128_CBC": ("Camellia", Mode.CBC, 16, 16),
    "CAMELLIA_256_CBC": ("Camellia", Mode.CBC, 32, 16),
    "SEED_CBC": ("SEED", Mode.CBC, 16, 16),
    "IDEA_CBC": ("IDEA", Mode.CBC, 16, 8),
    "3DES_EDE_CBC": ("3DES", Mode.CBC, 24, 8),
    "DES_CBC": ("DES", Mode.CBC, 8, 8),
    "RC4_128": ("RC4", Mode.STREAM, 16, 0),
    "NULL": ("NULL", Mode.NULL, 0, 0),
}
_MACS = {"AEAD": "", "NULL": "", "MD5": "md5", "SHA": "sha1", "SHA256": "sha256", "SHA384": "sha384"}
_DRAFT_CHACHA20 = range(0xCC13, 0xCC16)  # another nonce than RFC 7905's


@lru_cache(maxsize=512)
def protection(suite: int) -> Cipher:
    """Look up what a suite does to records; `UnsupportedError` says why it cannot be opened."""
    properties = cipher_suite(suite)
    if properties is None:
        raise UnsupportedError(f"cipher suite 0x{suite:04x} is not known")
    missing = _missing(suite, properties)
    if missing:
        raise UnsupportedError(f"{properties.cipher} with {properties.mac}: {missing}")
    algorithm, mode, key_length, iv_length = _CIPHERS[properties.cipher]
    return Cipher(
        algorithm,
        mode,
        key_length,
        iv_length,
        properties.tag_length,
        _MACS[properties.mac],
        _schedule_hash(properties),
        properties.key_exchange == "TLS13",
    )


def protection13(suite: int, secret: bytes) -> Cipher:
    """Look up a suite of TLS 1.3 (and of DTLS 1.3 and QUIC) for a traffic secret, which has to fit it."""
    cipher = protection(suite)
    if not cipher.is_tls13:
        raise UnsupportedError(f"cipher suite 0x{suite:04x} is none of TLS 1.3")
    if len(secret) != hash_length(cipher.hash):
        raise SealError(f"a secret of {len(secret)} bytes does not belong to {cipher.hash}")
    return cipher


def _missing(suite: int, properties: CipherSuite) -> str:
    if properties.cipher.startswith("SM") and properties.key_exchange != "TLS13":
        return "a suite of TLCP, which is another protocol"
    if properties.export:
        return "the shortened keys of export suites are not derived"
    if properties.cipher not in _CIPHERS:
        return "the cryptographic library has no such cipher"
    if properties.mac not in _MACS:
        return "no such MAC is known"
    if suite in _DRAFT_CHACHA20:
        return "a draft of ChaCha20-Poly1305 that no standard took over"
    if properties.key_exchange == "TLS13" and properties.mac != "AEAD":
        return "integrity-only suites (RFC 9150) are not opened"
    return ""


def _schedule_hash(properties: CipherSuite) -> str:
    if properties.cipher.startswith("SM4"):  # RFC 8998
        return "sm3"
    return "sha384" if properties.hash_length == 48 else "sha256"
