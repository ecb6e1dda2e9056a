"""Each message is read as its RFC writes it; and a body that the RFC does not allow is malformed."""

import pytest
from handshake_vectors import CLIENT_HELLO, SERVER_HELLO, extension, uint16s, vector8, vector16, vector24

from tlsscope.handshake import readers
from tlsscope.handshake.messages import CertificateMessage, CertificateRequest, NewSessionTicket
from tlsscope.wire import MalformedError

TLS_1_1, TLS_1_2, TLS_1_3, DRAFT_28, DTLS_1_0, DTLS_1_2 = 0x0302, 0x0303, 0x0304, 0x7F1C, 0xFEFF, 0xFEFD
RANDOM = bytes(range(32))


def test_the_client_hello_of_rfc_8448() -> None:
    hello = readers.client_hello(CLIENT_HELLO)
    assert hello.legacy_version == TLS_1_2
    assert hello.random.hex() == "cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7"
    assert hello.session_id == b""
    assert hello.cipher_suites == (0x1301, 0x1303, 0x1302)
    assert hello.compression_methods == b"\0"
    assert [code for code, _ in hello.extensions] == [0, 0xFF01, 10, 35, 51, 43, 13, 45, 28]
    assert hello.extensions[0] == (0, b"\x00\x09\x00\x00\x06server")
    assert hello.body == CLIENT_HELLO


def test_the_server_hello_of_rfc_8448() -> None:
    hello = readers.server_hello(SERVER_HELLO)
    assert (hello.legacy_version, hello.session_id, hello.cipher_suite) == (TLS_1_2, b"", 0x1301)
    assert hello.compression_method == 0
    assert [code for code, _ in hello.extensions] == [51, 43]
    assert not hello.is_retry


def test_a_client_hello_needs_no_extensions_block() -> None:
    body = uint16s(0x0301) + RANDOM + vector8(b"id") + vector16(uint16s(0x002F, 0x00FF)) + vector8(b"\0")
    hello = readers.client_hello(body)
    assert hello.session_id == b"id"
    assert hello.cipher_suites == (0x002F, 0x00FF)
    assert hello.extensions == ()
    assert readers.client_hello(body + vector16()).extensions == ()


def test_duplicates_and_grease_stay_in_wire_order() -> None:
    extensions = extension(0x0A0A, b"") + extension(23, b"") + extension(23, b"x") + extension(0xFAFA, b"\0")
    body = uint16s(0x0303) + RANDOM + b"\0" + vector16(uint16s(0x1A1A, 0x1301)) + vector8(b"\0")
    hello = readers.client_hello(body + vector16(extensions))
    assert hello.cipher_suites == (0x1A1A, 0x1301)
    assert hello.extensions == ((0x0A0A, b""), (23, b""), (23, b"x"), (0xFAFA, b"\0"))


@pytest.mark.parametrize("tail", [b"\0", b"\0\0\0", b"\0\1"])
def test_bytes_after_a_hello_are_malformed(tail: bytes) -> None:
    with pytest.raises(MalformedError):
        readers.client_hello(CLIENT_HELLO + tail)
    with pytest.raises(MalformedError):
        readers.server_hello(SERVER_HELLO + tail)


def test_a_client_hello_of_dtls_has_a_cookie() -> None:
    body = (
        uint16s(DTLS_1_2) + RANDOM + b"\0" + vector8(b"biscuit") + vector16(uint16s(0xC02B)) + vector8(b"\0")
    )
    hello = readers.dtls_client_hello(body + vector16(extension(23, b"")))
    assert (hello.legacy_version, hello.cookie, hello.cipher_suites) == (DTLS_1_2, b"biscuit", (0xC02B,))
    assert hello.extensions == ((23, b""),)
    assert readers.hello_verify_request(uint16s(DTLS_1_0) + vector8(b"biscuit")) == b"biscuit"


def test_a_hello_retry_request_is_told_by_its_random() -> None:
    random = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
    body = uint16s(TLS_1_2) + random + vector8(b"") + uint16s(0x1301) + b"\0"
    assert readers.server_hello(body + vector16(extension(51, uint16s(23)))).is_retry


def test_a_server_hello_of_an_early_draft_has_no_session_id() -> None:
    """draft-ietf-tls-tls13-18 §4.1.3."""
    hello = readers.server_hello(uint16s(0x7F12) + RANDOM + uint16s(0x1301) + vector16(extension(40, b"key")))
    assert (hello.legacy_version, hello.session_id, hello.cipher_suite) == (0x7F12, b"", 0x1301)
    assert hello.extensions == ((40, b"key"),)


def test_a_server_hello_of_draft_14_calls_itself_tls_1_3() -> None:
    """draft-ietf-tls-tls13-14 §4.1.2: version 0x0304, no session id."""
    hello = readers.server_hello(
        uint16s(TLS_1_3) + RANDOM + uint16s(0xC02B) + vector16(extension(40, b"key"))
    )
    assert (hello.legacy_version, hello.cipher_suite) == (TLS_1_3, 0xC02B)


def test_a_server_hello_that_names_tls_1_3_in_the_wrong_place_is_read_all_the_same() -> None:
    body = (
        uint16s(TLS_1_3)
        + RANDOM
        + vector8(b"i" * 32)
        + uint16s(0x1301)
        + b"\0"
        + vector16(extension(23, b""))
    )
    hello = readers.server_hello(body)
    assert (hello.session_id, hello.cipher_suite) == (b"i" * 32, 0x1301)


def test_a_certificate_before_tls_1_3() -> None:
    body = vector24(vector24(b"leaf"), vector24(b"issuer"))
    assert readers.certificate(body, TLS_1_2) == CertificateMessage((b"leaf", b"issuer"))
    assert readers.certificate(body, DTLS_1_2) == CertificateMessage((b"leaf", b"issuer"))


def test_an_empty_certificate_is_a_client_that_declines() -> None:
    assert readers.certificate(b"\0\0\0", TLS_1_2).certificates == ()
    assert readers.certificate(b"\0\0\0\0", TLS_1_3).certificates == ()


@pytest.mark.parametrize("version", [TLS_1_3, DRAFT_28, 0xFB1A, 0xFEFC])
def test_a_certificate_of_tls_1_3(version: int) -> None:
    stapled = extension(5, b"\1" + vector24(b"ocsp"))
    entries = vector24(b"leaf") + vector16(stapled) + vector24(b"issuer") + vector16()
    message = readers.certificate(vector8(b"context") + vector24(entries), version)
    assert message.certificates == (b"leaf", b"issuer")
    assert message.context == b"context"
    assert message.extensions == (((5, b"\1\0\0\4ocsp"),), ())


@pytest.mark.parametrize(
    ("body", "version"),
    [
        (vector24(vector24()), TLS_1_2),
        (vector8() + vector24(vector24(), vector16()), TLS_1_3),
        (vector24(vector24(b"leaf")), TLS_1_3),
        (vector8() + vector24(vector24(b"leaf"), vector16()), TLS_1_2),
    ],
)
def test_a_certificate_of_no_bytes_or_of_another_version_is_malformed(body: bytes, version: int) -> None:
    with pytest.raises(MalformedError):
        readers.certificate(body, version)


def test_a_raw_public_key() -> None:
    """RFC 7250 §3, RFC 8446 §4.4.2."""
    assert readers.raw_public_key(vector24(b"key"), TLS_1_2).certificates == (b"key",)
    assert readers.raw_public_key(vector24(), TLS_1_2).certificates == ()
    in_entry = vector8() + vector24(vector24(b"key"), vector16())
    assert readers.raw_public_key(in_entry, TLS_1_3).certificates == (b"key",)


def test_a_certificate_request_up_to_tls_1_1_names_no_schemes() -> None:
    body = vector8(b"\1\2\x40") + vector16(vector16(b"name"), vector16(b"other"))
    for version in (0x0300, TLS_1_1, DTLS_1_0):
        request = readers.certificate_request(body, version)
        assert request == CertificateRequest((1, 2, 64), (), (b"name", b"other"))


def test_a_certificate_request_of_tls_1_2() -> None:
    body = vector8(b"\1\x40") + vector16(uint16s(0x0403, 0x0804)) + vector16()
    for version in (TLS_1_2, DTLS_1_2):
        assert readers.certificate_request(body, version) == CertificateRequest((1, 64), (0x0403, 0x0804), ())


def test_a_certificate_request_of_tls_1_3() -> None:
    schemes = extension(13, vector16(uint16s(0x0403, 0x0807)))
    authorities = extension(47, vector16(vector16(b"name")))
    request = readers.certificate_request(vector8(b"ctx") + vector16(schemes, authorities), TLS_1_3)
    assert (request.certificate_types, request.context) == ((), b"ctx")
    assert request.signature_algorithms == (0x0403, 0x0807)
    assert request.authorities == (b"name",)
    assert [code for code, _ in request.extensions] == [13, 47]


def test_a_rotten_extension_does_not_hide_that_a_certificate_was_requested() -> None:
    request = readers.certificate_request(vector8() + vector16(extension(13, b"\0")), TLS_1_3)
    assert request.signature_algorithms == ()
    assert request.extensions == ((13, b"\0"),)


def test_certificate_status() -> None:
    assert readers.certificate_status(b"\1" + vector24(b"ocsp")) == b"ocsp"
    assert readers.certificate_status(b"\2" + vector24(vector24(b"leaf's"), vector24())) == b"leaf's"
    with pytest.raises(MalformedError, match="a certificate status of type 9"):
        readers.certificate_status(b"\x09" + vector24(b"ocsp"))


def test_certificate_verify_names_its_scheme_from_tls_1_2_on() -> None:
    signed = uint16s(0x0804) + vector16(b"signature")
    assert readers.certificate_verify(signed, TLS_1_3) == 0x0804
    assert readers.certificate_verify(signed, DTLS_1_2) == 0x0804
    assert readers.certificate_verify(vector16(b"signature"), TLS_1_1) is None


def test_new_session_ticket() -> None:
    assert readers.new_session_ticket(b"\0\0\x1c\x20" + vector16(b"ticket"), TLS_1_2) == NewSessionTicket(
        7200, b"ticket"
    )
    # RFC 8448 §3: lifetime 30, age_add 0xfad6aac5, nonce 0000, early_data of 1024 bytes
    body = b"\0\0\0\x1e" + bytes.fromhex("fad6aac5") + vector8(b"\0\0") + vector16(b"ticket")
    early_data = extension(42, b"\0\0\4\0")
    assert readers.new_session_ticket(body + vector16(early_data), TLS_1_3) == NewSessionTicket(
        30, b"ticket", 0xFAD6AAC5, b"\0\0", ((42, b"\0\0\4\0"),)
    )


def test_next_protocol() -> None:
    assert readers.next_protocol(vector8(b"spdy/3") + vector8(b"\0" * 24)) == b"spdy/3"
