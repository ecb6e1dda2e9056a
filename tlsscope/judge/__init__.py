"""Opinions: a session's facts enter, who proved what to whom, how it ended and what is wrong with it leave.

Everything that is a threshold, a clock or a word like "mutual" lives in this room; each verdict lists its
grounds.
"""

from tlsscope.session.model import Authentication, Session

from . import tls13
from .authentication import authenticate as authenticate_case
from .case import Case
from .judging import Judged, conclude, judge, look
from .naming import name_records
from .resumption import Resumptions
from .trace import Trace, look_early

__all__ = [
    "Judged", "Resumptions", "Trace", "authenticate", "conclude", "infer_authentication", "judge", "look",
    "look_early", "name_records",
]  # fmt: skip


def authenticate(session: Session) -> Authentication:
    """Say who proved what to whom in one session, looked at alone."""
    return authenticate_case(Case(session))


def infer_authentication(session: Session) -> Authentication:
    """Judge a TLS 1.3 session by the sizes of its records alone, whether or not keys opened it."""
    return tls13.infer_authentication(Case(session))
