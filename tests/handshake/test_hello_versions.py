"""Which version the hellos speak of: RFC 8446 §4.2.1, §4.1.3."""

import pytest

from tlsscope.handshake.extensions import client_versions, downgrade_sentinel, is_tls13, negotiated_version
from tlsscope.handshake.messages import ClientHello, Extension, ServerHello


def client(version: int, *extensions: Extension) -> ClientHello:
    return ClientHello(version, bytes(32), b"", (0x1301,), b"\0", extensions, b"")


def server(version: int, *extensions: Extension, random: bytes = bytes(32)) -> ServerHello:
    return ServerHello(version, random, b"", 0x1301, 0, extensions, b"")


@pytest.mark.parametrize(
    ("hello", "version"),
    [
        (server(0x0303), 0x0303),
        (server(0x0303, (43, b"\3\4")), 0x0304),
        (server(0x0303, (43, b"\x7f\x1c")), 0x7F1C),
        (server(0x7F12), 0x7F12),
        (server(0xFEFD, (43, b"\xfe\xfc")), 0xFEFC),
        (server(0x0303, (43, b"\3")), 0x0303),  # cannot be read
    ],
)
def test_the_negotiated_version(hello: ServerHello, version: int) -> None:
    assert negotiated_version(hello) == version


def test_the_versions_that_a_client_offers() -> None:
    assert client_versions(client(0x0303)) == (0x0303,)
    assert client_versions(client(0x0303, (43, b"\6\x0a\x0a\3\4\3\3"))) == (0x0A0A, 0x0304, 0x0303)
    assert client_versions(client(0x0303, (43, b"\5\3\4"))) == (0x0303,)


def test_the_downgrade_sentinel() -> None:
    assert downgrade_sentinel(server(0x0303)) is None
    assert downgrade_sentinel(server(0x0303, random=bytes(24) + b"DOWNGRD\x01")) == "TLS 1.2"
    assert downgrade_sentinel(server(0x0302, random=bytes(24) + b"DOWNGRD\x00")) == "TLS 1.1 or below"
    assert downgrade_sentinel(server(0x0302, random=b"DOWNGRD\x00" + bytes(24))) is None


def test_which_versions_have_the_form_of_tls_1_3() -> None:
    assert all(map(is_tls13, (0x0304, 0xFEFC, 0x7F12, 0x7F1C, 0x7E02, 0xFB17)))
    assert not any(map(is_tls13, (0x0002, 0x0300, 0x0303, 0xFEFF, 0xFEFD, 0x0101)))
