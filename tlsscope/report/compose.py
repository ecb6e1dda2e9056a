"""The one road from facts to words: a judged Session enters, its document leaves.

All that repeats comes from `shapes`, built once. `lines` writes the same document as JSON, from finished parts
that are made here when they are first met.
"""

from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from tlsscope import tables
from tlsscope.constants import ALERT, CLEAR, DECRYPTED, ENCRYPTED, HANDSHAKE, SERVER_HELLO
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import CertificateRequest, ClientHello, ServerHello
from tlsscope.session import agreed, fingerprints
from tlsscope.session.model import Alert, Outcome, Session
from tlsscope.session.visibility import is_sealed, not_visible

from . import shapes
from .document import (
    AlertLine,
    AnomalyLine,
    Directions,
    HelloClient,
    HelloServer,
    KeyExchange,
    MessageLine,
    OutcomeLine,
    Request,
    SessionDocument,
    Source,
)
from .steps import course, step
from .text import encodable
from .times import duration, rfc3339

SIDES = ("client", "server")
PROTECTIONS = {CLEAR: "clear", DECRYPTED: "decrypted"}
LEVELS = {1: "warning", 2: "fatal"}
DOWNGRADES = {b"DOWNGRD\x01": "TLS 1.2", b"DOWNGRD\x00": "TLS 1.1 or below"}  # RFC 8446 §4.1.3
_ECH_KINDS = ("outer", "inner")  # RFC 9849 §5


def document(session: Session) -> SessionDocument:
    """Put a session into the report's words."""
    digits = session.time_digits
    hello, answer, asked = session.client_hello, session.server_hello, session.certificate_request
    protocol = agreed.application_protocol(session)
    return SessionDocument(
        id=session.id,
        source=Source(
            file_name(session.file), session.first_frame, session.last_frame, file_names(session.continued_in)
        ),
        transport=session.transport,
        protocol=session.protocol,
        carrier=session.carrier,
        encapsulation=session.encapsulation,
        client=session.client,
        server=session.server,
        start=rfc3339(session.start, digits),
        end=rfc3339(session.end, digits),
        duration=duration(session.start, session.end, digits),
        version=None if session.version is None else tables.version_name(session.version),
        cipher_suite=None if answer is None else shapes.suite(answer.cipher_suite),
        key_exchange=None if answer is None else key_exchange(session, answer),
        server_name=agreed.server_name(session),
        alpn=None if protocol is None else shapes.protocol_name(protocol),
        authentication=session.authentication,
        outcome=None if session.outcome is None else outcome(session.outcome, session.alerts),
        resumption=session.resumption,
        certificate_request=None if asked is None else request(asked, session.certificate_request_frame),
        server_certificates=shapes.certificates(session.server_certificates or ()),
        client_certificates=shapes.certificates(session.client_certificates or ()),
        client_hello=None if hello is None else client_hello(session, hello),
        server_hello=None if answer is None else server_hello(session, answer),
        messages=messages(session),
        bytes=Directions(*session.bytes),
        packets=Directions(*session.packets),
        not_visible=not_visible(session),
        anomalies=anomalies(session),
        findings=session.findings,
    )


def key_exchange(session: Session, answer: ServerHello) -> KeyExchange:
    """Tell how the keys were agreed on."""
    group = agreed.group(session)
    return shapes.key_exchange(answer.cipher_suite, group, group is None and is_sealed(session))


def outcome(ended: Outcome, alerts: list[Alert]) -> OutcomeLine:
    """Tell how the handshake ended."""
    return OutcomeLine(ended.state, _side(ended.by), ended.reason, tuple(map(_alert, alerts)) if alerts else ())


def _alert(alert: Alert) -> AlertLine:
    return AlertLine(
        sender=SIDES[alert.direction],
        level=None if alert.level is None else LEVELS.get(alert.level, f"unknown ({alert.level})"),
        description=None if alert.description is None else tables.alert_name(alert.description),
        encrypted=alert.protection != CLEAR,
        frame=alert.frame,
    )


def request(asked: CertificateRequest, frame: int | None) -> Request:
    """Tell what the server asked of the client."""
    return Request(
        authorities=shapes.authorities(asked.authorities),
        signature_algorithms=shapes.schemes(asked.signature_algorithms),
        certificate_types=tuple(map(tables.client_certificate_type_name, asked.certificate_types)),
        frame=frame,
    )


def client_hello(session: Session, hello: ClientHello) -> HelloClient:
    """Tell what the client offered."""
    shape = shapes.hello_shape(hello, session.protocol)
    return HelloClient(
        frame=session.client_hello_frame,
        version=shape.version,
        versions=shape.versions,
        random=hello.random.hex(),
        session_id=hello.session_id.hex(),
        cipher_suites=shape.cipher_suites,
        extensions=shape.extensions,
        groups=shape.groups,
        key_shares=shapes.groups(key_share_groups(extensions.find(hello.extensions, codes.KEY_SHARE))),
        signature_algorithms=shape.signature_algorithms,
        alpn=shape.alpn,
        ech=ech_kind(extensions.find(hello.extensions, codes.ENCRYPTED_CLIENT_HELLO)),
        early_data=shape.early_data,
        post_handshake_auth=shape.post_handshake_auth,
        ja3=shape.ja3,
        ja3_text=shape.ja3_text,
        ja4=shape.ja4,
    )


def key_share_groups(body: bytes | None) -> tuple[int, ...]:
    """Name the groups of the key shares that a client sent at once."""
    shares = None if body is None else agreed.read(body, extensions.key_share)
    return tuple([group for group, _ in shares]) if shares else ()


def ech_kind(body: bytes | None) -> str | None:
    """Name the kind of an encrypted ClientHello by its first byte, RFC 9849 §5."""
    return _ECH_KINDS[body[0]] if body and body[0] < len(_ECH_KINDS) else None


def server_hello(session: Session, answer: ServerHello) -> HelloServer:
    """Tell what the server chose."""
    return HelloServer(
        frame=session.server_hello_frame,
        version=tables.version_name(answer.legacy_version),
        random=answer.random.hex(),
        session_id=answer.session_id.hex(),
        extensions=shapes.extension_numbers(tuple([code for code, _ in answer.extensions])),
        retry=session.retry is not None,
        downgrade=downgrade(answer),
        ja3s=fingerprints.server_fingerprint(answer).ja3s,
    )


def downgrade(answer: ServerHello) -> str | None:
    """Tell which version a server that knows TLS 1.3 says it was talked down to."""
    return DOWNGRADES.get(answer.random[-8:])


def messages(session: Session) -> tuple[MessageLine, ...]:
    """List the messages, in capture order."""
    if not session.messages:
        return ()
    taken, digits = course(session), session.time_digits
    time, text = -1, ""
    lines = []
    for message in session.messages:
        if message.time != time:  # many share one frame
            time, text = message.time, rfc3339(message.time, digits)
        said = named(taken, message.direction, message.content_type, message.type, message.protection)
        sender, name, protection, number, alert, outer = said
        lines.append(MessageLine(message.frame, text, sender, name, message.length, protection, number, alert, outer))
    return tuple(lines) if session.retry is None else _with_retry(lines)


@lru_cache(maxsize=4096)
def named(
    taken: str, direction: int, content_type: int, kind: int, protection: int
) -> tuple[str, str, str, str | None, str | UnsetType, str | UnsetType]:
    """Say who, what, how and at which step: the part of a message line that repeats."""
    outer = tables.content_type_name(content_type)
    if protection == ENCRYPTED:
        return SIDES[direction], "encrypted", "encrypted", None, UNSET, outer
    name = tables.handshake_type_name(kind) if content_type == HANDSHAKE else outer
    alert = tables.alert_name(kind) if content_type == ALERT else UNSET
    number = step(taken, direction, content_type, kind)
    return SIDES[direction], name, PROTECTIONS[protection], number, alert, UNSET


def _with_retry(lines: list[MessageLine]) -> tuple[MessageLine, ...]:
    """Give the first ServerHello its name: a HelloRetryRequest, RFC 8446 §4.1.4."""
    first = next((i for i, line in enumerate(lines) if line.name == _SERVER_HELLO_NAME), None)
    if first is not None:
        lines[first] = msgspec.structs.replace(lines[first], name="hello_retry_request")
    return tuple(lines)


def anomalies(session: Session) -> tuple[AnomalyLine, ...]:
    """List what was odd."""
    if not session.anomalies:
        return ()
    return tuple(AnomalyLine(one.kind.value, _side(one.direction), one.frame, one.text) for one in session.anomalies)


def _side(direction: int | None) -> str | None:
    return None if direction is None else SIDES[direction]


@lru_cache(maxsize=1024)
def file_name(name: str) -> str:
    """Name the input."""
    return encodable(name)


def file_names(names: tuple[str, ...]) -> tuple[str, ...] | UnsetType:
    """Name the inputs in which a session goes on, if any."""
    return tuple(map(file_name, names)) if names else UNSET


_SERVER_HELLO_NAME = tables.handshake_type_name(SERVER_HELLO)
