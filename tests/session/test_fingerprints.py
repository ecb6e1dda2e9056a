"""JA3, JA3S and JA4 against the values that their authors and others published, and JA4's rules singly."""

import pytest

from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.session.fingerprints import DTLS, QUIC, TCP, client_fingerprints, server_fingerprint

CHROME_SUITES = (
    0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D,
    0x002F, 0x0035,
)  # fmt: skip
CHROME_EXTENSIONS = (
    0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B, 0xFF01,
    0x000B, 0x000A, 0x0015,
)  # fmt: skip
CHROME_BODIES = {
    0x0010: b"\x00\x0c\x02h2\x08http/1.1",
    0x000D: bytes.fromhex("001004030804040105030805050108060601"),
    0x002B: bytes.fromhex("060a0a03040303"),
    0x000A: bytes.fromhex("00085a5a001d00170018"),
    0x000B: b"\x01\x00",
}


def client(version: int, suites: tuple[int, ...], *extensions: Extension, body: bytes = b"") -> ClientHello:
    return ClientHello(version, bytes(32), b"", suites, b"\0", extensions, body)


def chrome(**replaced: bytes) -> ClientHello:
    """Make the hello of the example in JA4's technical details, with GREASE in every place."""
    bodies = CHROME_BODIES | {int(code[1:], 16): body for code, body in replaced.items()}
    extensions = [(code, bodies.get(code, b"")) for code in CHROME_EXTENSIONS]
    return client(0x0303, (0x8A8A, *CHROME_SUITES), (0xDADA, b""), *extensions, (0x3A3A, b"\0"))


@pytest.mark.parametrize(
    ("hello", "text", "digest"),
    [
        (  # both examples of github.com/salesforce/ja3
            client(
                769,
                (47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4),
                (0, b""),
                (10, bytes.fromhex("0006001700180019")),
                (11, b"\x01\x00"),
            ),
            "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,0-10-11,23-24-25,0",
            "ada70206e40642a3e4461f35503241d5",
        ),
        (
            client(769, (4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99)),
            "769,4-5-10-9-100-98-3-6-19-18-99,,,",
            "de350869b8c85de67a350c8d186f11e6",
        ),
        (  # Chrome 79, as many tools publish it
            client(
                771,
                (0x0A0A, 4865, 4866, 4867, 49195, 49199, 49196, 49200, 52393, 52392, 49171, 49172, 156, 157,
                 47, 53, 10),
                (0x1A1A, b""), (0, b""), (23, b""), (65281, b"\0"),
                (10, bytes.fromhex("00082a2a001d00170018")), (11, b"\x01\x00"), (35, b""), (16, b""),
                (5, b""),
                (13, b""), (18, b""), (51, b""), (45, b""), (43, b""), (27, b""), (0x7A7A, b"\0"), (21, b""),
            ),
            (
                "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53-10,"
                "0-23-65281-10-11-35-16-5-13-18-51-45-43-27-21,29-23-24,0"
            ),
            "66918128f1b9b03303d77c6f2eefd128",
        ),
    ],
)  # fmt: skip
def test_ja3(hello: ClientHello, text: str, digest: str) -> None:
    fingerprints = client_fingerprints(hello)
    assert fingerprints.ja3_text == text
    assert fingerprints.ja3 == digest


def test_a_hello_in_the_form_of_ssl2_has_no_ja3() -> None:
    """JA3 is made of a TLS message, RFC 5246 §E.2 has another; one of TLS with the same suites keeps its own."""
    old = ClientHello(0x0301, bytes(32), b"", (0x002F,), b"", (), b"", is_sslv2=True)
    assert (client_fingerprints(old).ja3, client_fingerprints(old).ja3_text) == (None, None)
    assert client_fingerprints(client(0x0301, (0x002F,))).ja3_text == "769,47,,,"


def test_ja3s() -> None:
    """As Arkime publishes it for the answer to the Chrome above in one of its captures."""
    codes = (0, 65281, 11, 35, 16)
    hello = ServerHello(771, bytes(32), b"", 49195, 0, tuple((code, b"") for code in codes), b"")
    assert server_fingerprint(hello) == ("2d1eb5817ece335c24904f516ad5da12", "771,49195,0-65281-11-35-16")


def test_ja4_of_the_example_in_its_technical_details() -> None:
    assert client_fingerprints(chrome()).ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def test_ja4_without_signature_algorithms_hashes_no_underscore() -> None:
    """The technical details give 6d807ffa2a79 for these extensions alone."""
    assert client_fingerprints(chrome(x000D=b"\0\0")).ja4 == "t13d1516h2_8daaf6152771_6d807ffa2a79"


def test_grease_among_the_signature_algorithms_is_ignored() -> None:
    schemes = CHROME_BODIES[0x000D]
    greased = b"\x00\x12\xca\xca" + schemes[2:]
    assert client_fingerprints(chrome(x000D=greased)).ja4 == client_fingerprints(chrome()).ja4


def test_ja4_of_a_hello_with_nothing() -> None:
    assert client_fingerprints(client(0x0301, ())).ja4 == "t10i000000_000000000000_000000000000"
    only_name = client(0x0301, (), (0, b""))
    assert client_fingerprints(only_name).ja4 == "t10d000100_000000000000_000000000000"


@pytest.mark.parametrize(("transport", "letter"), [(TCP, "t"), (QUIC, "q"), (DTLS, "d")])
def test_the_transport_is_the_first_letter(transport: str, letter: str) -> None:
    assert client_fingerprints(chrome(), transport).ja4 == letter + "13d1516h2_8daaf6152771_e5627efa2ab1"


@pytest.mark.parametrize(
    ("legacy_version", "offered", "expected"),
    [
        (0x0303, None, "12"),
        (0x0302, None, "11"),
        (0x0300, None, "s3"),
        (0x0002, None, "s2"),
        (0xFEFF, None, "d1"),
        (0xFEFD, None, "d2"),
        (0x0305, None, "00"),
        (0x0303, "03040303", "13"),
        (0x0303, "03030304", "13"),
        (0x0303, "fafa0303", "12"),
        (0x0303, "7f1c0303", "00"),
    ],
)
def test_the_version_is_the_highest_offered(legacy_version: int, offered: str | None, expected: str) -> None:
    extensions = []
    if offered is not None:
        extensions.append((43, bytes((len(offered) // 2,)) + bytes.fromhex(offered)))
    assert client_fingerprints(client(legacy_version, (0x1301,), *extensions)).ja4[1:3] == expected


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (b"h2", "h2"),
        (b"http/1.1", "h1"),
        (b"h", "hh"),
        (b"H2", "H2"),
        (b"\xab", "ab"),
        (b"\xab\xcd", "ad"),
        (b"\x30\xab", "3b"),
        (b"\x30\x31\xab\xcd", "3d"),
        (b"\x30\xab\xcd\x31", "01"),
        (b"", "00"),
    ],
)
def test_the_protocol_is_its_first_and_last_character(protocol: bytes, expected: str) -> None:
    names = bytes((len(protocol),)) + protocol + b"\x02h3"
    body = len(names).to_bytes(2, "big") + names
    assert client_fingerprints(client(0x0303, (0x1301,), (16, body))).ja4[8:10] == expected


def test_counts_stop_at_99() -> None:
    extensions = [(code, b"") for code in range(1000, 1120)]
    assert client_fingerprints(client(0x0303, tuple(range(1, 200)), *extensions)).ja4.startswith(
        "t12i999900_"
    )


def test_what_cannot_be_read_counts_as_empty() -> None:
    hello = client(0x0303, (0x1301,), (10, b"\0"), (11, b""), (13, b"\7"), (16, b"\1"), (43, b"\5"))
    fingerprints = client_fingerprints(hello)
    assert fingerprints.ja3_text == "771,4865,10-11-13-16-43,,"
    assert fingerprints.ja4.startswith("t12i010500_")


def test_of_duplicates_the_first_body_counts_and_every_code() -> None:
    groups = [(10, bytes.fromhex("0002001d")), (10, bytes.fromhex("00020017"))]
    assert client_fingerprints(client(0x0303, (0x1301,), *groups)).ja3_text == "771,4865,10-10,29,"


def test_a_hello_too_large_to_be_remembered_has_the_same_fingerprints() -> None:
    small = client(0x0303, (0x1301,), (10, bytes.fromhex("0002001d")))
    large = client(0x0303, (0x1301,), (10, bytes.fromhex("0002001d")), body=bytes(5000))
    assert client_fingerprints(small) == client_fingerprints(large)
