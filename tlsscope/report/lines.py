"""The quick road from a judged Session to JSON: the same bytes as `compose.document` encoded, joined from parts.

The words of each part come from `compose`, once for each shape of traffic; here only what differs from session
to session is filled in: frames, times, lengths, randoms, names. What is rare takes the slow road.
"""

from itertools import chain, repeat
from typing import Any

from tlsscope import tables
from tlsscope.certificate import facts
from tlsscope.handshake.messages import CertificateRequest
from tlsscope.session.layout import BYTE, CONTENT_TYPE, PROTECTION, PROTECTIONS, TYPE, TYPES
from tlsscope.session.model import Authentication, Endpoint, Finding, Ground, Outcome, Session, Severity
from tlsscope.session.visibility import not_visible

from . import compose
from .document import CertificateReference, Directions, FindingLine, MessageLine, SessionDocument, Source
from .fragments import HOLE, Kept, array, number, numbers, pieces, text
from .hellos import write_client_hello, write_protocol, write_server_hello
from .rows import Clock, message_lines
from .steps import course
from .times import duration, second

LARGEST_KEY = 4096  # bytes of what is kept by its bytes
MOST_KEPT = 4096  # addresses, certificates

Surroundings = tuple[str, tuple[str, ...], str, str, str | None, tuple[str, ...], int | None]


def session_json(session: Session, certificates: Kept[bytes, str]) -> str:
    """Write a session; `certificates` tells how one of them is written: `WHOLE` or `REFERRED`."""
    hello, answer, asked = session.client_hello, session.server_hello, session.certificate_request
    name, offered = ("null", "null") if hello is None else write_client_hello(session, hello)
    suite, exchange, alpn, chosen = (
        ("null", "null", write_protocol(session), "null") if answer is None else write_server_hello(session, answer)
    )
    line = list(_FRAMES[_surroundings(session)])
    line[1::2] = (
        *_place(session),
        f'"{_CLOCK.write(session.start, session.time_digits)}"',
        f'"{_CLOCK.write(session.end, session.time_digits)}"',
        text(duration(session.start, session.end, session.time_digits)),
        suite,
        exchange,
        name,
        alpn,
        "null" if session.authentication is None else _authentication(session.authentication),
        "null" if session.outcome is None else _outcome(session, session.outcome),
        "null" if session.resumption is None else text(session.resumption),
        "null" if asked is None else _request(asked, session.certificate_request_frame),
        _chain(session.server_certificates, certificates),
        _chain(session.client_certificates, certificates),
        offered,
        chosen,
        _messages(session),
        *map(str, session.bytes),
        *map(str, session.packets),
        _reasons(session),
        text(compose.anomalies(session)) if session.anomalies else "[]",
        array(list(map(_finding, session.findings))) if session.findings else "[]",
    )
    return "".join(line)


def findings_json(session: Session) -> list[str]:
    """Write a session's findings as values of their own."""
    return [_finding_line(session.id, one) for one in session.findings]


def _surroundings(session: Session) -> Surroundings:
    one = session
    return (one.file, one.continued_in, one.transport, one.protocol, one.carrier, one.encapsulation, one.version)


def _place(session: Session) -> tuple[str, ...]:
    client, server = session.client, session.server
    return (
        f'"{session.id}"' if session.id.isalnum() and session.id.isascii() else text(session.id),
        str(session.first_frame),
        str(session.last_frame),
        _ADDRESSES[client.ip],
        str(client.port),
        _ADDRESSES[server.ip],
        str(server.port),
    )


def _frame(surroundings: Surroundings) -> tuple[str, ...]:
    """Write the session document's skeleton; every second part is to be filled in."""
    file, continued_in, transport, protocol, carrier, encapsulation, version = surroundings
    skeleton = SessionDocument(
        id=HOLE,
        source=Source(compose.file_name(file), HOLE, HOLE, compose.file_names(continued_in)),
        transport=transport,
        protocol=protocol,
        carrier=carrier,
        encapsulation=encapsulation,
        client=Endpoint(HOLE, HOLE),
        server=Endpoint(HOLE, HOLE),
        start=HOLE,
        end=HOLE,
        duration=HOLE,
        version=None if version is None else tables.version_name(version),
        cipher_suite=HOLE,
        key_exchange=HOLE,
        server_name=HOLE,
        alpn=HOLE,
        authentication=HOLE,
        outcome=HOLE,
        resumption=HOLE,
        certificate_request=HOLE,
        server_certificates=HOLE,
        client_certificates=HOLE,
        client_hello=HOLE,
        server_hello=HOLE,
        messages=HOLE,
        bytes=Directions(HOLE, HOLE),
        packets=Directions(HOLE, HOLE),
        not_visible=HOLE,
        anomalies=HOLE,
        findings=HOLE,
    )
    return tuple(chain.from_iterable(zip(pieces(skeleton), repeat(""), strict=False)))[:-1]


def _messages(session: Session) -> str:
    if session.retry is not None:
        return text(compose.messages(session))
    return message_lines(session.rows(), _SAID[course(session)], _CLOCK, session.time_digits, _MESSAGE, _AT)


def _authentication(verdict: Authentication) -> str:
    before, after = _VERDICTS[
        verdict.mode, verdict.basis, verdict.confidence, verdict.client_certificate,
        verdict.requested, verdict.sent, verdict.accepted,
    ]  # fmt: skip
    return f"{before}{array(list(map(_ground, verdict.grounds)))}{after}"


def _ground(ground: Ground) -> str:
    before, after = _GROUNDS[ground.rule, ground.text]
    return f"{before}{numbers(ground.frames)}{after}"


def _finding(one: Finding) -> str:
    before, after = _FINDINGS[one.rule, one.severity, one.text, one.reference]
    return f"{before}{numbers(one.frames)}{after}"


def _finding_line(session: str, one: Finding) -> str:
    before, middle, after = _FINDING_LINES[one.rule, one.severity, one.text, one.reference]
    return f"{before}{text(session)}{middle}{numbers(one.frames)}{after}"


def _outcome(session: Session, ended: Outcome) -> str:
    if session.alerts:
        return text(compose.outcome(ended, session.alerts))
    return _OUTCOMES[ended.state, ended.by, ended.reason]


def _request(asked: CertificateRequest, frame: int | None) -> str:
    if sum(map(len, asked.authorities)) > LARGEST_KEY:
        return text(compose.request(asked, frame))
    before, after = _REQUESTS[asked.certificate_types, asked.signature_algorithms, asked.authorities]
    return f"{before}{number(frame)}{after}"


def _chain(chain: tuple[bytes, ...] | None, certificates: Kept[bytes, str]) -> str:
    return array([certificates[der] if len(der) <= LARGEST_KEY else certificates.make(der) for der in chain or ()])


def _reasons(session: Session) -> str:
    found = not_visible(session)
    return _REASONS[tuple(found.items())] if found else "{}"


def _sayings(taken: str) -> Kept[int, tuple[str, ...]]:
    """Keep what is said of a message in a course of the handshake, before and after its length."""

    def made(what: int) -> tuple[str, ...]:
        direction, content_type = what & 1, what >> CONTENT_TYPE & BYTE
        kind, protection = (what >> TYPE & TYPES) - 1, what >> PROTECTION & PROTECTIONS
        sender, name, protected, number, alert, outer = compose.named(taken, direction, content_type, kind, protection)
        return pieces(MessageLine(HOLE, HOLE, sender, name, HOLE, protected, number, alert, outer))[2:]

    return Kept(made)


def _said_of_finding(key: tuple[str, Severity, str, str]) -> tuple[str, ...]:
    rule, severity, said, reference = key
    return pieces(Finding(rule, severity, said, reference, HOLE))


def _said_in_line(key: tuple[str, Severity, str, str]) -> tuple[str, ...]:
    rule, severity, said, reference = key
    return pieces(FindingLine(HOLE, rule, severity, said, reference, HOLE))


def _verdict(key: tuple[Any, ...]) -> tuple[str, ...]:
    mode, basis, confidence, client_certificate, *facts_apart = key
    return pieces(Authentication(mode, basis, confidence, client_certificate, HOLE, *facts_apart))


_CLOCK = Clock(second)
_MESSAGE, _AT, *_ = pieces(MessageLine(HOLE, HOLE, "", "", 0, "", None))

WHOLE = Kept[bytes, str](lambda der: text(facts.read(der)), MOST_KEPT)
REFERRED = Kept[bytes, str](lambda der: text(CertificateReference(facts.read(der).sha256)), MOST_KEPT)

_FRAMES = Kept(_frame)
_SAID = {taken: _sayings(taken) for taken in ("hellos", "one-way", "mutual")}
_VERDICTS = Kept(_verdict)
_GROUNDS = Kept[tuple[str, str], tuple[str, ...]](lambda key: pieces(Ground(*key, HOLE)), MOST_KEPT)
_FINDINGS = Kept(_said_of_finding)
_FINDING_LINES = Kept(_said_in_line)
_OUTCOMES = Kept[tuple[Any, ...], str](lambda key: text(compose.outcome(Outcome(*key), [])))
_REQUESTS = Kept[tuple[Any, ...], tuple[str, ...]](lambda key: pieces(compose.request(CertificateRequest(*key), HOLE)))
_REASONS = Kept[tuple[tuple[str, str], ...], str](lambda key: text(dict(key)))
_ADDRESSES = Kept[str, str](text, MOST_KEPT)
