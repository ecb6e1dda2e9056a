"""A cipher suite's name enters, its properties leave (RFC 5246 Appendix C, RFC 8446 §B.4)."""

from typing import NamedTuple

SIGNALLING = ("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV")  # codes in the list, but no suites
TLS_1_3 = "TLS13"

FORWARD_SECRET = (
    TLS_1_3, "DHE", "ECDHE", "DH_anon", "ECDH_anon", "CECPQ1", "SRP", "ECCPWD", "ECJPAKE", "IBSDH",
)  # fmt: skip
AEADS = ("GCM", "CCM", "POLY1305", "AEGIS", "MGM")
HASHES = {"MD5", "SHA", "SHA1", "SHA256", "SHA384", "SM3", "RMD", "GOSTR3411", "IMIT", "OMAC", "NULL"}


class Properties(NamedTuple):
    """What a row of `tlsscope/tables/suites.py` holds; `tlsscope.tables.CipherSuite` explains the fields."""

    key_exchange: str
    cipher: str
    mac: str
    forward_secret: bool
    export: bool
    hash_length: int
    tag_length: int


def properties(name: str) -> Properties | None:
    """Take a suite's name apart; None for a signalling value."""
    if name in SIGNALLING:
        return None
    key_exchange, export, protection = _split(name)
    cipher, hash_name = _cipher_and_hash(protection)
    hash_length = 48 if hash_name == "SHA384" else 32
    tag_length = _tag_length(cipher)
    return Properties(
        key_exchange=key_exchange,
        cipher=cipher,
        mac="AEAD" if tag_length else hash_name,
        forward_secret=key_exchange.startswith(FORWARD_SECRET) and not export,
        export=export,
        hash_length=hash_length,
        # RFC 9150: integrity only, the tag is a whole HMAC
        tag_length=hash_length if key_exchange == TLS_1_3 and cipher == "NULL" else tag_length,
    )


def _split(name: str) -> tuple[str, bool, str]:
    """Split into the key exchange, whether it is an export suite, and what protects the records."""
    name = name.removesuffix("_OLD").removeprefix("TLS_").removeprefix("SSL_")
    if "_MGM_" in name:  # RFC 9367: a TLS 1.3 suite in spite of its name
        return TLS_1_3, False, name.partition("_WITH_")[2]
    if "_WITH_" in name:
        left, _, protection = name.partition("_WITH_")
        key_exchange = left.removesuffix("1024").removesuffix("_EXPORT").removesuffix("_FIPS")
        # RFC 6655 names two suites PSK_DHE, which the rest of the registry calls DHE_PSK
        return "DHE_PSK" if key_exchange == "PSK_DHE" else key_exchange, "_EXPORT" in left, protection
    first, _, rest = name.partition("_")
    if first in ("ECDHE", "ECC", "IBSDH", "IBC", "RSA"):  # GB/T 38636 (TLCP)
        return first, False, rest
    return TLS_1_3, False, name


def _cipher_and_hash(protection: str) -> tuple[str, str]:
    protection = protection.removesuffix("_L").removesuffix("_S")  # RFC 9367: two ways of rekeying
    if protection in ("SHA256_SHA256", "SHA384_SHA384"):  # RFC 9150: integrity only
        return "NULL", protection[:6]
    cipher, _, hash_name = protection.rpartition("_")
    return (cipher, hash_name) if hash_name in HASHES else (protection, "")


def _tag_length(cipher: str) -> int:
    """Count the bytes that an AEAD adds to a record; 0 for what is no AEAD."""
    if cipher.endswith("CCM_8") or cipher == "MAGMA_MGM":  # RFC 6655, RFC 9367
        return 8
    return 16 if any(word in cipher for word in AEADS) else 0
