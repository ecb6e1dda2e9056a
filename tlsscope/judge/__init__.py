"""Opinions: a session's facts enter, who proved what to whom, how it ended and what is wrong with it leave.

Everything that is a threshold, a clock or a word like "mutual" lives in this room; each verdict lists its
grounds.
"""

from typing import NamedTuple

from tlsscope.session.model import Authentication, Basis, Resumption, Session

from . import tls13
from .authentication import authenticate as authenticate_case
from .case import Case
from .findings import findings
from .naming import name_records
from .recall import Judgement, Recall
from .renegotiation import infer_renegotiation
from .resumption import Resumptions
from .trace import Trace, trace
from .verdicts import inferred, unknown

__all__ = [
    "Judged", "Resumptions", "Trace", "authenticate", "conclude", "infer_authentication", "judge", "look",
    "look_early", "name_records",
]  # fmt: skip

_recall = Recall()  # what is judged alike is so wherever it was captured


def judge(session: Session, resumptions: Resumptions) -> None:
    """Judge a session, in order of its start among the sessions that share `resumptions`."""
    judged = look(session)
    conclude(judged, *resumptions.link(judged.trace))


class Judged(NamedTuple):
    """A session that was looked at alone. What it resumes is not known yet."""

    case: Case
    judgement: Judgement
    trace: Trace


def look(session: Session) -> Judged:
    """Judge what needs no other session."""
    case = Case(session)
    session.authentication, judgement = _recall.judge(case)
    return Judged(case, judgement, trace(case, session.authentication, judgement.flight_end))


def conclude(judged: Judged, verdict: Authentication, resumption: Resumption | None) -> None:
    """Judge the rest, with what the session turned out to resume."""
    session = judged.case.session
    session.authentication, session.resumption = verdict, resumption
    session.outcome = judged.judgement.outcome(judged.case)
    session.findings = findings(session)
    if judged.trace.verdict.basis is Basis.DECRYPTED:
        session.blind = _blind(judged.case)


def look_early(session: Session) -> Trace:
    """Take the trace of a session that is not over."""
    case = Case(session)
    verdict, judgement = _recall.judge(case)
    return trace(case, verdict, judgement.flight_end)


def _blind(case: Case) -> Authentication:
    """Say what sizes alone would have told."""
    if case.is_tls_1_3:
        return tls13.infer_authentication(case)
    answer = infer_renegotiation(case.session)
    if answer is None:
        return unknown("renegotiation-hidden", "the sizes of the sealed second handshake tell nothing")
    return inferred(answer, answer.confidence)


def authenticate(session: Session) -> Authentication:
    """Say who proved what to whom in one session, looked at alone."""
    return authenticate_case(Case(session))


def infer_authentication(session: Session) -> Authentication:
    """Judge a TLS 1.3 session by the sizes of its records alone, whether or not keys opened it."""
    return tls13.infer_authentication(Case(session))
