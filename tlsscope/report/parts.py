"""Parts of a session's JSON that repeat: what determines them enters, finished text leaves, cut where `lines` fills in.

The words come from `compose`. What is told once is kept.
"""

from typing import Any

from tlsscope import tables
from tlsscope.certificate import facts
from tlsscope.handshake.messages import CertificateRequest
from tlsscope.session.layout import BYTE, CONTENT_TYPE, PROTECTION, PROTECTIONS, TYPE, TYPES
from tlsscope.session.model import Authentication, Endpoint, Finding, Ground, Outcome, Severity

from . import compose
from .document import CertificateReference, Directions, FindingLine, MessageLine, SessionDocument, Source
from .fragments import HOLE, Form, Kept, pieces, text

MOST_KEPT = 4096  # certificates, grounds

Surroundings = tuple[str, tuple[str, ...], str, str, str | None, tuple[str, ...], int | None]
Remark = tuple[str, Severity, str, str]  # of a finding: all but its frames


def _frame(surroundings: Surroundings) -> Form:
    """Write the session document's skeleton."""
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
    return pieces(skeleton)


def _sayings(taken: str) -> Kept:
    """Keep what is said of a message in a course of the handshake, before and after its length."""

    def made(what: int) -> Form:
        direction, content_type = what & 1, what >> CONTENT_TYPE & BYTE
        kind, protection = (what >> TYPE & TYPES) - 1, what >> PROTECTION & PROTECTIONS
        sender, name, protected, number, alert, outer = compose.named(taken, direction, content_type, kind, protection)
        return pieces(MessageLine(HOLE, HOLE, sender, name, HOLE, protected, number, alert, outer))[2:]

    return Kept(made)


def _ground(key: tuple[str, str]) -> Form:
    rule, said = key
    return pieces(Ground(rule, said, HOLE))


def _remark(key: Remark) -> Form:
    return pieces(Finding(*key, HOLE))


def _remark_in_line(key: Remark) -> Form:
    return pieces(FindingLine(HOLE, *key, HOLE))


def _verdict(key: tuple[Any, ...]) -> Form:
    mode, basis, confidence, client_certificate, *facts_apart = key
    return pieces(Authentication(mode, basis, confidence, client_certificate, HOLE, *facts_apart))


WHOLE = Kept(lambda der: text(facts.read(der)), MOST_KEPT)
REFERRED = Kept(lambda der: text(CertificateReference(facts.read(der).sha256)), MOST_KEPT)

FRAMES = Kept(_frame)
MESSAGE = pieces(MessageLine(HOLE, HOLE, "", "", 0, "", None))[:2]
SAID = {taken: _sayings(taken) for taken in ("hellos", "one-way", "mutual")}
VERDICTS = Kept(_verdict)
GROUNDS = Kept(_ground, MOST_KEPT)
FINDINGS = Kept(_remark)
FINDING_LINES = Kept(_remark_in_line)
OUTCOMES = Kept(lambda key: text(compose.outcome(Outcome(*key), [])))
REQUESTS = Kept(lambda key: pieces(compose.request(CertificateRequest(*key), HOLE)))
REASONS = Kept(lambda key: text(dict(key)))
