"""Whatever the wire sends, a reader gives a value or `MalformedError`: cut, changed, noise."""

import contextlib
from collections.abc import Callable
from functools import partial

import pytest
from handshake_vectors import CLIENT_HELLO, SERVER_HELLO, extension, uint16s, vector8, vector16, vector24
from hypothesis import given
from hypothesis import strategies as st

from tlsscope.handshake import extensions, readers
from tlsscope.session.fingerprints import client_fingerprints, server_fingerprint
from tlsscope.wire import MalformedError

Read = Callable[[bytes], object]

RANDOM = bytes(32)
CERTIFICATE_12 = vector24(vector24(b"leaf"), vector24(b"issuer"))
CERTIFICATE_13 = vector8(b"c") + vector24(vector24(b"leaf"), vector16(extension(5, b"ocsp")))
REQUEST_12 = vector8(b"\1\x40") + vector16(uint16s(0x0403)) + vector16(vector16(b"name"))
REQUEST_13 = vector8(b"c") + vector16(extension(13, vector16(uint16s(0x0403))))
TICKET_13 = bytes(8) + vector8(b"\0") + vector16(b"ticket") + vector16(extension(42, bytes(4)))
KEY_EXCHANGE = b"\3" + uint16s(29) + vector8(b"p" * 32) + uint16s(0x0804) + vector16(b"signature")
DTLS_HELLO = uint16s(0xFEFD) + RANDOM + b"\0" + vector8(b"c") + vector16(uint16s(0xC02B)) + vector8(b"\0")

MESSAGES: list[tuple[Read, bytes]] = [
    (readers.client_hello, CLIENT_HELLO),
    (readers.dtls_client_hello, DTLS_HELLO + vector16(extension(23, b""))),
    (readers.server_hello, SERVER_HELLO),
    (readers.server_hello, uint16s(0x7F12) + RANDOM + uint16s(0x1301) + vector16(extension(40, b"key"))),
    (readers.hello_verify_request, uint16s(0xFEFF) + vector8(b"cookie")),
    (partial(readers.certificate, version=0x0303), CERTIFICATE_12),
    (partial(readers.certificate, version=0x0304), CERTIFICATE_13),
    (partial(readers.raw_public_key, version=0x0303), vector24(b"key")),
    (partial(readers.certificate_request, version=0x0302), vector8(b"\1") + vector16(vector16(b"name"))),
    (partial(readers.certificate_request, version=0x0303), REQUEST_12),
    (partial(readers.certificate_request, version=0x0304), REQUEST_13),
    (readers.certificate_status, b"\1" + vector24(b"ocsp")),
    (partial(readers.certificate_verify, version=0x0303), uint16s(0x0403) + vector16(b"signature")),
    (partial(readers.new_session_ticket, version=0x0303), bytes(4) + vector16(b"ticket")),
    (partial(readers.new_session_ticket, version=0x0304), TICKET_13),
    (partial(readers.server_key_exchange, key_exchange="ECDHE_RSA", version=0x0303), KEY_EXCHANGE),
    (readers.compressed_certificate, uint16s(1) + b"\0\0\7" + vector24(b"data")),
    (readers.next_protocol, vector8(b"h2") + vector8(bytes(28))),
    (readers.sslv2_client_hello, uint16s(2, 3, 0, 16) + b"\1\0\x80" + bytes(16)),
    (readers.sslv2_server_hello, b"\0\1" + uint16s(2, 3, 3, 2) + b"DER\1\0\x80id"),
]
WITHOUT_EXTENSIONS: dict[Read, int] = {
    readers.client_hello: 45,
    readers.dtls_client_hello: 43,
    readers.server_hello: 38,
}


@pytest.mark.parametrize(("read", "body"), MESSAGES)
def test_cut_anywhere_it_is_malformed(read: Read, body: bytes) -> None:
    read(body)
    for length in range(len(body)):
        if length == WITHOUT_EXTENSIONS.get(read):
            continue  # a whole hello of old
        with pytest.raises(MalformedError):
            read(body[:length])


@pytest.mark.parametrize(("read", "body"), MESSAGES)
def test_with_any_byte_changed_it_is_a_value_or_malformed(read: Read, body: bytes) -> None:
    for i in range(len(body)):
        for value in (0x00, 0x01, 0x7F, 0x80, 0xFF, body[i] ^ 1):
            with contextlib.suppress(MalformedError):
                read(body[:i] + bytes((value,)) + body[i + 1 :])


@given(st.sampled_from([read for read, _ in MESSAGES]), st.binary(max_size=120))
def test_noise_is_a_value_or_malformed(read: Read, body: bytes) -> None:
    with contextlib.suppress(MalformedError):
        read(body)


@given(st.integers(34, len(CLIENT_HELLO) - 1), st.binary(min_size=1, max_size=4))
def test_whatever_hello_is_read_can_be_examined_and_fingerprinted(position: int, patch: bytes) -> None:
    body = CLIENT_HELLO[:position] + patch + CLIENT_HELLO[position + len(patch) :]
    with contextlib.suppress(MalformedError):
        hello = readers.client_hello(body)
        extensions.malformed_extensions(hello)
        extensions.duplicate_extensions(hello)
        extensions.client_versions(hello)
        client_fingerprints(hello)


@given(st.integers(0, len(SERVER_HELLO) - 1), st.binary(min_size=1, max_size=4))
def test_whatever_server_hello_is_read_can_be_examined_and_fingerprinted(position: int, patch: bytes) -> None:
    body = SERVER_HELLO[:position] + patch + SERVER_HELLO[position + len(patch) :]
    with contextlib.suppress(MalformedError):
        hello = readers.server_hello(body)
        extensions.malformed_extensions(hello)
        extensions.negotiated_version(hello)
        server_fingerprint(hello)
