"""The hellos of SSL 2.0, as RFC 5246 §E.2 and the draft of SSL 2.0 write them."""

import pytest
from handshake_vectors import uint16s

from tlsscope.handshake.readers import sslv2_client_hello, sslv2_server_hello
from tlsscope.wire import MalformedError

SPECS = bytes.fromhex("00002f 010080 0700c0")  # a TLS suite, and two kinds of SSL 2.0


def test_client_hello() -> None:
    body = uint16s(0x0301, 9, 0, 16) + SPECS + b"challenge of 16."
    hello = sslv2_client_hello(body)
    assert hello.legacy_version == 0x0301
    assert hello.cipher_suites == (0x002F, 0x010080, 0x0700C0)
    assert hello.random == bytes(16) + b"challenge of 16."
    assert (hello.session_id, hello.compression_methods, hello.extensions) == (b"", b"", ())


def test_server_hello() -> None:
    body = b"\0\1" + uint16s(2, 3, 9, 4) + b"DER" + SPECS + b"conn"
    hello = sslv2_server_hello(body)
    assert not hello.session_id_hit
    assert (hello.version, hello.certificate, hello.connection_id) == (2, b"DER", b"conn")
    assert hello.cipher_suites == (0x002F, 0x010080, 0x0700C0)


@pytest.mark.parametrize(
    "body",
    [
        uint16s(2, 9, 0, 16) + SPECS + b"too short",
        uint16s(2, 9, 0, 4) + SPECS + b"too long",
        uint16s(2, 8, 0, 16) + SPECS[:8] + b"challenge of 16.",
        uint16s(2, 9, 0, 0) + SPECS,
        uint16s(2, 9, 0, 33) + SPECS + bytes(33),
    ],
)
def test_lengths_that_lie_are_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        sslv2_client_hello(body)
