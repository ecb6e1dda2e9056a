"""The quick road from a judged Session to JSON: the same bytes as `compose.document` encoded, written piece by piece.

The words of each part come from `compose`, once for each shape of traffic; here only what differs from session
to session is filled in: frames, times, lengths, randoms, names. What is rare takes the slow road.
Kernel file: compiled where a C compiler is found (types in `lines.pxd`), interpreted otherwise.
"""

from tlsscope.handshake.messages import CertificateRequest
from tlsscope.session.model import Authentication, Finding, Session
from tlsscope.session.visibility import not_visible

from . import compose
from .buffer import TextBuffer
from .fragments import Form, Kept, text
from .hellos import Answer, write_client_hello, write_name, write_protocol, write_server_hello, write_text
from .parts import (
    FINDING_LINES,
    FINDINGS,
    FRAMES,
    GROUNDS,
    MESSAGE,
    OUTCOMES,
    REASONS,
    REQUESTS,
    SAID,
    VERDICTS,
)
from .rows import Clock, write_messages, write_span
from .steps import course
from .times import duration, second

LARGEST_KEY = 4096  # bytes of what is kept by its bytes


class SessionWriter:
    """Writes sessions, one after another; `certificates` says how one of them is written: `WHOLE` or `REFERRED`."""

    def __init__(self, certificates: Kept) -> None:
        self._out = TextBuffer()
        self._clock = Clock(second)
        self._certificates = certificates

    def write(self, session: Session) -> bytes:
        """Write one session."""
        self._out.clear()
        self._session(session)
        return self._out.cut(0)

    def line(self, session: Session) -> bytes:
        """Write one session, and a line for each of its findings."""
        self._out.clear()
        self._session(session)
        self._out.add(b"\n")
        for one in session.findings:
            self._finding(session, one)
            self._out.add(b"\n")
        return self._out.cut(0)

    def findings(self, session: Session) -> list[bytes]:
        """Write a session's findings as values of their own."""
        found = []
        for one in session.findings:
            self._out.clear()
            self._finding(session, one)
            found.append(self._out.cut(0))
        return found

    def _finding(self, session: Session, one: Finding) -> None:
        form = FINDING_LINES.form((one.rule, one.severity, one.text, one.reference))
        self._out.add(form[0])
        write_text(self._out, session.id)
        self._out.add(form[1])
        self._out.numbers(one.frames)
        self._out.add(form[2])

    def _session(self, session: Session) -> None:
        around = (
            session.file, session.continued_in, session.transport, session.protocol, session.carrier,
            session.encapsulation, session.version,
        )  # fmt: skip
        form = FRAMES.form(around)
        self._place(session, form)
        self._told(session, form)
        self._said(session, form)
        self._around(session, form)

    def _place(self, session: Session, form: Form) -> None:
        """Write which session it is, where it was seen, and when."""
        out, digits = self._out, session.time_digits
        out.add(form[0])
        write_text(out, session.id)
        out.add(form[1])
        out.number(session.first_frame)
        out.add(form[2])
        out.number(session.last_frame)
        out.add(form[3])
        write_text(out, session.client.ip)
        out.add(form[4])
        out.number(session.client.port)
        out.add(form[5])
        write_text(out, session.server.ip)
        out.add(form[6])
        out.number(session.server.port)
        out.add(form[7])
        self._clock.write(out, session.start, digits)
        out.add(form[8])
        self._clock.write(out, session.end, digits)
        out.add(form[9])
        if not write_span(out, session.end - session.start, digits):
            out.add(text(duration(session.start, session.end, digits)))

    def _told(self, session: Session, form: Form) -> None:
        """Write what was agreed on, and what is thought of it."""
        out, answer = self._out, session.server_hello
        agreed = None if answer is None else Answer(session, answer, out)
        out.add(form[10])
        out.add(b"null" if agreed is None else agreed.form[0])
        out.add(form[11])
        out.add(b"null" if agreed is None else agreed.form[1])
        out.add(form[12])
        write_name(out, session)
        out.add(form[13])
        write_protocol(out, session, agreed)
        out.add(form[14])
        _write_verdict(out, session.authentication)
        out.add(form[15])
        _write_outcome(out, session)
        out.add(form[16])
        out.add(b"null" if session.resumption is None else text(session.resumption))
        out.add(form[17])
        _write_request(out, session.certificate_request, session.certificate_request_frame)
        out.add(form[18])
        _write_chain(out, session.server_certificates, self._certificates)
        out.add(form[19])
        _write_chain(out, session.client_certificates, self._certificates)
        out.add(form[20])
        write_client_hello(out, session, session.client_hello)
        out.add(form[21])
        write_server_hello(out, session, agreed)

    def _said(self, session: Session, form: Form) -> None:
        """Write the messages."""
        self._out.add(form[22])
        rows = session.timeline
        if session.retry is not None:
            self._out.add(text(compose.messages(session)))
        else:
            said = SAID[course(session)]
            write_messages(
                self._out, session.rows() if rows is None else rows, said, self._clock, session.time_digits,
                MESSAGE,
            )  # fmt: skip

    def _around(self, session: Session, form: Form) -> None:
        """Write counts, and what is missing, odd or worth a remark."""
        out = self._out
        out.add(form[23])
        out.number(session.bytes[0])
        out.add(form[24])
        out.number(session.bytes[1])
        out.add(form[25])
        out.number(session.packets[0])
        out.add(form[26])
        out.number(session.packets[1])
        out.add(form[27])
        reasons = not_visible(session)
        out.add(REASONS.text(tuple(reasons.items())) if reasons else b"{}")
        out.add(form[28])
        out.add(text(compose.anomalies(session)) if session.anomalies else b"[]")
        out.add(form[29])
        _write_findings(out, session.findings)
        out.add(form[30])


def _write_verdict(out: TextBuffer, verdict: Authentication | None) -> None:
    if verdict is None:
        out.add(b"null")
        return
    shown = (
        verdict.mode, verdict.basis, verdict.confidence, verdict.client_certificate,
        verdict.requested, verdict.sent, verdict.accepted,
    )  # fmt: skip
    form = VERDICTS.form(shown)
    out.add(form[0])
    before = b"["
    for ground in verdict.grounds:
        around = GROUNDS.form((ground.rule, ground.text))
        out.add(before)
        out.add(around[0])
        out.numbers(ground.frames)
        out.add(around[1])
        before = b","
    out.add(b"]" if verdict.grounds else b"[]")
    out.add(form[1])


def _write_outcome(out: TextBuffer, session: Session) -> None:
    ended = session.outcome
    if ended is None:
        out.add(b"null")
    elif session.alerts:
        out.add(text(compose.outcome(ended, session.alerts)))
    else:
        out.add(OUTCOMES.text((ended.state, ended.by, ended.reason)))


def _write_request(out: TextBuffer, asked: CertificateRequest | None, frame: int | None) -> None:
    if asked is None:
        out.add(b"null")
    elif sum(map(len, asked.authorities)) > LARGEST_KEY:
        out.add(text(compose.request(asked, frame)))
    else:
        form = REQUESTS.form((asked.certificate_types, asked.signature_algorithms, asked.authorities))
        out.add(form[0])
        out.optional(frame)
        out.add(form[1])


def _write_chain(out: TextBuffer, chain: tuple[bytes, ...] | None, certificates: Kept) -> None:
    before = b"["
    for der in chain or ():
        out.add(before)
        out.add(certificates.text(der) if len(der) <= LARGEST_KEY else certificates.once(der))
        before = b","
    out.add(b"]" if chain else b"[]")


def _write_findings(out: TextBuffer, findings: tuple[Finding, ...]) -> None:
    before = b"["
    for one in findings:
        form = FINDINGS.form((one.rule, one.severity, one.text, one.reference))
        out.add(before)
        out.add(form[0])
        out.numbers(one.frames)
        out.add(form[1])
        before = b","
    out.add(b"]" if findings else b"[]")
