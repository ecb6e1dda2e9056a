"""Opinions: a session's facts enter, who proved what to whom, how it ended and what is wrong with it leave.

Everything that is a threshold, a clock or a word like "mutual" lives in this room; each verdict lists its
grounds.
"""

from tlsscope.session.model import Authentication, Basis, Session

from . import tls13
from .authentication import authenticate as authenticate_case
from .case import Case
from .findings import findings
from .naming import name_records
from .recall import Recall
from .renegotiation import infer_renegotiation
from .resumption import Resumptions
from .verdicts import inferred, unknown

__all__ = ["Resumptions", "authenticate", "infer_authentication", "judge", "name_records"]

_recall = Recall()  # what is judged alike is so wherever it was captured


def judge(session: Session, resumptions: Resumptions) -> None:
    """Judge a session, in order of its start among the sessions that share `resumptions`."""
    case = Case(session)
    session.authentication, judgement = _recall.judge(case)
    basis = session.authentication.basis
    resumptions.judge(case, judgement.flight_end)
    session.outcome = judgement.outcome(case)
    session.findings = findings(session)
    if basis is Basis.DECRYPTED:
        session.blind = _blind(case)


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
