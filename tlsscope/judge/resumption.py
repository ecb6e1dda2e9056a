"""Which session resumes which: the traces of sessions enter as they end, a Resumption leaves for each.

An abbreviated handshake proves nothing anew: it has the mode of the session that it resumes (RFC 5246 §7.3,
RFC 8446 §2.2), if that one was in the capture. A session may be resumed while it goes on: `learn` takes note of it
early. Tables are bounded; the oldest entry goes first.
Kernel file: compiled where a C compiler is found (types in `resumption.pxd`), interpreted otherwise.
"""

from collections import OrderedDict

import msgspec

from tlsscope.session.model import Authentication, Basis, ClientCertificate, Ground, Mode, Resumption, Session

from .attempt import Key
from .confidence import confidence
from .trace import BY_KEY, Going, Pair, Trace, going

REMEMBERED = 65_536  # originals, over all clients
UNKNOWN, INHERITED = Mode.UNKNOWN, Basis.INHERITED
SIZES_KEPT = 8  # ticket sizes of one server that are kept apart

# A NewSessionTicket in a record, RFC 8446 §4.6.1: header 5, message 4, lifetime 4, age 4, nonce 1 to 33,
# lengths 4, inner type 1 and tag 16; with early_data 8 more, with Java's padding 16 more.
TICKET_LEAST, TICKET_MOST = 39, 39 + 32 + 8 + 16


class Original(msgspec.Struct, frozen=True, gc=False):
    """A session that can be resumed, and what it proved."""

    session: str
    mode: Mode
    confidence: float
    client_certificate: ClientCertificate
    accepted: bool | None


class Pending:
    """A session that is not over: what it proved is told when somebody asks."""

    __slots__ = ("before", "going")

    def __init__(self, going: Going, before: Original | None = None) -> None:
        self.going = going
        self.before = before  # what its key meant until then


class Remembered(msgspec.Struct):
    """All that sessions to come may resume, of those that are over."""

    originals: list[tuple[Key, Original | None]] = msgspec.field(default_factory=list)
    sizes: list[tuple[Pair, list[tuple[int, Original | None]]]] = msgspec.field(default_factory=list)
    forgotten: int = 0


class Resumptions:
    """Remembers what could be resumed by, and links later sessions to it."""

    __slots__ = ("_asking", "_open", "_originals", "_remembered", "_sizes", "forgotten")

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        # None: given to sessions that differ
        self._originals: OrderedDict[Key, Original | Pending | None] = OrderedDict()
        self._sizes: OrderedDict[Pair, dict[int, Original | None]] = OrderedDict()
        self._open: OrderedDict[Pair, list[Going]] = OrderedDict()  # of TLS 1.3, that may be known by ticket size
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
        """Take note of an established session that goes on, as it is now. It has its `id`."""
        self.take_note(going(session))

    def take_note(self, one: Going) -> None:
        """Take note of a session that goes on; it is let go when it is linked."""
        if one.is_tls_1_3:
            self._learn_open(one)
            return
        for key in one.given:
            known = self._originals.get(key, one)
            if known is one:
                self._keep(key, Pending(one))
            elif known is None or one.is_abbreviated:
                continue  # nothing to add; an abbreviated handshake only repeats the id
            elif isinstance(known, Original):
                self._keep(key, Pending(one, known))
            elif isinstance(known, Pending) and known.going.session != one.session:
                self._keep(key, None)

    def link(self, trace: Trace) -> tuple[Authentication, Resumption | None]:
        """Give a session's resumption, and its authentication, which may be inherited."""
        verdict, resumption = self._resumed(trace)
        if trace.is_answered:
            self._remember(trace, _original(trace, verdict))
        return verdict, resumption

    # -- what was resumed

    def _resumed(self, trace: Trace) -> tuple[Authentication, Resumption | None]:
        tried, verdict = trace.tried, trace.verdict
        if tried is None:
            return verdict, None
        original, ceiling = self._find_any(tried.keys), 1.0
        linked = trace.alone() if original is None else (verdict, _linked(trace, original))
        if not tried.accepted or verdict.mode is BY_KEY:
            return linked
        if original is not None:
            how = f"resumes {original.session} by the very bytes of its {tried.kind}, and has its mode"
            rule, text = f"same-{tried.kind}", f"the session {how}"
        else:
            original, rule, ceiling = self._by_ticket_size(trace), "ticket-size", confidence("ticket-size")
            text = "the ticket has the size of one that the server gave in session "
            text += "" if original is None else original.session
        if original is None or original.mode is UNKNOWN:
            return linked
        inherited = Authentication(
            original.mode,
            INHERITED,
            min(original.confidence, ceiling),
            original.client_certificate,
            (Ground(rule, text, tried.frames), *verdict.grounds),
            requested=False,
            sent=False,
            accepted=original.accepted,
        )
        return inherited, _linked(trace, original)

    def _find_any(self, keys: tuple[Key, ...]) -> Original | None:
        for key in keys:
            known = self._originals.get(key)
            original = self._ask(known) if isinstance(known, Pending) else known
            if original is not None:
                return original
        return None

    def _ask(self, pending: Pending) -> Original | None:
        """Judge a session that is not over. While it is asked no other is: they might stand in a circle."""
        if self._asking:
            return None
        original = self._judged_early(pending.going.trace())
        return original if pending.before is None or _same_kind(pending.before, original) else None

    def _judged_early(self, trace: Trace) -> Original:
        self._asking = True
        verdict, _ = self._resumed(trace)
        self._asking = False
        return _original(trace, verdict)

    def _by_ticket_size(self, trace: Trace) -> Original | None:
        """Find the one session whose tickets fit what this client shows; none if several kinds fit."""
        offered = None if trace.tried is None else trace.tried.size
        sizes = self._sizes_given(trace)
        if offered is None or not sizes:
            return None
        least, most = offered + TICKET_LEAST, offered + TICKET_MOST
        fitting = [original for size, original in sizes.items() if least <= size <= most]
        if not fitting or None in fitting:
            return None
        kinds = {original.client_certificate for original in fitting if original is not None}
        return fitting[len(fitting) - 1] if len(kinds) == 1 else None

    def _sizes_given(self, trace: Trace) -> dict[int, Original | None]:
        """Collect the sizes of the tickets that a server gave to a client, in sessions that ended or go on."""
        sizes = self._sizes.get(trace.pair, {})
        going_on = () if self._asking else self._open.get(trace.pair, ())
        if not going_on:
            return sizes
        sizes = dict(sizes)
        for other in going_on:
            if other.session != trace.session:
                told = other.trace()
                _note(sizes, told.ticket_sizes, self._judged_early(told))
        return sizes

    # -- what may be resumed

    def _remember(self, trace: Trace, original: Original) -> None:
        for key in trace.given:
            self._put(key, original)
        if not trace.is_tls_1_3:
            return
        if self._open:
            self._let_go(trace)
        if trace.ticket_sizes:
            self._remember_sizes(trace, original)

    def _put(self, key: Key, original: Original) -> None:
        known = self._originals.get(key, original)
        if isinstance(known, Pending):
            is_this, before = known.going.session == original.session, known.before or original
            mine: Original | Pending = original if is_this else Pending(known.going, original)
            self._keep(key, mine if _same_kind(before, original) else None)
        else:
            self._keep(key, original if known is not None and _same_kind(known, original) else None)

    def _keep(self, key: Key, meaning: Original | Pending | None) -> None:
        originals = self._originals
        known = len(originals)
        originals[key] = meaning
        if len(originals) == known:  # it is told again
            originals.move_to_end(key)
        if len(originals) > self._remembered:
            originals.popitem(last=False)
            self.forgotten += 1

    def _remember_sizes(self, trace: Trace, original: Original) -> None:
        pair = trace.pair
        sizes = self._sizes.get(pair)
        if sizes is None:
            sizes = self._sizes[pair] = {}
        else:
            self._sizes.move_to_end(pair)
        _note(sizes, trace.ticket_sizes, original)
        if len(self._sizes) > self._remembered // SIZES_KEPT:
            self._sizes.popitem(last=False)
            self.forgotten += 1

    def _learn_open(self, one: Going) -> None:
        going_on = self._open.setdefault(one.pair, [])
        if any(other.session == one.session for other in going_on):
            return
        going_on.append(one)
        if len(going_on) > SIZES_KEPT:
            del going_on[0]
            self.forgotten += 1
        if len(self._open) > self._remembered // SIZES_KEPT:
            self._open.popitem(last=False)
            self.forgotten += 1

    def _let_go(self, trace: Trace) -> None:
        going_on = [one for one in self._open.get(trace.pair, ()) if one.session != trace.session]
        if going_on:
            self._open[trace.pair] = going_on
        else:
            self._open.pop(trace.pair, None)


def _original(trace: Trace, verdict: Authentication) -> Original:
    return Original(trace.session, verdict.mode, verdict.confidence, verdict.client_certificate, verdict.accepted)


def _linked(trace: Trace, original: Original) -> Resumption | None:
    tried = trace.tried
    return None if tried is None else Resumption(tried.kind, tried.accepted, original.session)


def _note(sizes: dict[int, Original | None], given: tuple[int, ...], original: Original) -> None:
    """Note the sizes of what may be tickets; a size that two kinds of session gave says nothing."""
    for size in given:
        known = sizes.get(size, original)
        sizes[size] = original if known is not None and _same_kind(known, original) else None
    while len(sizes) > SIZES_KEPT:
        del sizes[next(iter(sizes))]


def _same_kind(one: Original, other: Original) -> bool:
    return one is other or one.client_certificate is other.client_certificate
