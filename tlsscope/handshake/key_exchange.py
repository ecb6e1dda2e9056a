"""ServerKeyExchange: a body enters; the group, the size of the prime and the signature scheme leave.

Its form depends on the suite. RFC 5246 §7.4.3, RFC 8422 §5.4, RFC 4279, RFC 5489, RFC 5054.
"""

from collections.abc import Callable

from tlsscope.constants import TLS_1_2
from tlsscope.wire import MalformedError, Reader

from .messages import KeyExchange

DTLS_1_2 = 0xFEFD
EXPLICIT_PRIME, EXPLICIT_CHAR2, NAMED_CURVE = 1, 2, 3  # ECCurveType
ARBITRARY_EXPLICIT = {EXPLICIT_PRIME: 0xFF01, EXPLICIT_CHAR2: 0xFF02}  # as supported_groups names them


def server_key_exchange(body: bytes, key_exchange: str, version: int) -> KeyExchange:
    """Read a ServerKeyExchange; `key_exchange` is the word of `tables.CipherSuite`.

    The value is empty for a key exchange that is not known here.
    """
    parameters = PARAMETERS.get(key_exchange)
    if parameters is None:
        return KeyExchange()
    reader = Reader(body)
    exchanged = parameters(reader)
    if exchanged.group in ARBITRARY_EXPLICIT.values():  # abandoned by RFC 8422 §5.4: the rest stays unopened
        return exchanged
    if key_exchange not in SIGNED:
        reader.end()
        return exchanged
    scheme = reader.uint16() if version in (TLS_1_2, DTLS_1_2) else None
    reader.vector16()  # the signature
    reader.end()
    return KeyExchange(exchanged.group, exchanged.prime_bits, scheme)


def _diffie_hellman(reader: Reader) -> KeyExchange:
    prime = reader.opaque16()
    reader.vector16()  # the generator
    reader.vector16()  # the public value
    return KeyExchange(prime_bits=_bits(prime))


def _elliptic_curve(reader: Reader) -> KeyExchange:
    group = _curve(reader)
    if group not in ARBITRARY_EXPLICIT.values():
        reader.vector8()  # the public point
    return KeyExchange(group=group)


def _curve(reader: Reader) -> int:
    curve_type = reader.uint8()
    if curve_type == NAMED_CURVE:
        return reader.uint16()
    if curve_type not in ARBITRARY_EXPLICIT:
        raise MalformedError(f"a curve of type {curve_type}")
    return ARBITRARY_EXPLICIT[curve_type]


def _hint(reader: Reader) -> KeyExchange:
    reader.vector16()  # the PSK identity hint
    return KeyExchange()


def _hint_and_diffie_hellman(reader: Reader) -> KeyExchange:
    _hint(reader)
    return _diffie_hellman(reader)


def _hint_and_elliptic_curve(reader: Reader) -> KeyExchange:
    _hint(reader)
    return _elliptic_curve(reader)


def _export_rsa(reader: Reader) -> KeyExchange:
    modulus = reader.opaque16()
    reader.vector16()  # the exponent
    return KeyExchange(prime_bits=_bits(modulus))


def _secure_remote_password(reader: Reader) -> KeyExchange:
    prime = reader.opaque16()
    reader.vector16()  # the generator
    reader.vector8()  # the salt
    reader.vector16()  # the public value
    return KeyExchange(prime_bits=_bits(prime))


def _bits(number: bytes) -> int:
    return int.from_bytes(number, "big").bit_length()


PARAMETERS: dict[str, Callable[[Reader], KeyExchange]] = {
    "RSA": _export_rsa,  # RFC 2246 §7.4.3: only an export suite has one
    "DHE_RSA": _diffie_hellman,
    "DHE_DSS": _diffie_hellman,
    "DH_anon": _diffie_hellman,
    "ECDHE_RSA": _elliptic_curve,
    "ECDHE_ECDSA": _elliptic_curve,
    "ECDH_anon": _elliptic_curve,
    "PSK": _hint,
    "RSA_PSK": _hint,
    "DHE_PSK": _hint_and_diffie_hellman,
    "ECDHE_PSK": _hint_and_elliptic_curve,
    "SRP_SHA": _secure_remote_password,
    "SRP_SHA_RSA": _secure_remote_password,
    "SRP_SHA_DSS": _secure_remote_password,
}
SIGNED = {"RSA", "DHE_RSA", "DHE_DSS", "ECDHE_RSA", "ECDHE_ECDSA", "SRP_SHA_RSA", "SRP_SHA_DSS"}
