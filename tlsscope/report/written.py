"""A session as a format writes it, apart from its place: its text, and what the report counts of it.

It is made where the session was judged, which may be another process; whoever puts the report together needs no more.
"""

import msgspec

from tlsscope.session.model import Session


class Seen(msgspec.Struct, array_like=True, gc=False):
    """What the summary counts of a session."""

    version: int | None
    mode: str | None
    outcome: str | None
    anomalies: list[str]
    findings: list[str]


class Written(msgspec.Struct, array_like=True, gc=False):
    """A finished session."""

    seen: Seen
    text: bytes
    behind: list[bytes] = []  # what JSON keeps for later: its findings
    certificates: list[bytes] = []  # DER, where each is told once for all sessions


def seen(session: Session) -> Seen:
    """Take what is counted."""
    verdict, outcome = session.authentication, session.outcome
    return Seen(
        session.version,
        None if verdict is None else verdict.mode,
        None if outcome is None else outcome.state,
        [one.kind for one in session.anomalies],
        [one.rule for one in session.findings],
    )
