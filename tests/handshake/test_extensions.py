"""Each extension is opened as its RFC writes it, where it stands; the rest stays closed."""

from typing import Any

import pytest
from handshake_vectors import CLIENT_HELLO, SERVER_HELLO, uint16s, vector8, vector16, vector24
from hypothesis import given
from hypothesis import strategies as st

from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake import extensions, readers
from tlsscope.handshake.extensions import ENTRY, OPENERS, REQUEST, RETRY, TICKET, codes, open_extension
from tlsscope.handshake.messages import (
    HELLO_RETRY_REQUEST_RANDOM,
    CertificateRequest,
    ClientHello,
    ServerHello,
)
from tlsscope.wire import MalformedError

SHARE = uint16s(29) + vector16(b"k" * 32)
NAME = b"\0" + vector16(b"example.com")
OCSP = b"\1" + vector16() + vector16()
ECH = b"\0" + uint16s(1, 3) + b"\x2a" + vector16(b"e" * 32) + vector16(b"p" * 208)

CASES: list[tuple[int, int, bytes, Any]] = [
    (CLIENT, codes.SERVER_NAME, vector16(NAME), "example.com"),
    (CLIENT, codes.SERVER_NAME, vector16(b"\0" + vector16(b"a\xffb\x1b[31m")), "a\\xffb\x1b[31m"),
    (CLIENT, codes.SERVER_NAME, vector16(b"\7" + vector16(b"other"), NAME), "example.com"),
    (CLIENT, codes.SERVER_NAME, vector16(b"\7" + vector16(b"other")), None),
    (SERVER, codes.SERVER_NAME, b"", None),
    (CLIENT, codes.MAX_FRAGMENT_LENGTH, b"\1", 1),
    (CLIENT, codes.STATUS_REQUEST, OCSP, 1),
    (SERVER, codes.STATUS_REQUEST, b"", None),
    (REQUEST, codes.STATUS_REQUEST, b"", None),
    (ENTRY, codes.STATUS_REQUEST, b"\1" + vector24(b"response"), b"response"),
    (CLIENT, codes.STATUS_REQUEST_V2, vector16(b"\2" + vector16(vector16(), vector16())), (2,)),
    (CLIENT, codes.SUPPORTED_GROUPS, vector16(uint16s(0x1A1A, 29, 23)), (0x1A1A, 29, 23)),
    (CLIENT, codes.EC_POINT_FORMATS, vector8(b"\0\1"), (0, 1)),
    (CLIENT, codes.SRP, vector8(b"alice"), b"alice"),
    (CLIENT, codes.SIGNATURE_ALGORITHMS, vector16(uint16s(0x0403, 0x0804)), (0x0403, 0x0804)),
    (REQUEST, codes.SIGNATURE_ALGORITHMS, vector16(uint16s(0x0403)), (0x0403,)),
    (REQUEST, codes.SIGNATURE_ALGORITHMS_CERT, vector16(uint16s(0x0401)), (0x0401,)),
    (CLIENT, codes.USE_SRTP, vector16(uint16s(1, 7)) + vector8(), (1, 7)),
    (CLIENT, codes.HEARTBEAT, b"\2", 2),
    (CLIENT, codes.ALPN, vector16(vector8(b"h2"), vector8(b"http/1.1")), (b"h2", b"http/1.1")),
    (SERVER, codes.ALPN, vector16(vector8(b"h2")), b"h2"),
    (SERVER, codes.SIGNED_CERTIFICATE_TIMESTAMP, vector16(vector16(b"sct")), (b"sct",)),
    (CLIENT, codes.CLIENT_CERTIFICATE_TYPE, vector8(b"\2\0"), (2, 0)),
    (SERVER, codes.SERVER_CERTIFICATE_TYPE, b"\2", 2),
    (CLIENT, codes.PADDING, bytes(7), 7),
    (CLIENT, codes.ENCRYPT_THEN_MAC, b"", None),
    (SERVER, codes.EXTENDED_MASTER_SECRET, b"", None),
    (CLIENT, codes.COMPRESS_CERTIFICATE, vector8(uint16s(2, 1)), (2, 1)),
    (CLIENT, codes.RECORD_SIZE_LIMIT, uint16s(16385), 16385),
    (CLIENT, codes.DELEGATED_CREDENTIAL, vector16(uint16s(0x0403)), (0x0403,)),
    (CLIENT, codes.SESSION_TICKET, b"any ticket", b"any ticket"),
    (CLIENT, codes.KEY_SHARE, vector16(uint16s(0x0A0A) + vector16(b"\0"), SHARE), ((0x0A0A, 1), (29, 32))),
    (CLIENT, codes.KEY_SHARE_DRAFT, vector16(SHARE), ((29, 32),)),
    (CLIENT, codes.KEY_SHARE, vector16(), ()),
    (SERVER, codes.KEY_SHARE, SHARE, (29, 32)),
    (RETRY, codes.KEY_SHARE, uint16s(23), 23),
    (
        CLIENT,
        codes.PRE_SHARED_KEY,
        vector16(vector16(b"ticket") + b"\0\0\1\0") + vector16(vector8(b"b" * 32)),
        extensions.PreSharedKeys(((b"ticket", 256),), (b"b" * 32,)),
    ),
    (SERVER, codes.PRE_SHARED_KEY, uint16s(0), 0),
    (CLIENT, codes.EARLY_DATA, b"", None),
    (TICKET, codes.EARLY_DATA, b"\0\0\4\0", 1024),
    (CLIENT, codes.SUPPORTED_VERSIONS, vector8(uint16s(0x0304, 0x0303)), (0x0304, 0x0303)),
    (SERVER, codes.SUPPORTED_VERSIONS, uint16s(0x0304), 0x0304),
    (RETRY, codes.COOKIE, vector16(b"biscuit"), b"biscuit"),
    (CLIENT, codes.PSK_KEY_EXCHANGE_MODES, vector8(b"\1\x0b"), (1, 0x0B)),
    (REQUEST, codes.CERTIFICATE_AUTHORITIES, vector16(vector16(b"name"), vector16(b"b")), (b"name", b"b")),
    (REQUEST, codes.OID_FILTERS, vector16(vector8(b"oid") + vector16(b"values")), ((b"oid", b"values"),)),
    (CLIENT, codes.POST_HANDSHAKE_AUTH, b"", None),
    (CLIENT, codes.CONNECTION_ID, vector8(b"cid"), b"cid"),
    (CLIENT, codes.QUIC_TRANSPORT_PARAMETERS, b"raw", b"raw"),
    (CLIENT, codes.TLS_FLAGS, vector8(b"\1"), b"\1"),
    (SERVER, codes.NEXT_PROTOCOL_NEGOTIATION, vector8(b"spdy/3") + vector8(b"h2"), (b"spdy/3", b"h2")),
    (CLIENT, codes.APPLICATION_SETTINGS, vector16(vector8(b"h2")), (b"h2",)),
    (CLIENT, codes.APPLICATION_SETTINGS_OLD, vector16(vector8(b"h2")), (b"h2",)),
    (CLIENT, codes.CHANNEL_ID, b"", None),
    (
        CLIENT,
        codes.ENCRYPTED_CLIENT_HELLO,
        ECH,
        extensions.EncryptedClientHello(
            is_outer=True, kdf=1, aead=3, config_id=42, enc=b"e" * 32, payload_length=208
        ),
    ),
    (CLIENT, codes.ENCRYPTED_CLIENT_HELLO, b"\1", extensions.EncryptedClientHello(is_outer=False)),
    (RETRY, codes.ENCRYPTED_CLIENT_HELLO, b"confirms", b"confirms"),
    (SERVER, codes.ENCRYPTED_CLIENT_HELLO, vector16(b"configs"), b"configs"),
    (CLIENT, codes.RENEGOTIATION_INFO, vector8(), b""),
    (CLIENT, 0x0A0A, b"grease", b"grease"),
]


@pytest.mark.parametrize(("side", "code", "body", "value"), CASES)
def test_value(side: int, code: int, body: bytes, value: Any) -> None:
    assert open_extension(side, code, body) == value
    assert open_extension(side, code, body) == value  # remembered


@pytest.mark.parametrize(
    ("side", "code", "body"), [(s, c, b) for s, c, b, _ in CASES if b and c not in (21, 35, 57, 0x0A0A)]
)
def test_a_body_that_is_cut_or_too_long_is_malformed(side: int, code: int, body: bytes) -> None:
    for length in range(1, len(body)):
        if code == codes.NEXT_PROTOCOL_NEGOTIATION and length == 7:
            continue  # cut between two names
        with pytest.raises(MalformedError):
            open_extension(side, code, body[:length])
    with pytest.raises(MalformedError):
        open_extension(side, code, body + b"\xff")


@pytest.mark.parametrize(
    ("side", "code", "body"),
    [
        (CLIENT, codes.SERVER_NAME, vector16()),
        (SERVER, codes.ALPN, vector16(vector8(b"h2"), vector8(b"h3"))),
        (SERVER, codes.ALPN, vector16()),
        (CLIENT, codes.PRE_SHARED_KEY, vector16(vector16(b"t") + bytes(4)) + vector16()),
        (CLIENT, codes.PRE_SHARED_KEY, vector16() + vector16()),
        (CLIENT, codes.ENCRYPTED_CLIENT_HELLO, b"\7"),
        (CLIENT, codes.EXTENDED_MASTER_SECRET, b"\0"),
        (CLIENT, codes.SUPPORTED_GROUPS, vector16(b"\0\x1d\0")),
    ],
)
def test_what_an_rfc_forbids_is_malformed(side: int, code: int, body: bytes) -> None:
    with pytest.raises(MalformedError):
        open_extension(side, code, body)


@given(st.sampled_from([(side, code) for side in OPENERS for code in OPENERS[side]]), st.binary(max_size=50))
def test_noise_is_a_value_or_malformed_and_always_the_same(place: tuple[int, int], body: bytes) -> None:
    side, code = place
    try:
        value = open_extension(side, code, body)
    except MalformedError:
        with pytest.raises(MalformedError):
            open_extension(side, code, body)
    else:
        assert open_extension(side, code, body) == value


def test_the_hellos_of_rfc_8448_have_nothing_malformed() -> None:
    client, server = readers.client_hello(CLIENT_HELLO), readers.server_hello(SERVER_HELLO)
    assert extensions.malformed_extensions(client) == []
    assert extensions.malformed_extensions(server) == []
    assert extensions.duplicate_extensions(client) == []
    opened = {code: open_extension(CLIENT, code, body) for code, body in client.extensions}
    assert opened[codes.SERVER_NAME] == "server"
    assert opened[codes.SUPPORTED_GROUPS] == (29, 23, 24, 25, 256, 257, 258, 259, 260)
    assert opened[codes.KEY_SHARE] == ((29, 32),)
    assert opened[codes.RECORD_SIZE_LIMIT] == 16385
    assert opened[codes.PSK_KEY_EXCHANGE_MODES] == (1,)


def test_a_rotten_extension_is_told_and_spoils_nothing() -> None:
    body = ((0, b"\0"), (10, vector16(uint16s(29))), (43, b""))
    hello = ClientHello(0x0303, bytes(32), b"", (0x1301,), b"\0", body, b"")
    assert extensions.malformed_extensions(hello) == [
        (0, "2 bytes wanted, 1 left"),
        (43, "1 bytes wanted, 0 left"),
    ]


def test_what_is_malformed_depends_on_the_message() -> None:
    share = ((codes.KEY_SHARE, uint16s(23)),)
    server = ServerHello(0x0303, bytes(32), b"", 0x1301, 0, share, b"")
    retry = ServerHello(0x0303, HELLO_RETRY_REQUEST_RANDOM, b"", 0x1301, 0, share, b"")
    request = CertificateRequest((), (), (), b"", ((codes.SIGNATURE_ALGORITHMS, b"\0"),))
    assert extensions.malformed_extensions(server) == [(codes.KEY_SHARE, "2 bytes wanted, 0 left")]
    assert extensions.malformed_extensions(retry) == []
    assert extensions.malformed_extensions(request) == [
        (codes.SIGNATURE_ALGORITHMS, "2 bytes wanted, 1 left")
    ]


def test_duplicates_are_told_once_each_and_the_first_is_found() -> None:
    pairs = ((23, b"a"), (0, b"b"), (23, b"c"), (0, b"d"), (23, b"e"), (5, b""))
    hello = ClientHello(0x0303, bytes(32), b"", (0x1301,), b"\0", pairs, b"")
    assert extensions.duplicate_extensions(hello) == [23, 0]
    assert extensions.find(pairs, 23) == b"a"
    assert extensions.find(pairs, 99) is None
