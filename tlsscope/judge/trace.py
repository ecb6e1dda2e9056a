"""What ties a session to others: a Case and its verdict enter, a Trace leaves.

A trace is all that a resumption is found by: little, and apart from the session, whose bytes may be elsewhere.
Kernel file: compiled where a C compiler is found (types in `trace.pxd`), interpreted otherwise.
"""

import msgspec
from msgspec.structs import replace

from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.session.model import Authentication, Endpoint, Mode, Resumption, Session

from .attempt import Attempt, Key, attempt, given, ticket_sizes
from .case import Case
from .recall import EVERYWHERE

BY_KEY = Mode.PSK
Pair = tuple[str, Endpoint]  # a client's address and a server


class Trace(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Who a session is, what it proved, by what it resumed another and by what others may resume it."""

    session: str
    pair: Pair
    verdict: Authentication
    tried: Attempt | None
    is_answered: bool  # there is a ServerHello
    is_tls_1_3: bool
    is_abbreviated: bool
    given: list[Key]
    ticket_sizes: tuple[int, ...]

    def lightened(self) -> "Trace":
        """Leave the grounds out, where nobody asks for them: only who resumes has them beside what is inherited."""
        return self if self.tried is not None else replace(self, verdict=replace(self.verdict, grounds=()))

    def alone(self) -> tuple[Authentication, Resumption | None]:
        """Say what is known of its resumption where no original is."""
        tried = self.tried
        if tried is None or (tried.accepted and self.verdict.mode is BY_KEY):  # a key agreed outside of TLS
            return self.verdict, None
        return self.verdict, Resumption(tried.kind, tried.accepted)


class Going:
    """A session that is not over, as it was when its handshake was (`now`): its trace is made when somebody asks."""

    __slots__ = ("_now", "given", "is_abbreviated", "is_tls_1_3", "pair", "session")

    def __init__(
        self, session: str, pair: Pair, is_tls_1_3: bool, is_abbreviated: bool, given: list[Key], now: Session | Trace  # noqa: FBT001
    ) -> None:  # fmt: skip
        self.session = session
        self.pair = pair
        self.is_tls_1_3 = is_tls_1_3
        self.is_abbreviated = is_abbreviated
        self.given = given
        self._now = now

    def trace(self) -> Trace:
        """Say what is known of it."""
        if not isinstance(self._now, Trace):
            self._now = look_early(self._now)
        return self._now


def trace(case: Case, verdict: Authentication, flight_end: int | None) -> Trace:
    """Take the trace of a session with this verdict."""
    session = case.session
    is_answered = case.server_hello is not None
    has_sizes = case.is_tls_1_3 and is_answered and not session.psk_identities
    return Trace(
        session.id,
        (session.client.ip, session.server),
        verdict,
        attempt(case, verdict),
        is_answered,
        case.is_tls_1_3,
        _is_abbreviated(session),
        given(session),
        ticket_sizes(case, flight_end) if has_sizes else (),
    )


def going(session: Session) -> Going:
    """Take note of a session that goes on, as it is now."""
    version, pair = session.version, (session.client.ip, session.server)
    is_1_3 = version is not None and is_tls13(version)
    return Going(session.id, pair, is_1_3, _is_abbreviated(session), given(session), session.copy())


def going_as(told: Trace) -> Going:
    """Take note of a session that goes on elsewhere, and left its trace."""
    return Going(told.session, told.pair, told.is_tls_1_3, told.is_abbreviated, told.given, told)


def look_early(session: Session) -> Trace:
    """Take the trace of a session that is looked at alone, before it is over."""
    case = Case(session)
    verdict, judgement = EVERYWHERE.judge(case)
    return trace(case, verdict, judgement.flight_end)


def _is_abbreviated(session: Session) -> bool:
    return session.server_key_exchange is session.client_key_exchange is None
