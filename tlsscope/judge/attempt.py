"""What sessions are resumed by: a Case enters; what its client offered, or what its server gave, leaves as keys.

The bytes of an id, a ticket or an identity name a session (RFC 5246 §7.3, RFC 5077, RFC 8446 §2.2). Where a ticket
is sealed, its size is all there is.
Kernel file: compiled where a C compiler is found (types in `attempt.pxd`), interpreted otherwise.
"""

import msgspec

from tlsscope.handshake.extensions.codes import PRE_SHARED_KEY, SESSION_TICKET, SUPPORTED_VERSIONS
from tlsscope.handshake.extensions.opening import find
from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.session.model import Authentication, ResumptionKind, Session

from .case import Case
from .verdicts import RESUMED

TICKETS = 2  # that a server gives at once, most often
LARGEST_KEY = 256  # longer tickets are remembered by their end, which is their MAC

Key = bytes  # a letter for the kind, then the value: an id is never taken for a ticket
PSK, TICKET, ID = b"p", b"t", b"i"
BY_PSK, BY_TICKET, BY_ID = ResumptionKind.PSK, ResumptionKind.TICKET, ResumptionKind.SESSION_ID


class Attempt(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the client offered to resume by, and whether the server took it."""

    kind: ResumptionKind
    accepted: bool | None
    keys: tuple[Key, ...]
    size: int | None  # of the ticket that was offered as an identity
    frames: tuple[int, ...]  # of the hellos


def attempt(case: Case, verdict: Authentication) -> Attempt | None:
    """Tell whether the client of a session with this verdict tried to resume."""
    hello = case.hello
    if hello is None:
        return None
    if case.is_tls_1_3:
        return _by_pre_shared_key(case)
    ticket, session_id = case.offered(SESSION_TICKET), hello.session_id
    if not ticket and not session_id:
        return None
    accepted = None if case.server_hello is None else _is_abbreviated(verdict)
    if ticket:
        keys: tuple[Key, ...] = (key(TICKET, ticket),)
        if session_id and accepted:
            keys = (keys[0], key(ID, session_id))
        return _attempt(case, BY_TICKET, accepted, keys)
    # A TLS 1.3 client's session id is there for middleboxes, RFC 8446 §4.1.2.
    if accepted is None or (not accepted and not _offers_tls_1_2_only(case)):
        return None
    return _attempt(case, BY_ID, accepted, (key(ID, session_id),))


def _by_pre_shared_key(case: Case) -> Attempt | None:
    if case.offered(PRE_SHARED_KEY) is None:
        return None
    if case.server_hello is None:
        return _attempt(case, BY_PSK, None, ())
    accepted = case.answered(PRE_SHARED_KEY) is not None
    chosen = case.pre_shared_key
    return _attempt(case, BY_PSK, accepted, () if chosen is None else (key(PSK, chosen[0]),))


def _attempt(case: Case, kind: ResumptionKind, accepted: bool | None, keys: tuple[Key, ...]) -> Attempt:  # noqa: FBT001
    session, chosen = case.session, case.pre_shared_key
    frames = [frame for frame in (session.client_hello_frame, session.server_hello_frame) if frame is not None]
    return Attempt(kind, accepted, keys, None if chosen is None else len(chosen[0]), tuple(frames))


def _offers_tls_1_2_only(case: Case) -> bool:
    hello = case.first_hello
    return hello is not None and find(hello.extensions, SUPPORTED_VERSIONS) is None


def _is_abbreviated(verdict: Authentication) -> bool:
    return bool(verdict.grounds) and verdict.grounds[0].rule == RESUMED


def given(session: Session) -> list[Key]:
    """List all that a later client may resume this session by."""
    hello, version = session.server_hello, session.version
    if hello is None:
        return []
    if version is not None and is_tls13(version):
        return [key(PSK, identity) for identity in session.psk_identities]
    keys = [key(TICKET, ticket) for ticket in session.tickets if ticket]
    session_id = hello.session_id
    if session_id:
        keys.append(key(ID, session_id))
    return keys


def key(kind: bytes, value: bytes) -> Key:
    """Put a key together."""
    size = len(value)
    return kind + value if size <= LARGEST_KEY else kind + value[size - LARGEST_KEY :]


def ticket_sizes(case: Case, flight_end: int | None) -> tuple[int, ...]:
    """List the sizes of the server's first records behind its flight: tickets, where it gives any."""
    if case.sides is None:
        return ()
    client, server = case.sides
    if not client.frames:
        return ()
    if flight_end is not None:
        return tuple([content + server.overhead for content in server.contents[flight_end : flight_end + TICKETS]])
    began = client.frames[0]
    sizes: list[int] = []
    for index in range(len(server.frames)):
        frame = server.frames[index]
        if frame > began and len(sizes) < TICKETS:
            sizes.append(server.contents[index] + server.overhead)
    return tuple(sizes)
