"""Public keys and signature algorithms: DER of a SubjectPublicKeyInfo or AlgorithmIdentifier enters,
names leave.

Read from the bytes as sent, so that keys no library would take (512-bit RSA, explicit curves) are
described too.
"""

from tlsscope.wire import MalformedError

from . import oids
from .der import BIT_STRING, INTEGER, OBJECT_IDENTIFIER, SEQUENCE, Element, elements, first, object_identifier
from .model import PublicKey

UNKNOWN_KEY = PublicKey(algorithm=None, bits=None, curve=None)
PSS_HASH_TAG = 0xA0  # [0] EXPLICIT hashAlgorithm, RFC 4055 §3.1


def public_key_facts(spki_der: bytes) -> PublicKey:
    """Describe a raw public key, RFC 7250; all None where it cannot be read. Never raises."""
    try:
        return public_key(spki_der)
    except MalformedError:
        return UNKNOWN_KEY


def public_key(spki_der: bytes) -> PublicKey:
    """Describe a SubjectPublicKeyInfo, RFC 5280 §4.1.2.7; raises `MalformedError`."""
    algorithm, key = _pair(first(spki_der, SEQUENCE).content, (SEQUENCE, BIT_STRING))
    kind, parameters = _algorithm(algorithm.content)
    name = oids.KEYS.get(kind, kind)
    if name.startswith("RSA"):
        return PublicKey(name, _rsa_bits(key.content), None)
    if name == "EC":
        return _ec_key(parameters)
    if name in ("DSA", "DH"):
        return PublicKey(name, _prime_bits(parameters), None)
    return PublicKey(name, oids.KEY_BITS.get(name), None)


def signature_algorithm(algorithm_der: bytes) -> str:
    """Name an AlgorithmIdentifier as OpenSSL does; RSASSA-PSS with its hash. Raises `MalformedError`."""
    kind, parameters = _algorithm(first(algorithm_der, SEQUENCE).content)
    if kind == oids.RSASSA_PSS:
        return f"RSASSA-PSS-{_pss_hash(parameters)}"
    return oids.SIGNATURES.get(kind, kind)


def _pair(content: bytes, tags: tuple[int, int]) -> tuple[Element, Element]:
    parts = elements(content)
    if tuple(part.tag for part in parts) != tags:
        raise MalformedError(f"tags {[part.tag for part in parts]} where {list(tags)} belong")
    return parts[0], parts[1]


def _algorithm(content: bytes) -> tuple[str, Element | None]:
    """Open an AlgorithmIdentifier: its type in dots and its parameters, if any."""
    parts = elements(content)
    if not parts or parts[0].tag != OBJECT_IDENTIFIER:
        raise MalformedError("an algorithm without an identifier")
    return object_identifier(parts[0].content), parts[1] if len(parts) > 1 else None


def _rsa_bits(bit_string: bytes) -> int:
    """Count the bits of the modulus, RFC 8017 §A.1.1; byte one counts the unused bits."""
    return _integer_bits(first(bit_string[1:], SEQUENCE).content)


def _prime_bits(parameters: Element | None) -> int | None:
    """Count the bits of p, RFC 3279 §2.3.2; None where the parameters are inherited from the issuer."""
    return _integer_bits(parameters.content) if parameters and parameters.tag == SEQUENCE else None


def _integer_bits(content: bytes) -> int:
    return int.from_bytes(first(content, INTEGER).content, "big").bit_length()


def _ec_key(parameters: Element | None) -> PublicKey:
    """Name the curve, RFC 5480 §2.1.1; explicit parameters have no name."""
    if parameters is None or parameters.tag != OBJECT_IDENTIFIER:
        return PublicKey("EC", None, None)
    kind = object_identifier(parameters.content)
    curve, bits = oids.CURVES.get(kind, (kind, None))
    return PublicKey("EC", bits, curve)


def _pss_hash(parameters: Element | None) -> str:
    """Name the hash; SHA-1 is the default that is left out, RFC 4055 §3.1."""
    if parameters is None:
        return "SHA1"
    for part in elements(parameters.content):
        if part.tag == PSS_HASH_TAG:
            kind, _ = _algorithm(first(part.content, SEQUENCE).content)
            return oids.HASHES.get(kind, kind)
    return "SHA1"
