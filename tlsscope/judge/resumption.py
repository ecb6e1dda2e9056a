"""Which session resumes which: sessions enter as they end, each leaves with its Resumption.

An abbreviated handshake proves nothing anew: it has the mode of the session that it resumes (RFC 5246 §7.3,
RFC 8446 §2.2), if that one was in the capture. A session may be resumed while it goes on: `learn` takes note of it
early. Tables are bounded; the oldest entry goes first.
"""

from collections import OrderedDict

import msgspec

from tlsscope.session.model import (
    Authentication,
    Basis,
    ClientCertificate,
    Endpoint,
    Ground,
    Mode,
    Resumption,
    Session,
)

from .attempt import Attempt, Key, attempt, given, ticket_sizes
from .authentication import authenticate
from .case import Case
from .confidence import confidence
from .transcript import is_tls_1_3

REMEMBERED = 65_536  # originals, over all clients
SIZES_KEPT = 8  # ticket sizes of one server that are kept apart

# A NewSessionTicket in a record, RFC 8446 §4.6.1: header 5, message 4, lifetime 4, age 4, nonce 1 to 33,
# lengths 4, inner type 1 and tag 16; with early_data 8 more, with Java's padding 16 more.
TICKET_LEAST, TICKET_MOST = 39, 39 + 32 + 8 + 16

Pair = tuple[str, Endpoint]  # a client's address and a server


class Original(msgspec.Struct, frozen=True, gc=False):
    """A session that can be resumed, and what it proved."""

    session: str
    mode: Mode
    confidence: float
    client_certificate: ClientCertificate
    accepted: bool | None


class Pending(msgspec.Struct, gc=False):
    """A session that is not over: what it proved is told when somebody asks."""

    session: Session
    before: Original | None = None  # what its key meant until then


class Remembered(msgspec.Struct):
    """All that sessions to come may resume, of those that are over."""

    originals: list[tuple[Key, Original | None]] = msgspec.field(default_factory=list)
    sizes: list[tuple[Pair, list[tuple[int, Original | None]]]] = msgspec.field(default_factory=list)
    forgotten: int = 0


class Resumptions:
    """Remembers what could be resumed by, and links later sessions to it."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        # None: given to sessions that differ
        self._originals: OrderedDict[Key, Original | Pending | None] = OrderedDict()
        self._sizes: OrderedDict[Pair, dict[int, Original | None]] = OrderedDict()
        self._open: OrderedDict[Pair, list[Session]] = OrderedDict()  # of TLS 1.3, that may be known by ticket size
        self._asking = False  # a pending session is being asked
        self.forgotten = 0  # how often a bound was hit

    def remembered(self) -> Remembered:
        """Tell all, for a run that goes on later."""
        return Remembered(
            [(key, one) for key, one in self._originals.items() if not isinstance(one, Pending)],
            [(pair, list(sizes.items())) for pair, sizes in self._sizes.items()],
            self.forgotten,
        )

    def go_on(self, remembered: Remembered) -> None:
        """Remember what an earlier run did."""
        self._originals.update(remembered.originals)
        self._sizes.update((pair, dict(sizes)) for pair, sizes in remembered.sizes)
        self.forgotten = remembered.forgotten

    def learn(self, session: Session) -> None:
        """Take note of an established session that goes on. It has its `id`; it is let go when it is judged."""
        if is_tls_1_3(session.version):
            self._learn_open(session)
            return
        for key in given(session):
            known = self._originals.get(key, session)
            if known is session:
                self._keep(key, Pending(session))
            elif known is None or session.server_key_exchange is session.client_key_exchange is None:
                continue  # nothing to add; an abbreviated handshake only repeats the id
            elif isinstance(known, Original):
                self._keep(key, Pending(session, known))
            elif isinstance(known, Pending) and known.session is not session:
                self._keep(key, None)

    def judge(self, case: Case, flight_end: int | None) -> None:
        """Fill a session's resumption; replace its authentication if that can be inherited."""
        session = case.session
        verdict = session.authentication
        if verdict is None:
            return
        tried = attempt(case, verdict)
        if tried is not None:
            verdict, session.resumption = self._resumed(case, tried, verdict)
            session.authentication = verdict
        if session.server_hello is not None:
            self._remember(case, _original(session, verdict), flight_end)

    # -- what was resumed

    def _resumed(
        self, case: Case, tried: Attempt, verdict: Authentication
    ) -> tuple[Authentication, Resumption | None]:
        kind, accepted = tried.kind, tried.accepted
        original, ceiling = next(filter(None, map(self._find, tried.keys)), None), 1.0
        linked = Resumption(kind, accepted, None if original is None else original.session)
        if not accepted:
            return verdict, linked
        if verdict.mode is Mode.PSK:  # by a key that was agreed outside of TLS
            return verdict, None if original is None else linked
        if original is not None:
            how = f"resumes {original.session} by the very bytes of its {kind.value}, and has its mode"
            rule, text = f"same-{kind.value}", f"the session {how}"
        else:
            original, rule, ceiling = self._by_ticket_size(case), "ticket-size", confidence("ticket-size")
            text = "the ticket has the size of one that the server gave in session "
            text += "" if original is None else original.session
        if original is None or original.mode is Mode.UNKNOWN:
            return verdict, linked
        inherited = Authentication(
            original.mode,
            Basis.INHERITED,
            min(original.confidence, ceiling),
            original.client_certificate,
            (Ground(rule, text, _hello_frames(case.session)), *verdict.grounds),
            requested=False,
            sent=False,
            accepted=original.accepted,
        )
        return inherited, Resumption(kind, accepted, original.session)

    def _find(self, key: Key) -> Original | None:
        known = self._originals.get(key)
        return self._ask(known) if isinstance(known, Pending) else known

    def _ask(self, pending: Pending) -> Original | None:
        """Judge a session that is not over. While it is asked no other is: they might stand in a circle."""
        if self._asking:
            return None
        original = self._judged_early(Case(pending.session))
        return original if pending.before is None or _same_kind(pending.before, original) else None

    def _judged_early(self, case: Case) -> Original:
        self._asking = True
        verdict = authenticate(case)
        tried = attempt(case, verdict)
        if tried is not None:
            verdict, _ = self._resumed(case, tried, verdict)
        self._asking = False
        return _original(case.session, verdict)

    def _by_ticket_size(self, case: Case) -> Original | None:
        """Find the one session whose tickets fit what this client shows; none if several kinds fit."""
        chosen, sizes = case.pre_shared_key, self._sizes_given(case.session)
        if chosen is None or not sizes:
            return None
        least, most = len(chosen[0]) + TICKET_LEAST, len(chosen[0]) + TICKET_MOST
        fitting = [original for size, original in sizes.items() if least <= size <= most]
        if not fitting or None in fitting:
            return None
        kinds = {original.client_certificate for original in fitting if original is not None}
        return fitting[-1] if len(kinds) == 1 else None

    def _sizes_given(self, session: Session) -> dict[int, Original | None]:
        """Collect the sizes of the tickets that a server gave to a client, in sessions that ended or go on."""
        pair = session.client.ip, session.server
        sizes = self._sizes.get(pair, {})
        going_on = () if self._asking else self._open.get(pair, ())
        if not going_on:
            return sizes
        sizes = dict(sizes)
        for other in going_on:
            if other is not session:
                case = Case(other)
                end = None if case.request is None else case.request.end
                _note(sizes, ticket_sizes(case, end), self._judged_early(case))
        return sizes

    # -- what may be resumed

    def _remember(self, case: Case, original: Original, flight_end: int | None) -> None:
        session = case.session
        for key in given(session):
            self._put(key, original, session)
        if not case.is_tls_1_3:
            return
        if self._open:
            self._let_go(session)
        if not session.psk_identities:
            sizes = ticket_sizes(case, flight_end)
            if sizes:
                self._remember_sizes(session, sizes, original)

    def _put(self, key: Key, original: Original, session: Session) -> None:
        known = self._originals.get(key, original)
        if isinstance(known, Pending):
            other, before = known.session, known.before or original
            mine: Original | Pending = original if other is session else Pending(other, original)
            self._keep(key, mine if _same_kind(before, original) else None)
        else:
            self._keep(key, original if known is not None and _same_kind(known, original) else None)

    def _keep(self, key: Key, meaning: Original | Pending | None) -> None:
        self._originals[key] = meaning
        self._originals.move_to_end(key)
        if len(self._originals) > self._remembered:
            self._originals.popitem(last=False)
            self.forgotten += 1

    def _remember_sizes(self, session: Session, given: tuple[int, ...], original: Original) -> None:
        pair = session.client.ip, session.server
        sizes = self._sizes.setdefault(pair, {})
        self._sizes.move_to_end(pair)
        _note(sizes, given, original)
        if len(self._sizes) > self._remembered // SIZES_KEPT:
            self._sizes.popitem(last=False)
            self.forgotten += 1

    def _learn_open(self, session: Session) -> None:
        pair = session.client.ip, session.server
        going_on = self._open.setdefault(pair, [])
        if any(one is session for one in going_on):
            return
        going_on.append(session)
        if len(going_on) > SIZES_KEPT:
            del going_on[0]
            self.forgotten += 1
        if len(self._open) > self._remembered // SIZES_KEPT:
            self._open.popitem(last=False)
            self.forgotten += 1

    def _let_go(self, session: Session) -> None:
        pair = session.client.ip, session.server
        going_on = [one for one in self._open.get(pair, ()) if one is not session]
        if going_on:
            self._open[pair] = going_on
        else:
            self._open.pop(pair, None)


def _original(session: Session, verdict: Authentication) -> Original:
    return Original(session.id, verdict.mode, verdict.confidence, verdict.client_certificate, verdict.accepted)


def _note(sizes: dict[int, Original | None], given: tuple[int, ...], original: Original) -> None:
    """Note the sizes of what may be tickets; a size that two kinds of session gave says nothing."""
    for size in given:
        known = sizes.get(size, original)
        sizes[size] = original if known is not None and _same_kind(known, original) else None
    while len(sizes) > SIZES_KEPT:
        del sizes[next(iter(sizes))]


def _hello_frames(session: Session) -> tuple[int, ...]:
    return tuple(frame for frame in (session.client_hello_frame, session.server_hello_frame) if frame is not None)


def _same_kind(one: Original, other: Original) -> bool:
    return one.client_certificate is other.client_certificate
