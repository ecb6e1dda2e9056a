"""Makes certificates for the tests: what it is told to say is the truth the tests compare with."""

from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())

EXAMPLE = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example, Inc."),
        x509.NameAttribute(NameOID.COMMON_NAME, "example.com"),
    ],
)
AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example CA")])


def issue(
    *extensions: x509.ExtensionType,
    subject: x509.Name = EXAMPLE,
    issuer: x509.Name = AUTHORITY,
    key: Any = KEY,
    signer: Any = OTHER_KEY,
    digest: Any = None,
    padding: Any = None,
) -> bytes:
    """Issue a certificate for `key`, signed by `signer`; valid through the year 2026."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(0x0A1B2C)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    usual = hashes.SHA256() if isinstance(signer, ec.EllipticCurvePrivateKey) else None
    certificate = builder.sign(signer, digest or usual, rsa_padding=padding)
    return certificate.public_bytes(serialization.Encoding.DER)


def alternative_names(*names: x509.GeneralName) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(names)


def der(tag: int, *contents: bytes) -> bytes:
    """Encode one DER element by hand, for what no library would write."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    return bytes((tag, 0x82)) + len(content).to_bytes(2, "big") + content


def handmade(
    *, version: int = 2, serial: bytes = b"\x01", extensions: tuple[tuple[bytes, bytes], ...] = ()
) -> bytes:
    """Encode a certificate by hand, with a signature of zeros; `extensions` are identifier and value."""
    name = der(0x30, der(0x31, der(0x30, der(0x06, b"\x55\x04\x03"), der(0x0C, b"odd.example"))))
    ecdsa_with_sha256 = der(0x30, der(0x06, bytes.fromhex("2a8648ce3d040302")))
    validity = der(0x30, der(0x17, b"260101000000Z"), der(0x18, b"20501231235959Z"))
    point = KEY.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    listed = [der(0x30, der(0x06, kind), der(0x04, value)) for kind, value in extensions]
    body = der(
        0x30,
        der(0xA0, der(0x02, bytes((version,)))),
        der(0x02, serial),
        ecdsa_with_sha256,
        name,
        validity,
        name,
        point,
        der(0xA3, der(0x30, *listed)) if listed else b"",
    )
    return der(0x30, body, ecdsa_with_sha256, der(0x03, bytes(9)))
