"""What real ends say to each other: Python's `ssl` talks to itself in memory; each flight is kept as it was sent."""

import ssl
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tlsscope.constants import CLIENT, SERVER

NAME = "tls.example"
_PLACE = tempfile.TemporaryDirectory()  # `ssl` reads keys from files only
Said = tuple[int, bytes]  # direction and bytes
Talk = tuple[Said, ...]


class Identity(NamedTuple):
    """A certificate for itself, with its key in a file."""

    der: bytes
    pem: str


def identity(name: str, padding: int = 0) -> Identity:
    """Give the self-signed certificate of a name; `padding` more names make it larger."""
    return _issue(name, padding)


@cache
def _issue(name: str, padding: int) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: list[x509.GeneralName] = [x509.DNSName(name)]
    names += [x509.DNSName(f"name-{number}.{name}") for number in range(padding)]
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = Path(_PLACE.name, f"{name}-{padding}.pem")
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return Identity(certificate.public_bytes(Encoding.DER), str(file))


class Ends(NamedTuple):
    """Both ends' contexts."""

    client: ssl.SSLContext
    server: ssl.SSLContext


def ends(version: ssl.TLSVersion, mutual: bool = False, padding: int = 0) -> Ends:
    """Make two ends that speak one version; `mutual` lets the server ask and the client answer."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    mine = identity(NAME, padding)
    server.load_cert_chain(mine.pem)
    client.load_verify_locations(mine.pem)
    for one in (server, client):
        one.minimum_version = one.maximum_version = version
    if mutual:
        his = identity("client.example")
        client.load_cert_chain(his.pem)
        server.load_verify_locations(his.pem)
        server.verify_mode = ssl.CERT_REQUIRED
    return Ends(client, server)


def talk(both: Ends, question: bytes = b"question", answer: bytes = b"answer") -> list[Said]:
    """Shake hands, ask, answer, and say goodbye; give each flight with its direction."""
    into, out = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
    client = both.client.wrap_bio(into[CLIENT], out[CLIENT], server_hostname=NAME)
    server = both.server.wrap_bio(into[SERVER], out[SERVER], server_side=True)
    todo: tuple[list[Callable[[], object]], ...] = (
        [client.do_handshake, lambda: client.write(question), lambda: client.read(1 << 16), client.unwrap],
        [server.do_handshake, lambda: server.read(1 << 16), lambda: server.write(answer), server.unwrap],
    )
    said: list[Said] = []
    while any(todo):
        for direction in (CLIENT, SERVER):
            _go_on(todo[direction])
            if out[direction].pending:
                said.append((direction, out[direction].read()))
                into[1 - direction].write(said[-1][1])
    return said


def _go_on(todo: list[Callable[[], object]]) -> None:
    """Do what can be done before more bytes come."""
    try:
        while todo:
            todo[0]()
            del todo[0]
    except ssl.SSLWantReadError:
        return


@cache
def tls12(mutual: bool = False) -> Talk:
    """A session of TLS 1.2."""
    return tuple(talk(ends(ssl.TLSVersion.TLSv1_2, mutual)))


@cache
def tls13(mutual: bool = False) -> Talk:
    """A session of TLS 1.3."""
    return tuple(talk(ends(ssl.TLSVersion.TLSv1_3, mutual)))


@cache
def retried() -> Talk:
    """A session of TLS 1.3 whose server wants another group than the client guessed: a HelloRetryRequest."""
    both = ends(ssl.TLSVersion.TLSv1_3)
    both.server.set_ecdh_curve("secp384r1")
    return tuple(talk(both))


@cache
def large() -> Talk:
    """A session of TLS 1.2 whose Certificate needs several records of 16 KB."""
    return tuple(talk(ends(ssl.TLSVersion.TLSv1_2, padding=2000)))
