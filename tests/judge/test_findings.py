"""What is wrong with a session: each rule beside a session that breaks it and one that does not."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import NameOID

from tlsscope.handshake.messages import ClientHello, Extension, ServerHello
from tlsscope.judge.case import Case
from tlsscope.judge.findings import MOST_NAMES
from tlsscope.judge.findings import findings as findings_of
from tlsscope.session.model import Endpoint, Finding, Session, Severity

KEY, AUTHORITY_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
GOOD_SUITE, TLS_AES_128_GCM_SHA256 = 0xC02F, 0x1301  # TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
KEY_SHARE = (51, b"\x00\x1d\x00\x01x")


def certificate(
    *alternative_names: x509.GeneralName,
    common_name: str = "a.example",
    issuer: str = "Example CA",
    key: Any = KEY,
    signer: Any = AUTHORITY_KEY,
) -> bytes:
    """Issue a certificate that is valid through the year 2026."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    )
    if alternative_names:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternative_names), critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


GOOD = certificate(x509.DNSName("a.example"))


def server_name(host: bytes) -> Extension:
    """Encode a server_name extension, RFC 6066 §3."""
    entry = b"\0" + len(host).to_bytes(2, "big") + host
    return 0, len(entry).to_bytes(2, "big") + entry


def session(
    *,
    at: datetime = datetime(2026, 6, 1, tzinfo=UTC),
    version: int = 0x0303,
    suite: int = GOOD_SUITE,
    client_extensions: tuple[Extension, ...] = (),
    server_extensions: tuple[Extension, ...] = (),
    server: tuple[bytes, ...] | None = None,
    client: tuple[bytes, ...] | None = None,
) -> Session:
    start = int(at.timestamp()) * 1_000_000_000
    return Session(
        file="a.pcap",
        client=Endpoint("192.0.2.1", 50000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=1,
        last_frame=9,
        start=start,
        end=start,
        version=version,
        client_hello=ClientHello(0x0303, bytes(32), b"", (suite,), b"\0", client_extensions, b""),
        server_hello=ServerHello(0x0303, bytes(32), b"", suite, 0, server_extensions, b""),
        server_hello_frame=4,
        server_certificates=server,
        server_certificates_frame=5,
        client_certificates=client,
        client_certificates_frame=7,
    )


def findings(given: Session) -> tuple[Finding, ...]:
    return findings_of(Case(given))


def rules(given: Session) -> list[str]:
    return [finding.rule for finding in findings(given)]


def test_a_good_session_has_none() -> None:
    asked = (server_name(b"a.example"),)
    assert findings(session(client_extensions=asked, server=(GOOD,), client=(GOOD,))) == ()
    tls13 = session(version=0x0304, suite=TLS_AES_128_GCM_SHA256, server_extensions=(KEY_SHARE,))
    assert findings(tls13) == ()


def test_a_finding_cites_its_frame_and_its_source() -> None:
    assert findings(session(version=0x0301)) == (
        Finding(
            "old-version",
            Severity.MEDIUM,
            "TLS 1.0 was negotiated, which must not be used any more.",
            "RFC 8996 §4",
            (4,),
        ),
    )


@pytest.mark.parametrize("version", [0x0002, 0x0300, 0x0301, 0x0302, 0xFEFF])
def test_old_versions(version: int) -> None:
    assert "old-version" in rules(session(version=version))


@pytest.mark.parametrize("version", [0x0303, 0x0304, 0x7F1C, 0xFEFD, 0xFEFC, 0x0A0A])
def test_new_and_unknown_versions_are_not_old(version: int) -> None:
    assert "old-version" not in rules(session(version=version, server_extensions=(KEY_SHARE,)))


@pytest.mark.parametrize(
    ("suite", "expected"),
    [
        (0x0005, ["weak-cipher-suite", "no-forward-secrecy"]),  # TLS_RSA_WITH_RC4_128_SHA
        (0x000A, ["weak-cipher-suite", "no-forward-secrecy"]),  # TLS_RSA_WITH_3DES_EDE_CBC_SHA
        (0x0014, ["weak-cipher-suite"]),  # TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA
        (0x0015, ["weak-cipher-suite"]),  # TLS_DHE_RSA_WITH_DES_CBC_SHA
        (0x003B, ["weak-cipher-suite", "no-forward-secrecy"]),  # TLS_RSA_WITH_NULL_SHA256
        (0xC010, ["weak-cipher-suite"]),  # TLS_ECDHE_RSA_WITH_NULL_SHA
        (0x0018, ["weak-cipher-suite", "anonymous-cipher-suite"]),  # TLS_DH_anon_WITH_RC4_128_MD5
        (0xC018, ["anonymous-cipher-suite"]),  # TLS_ECDH_anon_WITH_AES_128_CBC_SHA
        (0x0000, ["weak-cipher-suite", "anonymous-cipher-suite"]),  # TLS_NULL_WITH_NULL_NULL
        (0x002F, ["no-forward-secrecy"]),  # TLS_RSA_WITH_AES_128_CBC_SHA
        (0xC025, ["no-forward-secrecy"]),  # TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256
        (0x00A8, ["no-forward-secrecy"]),  # TLS_PSK_WITH_AES_128_GCM_SHA256
        (0xC02B, []),  # TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
        (0xCCAA, []),  # TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        (0x0A0A, []),  # GREASE
        (0xFEDC, []),  # unknown
    ],
)
def test_suites(suite: int, expected: list[str]) -> None:
    assert rules(session(suite=suite)) == expected


def test_a_weak_suite_says_all_that_is_wrong() -> None:
    (weak, _) = findings(session(suite=0x0003))
    assert weak.text == (
        "TLS_RSA_EXPORT_WITH_RC4_40_MD5 has keys cut down for export and uses RC4"
        " and authenticates records with MD5."
    )
    assert weak.severity is Severity.HIGH


def test_tls13_with_a_psk_alone_has_no_forward_secrecy() -> None:
    pre_shared_key = (41, b"\0\0")
    with_share = session(
        version=0x0304, suite=TLS_AES_128_GCM_SHA256, server_extensions=(pre_shared_key, KEY_SHARE)
    )
    alone = session(version=0x0304, suite=TLS_AES_128_GCM_SHA256, server_extensions=(pre_shared_key,))
    assert rules(with_share) == []
    assert rules(alone) == ["no-forward-secrecy"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), ["certificate-not-yet-valid"]),
        (datetime(2026, 1, 1, tzinfo=UTC), []),
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), []),  # inclusive, RFC 5280 §4.1.2.5
        (datetime(2027, 1, 1, tzinfo=UTC), ["certificate-expired"]),
        (datetime(1970, 1, 1, tzinfo=UTC), []),  # a capture without a clock
    ],
)
def test_the_clock_is_the_capture_s(at: datetime, expected: list[str]) -> None:
    assert rules(session(at=at, server=(GOOD,))) == expected
    assert rules(session(at=at, client=(GOOD,))) == expected


def test_both_sides_are_told_apart() -> None:
    late = session(at=datetime(2027, 1, 1, tzinfo=UTC), server=(GOOD,), client=(GOOD,))
    assert [(finding.text, finding.frames) for finding in findings(late)] == [
        ("The server's certificate expired on 2026-12-31T23:59:59Z, before this handshake.", (5,)),
        ("The client's certificate expired on 2026-12-31T23:59:59Z, before this handshake.", (7,)),
    ]


def test_a_self_signed_leaf() -> None:
    own = certificate(common_name="a.example", issuer="a.example", signer=KEY)
    root = certificate(common_name="Example CA", signer=AUTHORITY_KEY, key=AUTHORITY_KEY)
    assert rules(session(server=(own,))) == ["self-signed-certificate"]
    assert rules(session(client=(own,))) == ["self-signed-certificate"]
    assert rules(session(server=(GOOD, root))) == []


class TestNames:
    def asked(self, host: bytes, leaf: bytes, **arguments: Any) -> list[str]:
        extensions = (server_name(host), *arguments.pop("client_extensions", ()))
        return rules(session(client_extensions=extensions, server=(leaf,), **arguments))

    def test_mismatch(self) -> None:
        assert self.asked(b"b.example", GOOD) == ["name-mismatch"]
        assert self.asked(b"A.Example", GOOD) == []

    def test_a_certificate_for_very_many_names(self) -> None:
        many = certificate(*[x509.DNSName(f"{number}.example") for number in range(MOST_NAMES + 1)])
        assert self.asked(b"77.example", many) == []
        assert self.asked(b"b.example", many) == ["name-mismatch"]

    def test_the_common_name_is_too_old(self) -> None:
        assert self.asked(b"a.example", certificate()) == ["common-name-only"]

    def test_a_client_s_certificate_is_not_for_the_server_s_name(self) -> None:
        assert rules(session(client_extensions=(server_name(b"b.example"),), client=(GOOD,))) == []

    def test_a_peer_named_by_spiffe(self) -> None:
        spiffe = certificate(x509.UniformResourceIdentifier("spiffe://example.org/web"))
        assert self.asked(b"web.internal", spiffe) == []

    def test_a_hidden_hello_hides_the_name(self) -> None:
        tls13: dict[str, Any] = {"version": 0x0304, "suite": 0x1301, "server_extensions": (KEY_SHARE,)}
        hidden = ((0xFE0D, b""),)
        assert self.asked(b"cover.example", GOOD, **tls13) == ["name-mismatch"]
        assert self.asked(b"cover.example", GOOD, client_extensions=hidden, **tls13) == []

    def test_what_could_not_be_read_is_not_judged(self) -> None:
        assert self.asked(b"b.example", GOOD[:-1]) == []
        assert self.asked(b"b.example", b"rubbish") == []

    def test_a_malformed_server_name_is_no_name(self) -> None:
        assert rules(session(client_extensions=((0, b"\xff"),), server=(GOOD,))) == []


class TestKeysAndSignatures:
    def test_short_rsa(self) -> None:
        short, long = (rsa.generate_private_key(65537, bits) for bits in (1024, 2048))
        (finding,) = findings(session(server=(certificate(key=short),)))
        assert finding.text == "The server's certificate has a key of only 1024 bits (RSA)."
        assert rules(session(server=(certificate(key=long),))) == []

    def test_a_short_curve(self) -> None:
        leaf = certificate(key=ec.generate_private_key(ec.SECP192R1()))
        assert rules(session(client=(leaf,))) == ["weak-key"]

    def test_dsa_anywhere_in_the_chain(self) -> None:
        authority = certificate(key=dsa.generate_private_key(1024))
        (finding,) = findings(session(server=(GOOD, authority)))
        assert finding.text == "Certificate 2 of the server's chain has a DSA key."

    def test_sha1(self) -> None:
        (finding,) = findings(session(server=(signed_with_sha1(b"me"),)))
        assert finding.text == "The server's certificate is signed with ecdsa-with-SHA1, which can be forged."

    def test_sha1_on_a_root_says_nothing(self) -> None:
        assert rules(session(server=(GOOD, signed_with_sha1(b"ca")))) == []


def signed_with_sha1(subject: bytes) -> bytes:
    """Encode a certificate of `ca` by hand: no library signs with SHA-1 any more. The signature is zeros."""
    ecdsa_with_sha1 = bytes.fromhex("300906072a8648ce3d0401")
    common_name = bytes.fromhex("300d310b300906035504030c02")  # and two letters
    validity = b"\x30\x1e\x17\x0d260101000000Z\x17\x0d261231235959Z"
    issued = common_name + b"ca" + validity + common_name + subject
    key = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    body = b"\xa0\x03\x02\x01\x02\x02\x01\x07" + ecdsa_with_sha1 + issued + key
    return sequence(sequence(body) + ecdsa_with_sha1 + b"\x03\x09" + bytes(9))


def sequence(content: bytes) -> bytes:
    return b"\x30\x82" + len(content).to_bytes(2, "big") + content


def test_the_same_session_gives_the_same_findings_twice() -> None:
    given = session(version=0x0301, suite=0x0005, server=(GOOD,), at=datetime(2030, 1, 1, tzinfo=UTC))
    assert findings(given) == findings(given)
    assert rules(given) == ["old-version", "weak-cipher-suite", "no-forward-secrecy", "certificate-expired"]
