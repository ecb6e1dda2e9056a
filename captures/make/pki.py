"""The test PKI: a directory goes in; keys, certificates, chains and PKCS #12 files come out, by name.

For each end entity NAME it writes `NAME.pem` (its chain, leaf first), `NAME.key`, `NAME.leaf.pem`,
`NAME.rest.pem` (the chain without the leaf, perhaps empty) and, where NSS can read it, `NAME.p12`. Each
authority has `NAME.pem`.
"""

import datetime as dt
import hashlib
import ipaddress
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOT_BEFORE = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)
EXPIRED_AFTER = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
SERVER_NAME = "server.example"

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

MAKE_KEY = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}


@dataclass(frozen=True)
class Entity:
    """One certificate to make: who signs it, its key, and what is odd about it."""

    name: str
    issuer: str
    key: str
    not_after: dt.datetime = NOT_AFTER
    more_names: int = 0


# Authorities, each signed by the one named; a root signs itself.
AUTHORITIES = (
    Entity("root", "root", "rsa"),
    Entity("intermediate-1", "root", "p256"),
    Entity("intermediate-2", "intermediate-1", "rsa"),
    Entity("stranger-root", "stranger-root", "rsa"),
)

# Ends. The chain that an end sends is its leaf and every intermediate above it, never the root.
ENDS = (
    Entity("server-rsa", "root", "rsa"),
    Entity("server-rsa3072", "intermediate-1", "rsa3072"),
    Entity("server-ecdsa", "root", "p256"),
    Entity("server-p384", "intermediate-1", "p384"),
    Entity("server-ed25519", "root", "ed25519"),
    Entity("server-rsapss", "root", "rsapss"),
    Entity("server-chain3", "intermediate-2", "rsa"),
    Entity("server-large", "intermediate-1", "p256", more_names=650),
    Entity("server-stranger", "stranger-root", "p256"),
    Entity("server-expired", "root", "rsa", not_after=EXPIRED_AFTER),
    Entity("client-rsa", "root", "rsa"),
    Entity("client-ecdsa", "root", "p256"),
    Entity("client-p384", "intermediate-1", "p384"),
    Entity("client-ed25519", "root", "ed25519"),
    Entity("client-rsapss", "root", "rsapss"),
    Entity("client-chain2", "intermediate-1", "p256"),
    Entity("client-chain3", "intermediate-2", "rsa"),
    Entity("client-large", "root", "p256", more_names=650),
    Entity("client-stranger", "stranger-root", "p256"),
    Entity("client-expired", "root", "rsa", not_after=EXPIRED_AFTER),
)


def make_pki(directory: Path) -> None:
    """Write the whole PKI into `directory`."""
    directory.mkdir(parents=True, exist_ok=True)
    certificates: dict[str, x509.Certificate] = {}
    keys: dict[str, PrivateKey] = {}
    for entity in AUTHORITIES:
        keys[entity.name] = MAKE_KEY[entity.key]()
        certificates[entity.name] = _certify(entity, keys, certificates)
        _write_key(directory, entity.name, keys[entity.name])
        _write_pem(directory / f"{entity.name}.pem", [certificates[entity.name]])
    for entity in ENDS:
        if entity.key == "rsapss":
            certificates[entity.name] = _make_rsapss_end(directory, entity)
        else:
            keys[entity.name] = MAKE_KEY[entity.key]()
            certificates[entity.name] = _certify(entity, keys, certificates)
            _write_key(directory, entity.name, keys[entity.name])
            _write_pkcs12(directory, entity.name, keys[entity.name], certificates)
        chain = [certificates[name] for name in chain_of(entity.name)]
        _write_pem(directory / f"{entity.name}.pem", chain)
        _write_pem(directory / f"{entity.name}.leaf.pem", chain[:1])
        _write_pem(directory / f"{entity.name}.rest.pem", chain[1:])


def chain_of(name: str) -> list[str]:
    """The names of the certificates that an end sends, leaf first."""
    issuers = {entity.name: entity.issuer for entity in AUTHORITIES + ENDS}
    chain = [name]
    while not issuers[chain[-1]].endswith("root"):
        chain.append(issuers[chain[-1]])
    return chain


def digests(directory: Path) -> dict[str, str]:
    """The SHA-256 of each certificate's DER, by name."""
    result = {}
    for entity in AUTHORITIES + ENDS:
        leaf = directory / f"{entity.name}.leaf.pem"
        file = leaf if leaf.exists() else directory / f"{entity.name}.pem"
        der = x509.load_pem_x509_certificate(file.read_bytes()).public_bytes(serialization.Encoding.DER)
        result[entity.name] = hashlib.sha256(der).hexdigest()
    return result


def _certify(
    entity: Entity, keys: dict[str, PrivateKey], certificates: dict[str, x509.Certificate]
) -> x509.Certificate:
    issuer = certificates.get(entity.issuer)
    subject = _name(entity.name)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(keys[entity.name].public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOT_BEFORE)
        .not_valid_after(entity.not_after)
    )
    for extension, critical in _extensions(entity, keys):
        builder = builder.add_extension(extension, critical)
    signer = keys[entity.issuer]
    algorithm = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, algorithm)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "tlsscope captures"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _extensions(entity: Entity, keys: dict[str, PrivateKey]) -> list[tuple[x509.ExtensionType, bool]]:
    authority = entity in AUTHORITIES
    usage = {
        "digital_signature": not authority,
        "key_encipherment": isinstance(keys[entity.name], rsa.RSAPrivateKey) and not authority,
        "key_cert_sign": authority,
        "crl_sign": authority,
    }
    others = ("content_commitment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only")
    issuer_public = keys[entity.issuer].public_key()
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=authority, path_length=None), True),
        (x509.KeyUsage(**usage, **dict.fromkeys(others, False)), True),
        (x509.SubjectKeyIdentifier.from_public_key(keys[entity.name].public_key()), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), False),
    ]
    if not authority:
        extensions += [
            (_purpose(entity), False),
            (x509.SubjectAlternativeName(_alternative_names(entity)), False),
        ]
    return extensions


def _purpose(entity: Entity) -> x509.ExtendedKeyUsage:
    server = entity.name.startswith("server")
    return x509.ExtendedKeyUsage(
        [ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH]
    )


def _alternative_names(entity: Entity) -> list[x509.GeneralName]:
    more = [x509.DNSName(f"tenant-{number:04}.{SERVER_NAME}") for number in range(entity.more_names)]
    if entity.name.startswith("client"):
        return [x509.RFC822Name(f"{entity.name}@example.org"), *more]
    addresses = [x509.IPAddress(ipaddress.ip_address(text)) for text in ("127.0.0.1", "::1")]
    return [x509.DNSName(SERVER_NAME), *addresses, *more]


def _make_rsapss_end(directory: Path, entity: Entity) -> x509.Certificate:
    """Have OpenSSL make a key of id-RSASSA-PSS (RFC 4055 §1.2), which `cryptography` does not."""
    key, request, leaf = (str(directory / f"{entity.name}.{end}") for end in ("key", "csr", "leaf.pem"))
    extensions = directory / f"{entity.name}.ext"
    names = f"DNS:{SERVER_NAME},IP:127.0.0.1,IP:::1"
    extensions.write_text(f"keyUsage=critical,digitalSignature\nsubjectAltName={names}\n")
    _openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
    _openssl("req", "-new", "-key", key, "-subj", f"/O=tlsscope captures/CN={entity.name}", "-out", request)
    authority = str(directory / entity.issuer)
    signer = ("-CA", f"{authority}.pem", "-CAkey", f"{authority}.key", "-CAcreateserial", "-days", "7000")
    _openssl("x509", "-req", "-in", request, *signer, "-extfile", str(extensions), "-out", leaf)
    return x509.load_pem_x509_certificate(Path(leaf).read_bytes())


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


def _write_key(directory: Path, name: str, key: PrivateKey) -> None:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (directory / f"{name}.key").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))


def _write_pem(file: Path, certificates: list[x509.Certificate]) -> None:
    file.write_bytes(b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates))


def _write_pkcs12(
    directory: Path, name: str, key: PrivateKey, certificates: dict[str, x509.Certificate]
) -> None:
    rest = [certificates[each] for each in chain_of(name)[1:]]
    password = serialization.BestAvailableEncryption(b"captures")
    data = pkcs12.serialize_key_and_certificates(name.encode(), key, certificates[name], rest, password)
    (directory / f"{name}.p12").write_bytes(data)
