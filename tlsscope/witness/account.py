"""A session as either witness tells it enters, an Account leaves: the plain values that can be held side by
side.

Only what both can see stands here: an encrypted application record, for one, is left out, since tshark is
asked for those of the first flights only.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache

import msgspec

from tlsscope.constants import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, ENCRYPTED, FINISHED, HANDSHAKE
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.spoken import Message

NO_MESSAGE = "no message"
CHANGED = 1  # the one type of ChangeCipherSpec, RFC 5246 §7.1
EMPTY = "empty"
SENT = "certificate"


class Said(msgspec.Struct, frozen=True, order=True):
    """One message or alert: its frame, its direction and what it is (content type, then handshake type or
    -1)."""

    frame: int
    direction: int
    content_type: int
    type: int


class AlertSaid(msgspec.Struct, frozen=True, order=True):
    """One alert; level and description are -1 where it is encrypted."""

    frame: int
    direction: int
    level: int
    description: int


class Places(msgspec.Struct, frozen=True):
    """The frames in which what is compared was said; None for what was not."""

    client_hello: int | None = None
    server_hello: int | None = None
    certificate_request: int | None = None
    client_certificates: int | None = None
    server_certificates: int | None = None


class Account(msgspec.Struct, frozen=True):
    """What one witness says of one session. `None` stands for "said nothing of it"."""

    transport: str
    protocol: str
    client: str
    server: str
    first_frame: int
    random: str | None = None
    version: int | None = None
    cipher_suite: int | None = None
    server_name: str | None = None
    alpn: str | None = None
    ja3: str | None = None
    ja3s: str | None = None
    ja4: str | None = None
    messages: tuple[Said, ...] = ()
    server_certificates: tuple[str, ...] | None = None
    client_certificates: tuple[str, ...] | None = None
    certificate_request: bool = False
    client_certificate: str = NO_MESSAGE
    alerts: tuple[AlertSaid, ...] = ()
    established: bool = False  # both sides came to their Finished, which may be encrypted
    loss: int | None = None  # the first frame behind bytes that the capture lacks
    carrier: str | None = None
    places: Places = Places()


class Names(msgspec.Struct, frozen=True):
    """What is read out of the hellos, by each side with its own means."""

    server_name: str | None = None
    alpn: str | None = None
    ja3: str | None = None
    ja3s: str | None = None
    ja4: str | None = None


def account(session: Session, names: Names) -> Account:
    """Turn a session, ours or tshark's, into what can be compared."""
    hello, answer = session.client_hello, session.server_hello
    return Account(
        transport=session.transport,
        protocol=session.protocol,
        client=place(session.client),
        server=place(session.server),
        first_frame=session.first_frame,
        random=(hello.random.hex() or None) if hello else None,
        version=session.version,
        cipher_suite=answer.cipher_suite if answer else None,
        server_name=names.server_name,
        alpn=names.alpn,
        ja3=names.ja3,
        ja3s=names.ja3s,
        ja4=names.ja4,
        messages=tuple(sorted(said(message) for message in session.messages if _is_shared(message))),
        server_certificates=digests(session.server_certificates),
        client_certificates=digests(session.client_certificates),
        certificate_request=session.certificate_request is not None,
        client_certificate=_client_certificate(session.client_certificates),
        alerts=tuple(sorted(_alerts(session))),
        established=_is_established(session.messages),
        loss=min((frame for frame in session.gap_before if frame is not None), default=None),
        carrier=session.carrier,
        places=Places(
            client_hello=session.client_hello_frame,
            server_hello=session.server_hello_frame,
            certificate_request=session.certificate_request_frame,
            client_certificates=session.client_certificates_frame,
            server_certificates=session.server_certificates_frame,
        ),
    )


def renumbered(account: Account, number: Callable[[int], int]) -> Account:
    """Give the frames of an account other numbers: those of another capture of the same traffic."""
    places = {name: frame for name, frame in msgspec.structs.asdict(account.places).items() if frame is not None}
    return msgspec.structs.replace(
        account,
        first_frame=number(account.first_frame),
        messages=tuple(sorted(msgspec.structs.replace(one, frame=number(one.frame)) for one in account.messages)),
        alerts=tuple(sorted(msgspec.structs.replace(one, frame=number(one.frame)) for one in account.alerts)),
        loss=None if account.loss is None else number(account.loss),
        places=Places(**{name: number(frame) for name, frame in places.items()}),
    )


def said(message: Message) -> Said:
    """Give the place and kind of a message; a ChangeCipherSpec is one though a renegotiation encrypts it."""
    kind = CHANGED if message.content_type == CHANGE_CIPHER_SPEC else message.type
    return Said(message.frame, message.direction, message.content_type, kind)


def place(endpoint: Endpoint) -> str:
    """Write an endpoint as `address:port`."""
    return f"[{endpoint.ip}]:{endpoint.port}" if ":" in endpoint.ip else f"{endpoint.ip}:{endpoint.port}"


def digests(chain: tuple[bytes, ...] | None) -> tuple[str, ...] | None:
    """Give the SHA-256 of each certificate."""
    return None if chain is None else tuple(_digest(certificate) for certificate in chain)


def _client_certificate(chain: tuple[bytes, ...] | None) -> str:
    if chain is None:
        return NO_MESSAGE
    return SENT if chain else EMPTY


def _is_shared(message: Message) -> bool:
    return message.content_type not in (APPLICATION_DATA, ALERT)


def _alerts(session: Session) -> set[AlertSaid]:
    """List the alerts; one that is encrypted may stand among the messages only."""
    told = {
        AlertSaid(
            alert.frame,
            alert.direction,
            -1 if alert.level is None else alert.level,
            -1 if alert.description is None else alert.description,
        )
        for alert in session.alerts
    }
    sealed = {
        AlertSaid(message.frame, message.direction, -1, -1)
        for message in session.messages
        if message.content_type == ALERT and message.protection == ENCRYPTED
    }
    return told | sealed


def _is_established(messages: list[Message]) -> bool:
    ends = (FINISHED, -1)
    return {one.direction for one in messages if one.content_type == HANDSHAKE and one.type in ends} == {0, 1}


@lru_cache(maxsize=4096)
def _digest(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
