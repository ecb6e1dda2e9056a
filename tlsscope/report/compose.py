"""The one road from facts to words: a judged Session enters, its document leaves.

Called once for each session, so all that repeats comes from `shapes`, built once.
"""

from functools import lru_cache

import msgspec
from msgspec import UNSET, UnsetType

from tlsscope import tables
from tlsscope.certificate.model import Certificate
from tlsscope.constants import ALERT, CLEAR, DECRYPTED, ENCRYPTED, HANDSHAKE, SERVER_HELLO
from tlsscope.handshake import extensions
from tlsscope.handshake.extensions import codes
from tlsscope.handshake.messages import ClientHello, ServerHello
from tlsscope.session import agreed, fingerprints
from tlsscope.session.model import Alert, Outcome, Session
from tlsscope.session.visibility import is_sealed, not_visible

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
from .shapes import READABLE, Chain, Shapes, protocol_name
from .steps import course, step
from .text import encodable
from .times import duration, rfc3339

SIDES = ("client", "server")
PROTECTIONS = {CLEAR: "clear", DECRYPTED: "decrypted"}
LEVELS = {1: "warning", 2: "fatal"}
_DOWNGRADES = {b"DOWNGRD\x01": "TLS 1.2", b"DOWNGRD\x00": "TLS 1.1 or below"}  # RFC 8446 §4.1.3
_ECH_KINDS = ("outer", "inner")  # RFC 9849 §5


def document(session: Session, shapes: Shapes = READABLE) -> SessionDocument:
    """Put a session into the report's words."""
    digits = session.time_digits
    hello, answer = session.client_hello, session.server_hello
    protocol = agreed.application_protocol(session)
    return SessionDocument(
        id=session.id,
        source=Source(_file(session.file), session.first_frame, session.last_frame),
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
        key_exchange=None if answer is None else _key_exchange(session, answer, shapes),
        server_name=agreed.server_name(session),
        alpn=None if protocol is None else protocol_name(protocol),
        authentication=session.authentication,
        outcome=None if session.outcome is None else _outcome(session.outcome, session.alerts),
        resumption=session.resumption,
        certificate_request=_request(session, shapes),
        server_certificates=_certificates(session.server_certificates, shapes),
        client_certificates=_certificates(session.client_certificates, shapes),
        client_hello=None if hello is None else _client_hello(session, hello, shapes),
        server_hello=None if answer is None else _server_hello(session, answer, shapes),
        messages=_messages(session),
        bytes=Directions(*session.bytes),
        packets=Directions(*session.packets),
        not_visible=not_visible(session),
        anomalies=_anomalies(session),
        findings=session.findings,
    )


def _key_exchange(session: Session, answer: ServerHello, shapes: Shapes) -> KeyExchange:
    group = agreed.group(session)
    return shapes.key_exchange((answer.cipher_suite, group, group is None and is_sealed(session)))


def _outcome(outcome: Outcome, alerts: list[Alert]) -> OutcomeLine:
    return OutcomeLine(
        outcome.state, _side(outcome.by), outcome.reason, tuple(map(_alert, alerts)) if alerts else ()
    )


def _alert(alert: Alert) -> AlertLine:
    return AlertLine(
        sender=SIDES[alert.direction],
        level=None if alert.level is None else LEVELS.get(alert.level, f"unknown ({alert.level})"),
        description=None if alert.description is None else tables.alert_name(alert.description),
        encrypted=alert.protection != CLEAR,
        frame=alert.frame,
    )


def _request(session: Session, shapes: Shapes) -> Request | None:
    request = session.certificate_request
    if request is None:
        return None
    return Request(
        authorities=shapes.authorities(request.authorities),
        signature_algorithms=shapes.schemes(request.signature_algorithms),
        certificate_types=tuple(map(tables.client_certificate_type_name, request.certificate_types)),
        frame=session.certificate_request_frame,
    )


def _certificates(chain: Chain | None, shapes: Shapes) -> tuple[Certificate, ...]:
    return shapes.certificates(chain) if chain else ()


def _client_hello(session: Session, hello: ClientHello, shapes: Shapes) -> HelloClient:
    shape = shapes.hello(hello, session.protocol)
    return HelloClient(
        frame=session.client_hello_frame,
        version=shape.version,
        versions=shape.versions,
        random=hello.random.hex(),
        session_id=hello.session_id.hex(),
        cipher_suites=shape.cipher_suites,
        extensions=shape.extensions,
        groups=shape.groups,
        key_shares=shapes.groups(_key_shares(hello)),
        signature_algorithms=shape.signature_algorithms,
        alpn=shape.alpn,
        ech=_ech(hello),
        early_data=shape.early_data,
        post_handshake_auth=shape.post_handshake_auth,
        ja3=shape.ja3,
        ja3_text=shape.ja3_text,
        ja4=shape.ja4,
    )


def _key_shares(hello: ClientHello) -> tuple[int, ...]:
    shares = agreed.opened(hello.extensions, codes.KEY_SHARE, extensions.key_share)
    return tuple([group for group, _ in shares]) if shares else ()


def _ech(hello: ClientHello) -> str | None:
    """Name the kind of an encrypted ClientHello by its first byte, RFC 9849 §5."""
    body = extensions.find(hello.extensions, codes.ENCRYPTED_CLIENT_HELLO)
    return _ECH_KINDS[body[0]] if body and body[0] < len(_ECH_KINDS) else None


def _server_hello(session: Session, answer: ServerHello, shapes: Shapes) -> HelloServer:
    return HelloServer(
        frame=session.server_hello_frame,
        version=tables.version_name(answer.legacy_version),
        random=answer.random.hex(),
        session_id=answer.session_id.hex(),
        extensions=shapes.numbers(tuple([code for code, _ in answer.extensions])),
        retry=session.retry is not None,
        downgrade=_DOWNGRADES.get(answer.random[-8:]),
        ja3s=fingerprints.server_fingerprint(answer).ja3s,
    )


def _messages(session: Session) -> tuple[MessageLine, ...]:
    if not session.messages:
        return ()
    taken, digits = course(session), session.time_digits
    time, text = -1, ""
    lines = []
    for message in session.messages:
        if message.time != time:  # many share one frame
            time, text = message.time, rfc3339(message.time, digits)
        said = _named(taken, message.direction, message.content_type, message.type, message.protection)
        sender, name, protection, number, alert, outer = said
        lines.append(
            MessageLine(message.frame, text, sender, name, message.length, protection, number, alert, outer)
        )
    return tuple(lines) if session.retry is None else _with_retry(lines)


@lru_cache(maxsize=4096)
def _named(
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


def _anomalies(session: Session) -> tuple[AnomalyLine, ...]:
    if not session.anomalies:
        return ()
    return tuple(
        AnomalyLine(one.kind.value, _side(one.direction), one.frame, one.text) for one in session.anomalies
    )


def _side(direction: int | None) -> str | None:
    return None if direction is None else SIDES[direction]


@lru_cache(maxsize=1024)
def _file(name: str) -> str:
    return encodable(name)


_SERVER_HELLO_NAME = tables.handshake_type_name(SERVER_HELLO)
