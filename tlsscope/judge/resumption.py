"""Which session resumes which: sessions in order of their start enter, each with its Resumption leaves.

An abbreviated handshake proves nothing anew: it has the mode of the session that it resumes (RFC 5246 §7.3,
RFC 8446 §2.2), if that one was in the capture. Tables are bounded; the oldest entry goes first.
"""

from collections import OrderedDict
from typing import NamedTuple

from tlsscope.constants import CLIENT, SERVER
from tlsscope.handshake.extensions import codes, find, pre_shared_key, selected_identity
from tlsscope.session.model import (
    Authentication,
    Basis,
    Endpoint,
    Ground,
    Mode,
    Resumption,
    ResumptionKind,
    Session,
)
from tlsscope.wire import MalformedError

from .case import Case
from .confidence import confidence
from .transcript import is_tls_1_3

REMEMBERED = 65_536  # originals, over all clients
TICKETS = 2  # that a server gives at once, most often
SIZES_KEPT = 8  # ticket sizes of one server that are kept apart
LARGEST_KEY = 256  # longer tickets are remembered by their end, which is their MAC

Key = tuple[str, bytes]
Pair = tuple[str, Endpoint]  # a client's address and a server


class Original(NamedTuple):
    """A session that can be resumed, and what it proved."""

    session: str
    authentication: Authentication
    frames: tuple[int, ...]


class Resumptions:
    """Remembers what could be resumed by, and links later sessions to it."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        # None: given to sessions that differ
        self._originals: OrderedDict[Key, Original | None] = OrderedDict()
        self._sizes: OrderedDict[Pair, OrderedDict[int, Original | None]] = OrderedDict()
        self.forgotten = 0  # how often a bound was hit

    def judge(self, case: Case) -> None:
        """Fill a session's resumption; replace its authentication if that can be inherited."""
        session = case.session
        attempt = _attempt(session)
        if attempt is None:
            self._remember(case)
            return
        kind, accepted, keys = attempt
        original = next(filter(None, map(self._find, keys)), None)
        agreed_outside = original is None and accepted and _is_external(session)
        if not agreed_outside:
            session.resumption = Resumption(kind, accepted, None if original is None else original.session)
        if accepted and not _is_external(session):
            self._inherit(session, kind, original)
        self._remember(case)

    def _find(self, key: Key) -> Original | None:
        return self._originals.get(_short(key))

    def _inherit(self, session: Session, kind: ResumptionKind, original: Original | None) -> None:
        likely = self._by_ticket_size(session) if original is None else None
        verdict = session.authentication
        if verdict is None or (original or likely) is None:
            return
        source = original or likely
        if source is None or source.authentication.mode is Mode.UNKNOWN:
            return
        rule = f"same-{kind.value}" if original is not None else "ticket-size"
        how = "the very bytes of" if original is not None else "a ticket of the size that"
        text = f"the session resumes {source.session} by {how} its {kind.value}, and has its mode"
        if original is None:
            text = f"the ticket has the size of one that the server gave in session {source.session}"
            session.resumption = Resumption(kind, accepted=True, original=source.session)
        certain = source.authentication.confidence
        session.authentication = Authentication(
            source.authentication.mode,
            Basis.INHERITED,
            certain if original is not None else min(certain, confidence("ticket-size")),
            source.authentication.client_certificate,
            (Ground(rule, text, _hello_frames(session)), *verdict.grounds),
            requested=False,
            sent=False,
            accepted=source.authentication.accepted,
        )

    def _remember(self, case: Case) -> None:
        session = case.session
        verdict = session.authentication
        if verdict is None or session.server_hello is None:
            return
        original = Original(session.id, verdict, _hello_frames(session))
        for key in _given(session):
            self._put(key, original)
        if is_tls_1_3(session.version) and not session.psk_identities:
            self._remember_ticket_sizes(case, original)

    def _put(self, key: Key, original: Original) -> None:
        short = _short(key)
        known = self._originals.get(short, original)
        self._originals[short] = original if known is not None and _same_kind(known, original) else None
        self._originals.move_to_end(short)
        while len(self._originals) > self._remembered:
            self._originals.popitem(last=False)
            self.forgotten += 1

    def _remember_ticket_sizes(self, case: Case, original: Original) -> None:
        """Note the sizes of what may be tickets; a size that two kinds of session gave says nothing."""
        pair = case.session.client.ip, case.session.server
        sizes = self._sizes.setdefault(pair, OrderedDict())
        self._sizes.move_to_end(pair)
        for size in _ticket_records(case):
            known = sizes.get(size, original)
            sizes[size] = original if known is not None and _same_kind(known, original) else None
        while len(sizes) > SIZES_KEPT:
            sizes.popitem(last=False)
        while len(self._sizes) > self._remembered // SIZES_KEPT:
            self._sizes.popitem(last=False)
            self.forgotten += 1

    def _by_ticket_size(self, session: Session) -> Original | None:
        """Find the one session whose tickets fit what this client shows; none if several kinds fit."""
        identity = _selected_identity(session)
        sizes = self._sizes.get((session.client.ip, session.server))
        if identity is None or sizes is None:
            return None
        least, most = len(identity) + TICKET_LEAST, len(identity) + TICKET_MOST
        fitting = [original for size, original in sizes.items() if least <= size <= most]
        if not fitting or None in fitting:
            return None
        kinds = {original.authentication.client_certificate for original in fitting if original is not None}
        return fitting[-1] if len(kinds) == 1 else None


# A NewSessionTicket in a record, RFC 8446 §4.6.1: header 5, message 4, lifetime 4, age 4, nonce 1 to 33,
# lengths 4, inner type 1 and tag 16; with early_data 8 more, with Java's padding 16 more.
TICKET_LEAST, TICKET_MOST = 39, 39 + 32 + 8 + 16


def _attempt(session: Session) -> tuple[ResumptionKind, bool | None, list[Key]] | None:
    """Tell what the client offered to resume by, and whether the server took it."""
    hello = session.second_client_hello or session.client_hello
    if hello is None:
        return None
    if is_tls_1_3(session.version):
        return _psk_attempt(session)
    accepted = None if session.server_hello is None else _is_abbreviated(session)
    ticket = find(hello.extensions, codes.SESSION_TICKET)
    keys: list[Key] = []
    if ticket:
        keys.append(("ticket", ticket))
    if hello.session_id and accepted is not None and not ticket:
        if not accepted and not _offers_tls_1_2_only(session):
            return None  # a TLS 1.3 client's session id is there for middleboxes, RFC 8446 §4.1.2
        keys.append(("id", hello.session_id))
    if not keys:
        return None
    kind = ResumptionKind.TICKET if ticket else ResumptionKind.SESSION_ID
    if ticket and hello.session_id and accepted:
        keys.append(("id", hello.session_id))
    return kind, accepted, keys


def _offers_tls_1_2_only(session: Session) -> bool:
    hello = session.client_hello
    return hello is not None and find(hello.extensions, codes.SUPPORTED_VERSIONS) is None


def _is_abbreviated(session: Session) -> bool:
    verdict = session.authentication
    return verdict is not None and any(ground.rule == "resumed" for ground in verdict.grounds)


def _psk_attempt(session: Session) -> tuple[ResumptionKind, bool | None, list[Key]] | None:
    hello = session.second_client_hello or session.client_hello
    body = None if hello is None else find(hello.extensions, codes.PRE_SHARED_KEY)
    if body is None:
        return None
    if session.server_hello is None:
        return ResumptionKind.PSK, None, []
    accepted = find(session.server_hello.extensions, codes.PRE_SHARED_KEY) is not None
    identity = _selected_identity(session)
    return ResumptionKind.PSK, accepted, [] if identity is None else [("psk", identity)]


def _selected_identity(session: Session) -> bytes | None:
    """Read the identity that the server selected, or the client's first where it selected none."""
    hello = session.second_client_hello or session.client_hello
    body = None if hello is None else find(hello.extensions, codes.PRE_SHARED_KEY)
    server = session.server_hello
    answer = None if server is None else find(server.extensions, codes.PRE_SHARED_KEY)
    if body is None:
        return None
    try:
        identities = pre_shared_key(body).identities
        index = 0 if answer is None else selected_identity(answer)
    except MalformedError:
        return None
    return identities[index][0] if index < len(identities) else None


def _is_external(session: Session) -> bool:
    verdict = session.authentication
    return verdict is not None and verdict.mode is Mode.PSK


def _given(session: Session) -> list[Key]:
    """List all that a later client may resume this session by."""
    keys: list[Key] = [("psk", identity) for identity in session.psk_identities]
    hello = session.server_hello
    if hello is None or is_tls_1_3(session.version):
        return keys
    keys.extend(("ticket", ticket) for ticket in session.tickets if ticket)
    if hello.session_id:
        keys.append(("id", hello.session_id))
    return keys


def _ticket_records(case: Case) -> list[int]:
    """List the sizes of the server's first records behind its flight: tickets, where it gives any."""
    sides, request = case.sides, case.request
    if sides is None or not sides[CLIENT].frames:
        return []
    began = sides[CLIENT].frames[0]
    server = sides[SERVER]
    if request is not None:
        return list(server.sizes[request.end : request.end + TICKETS])
    later = [size for size, frame in zip(server.sizes, server.frames, strict=True) if frame > began]
    return later[:TICKETS]


def _hello_frames(session: Session) -> tuple[int, ...]:
    return tuple(frame for frame in (session.client_hello_frame, session.server_hello_frame) if frame is not None)


def _same_kind(one: Original, other: Original) -> bool:
    return one.authentication.client_certificate is other.authentication.client_certificate


def _short(key: Key) -> Key:
    kind, value = key
    return kind, value if len(value) <= LARGEST_KEY else value[-LARGEST_KEY:]
