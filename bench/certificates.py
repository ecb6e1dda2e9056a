"""Certificates that look like the web's: really signed, all different, the same every time for a seed.

Enters: a seed. Leaves: `Authority` issues leaves and intermediates as DER. Keys of authorities are real, so
are P-256 leaf keys; an RSA leaf has a random number for a modulus, for nobody will ever use it.
"""

import datetime as dt
import math
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    CertificatePoliciesOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
DAY_ZERO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SIGNED_CERTIFICATE_TIMESTAMPS = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
SMALL_PRIMES = math.prod(n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2)))


class Authority:
    """Signs with one key under one name; can make authorities below itself."""

    def __init__(self, random: Random, name: str, key: PrivateKey, issuer: "Authority | None" = None) -> None:
        self.random = random
        self.name = subject(name, "Bench Trust")
        self.key = key
        self.short = name.replace(" ", "").lower()
        self.is_ecdsa = isinstance(key, ec.EllipticCurvePrivateKey)
        self.identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
        self.issuer = issuer or self
        self.der = self.issuer.sign(self.authority_certificate())

    def authority_certificate(self) -> x509.CertificateBuilder:
        """This authority's own certificate, to be signed by its issuer."""
        usage = x509.KeyUsage(
            digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        return (
            self.issuer.begin(self.name, self.key.public_key(), days=3650)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
        )

    def leaf(self, names: list[str], key: PublicKey) -> bytes:
        """A server's certificate."""
        timestamps = x509.UnrecognizedExtension(SIGNED_CERTIFICATE_TIMESTAMPS, self.timestamps())
        builder = (
            self.begin(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]), key, days=90)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(timestamps, critical=False)
        )
        return self.sign(builder)

    def client(self, name: str, key: PublicKey) -> bytes:
        """A client's certificate."""
        builder = (
            self.begin(subject(name, "Bench Fleet"), key, days=365)
            .add_extension(
                x509.SubjectAlternativeName([x509.RFC822Name(f"{name}@fleet.example")]), critical=False
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        )
        return self.sign(builder)

    def begin(self, name: x509.Name, key: PublicKey, days: int) -> x509.CertificateBuilder:
        """What all certificates have."""
        start = DAY_ZERO + dt.timedelta(minutes=self.random.randrange(60 * 24 * 30))
        issuer_url = x509.UniformResourceIdentifier(f"http://pki.example/{self.short}.crt")
        access = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, issuer_url)
        policy = x509.PolicyInformation(CertificatePoliciesOID.ANY_POLICY, None)
        list_url = x509.UniformResourceIdentifier(f"http://pki.example/{self.short}.crl")
        revocation = x509.DistributionPoint([list_url], None, None, None)
        serial = self.random.getrandbits(127) | 1 << 126
        validity = dt.timedelta(days=days)
        return (
            x509.CertificateBuilder(self.name, name, key, serial, start, start + validity)
            .add_extension(x509.SubjectKeyIdentifier(self.random.randbytes(20)), critical=False)
            .add_extension(self.identifier, critical=False)
            .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
            .add_extension(x509.CRLDistributionPoints([revocation]), critical=False)
            .add_extension(x509.CertificatePolicies([policy]), critical=False)
        )

    def timestamps(self) -> bytes:
        """Two SignedCertificateTimestamps in their OCTET STRING. RFC 6962 §3.3"""
        log_and_time = b"\x00" + self.random.randbytes(32) + (1767225600000).to_bytes(8, "big")
        listed = b""
        for _ in range(2):
            r, s = (b"\x02\x20\x01" + self.random.randbytes(31) for _ in range(2))
            timestamp = log_and_time + b"\x00\x00\x04\x03\x00\x46\x30\x44" + r + s
            listed += len(timestamp).to_bytes(2, "big") + timestamp
        body = len(listed).to_bytes(2, "big") + listed
        return b"\x04\x81" + bytes((len(body),)) + body

    def sign(self, builder: x509.CertificateBuilder) -> bytes:
        """DER, with a signature that depends on the content alone."""
        deterministic = True if self.is_ecdsa else None
        certificate = builder.sign(self.key, hashes.SHA256(), ecdsa_deterministic=deterministic)
        return certificate.public_bytes(serialization.Encoding.DER)


def subject(common_name: str, organization: str) -> x509.Name:
    """C=NL, O, CN."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def ecdsa_key(random: Random) -> ec.EllipticCurvePrivateKey:
    """A P-256 key."""
    return ec.derive_private_key(random.getrandbits(255) | 1, ec.SECP256R1())


def rsa_key(random: Random) -> rsa.RSAPrivateKey:
    """A 2048 bit RSA key from seeded primes (OpenSSL checks them when the key is made)."""
    p, q = prime(random), prime(random)
    public = rsa.RSAPublicNumbers(65537, p * q)
    d = pow(65537, -1, math.lcm(p - 1, q - 1))
    crt = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *crt, public).private_key()


def prime(random: Random) -> int:
    """A 1024 bit prime by Fermat's test."""
    candidate = random.getrandbits(1024) | 3 << 1022 | 1
    while math.gcd(candidate, SMALL_PRIMES) != 1 or pow(2, candidate - 1, candidate) != 1:
        candidate += 2
    return candidate


def public_key(random: Random) -> PublicKey:
    """A leaf's key: P-256, or something of the size of RSA 2048."""
    if random.random() < 0.5:
        return ecdsa_key(random).public_key()
    return rsa.RSAPublicNumbers(65537, random.getrandbits(2048) | 1 << 2047 | 1).public_key()
