"""Sessions made by hand for the report's tests: every value is chosen here."""

from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tlsscope.constants import (
    CHANGE_CIPHER_SPEC,
    CLIENT,
    ENCRYPTED,
    HANDSHAKE,
    SERVER,
    TLS_1_2,
    TLS_1_3,
)
from tlsscope.handshake.messages import CertificateRequest, ClientHello, Extension, ServerHello
from tlsscope.session.model import (
    Authentication,
    Basis,
    ClientCertificate,
    Endpoint,
    Ground,
    Mode,
    Outcome,
    Session,
    State,
)
from tlsscope.session.spoken import Message

START = 1_795_255_200_000_000_000  # 2026-11-21T10:00:00Z
MILLISECOND = 1_000_000
SUITES = (0x1A1A, 0x1301, 0x1302, 0xC02F, 0xC030, 0x009C)


def vector8(body: bytes) -> bytes:
    return bytes([len(body)]) + body


def vector16(body: bytes) -> bytes:
    return len(body).to_bytes(2, "big") + body


def numbers(*codes: int) -> bytes:
    return b"".join(code.to_bytes(2, "big") for code in codes)


def offer(server_name: bytes) -> tuple[Extension, ...]:
    return (
        (0, vector16(b"\0" + vector16(server_name))),
        (10, vector16(numbers(0x2A2A, 29, 23))),
        (11, vector8(b"\0")),
        (16, vector16(vector8(b"h2") + vector8(b"http/1.1"))),
        (13, vector16(numbers(0x0403, 0x0804))),
        (51, vector16(numbers(29) + vector16(bytes(32)))),
        (43, vector8(numbers(TLS_1_3, TLS_1_2))),
    )


def client_hello(server_name: bytes = b"example.com") -> ClientHello:
    return ClientHello(TLS_1_2, bytes(range(32)), b"\xaa" * 32, SUITES, b"\0", offer(server_name), b"")


def message(direction: int, kind: int, length: int, frame: int) -> Message:
    return Message(direction, HANDSHAKE, kind, length, frame, START + frame * MILLISECOND, frame)


def change_cipher_spec(direction: int, frame: int) -> Message:
    return Message(direction, CHANGE_CIPHER_SPEC, 1, 1, frame, START + frame * MILLISECOND, frame)


def sealed(direction: int, size: int, frame: int, content_type: int = 23) -> Message:
    return Message(direction, content_type, -1, size, frame, START + frame * MILLISECOND, frame, ENCRYPTED)


@lru_cache
def certificate(name: str, uri: str | None = None) -> bytes:
    key = ec.derive_private_key(0x1234567, ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 42)
    builder = builder.not_valid_before(datetime(2026, 1, 1)).not_valid_after(datetime(2027, 1, 1))  # noqa: DTZ001
    if uri is not None:
        names = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(uri)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def one_way_tls13(number: int = 0, server_name: bytes = b"example.com") -> Session:
    """TLS 1.3 without keys: the client's only sealed record is a Finished."""
    hello = client_hello(server_name)
    share = numbers(29) + vector16(bytes(32))
    answer = ServerHello(
        TLS_1_2, bytes(32), hello.session_id, 0x1301, 0, ((43, numbers(TLS_1_3)), (51, share)), b""
    )
    text = "the client's first record is 58 bytes: a Finished and nothing else"
    session = Session(
        id=f"{number:032x}",
        file="a.pcap",
        client=Endpoint("192.0.2.1", 50000 + number % 1000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=4,
        last_frame=8,
        start=START + 4 * MILLISECOND,
        end=START + 8 * MILLISECOND,
        client_hello=hello,
        client_hello_frame=4,
        server_hello=answer,
        server_hello_frame=6,
        version=TLS_1_3,
        bytes=(1200, 5400),
        packets=(9, 11),
        authentication=Authentication(
            Mode.ONE_WAY,
            Basis.INFERRED,
            0.99,
            ClientCertificate.NOT_REQUESTED,
            (Ground("client-flight-size", text, (8,)),),
            requested=False,
            sent=False,
        ),
        outcome=Outcome(State.ESTABLISHED),
    )
    session.messages = [
        message(CLIENT, 1, 512, 4),
        message(SERVER, 2, 122, 6),
        change_cipher_spec(SERVER, 6),
        sealed(SERVER, 32, 6),
        sealed(SERVER, 900, 6),
        sealed(SERVER, 101, 6),
        sealed(SERVER, 58, 6),
        change_cipher_spec(CLIENT, 8),
        sealed(CLIENT, 58, 8),
    ]
    return session


def mutual_tls12(number: int = 0, server_name: bytes = b"example.com") -> Session:
    """TLS 1.2 in clear, with a client certificate and its proof."""
    hello = client_hello(server_name)
    answer = ServerHello(
        TLS_1_2, b"\1" * 32, b"\xbb" * 32, 0xC02F, 0, ((65281, b"\0"), (16, vector16(vector8(b"h2")))), b""
    )
    session = Session(
        id=f"{number:032x}",
        file="a.pcap",
        client=Endpoint("192.0.2.1", 50000 + number % 1000),
        server=Endpoint("192.0.2.2", 8443),
        first_frame=4,
        last_frame=10,
        start=START + 4 * MILLISECOND,
        end=START + 10 * MILLISECOND,
        client_hello=hello,
        client_hello_frame=4,
        server_hello=answer,
        server_hello_frame=6,
        version=TLS_1_2,
        server_key_exchange=b"\3\0\x1d" + bytes(100),
        server_certificates=(certificate("example.com"), certificate("Example CA")),
        server_certificates_frame=6,
        client_certificates=(certificate("alice", "spiffe://example.org/alice"),),
        client_certificates_frame=8,
        certificate_request=CertificateRequest((1, 64), (0x0403, 0x0804), ()),
        certificate_request_frame=6,
        client_certificate_verify_frame=8,
        bytes=(2500, 3400),
        packets=(9, 11),
        authentication=Authentication(
            Mode.MUTUAL,
            Basis.OBSERVED,
            1.0,
            ClientCertificate.PRESENTED,
            (Ground("certificate-verify", "the client sent a certificate and proved its key", (8,)),),
            requested=True,
            sent=True,
            accepted=True,
        ),
        outcome=Outcome(State.ESTABLISHED),
    )
    session.messages = [
        message(CLIENT, 1, 512, 4),
        message(SERVER, 2, 122, 6),
        message(SERVER, 11, 1500, 6),
        message(SERVER, 12, 300, 6),
        message(SERVER, 13, 60, 6),
        message(SERVER, 14, 4, 6),
        message(CLIENT, 11, 800, 8),
        message(CLIENT, 16, 37, 8),
        message(CLIENT, 15, 76, 8),
        change_cipher_spec(CLIENT, 8),
        sealed(CLIENT, 45, 8, HANDSHAKE),
        change_cipher_spec(SERVER, 10),
        sealed(SERVER, 45, 10, HANDSHAKE),
    ]
    return session


def unseen() -> Session:
    """A connection of which the capture holds nothing but addresses."""
    return Session(
        file="a.pcap",
        client=Endpoint("192.0.2.1", 50000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=1,
        last_frame=1,
        start=START,
        end=START,
    )
