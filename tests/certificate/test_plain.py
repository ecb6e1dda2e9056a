"""Plain parts and what they say; and what is close to plain, but for a library to judge."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from issuing import der, issue

from tlsscope.certificate import plain, plain_extensions
from tlsscope.certificate.der import encoded, object_identifier
from tlsscope.certificate.facts import MAX_LIST, read
from tlsscope.certificate.model import PublicKey
from tlsscope.certificate.parts import split
from tlsscope.certificate.walk import OddError, Walk

SEQUENCE, SET, UTC, GENERALIZED = 0x30, 0x31, 0x17, 0x18
UTF8, PRINTABLE, TELETEX = 0x0C, 0x13, 0x14
COMMON_NAME, COUNTRY = bytes.fromhex("550403"), bytes.fromhex("550406")


class TestWalk:
    def test_elements_side_by_side(self) -> None:
        walk = Walk(b"\x02\x01\x05\x04\x81\x80" + bytes(128))
        assert walk.tag() == 0x02
        assert walk.take(0x02) == b"\x05"
        assert walk.whole(0x04) == b"\x04\x81\x80" + bytes(128)
        assert walk.tag() == -1

    @pytest.mark.parametrize(
        "odd",
        [
            b"",
            b"\x02",
            b"\x04\x01\x05",  # another tag
            b"\x02\x02\x05",  # longer than what is there
            b"\x02\x80\x05\x00\x00",  # indefinite: X.690 §10.1 forbids it in DER
            b"\x02\x81\x01\x05",  # a length that fits one byte, in two
            b"\x02\x82\x00\x80" + bytes(128),  # one that fits two bytes, in three
            b"\x02\x82\x01",
            b"\x02\x83\x01\x00\x00" + bytes(65536),  # allowed, and larger than anything plain
        ],
    )
    def test_odd_ones(self, odd: bytes) -> None:
        with pytest.raises(OddError):
            Walk(odd).enter(0x02)

    def test_a_child_that_is_longer_than_its_parent(self) -> None:
        walk = Walk(bytes.fromhex("3003 0403 050505"))
        stop = walk.enter(0x30)
        walk.take(0x04)
        with pytest.raises(OddError):
            walk.leave(stop)


@pytest.mark.parametrize("dots", ["2.5.4.3", "1.2.840.113549.1.1.1", "2.16.840.1.101.3.4.2.1", "0.9.2342.0.128"])
def test_an_object_identifier_there_and_back(dots: str) -> None:
    assert object_identifier(encoded(dots)) == dots


def test_an_object_identifier_by_hand() -> None:
    assert encoded("1.2.840.113549") == bytes.fromhex("2a864886f70d")  # X.690 §8.19, as RFC 8017 has it


@pytest.mark.parametrize(("content", "text"), [("05", "05"), ("00", "00"), ("0080", "80"), ("7f01", "7f01")])
def test_serial_numbers(content: str, text: str) -> None:
    assert plain.serial(bytes.fromhex(content)) == text


@pytest.mark.parametrize("content", ["", "80", "0001", "01" * 22])
def test_odd_serial_numbers(content: str) -> None:
    with pytest.raises(OddError):
        plain.serial(bytes.fromhex(content))


def test_times_of_either_kind() -> None:
    """RFC 5280 §4.1.2.5.1: two digits from 50 on are of the century before."""
    written = plain.validity(der(UTC, b"491231235959Z") + der(GENERALIZED, b"20500101000000Z"))
    assert written == ("2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z")
    assert plain.validity(der(UTC, b"500101000000Z") + der(UTC, b"240229120000Z")) == (
        "1950-01-01T00:00:00Z",
        "2024-02-29T12:00:00Z",
    )


@pytest.mark.parametrize(
    "time",
    [
        der(UTC, b"230229000000Z"),  # no such day
        der(UTC, b"231301000000Z"),
        der(UTC, b"230101240000Z"),
        der(UTC, b"230101006000Z"),
        der(UTC, b"230101000060Z"),
        der(UTC, b"2301010000Z"),
        der(UTC, b"230101000000+0100"),
        der(UTC, b"23010100000\xb2Z"),
        der(GENERALIZED, b"20500101000000.5Z"),
        der(GENERALIZED, b"00000101000000Z"),
    ],
)
def test_odd_times(time: bytes) -> None:
    with pytest.raises(OddError):
        plain.validity(der(UTC, b"230101000000Z") + time)


def name(*attributes: tuple[bytes, int, bytes]) -> bytes:
    pairs = (der(SET, der(SEQUENCE, der(0x06, kind), der(tag, value))) for kind, tag, value in attributes)
    return der(SEQUENCE, *pairs)


def test_names() -> None:
    assert plain.name(name((COUNTRY, PRINTABLE, b"DE"), (COMMON_NAME, UTF8, b"a.example"))) == (
        "CN=a.example,C=DE",
        "a.example",
    )
    assert plain.name(name((COUNTRY, PRINTABLE, b"DE"))) == ("C=DE", None)
    assert plain.name(name((COMMON_NAME, UTF8, b"one"), (COMMON_NAME, UTF8, b"two"))) == ("CN=two,CN=one", "two")
    assert plain.name(name()) == ("", None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Example, Inc.", r"Example\, Inc."),
        (" a ", r"\ a\ "),
        ("#a", r"\#a"),
        ("a#b", "a#b"),
        ("Köln", "Köln"),
        ("a\0b", r"a\00b"),
        ("", ""),
    ],
)
def test_escapes_of_rfc_4514(value: str, text: str) -> None:
    assert plain.name(name((COMMON_NAME, UTF8, value.encode()))) == (f"CN={text}", value)


@pytest.mark.parametrize(
    "odd",
    [
        name((COMMON_NAME, TELETEX, b"a")),
        name((COMMON_NAME, PRINTABLE, b"a*")),  # X.680 §41.4 has no asterisk
        name((COMMON_NAME, UTF8, b"\xff")),
        name((bytes.fromhex("2a03"), UTF8, b"a")),
        name((COMMON_NAME, UTF8, b"a")) + b"\0",
        der(SEQUENCE, der(SET, der(SEQUENCE, der(0x06, COMMON_NAME), der(UTF8, b"a")) * 2)),
    ],
)
def test_odd_names(odd: bytes) -> None:
    with pytest.raises(OddError):
        plain.name(odd)


def test_alternative_names_of_four_kinds() -> None:
    names = (
        der(0x82, b"a.example"),
        der(0x81, b"a@example"),
        der(0x86, b"spiffe://a"),
        der(0x87, bytes((192, 0, 2, 1))),
        der(0x87, bytes.fromhex("20010db8000000000000000000000001")),
    )
    assert plain_extensions.alternative_names(der(SEQUENCE, *names)) == {
        "subject_alternative_names": (
            "dns:a.example", "email:a@example", "uri:spiffe://a", "ip:192.0.2.1", "ip:2001:db8::1",
        ),
    }  # fmt: skip


@pytest.mark.parametrize(
    "odd",
    [
        der(SEQUENCE),
        der(SEQUENCE, der(0x82, b"\xc3\xa4.example")),
        der(SEQUENCE, der(0x87, b"\xc0\x00\x02")),
        der(SEQUENCE, der(0x88, b"\x2a\x03")),
        der(SEQUENCE, der(0x82, b"a")) + b"\0",
        der(SEQUENCE, der(0x82, b"a") * (MAX_LIST + 1)),
    ],
)
def test_odd_alternative_names(odd: bytes) -> None:
    with pytest.raises(OddError):
        plain_extensions.alternative_names(odd)


@pytest.mark.parametrize("rubbish", [b"", b"\x30\x00", b"\x30\x80", bytes(100), der(SEQUENCE, der(SEQUENCE))])
def test_what_is_no_certificate_has_no_parts(rubbish: bytes) -> None:
    assert split(rubbish) is None


def test_where_a_list_of_revoked_certificates_is() -> None:
    points = (der(SEQUENCE, der(0xA0, der(0xA0, der(0x86, url)))) for url in (b"http://a", b"http://b"))
    assert plain_extensions.distribution_points(der(SEQUENCE, *points)) == {"crl": ("http://a", "http://b")}


@pytest.mark.parametrize("inner", [bytes.fromhex("a005 a003 860161 05"), bytes.fromhex("a005 a001 860161")])
def test_a_distribution_point_whose_parts_do_not_fit(inner: bytes) -> None:
    """RFC 5280 §4.2.1.13: the name fills the point, as X.690 §8.1.3 counts."""
    with pytest.raises(OddError):
        plain_extensions.distribution_points(der(SEQUENCE, der(SEQUENCE, inner)))


def timestamp(version: int = 0, algorithms: tuple[int, int] = (4, 3), extensions: bytes = b"", cut: int = 0) -> bytes:
    """RFC 6962 §3.2: version, log id, time, extensions; a signature as RFC 5246 §4.7 has it."""
    signed = bytes((version,)) + bytes(40) + len(extensions).to_bytes(2, "big") + extensions
    return signed + bytes((*algorithms, 0, 4 + cut)) + b"sign"


def timestamps(*listed: bytes) -> bytes:
    entries = b"".join(len(one).to_bytes(2, "big") + one for one in listed)
    return der(0x04, len(entries).to_bytes(2, "big"), entries)


def test_timestamps_are_counted() -> None:
    assert plain_extensions.timestamps(timestamps(timestamp(), timestamp(algorithms=(4, 1)))) == {"scts": 2}


@pytest.mark.parametrize(
    "odd",
    [
        timestamps(),
        timestamps(b""),
        timestamps(timestamp(version=1)),
        timestamps(timestamp(algorithms=(2, 3))),
        timestamps(timestamp(algorithms=(4, 2))),
        timestamps(timestamp(extensions=b"?")),
        timestamps(timestamp(cut=1)),
        timestamps(timestamp() + b"\0"),
        timestamps(timestamp()) + b"\0",
        der(0x04, b"\0\x02", timestamp()),
    ],
)
def test_odd_timestamps(odd: bytes) -> None:
    with pytest.raises(OddError):
        plain_extensions.timestamps(odd)


def test_the_size_of_an_rsa_key() -> None:
    key = der(SEQUENCE, der(0x02, b"\0\x80\0"), der(0x02, b"\x03"))
    assert plain.modulus_bits(b"\0" + key) == 16
    with pytest.raises(OddError):
        plain.modulus_bits(bytes.fromhex("00 3003 0203 008000"))  # a modulus longer than its SEQUENCE


def test_a_key_with_unused_bits_is_not_plain() -> None:
    """X.690 §8.6.2 allows what no key needs: `cryptography` takes it, where the unused bits are zero (§11.2.1)."""
    keys = (ed25519.Ed25519PrivateKey.from_private_bytes(bytes((seed,)) * 32) for seed in range(256))
    even = next(key for key in keys if not key.public_key().public_bytes_raw()[-1] & 1)
    ordinary = issue(key=even)
    spki = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 §10.1
    assert spki in ordinary
    assert split(ordinary) is not None
    unused = ordinary.replace(spki, spki[:-1] + b"\x01")
    assert split(unused) is None
    facts = read(unused)
    assert facts.public_key == PublicKey("Ed25519", 256, None)
    assert facts.error is None
