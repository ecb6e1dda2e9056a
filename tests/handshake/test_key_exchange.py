"""ServerKeyExchange: the group, the size of the prime and the scheme, suite by suite."""

import pytest
from handshake_vectors import uint16s, vector8, vector16

from tlsscope.handshake.messages import KeyExchange
from tlsscope.handshake.readers import server_key_exchange
from tlsscope.wire import MalformedError

TLS_1_1, TLS_1_2, DTLS_1_2 = 0x0302, 0x0303, 0xFEFD

X25519 = b"\3" + uint16s(29) + vector8(b"p" * 32)
DH_2048 = vector16(b"\xff" * 256) + vector16(b"\2") + vector16(b"y" * 256)
DH_1023 = vector16(b"\0\x7f" + b"\xff" * 127) + vector16(b"\2") + vector16(b"y" * 128)  # a leading zero byte
HINT = vector16(b"hint")
SRP = vector16(b"\x80" + b"n" * 127) + vector16(b"\2") + vector8(b"salt") + vector16(b"B" * 128)
SIGNED = vector16(b"signature")
RSA_PSS = uint16s(0x0804) + SIGNED


@pytest.mark.parametrize(
    ("body", "key_exchange", "version", "expected"),
    [
        (X25519 + RSA_PSS, "ECDHE_RSA", TLS_1_2, KeyExchange(29, None, 0x0804)),
        (X25519 + RSA_PSS, "ECDHE_ECDSA", DTLS_1_2, KeyExchange(29, None, 0x0804)),
        (X25519 + SIGNED, "ECDHE_RSA", TLS_1_1, KeyExchange(29)),
        (X25519, "ECDH_anon", TLS_1_2, KeyExchange(29)),
        (HINT + X25519, "ECDHE_PSK", TLS_1_2, KeyExchange(29)),
        (DH_2048 + RSA_PSS, "DHE_RSA", TLS_1_2, KeyExchange(None, 2048, 0x0804)),
        (DH_1023 + SIGNED, "DHE_DSS", TLS_1_1, KeyExchange(None, 1023)),
        (DH_2048, "DH_anon", TLS_1_2, KeyExchange(None, 2048)),
        (HINT + DH_2048, "DHE_PSK", TLS_1_2, KeyExchange(None, 2048)),
        (HINT, "PSK", TLS_1_2, KeyExchange()),
        (HINT, "RSA_PSK", TLS_1_2, KeyExchange()),
        (vector16(b"\xff" * 64) + vector16(b"\1\0\1") + SIGNED, "RSA", TLS_1_1, KeyExchange(None, 512)),
        (SRP, "SRP_SHA", TLS_1_2, KeyExchange(None, 1024)),
        (SRP + RSA_PSS, "SRP_SHA_RSA", TLS_1_2, KeyExchange(None, 1024, 0x0804)),
        (b"\1whatever an explicit prime is", "ECDHE_RSA", TLS_1_2, KeyExchange(0xFF01)),
        (b"\2whatever", "ECDH_anon", TLS_1_2, KeyExchange(0xFF02)),
        (b"anything", "GOSTR341112_256", TLS_1_2, KeyExchange()),
    ],
)
def test_parameters(body: bytes, key_exchange: str, version: int, expected: KeyExchange) -> None:
    assert server_key_exchange(body, key_exchange, version) == expected


@pytest.mark.parametrize(
    ("body", "key_exchange"),
    [
        (X25519, "ECDHE_RSA"),  # not signed
        (X25519 + RSA_PSS, "ECDH_anon"),  # signed
        (X25519 + RSA_PSS + b"\0", "ECDHE_RSA"),
        (b"\x09" + X25519[1:], "ECDH_anon"),  # no such type of curve
        (DH_2048[:-1], "DH_anon"),
    ],
)
def test_what_the_suite_does_not_allow_is_malformed(body: bytes, key_exchange: str) -> None:
    with pytest.raises(MalformedError):
        server_key_exchange(body, key_exchange, TLS_1_2)
