"""A certificate put together from its parts is the certificate that is read whole, whatever the bytes."""

from functools import cache
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import given, settings
from issuing import KEY, alternative_names, der, handmade, issue
from mutating import mutated

import tlsscope
from tlsscope.certificate.assembly import LARGEST_LEARNED, MOST_LEARNED, Learned, assemble
from tlsscope.certificate.facts import read_whole
from tlsscope.certificate.model import Certificate
from tlsscope.certificate.parts import split

PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"
SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst")
TIMESTAMP = bytes(33) + bytes(8) + bytes(2) + bytes((4, 3, 0, 4)) + b"sign"  # RFC 6962 §3.2
TIMESTAMPS = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2"),
    der(0x04, (2 * (2 + len(TIMESTAMP))).to_bytes(2, "big"), *[len(TIMESTAMP).to_bytes(2, "big"), TIMESTAMP] * 2),
)


def assembled(certificate: bytes) -> Certificate | None:
    parts = split(certificate)
    return None if parts is None else assemble(certificate, parts)


def learn(certificate: bytes) -> Certificate:
    return read_whole(certificate, split(certificate))


def certificates_below(place: Path) -> list[bytes]:
    """Give the distinct certificates of all captures below a place."""
    captures = sorted(str(path) for path in place.rglob("*") if path.suffix in SUFFIXES)
    found: dict[bytes, None] = {}
    for session in tlsscope.scan(captures, failed=lambda _: None):
        found |= dict.fromkeys((*(session.server_certificates or ()), *(session.client_certificates or ())))
    return list(found)


@cache
def own() -> list[bytes]:
    rsa_key = rsa.generate_private_key(65537, 2048)
    return [
        issue(TIMESTAMPS, alternative_names(x509.DNSName("a.example")), key=rsa_key),
        issue(key=ed25519.Ed25519PrivateKey.generate()),
        *(one for one in certificates_below(PROJECT / "captures") if len(one) < 2048),
    ]


@pytest.mark.parametrize("place", [PROJECT / "captures", SHARED / "corpus", SHARED / "lab"])
def test_every_certificate_of_the_captures(place: Path) -> None:
    if not place.exists():
        pytest.skip(f"{place.name} is not beside the checkout")
    known = {one: learn(one) for one in certificates_below(place)}
    answers = {one: assembled(one) for one in known}
    assert [one for one, answer in answers.items() if answer not in (None, known[one])] == []
    for one, answer in answers.items():
        plain = known[one].error is None and known[one].self_signed is False and known[one].version == 3
        assert (answer is not None) >= plain, known[one].subject
    assert len([answer for answer in answers.values() if answer is not None]) >= len(answers) // 2


@settings(max_examples=500, deadline=None)
@given(certificate=mutated(own))
def test_a_wrong_certificate_is_read_whole_or_the_same(certificate: bytes) -> None:
    answer = assembled(certificate)
    known = learn(certificate)
    assert answer in (None, known)
    assert assembled(certificate) in (None, known)


def test_a_certificate_of_known_parts_needs_no_whole_reading() -> None:
    usage = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.2.3.4.5.6")])
    first = issue(TIMESTAMPS, usage, alternative_names(x509.DNSName("one.example")))
    second = issue(TIMESTAMPS, usage, alternative_names(x509.DNSName("two.example"), x509.RFC822Name("a@two.example")))
    assert assembled(first) is None
    learn(first)
    known = assembled(second)
    assert known is not None
    assert known.extended_key_usage == ("1.2.3.4.5.6",)
    assert known.subject_alternative_names == ("dns:two.example", "email:a@two.example")
    assert known.scts == 2
    assert known == read_whole(second, None)


def test_a_certificate_with_a_fault_teaches_nothing() -> None:
    rotten = handmade(extensions=((bytes.fromhex("551d25"), b"\x30\x7f"),))
    assert learn(rotten).error is not None
    assert assembled(rotten) is None


def test_its_own_issuer_is_always_asked_for_its_signature() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "itself.example")])
    certificate = issue(subject=name, issuer=name, signer=KEY)
    assert learn(certificate).self_signed is True
    assert assembled(certificate) is None


class TestBounds:
    def test_what_was_learned_is_forgotten_when_there_is_too_much_of_it(self) -> None:
        learned = Learned[int]()
        for number in range(MOST_LEARNED + 1):
            learned.add(number.to_bytes(2, "big"), number)
        assert dict(learned) == {MOST_LEARNED.to_bytes(2, "big"): MOST_LEARNED}

    def test_large_parts_are_not_kept(self) -> None:
        learned = Learned[int]()
        learned.add(bytes(LARGEST_LEARNED + 1), 1)
        assert not learned
