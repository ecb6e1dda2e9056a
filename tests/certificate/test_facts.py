"""What a certificate says: each fact beside the extension or argument that put it there."""

import hashlib
import random
import subprocess
import sys
import warnings
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st
from issuing import AUTHORITY, EXAMPLE, KEY, OTHER_KEY, alternative_names, der, handmade, issue

from tlsscope.certificate.facts import MAX_BYTES, MAX_LIST, read
from tlsscope.certificate.model import PublicKey

FULL = issue(
    alternative_names(
        x509.DNSName("example.com"),
        x509.DNSName("*.example.com"),
        x509.IPAddress(ip_address("192.0.2.1")),
        x509.IPAddress(ip_address("2001:db8::1")),
        x509.UniformResourceIdentifier("spiffe://example.org/web"),
        x509.RFC822Name("a@example.com"),
        x509.DirectoryName(AUTHORITY),
        x509.OtherName(x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), der(0x0C, b"user")),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3.4")),
    ),
    x509.BasicConstraints(ca=True, path_length=1),
    x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    ),
    x509.ExtendedKeyUsage(
        [
            ExtendedKeyUsageOID.SERVER_AUTH,
            ExtendedKeyUsageOID.CLIENT_AUTH,
            x509.ObjectIdentifier("1.2.3.4.5"),
        ],
    ),
    x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.2.1"), None)]),
    x509.SubjectKeyIdentifier(b"\x01\x02\x03"),
    x509.AuthorityKeyIdentifier(b"\x04\x05", None, None),
    x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example")
            ),
            x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier("http://ca.example")
            ),
        ],
    ),
    x509.CRLDistributionPoints(
        [x509.DistributionPoint([x509.UniformResourceIdentifier("http://crl.example")], None, None, None)],
    ),
    x509.TLSFeature([x509.TLSFeatureType.status_request]),
)

SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")
AUTHORITY_INFORMATION_ACCESS = bytes.fromhex("2b06010505070101")
BASIC_CONSTRAINTS = bytes.fromhex("551d13")


def test_every_field_of_a_full_certificate() -> None:
    facts = read(FULL)
    assert facts.error is None
    assert facts.sha256 == hashlib.sha256(FULL).hexdigest()
    assert facts.sha1 == hashlib.sha1(FULL).hexdigest()
    assert facts.size == len(FULL)
    assert facts.version == 3
    assert facts.serial == "0a1b2c"
    assert facts.subject == r"CN=example.com,O=Example\, Inc.,C=DE"
    assert facts.common_name == "example.com"
    assert facts.issuer == "CN=Example CA"
    assert facts.not_before == "2026-01-01T00:00:00Z"
    assert facts.not_after == "2026-12-31T23:59:59Z"
    assert facts.public_key == PublicKey("EC", 256, "secp256r1")
    assert facts.signature_algorithm == "ecdsa-with-SHA256"
    assert facts.self_signed is False
    assert facts.is_ca is True
    assert facts.path_length == 1
    assert facts.key_usage == ("digital_signature", "key_cert_sign", "crl_sign")
    assert facts.extended_key_usage == ("serverAuth", "clientAuth", "1.2.3.4.5")
    assert facts.policies == ("2.23.140.1.2.1",)
    assert facts.subject_key_id == "010203"
    assert facts.authority_key_id == "0405"
    assert facts.ocsp == ("http://ocsp.example",)
    assert facts.ca_issuers == ("http://ca.example",)
    assert facts.crl == ("http://crl.example",)
    assert facts.must_staple is True
    assert facts.scts == 0


def test_alternative_names_keep_their_order_and_kind() -> None:
    assert read(FULL).subject_alternative_names == (
        "dns:example.com",
        "dns:*.example.com",
        "ip:192.0.2.1",
        "ip:2001:db8::1",
        "uri:spiffe://example.org/web",
        "email:a@example.com",
        "dirname:CN=Example CA",
        "other:1.3.6.1.4.1.311.20.2.3",
        "rid:1.2.3.4",
    )


def test_the_digest_of_the_key_is_that_of_its_bytes() -> None:
    key = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert read(FULL).spki_sha256 == hashlib.sha256(key).hexdigest()


def test_a_plain_certificate_is_no_authority() -> None:
    facts = read(issue())
    assert facts.is_ca is False
    assert facts.subject_alternative_names == ()
    assert facts.must_staple is False


def test_self_signed_means_the_same_name_and_a_signature_that_verifies() -> None:
    assert read(issue(issuer=EXAMPLE, signer=KEY)).self_signed is True
    assert read(issue(issuer=EXAMPLE, signer=OTHER_KEY)).self_signed is False
    assert read(issue(issuer=AUTHORITY, signer=KEY)).self_signed is False


def test_self_signed_is_unknown_where_the_key_cannot_be_used() -> None:
    unusable_curve = handmade().replace(bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d03017f"))
    facts = read(unusable_curve)
    assert facts.subject == facts.issuer
    assert facts.self_signed is None
    assert facts.public_key == PublicKey("EC", None, "1.2.840.10045.3.1.127")


def test_ed25519() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    facts = read(issue(key=key, signer=key))
    assert facts.public_key == PublicKey("Ed25519", 256, None)
    assert facts.signature_algorithm == "ED25519"


def test_rsa_with_pss_names_its_hash() -> None:
    key = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
    facts = read(issue(key=key, signer=key, digest=hashes.SHA256()))
    assert facts.signature_algorithm == "sha256WithRSAEncryption"
    facts = read(issue(key=key, signer=key, digest=hashes.SHA384(), padding=pss))
    assert facts.signature_algorithm == "RSASSA-PSS-SHA384"
    assert facts.public_key == PublicKey("RSA", 2048, None)


@pytest.mark.parametrize("offset", [0x00, 0x0A, 0x1B])
def test_control_characters_in_names_pass_as_text(offset: int) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"a{chr(offset)}b")])
    expected = {0: r"CN=a\00b"}.get(offset, f"CN=a{chr(offset)}b")
    assert read(issue(subject=name)).subject == expected


class TestRefused:
    """What `cryptography` refuses is told all the same, with the reason."""

    def test_an_unknown_version(self) -> None:
        facts = read(handmade(version=9))
        assert facts.error is not None
        assert facts.version == 10
        assert facts.subject == "CN=odd.example"
        assert facts.not_before == "2026-01-01T00:00:00Z"
        assert facts.not_after == "2050-12-31T23:59:59Z"

    def test_one_rotten_extension_does_not_hide_the_others(self) -> None:
        names = der(0x30, der(0x82, b"good.example"), der(0x87, b"\xc0\x00\x02"))  # an address of three bytes
        facts = read(
            handmade(
                extensions=(
                    (AUTHORITY_INFORMATION_ACCESS, b"\x30\x7f"),
                    (SUBJECT_ALTERNATIVE_NAME, names),
                    (BASIC_CONSTRAINTS, der(0x30, der(0x01, b"\xff"))),
                ),
            ),
        )
        assert facts.error is not None
        assert facts.subject_alternative_names == ("dns:good.example", "ip:c00002")
        assert facts.is_ca is True
        assert facts.serial == "01"

    def test_bytes_in_a_dns_name_that_are_no_text(self) -> None:
        names = der(0x30, der(0x82, b"a\xff.example"))
        facts = read(handmade(extensions=((SUBJECT_ALTERNATIVE_NAME, names),)))
        assert facts.subject_alternative_names == (r"dns:a\xff.example",)
        assert facts.error is not None

    def test_a_tls_feature_without_a_name(self) -> None:
        features = der(0x30, der(0x02, b"\x00"), der(0x02, b"\x05"))  # RFC 7633: 5 is status_request
        facts = read(issue(x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.5.5.7.1.24"), features)))
        assert facts.error is not None
        assert facts.must_staple is True

    def test_a_doubled_extension_counts_once(self) -> None:
        first, second = (der(0x30, der(0x82, name)) for name in (b"one.example", b"two.example"))
        twice = ((SUBJECT_ALTERNATIVE_NAME, first), (SUBJECT_ALTERNATIVE_NAME, second))
        facts = read(handmade(extensions=twice))
        assert facts.subject_alternative_names == ("dns:one.example",)
        assert facts.error is not None

    @pytest.mark.parametrize(
        "rubbish", [b"", b"\x30", b"\x30\x80", b"hello", bytes(5000), b"\x30\x84\xff\xff\xff\xff"]
    )
    def test_what_is_no_certificate_still_has_its_digest_and_size(self, rubbish: bytes) -> None:
        facts = read(rubbish)
        assert facts.sha256 == hashlib.sha256(rubbish).hexdigest()
        assert facts.size == len(rubbish)
        assert facts.error is not None
        assert facts.subject is None
        assert facts.is_ca is None


def test_a_negative_serial_keeps_its_sign_and_no_warning_escapes() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(handmade(serial=b"\xf6")).serial == "-0a"
        assert read(handmade(serial=b"\x00")).serial == "00"


class TestBounds:
    def test_a_list_is_cut_and_says_so(self) -> None:
        names = [x509.DNSName(f"n{number}.example") for number in range(MAX_LIST + 5)]
        facts = read(issue(alternative_names(*names)))
        assert len(facts.subject_alternative_names) == MAX_LIST
        assert facts.error == f"subject_alternative_names: the first {MAX_LIST} of {MAX_LIST + 5} kept"

    def test_too_large_a_certificate_is_measured_only(self) -> None:
        facts = read(FULL + bytes(MAX_BYTES))
        assert facts.size == len(FULL) + MAX_BYTES
        assert facts.subject is None
        assert facts.error is not None

    def test_deep_nesting(self) -> None:
        deep = b""
        for _ in range(5000):
            deep = der(0x30, deep)
        assert read(deep).error is not None


def test_the_same_bytes_are_read_once() -> None:
    assert read(bytes(bytearray(FULL))) is read(bytes(bytearray(FULL)))


def test_every_truncation_survives() -> None:
    for cut in range(len(FULL)):
        facts = read(FULL[:cut])
        assert facts.size == cut
        assert facts.error is not None


def test_every_byte_may_be_wrong() -> None:
    random_byte = random.Random(20261121)
    for position in range(len(FULL)):
        mutated = bytearray(FULL)
        mutated[position] ^= random_byte.randrange(1, 256)
        facts = read(bytes(mutated))
        assert facts.sha256 == hashlib.sha256(mutated).hexdigest()


@given(st.binary(max_size=400))
def test_any_bytes_at_all(data: bytes) -> None:
    assert read(data).size == len(data)


@given(st.lists(st.tuples(st.integers(0, len(FULL) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_several_wrong_bytes(changes: list[tuple[int, int]]) -> None:
    mutated = bytearray(FULL)
    for position, value in changes:
        mutated[position] = value
    facts = read(bytes(mutated))
    assert facts.size == len(FULL)
    for name in (facts.subject, facts.issuer, *facts.subject_alternative_names):
        assert name is None or name.encode()  # no lone surrogates


def test_importing_the_facts_loads_no_library() -> None:
    program = (
        "import sys, tlsscope.certificate.facts, tlsscope.certificate.match;"
        "print([name for name in ('cryptography', 'asn1crypto') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
