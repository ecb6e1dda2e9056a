"""The order of judging: a session is looked at alone, then with what it turned out to resume; its opinions leave in it.

Kernel file: compiled where a C compiler is found (types in `judging.pxd`), interpreted otherwise.
"""

from tlsscope.session.model import Authentication, Basis, Resumption, Session

from . import tls13
from .case import Case
from .findings import findings
from .recall import EVERYWHERE, Judgement
from .renegotiation import infer_renegotiation
from .resumption import Resumptions
from .trace import Trace, trace
from .verdicts import inferred, unknown

DECRYPTED = Basis.DECRYPTED


class Judged:
    """A session that was looked at alone. What it resumes is not known yet."""

    __slots__ = ("case", "judgement", "trace")

    def __init__(self, case: Case, judgement: Judgement, its: Trace) -> None:
        self.case = case
        self.judgement = judgement
        self.trace = its


def judge(session: Session, resumptions: Resumptions) -> None:
    """Judge a session, in order of its start among the sessions that share `resumptions`."""
    judged = look(session)
    verdict, resumption = resumptions.link(judged.trace)
    conclude(judged, verdict, resumption)


def look(session: Session) -> Judged:
    """Judge what needs no other session."""
    case = Case(session)
    verdict, judgement = EVERYWHERE.judge(case)
    session.authentication = verdict
    return Judged(case, judgement, trace(case, verdict, judgement.flight_end))


def conclude(judged: Judged, verdict: Authentication, resumption: Resumption | None) -> None:
    """Judge the rest, with what the session turned out to resume."""
    session = judged.case.session
    session.authentication, session.resumption = verdict, resumption
    session.outcome = judged.judgement.outcome(judged.case)
    session.findings = findings(judged.case)
    if judged.trace.verdict.basis is DECRYPTED:
        session.blind = _blind(judged.case)


def _blind(case: Case) -> Authentication:
    """Say what sizes alone would have told."""
    if case.is_tls_1_3:
        return tls13.infer_authentication(case)
    answer = infer_renegotiation(case.session)
    if answer is None:
        return unknown("renegotiation-hidden", "the sizes of the sealed second handshake tell nothing")
    return inferred(answer, answer.confidence)
