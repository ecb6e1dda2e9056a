"""Opinions: a session's facts enter, who proved what to whom, how it ended and what is wrong with it leave.

Everything that is a threshold, a clock or a word like "mutual" lives in this room; each verdict lists its
grounds.
"""

from tlsscope.session.model import Basis, Session

from .authentication import authenticate
from .findings import findings
from .outcome import judge_outcome
from .resumption import Resumptions
from .tls13 import infer_authentication
from .transcript import is_tls_1_3

__all__ = ["Resumptions", "authenticate", "infer_authentication", "judge", "judge_outcome"]


def judge(session: Session, resumptions: Resumptions) -> None:
    """Judge a session, in order of its start among the sessions that share `resumptions`."""
    session.authentication = authenticate(session)
    resumptions.judge(session)
    session.outcome = judge_outcome(session)
    session.findings = findings(session)
    verdict = session.authentication
    if verdict.basis is Basis.DECRYPTED and is_tls_1_3(session.version):
        session.blind = infer_authentication(session)
