"""Sessions made by hand: what is on the wire enters as numbers, a Session as the pipeline makes it leaves."""

from collections.abc import Iterable

from tlsscope.constants import (
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    ENCRYPTED,
    HANDSHAKE,
    SERVER,
)
from tlsscope.handshake.messages import CertificateRequest, ClientHello, Extension, ServerHello
from tlsscope.session.model import Alert, Ending, Endpoint, Session
from tlsscope.session.spoken import Message, SealedRecord

SHA256_SUITE, SHA384_SUITE, CCM_8_SUITE = 0x1301, 0x1302, 0x1305
ECDHE_RSA_GCM = 0xC02F
SUPPORTS_TLS_1_3 = (43, bytes.fromhex("020304"))
SELECTS_TLS_1_3 = (43, bytes.fromhex("0304"))
REQUEST = CertificateRequest((1, 64), (0x0403,), ())
CERTIFICATES = (b"a certificate",)


def client_hello(*extensions: Extension, session_id: bytes = b"") -> ClientHello:
    return ClientHello(0x0303, bytes(32), session_id, (0x1301,), b"\0", extensions, b"")


def server_hello(suite: int, *extensions: Extension, session_id: bytes = b"") -> ServerHello:
    return ServerHello(0x0303, bytes(32), session_id, suite, 0, extensions, b"")


def sealed(
    direction: int, sizes: Iterable[int], frame: int, content_type: int = APPLICATION_DATA
) -> list[SealedRecord]:
    return [
        SealedRecord(direction, content_type, 0x0303, size, frame + index, 0)
        for index, size in enumerate(sizes)
    ]


def tls13(
    client: Iterable[int],
    server: Iterable[int] = (),
    *,
    suite: int = SHA256_SUITE,
    offered: tuple[Extension, ...] = (),
    selected: tuple[Extension, ...] = (),
    afterwards: Iterable[int] = (),
    ending: Ending = Ending.FIN,
    ended_by: int | None = CLIENT,
) -> Session:
    """A TLS 1.3 session by its sealed records: the server's flight, the client's, the server's rest."""
    records = [*sealed(SERVER, server, 10), *sealed(CLIENT, client, 100), *sealed(SERVER, afterwards, 200)]
    made = Session(
        file="hand.pcap",
        client=Endpoint("192.0.2.1", 50000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=1,
        last_frame=300,
        start=0,
        end=1,
        client_hello=client_hello(SUPPORTS_TLS_1_3, *offered),
        client_hello_frame=1,
        server_hello=server_hello(suite, SELECTS_TLS_1_3, *selected),
        server_hello_frame=2,
        version=0x0304,
        ending=ending,
        ended_by=ended_by,
        end_frame=301,
        packets=(5, 5),
    )
    made.records = records
    made.messages = [
        Message(CLIENT, HANDSHAKE, 1, 200, 1, 0, 1),
        Message(SERVER, HANDSHAKE, 2, 100, 2, 0, 2),
        *(
            Message(
                record.direction,
                record.content_type,
                -1,
                record.size,
                record.frame,
                0,
                record.frame,
                ENCRYPTED,
            )
            for record in records
        ),
    ]
    return made


CCS = -20
FIN = -22  # a sealed Finished


def tls12(
    said: Iterable[tuple[int, int]],
    *,
    suite: int | None = ECDHE_RSA_GCM,
    version: int = 0x0303,
    server: tuple[bytes, ...] | None = CERTIFICATES,
    client: tuple[bytes, ...] | None = None,
    client_key_exchange: bytes | None = b"share",
    alerts: Iterable[Alert] = (),
    ending: Ending = Ending.FIN,
    ended_by: int | None = CLIENT,
    protection: int = CLEAR,
) -> Session:
    """A session before TLS 1.3 by its messages: (direction, handshake type), one a frame from frame 1 on."""
    messages, records = [], []
    for frame, (side, kind) in enumerate(said, start=1):
        if kind == CCS:
            messages.append(Message(side, CHANGE_CIPHER_SPEC, -1, 1, frame, 0, frame))
        elif kind == FIN:
            messages.append(Message(side, HANDSHAKE, -1, 45, frame, 0, frame, ENCRYPTED))
            records += sealed(side, [45], frame, HANDSHAKE)
        else:
            messages.append(Message(side, HANDSHAKE, kind, 50, frame, 0, frame, protection))
    frames = {(message.direction, message.type): message.frame for message in messages}
    made = Session(
        file="hand.pcap",
        client=Endpoint("192.0.2.1", 50000),
        server=Endpoint("192.0.2.2", 443),
        first_frame=1,
        last_frame=len(messages),
        start=0,
        end=1,
        client_hello=client_hello() if (CLIENT, 1) in frames else None,
        client_hello_frame=frames.get((CLIENT, 1)),
        server_hello=server_hello(suite) if suite is not None and (SERVER, 2) in frames else None,
        server_hello_frame=frames.get((SERVER, 2)),
        version=version if (SERVER, 2) in frames else None,
        server_certificates=server if (SERVER, 11) in frames else None,
        server_certificates_frame=frames.get((SERVER, 11)),
        client_certificates=client,
        client_certificates_frame=frames.get((CLIENT, 11)),
        certificate_request=REQUEST if (SERVER, 13) in frames else None,
        certificate_request_frame=frames.get((SERVER, 13)),
        client_certificate_verify_frame=frames.get((CLIENT, 15)),
        client_key_exchange=client_key_exchange if (CLIENT, 16) in frames else None,
        alerts=list(alerts),
        ending=ending,
        ended_by=ended_by,
        end_frame=len(messages) + 1,
        packets=(5, 5),
    )
    made.messages, made.records = messages, records
    return made
