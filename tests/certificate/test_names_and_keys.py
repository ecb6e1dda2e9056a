"""Distinguished names and keys straight from DER, encoded here by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from issuing import der

from tlsscope.certificate.facts import public_key_facts, subject_name
from tlsscope.certificate.keys import UNKNOWN_KEY, signature_algorithm
from tlsscope.certificate.model import PublicKey

CN, ORGANIZATION, DC = bytes.fromhex("550403"), bytes.fromhex("55040a"), bytes.fromhex("0992268993f22c640119")
UTF8, PRINTABLE, TELETEX, IA5, BMP, UNIVERSAL = 0x0C, 0x13, 0x14, 0x16, 0x1E, 0x1C


def attribute(kind: bytes, tag: int, value: bytes) -> bytes:
    return der(0x30, der(0x06, kind), der(tag, value))


def name(*rdns: bytes) -> bytes:
    return der(0x30, *(der(0x31, rdn) for rdn in rdns))


def test_the_most_specific_part_comes_first() -> None:
    # RFC 4514 §4: UID=jsmith,DC=example,DC=net is sent with net first
    domain = (attribute(DC, IA5, b"net"), attribute(DC, IA5, b"example"))
    encoded = name(*domain, attribute(CN, UTF8, b"J. Smith"))
    assert subject_name(encoded) == "CN=J. Smith,DC=example,DC=net"


def test_parts_of_several_attributes() -> None:
    encoded = name(attribute(CN, UTF8, b"a") + attribute(ORGANIZATION, UTF8, b"b"))
    assert subject_name(encoded) == "CN=a+O=b"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b'James "Jim" Smith, III', r"James \"Jim\" Smith\, III"),  # RFC 4514 §4
        (b"a+b;c<d>e\\f", r"a\+b\;c\<d\>e\\f"),
        (b"# first", r"\# first"),
        (b" both ", r"\ both\ "),
        (b" ", r"\ "),
        (b"nul\0", r"nul\00"),
        ("Lu\u010di\u0107".encode(), "Lu\u010di\u0107"),  # RFC 4514 §4
        (b"no \xff utf-8", r"no \ff utf-8"),
        (b"\x1b[31mred", "\x1b[31mred"),
    ],
)
def test_escapes(value: bytes, text: str) -> None:
    assert subject_name(name(attribute(CN, UTF8, value))) == f"CN={text}"


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (PRINTABLE, b"Zo"),
        (TELETEX, "Zo\u00eb".encode("latin-1")),
        (BMP, "Zo\u00eb".encode("utf-16-be")),
        (UNIVERSAL, "Zo\u00eb".encode("utf-32-be")),
    ],
)
def test_kinds_of_strings(tag: int, value: bytes) -> None:
    assert subject_name(name(attribute(CN, tag, value))) in ("CN=Zo", "CN=Zo\u00eb")


def test_unknown_types_stay_in_dots_and_what_is_no_string_in_hex() -> None:
    # RFC 4514 §4: 1.3.6.1.4.1.1466.0=#04024869
    kind = bytes.fromhex("2b060104018b3a00")
    assert subject_name(name(attribute(kind, 0x04, b"Hi"))) == "1.3.6.1.4.1.1466.0=#04024869"
    assert subject_name(name(attribute(kind, UTF8, b"Hi"))) == "1.3.6.1.4.1.1466.0=Hi"


def test_the_empty_name() -> None:
    assert subject_name(b"\x30\x00") == ""


def test_what_is_no_name_is_shown_in_hex_and_bounded() -> None:
    assert subject_name(b"\x31\x00") == "#3100"
    assert subject_name(bytes(65)) == f"#{'00' * 64}…"
    assert len(subject_name(name(*[attribute(CN, UTF8, b"x" * 100)] * 200))) == 130


@given(st.binary(max_size=100))
def test_no_name_raises(data: bytes) -> None:
    assert subject_name(data).encode() is not None
    assert subject_name(name(attribute(CN, UTF8, data))).startswith("CN=")


RSA = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010101")), b"\x05\x00")


def ec(parameters: bytes) -> bytes:
    algorithm = der(0x30, der(0x06, bytes.fromhex("2a8648ce3d0201")), parameters)
    return der(0x30, algorithm, der(0x03, b"\0\x04", bytes(64)))


def test_an_rsa_key_too_short_for_any_library() -> None:
    modulus = der(0x02, b"\x00\x80" + bytes(62) + b"\x01")  # 512 bits, with the sign's zero byte
    key = der(0x30, RSA, der(0x03, b"\0", der(0x30, modulus, der(0x02, b"\x03"))))
    assert public_key_facts(key) == PublicKey("RSA", 512, None)


def test_curves_have_their_names_of_tls_groups() -> None:
    secp384r1, unknown = (der(0x06, bytes.fromhex(kind)) for kind in ("2b81040022", "2b8104007f"))
    assert public_key_facts(ec(secp384r1)) == PublicKey("EC", 384, "secp384r1")
    assert public_key_facts(ec(unknown)) == PublicKey("EC", None, "1.3.132.0.127")
    assert public_key_facts(ec(der(0x30, b""))) == PublicKey("EC", None, None)  # explicit parameters


def test_other_keys() -> None:
    def key(kind: str) -> bytes:
        return der(0x30, der(0x30, der(0x06, bytes.fromhex(kind))), der(0x03, bytes(33)))

    assert public_key_facts(key("2b6570")) == PublicKey("Ed25519", 256, None)
    assert public_key_facts(key("608648016503040312")) == PublicKey("ML-DSA-65", None, None)
    assert public_key_facts(key("2a030405")) == PublicKey("1.2.3.4.5", None, None)
    assert public_key_facts(b"\x30\x03abc") == UNKNOWN_KEY


def test_pss_without_a_hash_means_sha1() -> None:
    pss = der(0x06, bytes.fromhex("2a864886f70d01010a"))
    assert signature_algorithm(der(0x30, pss, der(0x30, b""))) == "RSASSA-PSS-SHA1"  # RFC 4055 §3.1
    assert signature_algorithm(der(0x30, der(0x06, bytes.fromhex("2a0304")))) == "1.2.3.4"


@given(st.binary(max_size=60))
def test_no_key_raises(data: bytes) -> None:
    assert isinstance(public_key_facts(der(0x30, data)), PublicKey)
