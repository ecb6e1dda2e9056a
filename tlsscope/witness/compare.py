"""Two lists of accounts enter, ours and tshark's; they leave in pairs, each field equal, told by one only, or
different.

Pure: no file is read and nothing is run. What is a known fault of tshark is decided by `faults`, which enters
too.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from .account import Account, AlertSaid, Said
from .faults import Difference, Fault, Result, explain

Heard = TypeVar("Heard", Said, AlertSaid)
GOODBYES = (0, 90, -1)  # close_notify, user_canceled, RFC 8446 §6.1; or an encrypted alert
SESSION = "session"  # the pseudo-field of a session that one witness tells alone


class Pair(msgspec.Struct, frozen=True):
    """One session by both accounts, or by one alone."""

    ours: Account | None
    tshark: Account | None
    differences: tuple[Difference, ...]
    equal: tuple[str, ...]

    @property
    def account(self) -> Account:
        """Give the account that is there; ours if both are."""
        account = self.ours or self.tshark
        assert account is not None, "a pair has at least one side"  # noqa: S101
        return account

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Give the differences that are no known fault of tshark."""
        return tuple(difference for difference in self.differences if difference.fault is None)


class Comparison(msgspec.Struct, frozen=True):
    """All pairs of a capture, and the count of each result by field."""

    pairs: tuple[Pair, ...]
    counts: dict[str, dict[str, int]]

    @property
    def unexplained(self) -> int:
        """Count the differences that are no known fault of tshark."""
        return sum(len(pair.unexplained) for pair in self.pairs)


def compare(
    ours: Sequence[Account],
    tshark: Sequence[Account],
    faults: Sequence[Fault] = (),
    blind: frozenset[str] = frozenset(),
) -> Comparison:
    """Hold two accounts of a capture side by side. `blind` names the fields that this tshark does not
    know."""
    pairs = [
        _pair(left, right, faults, blind)
        for left, right in sorted(_matches(ours, tshark), key=lambda match: _place_in_file(*match))
    ]
    return Comparison(pairs=tuple(pairs), counts=_counts(pairs))


def _matches(ours: Sequence[Account], tshark: Sequence[Account]) -> Iterable[tuple[Account | None, Account | None]]:
    """Match sessions by ever weaker signs: all, the random, the endpoints in order of the first frame."""
    left, right = list(ours), list(tshark)
    signs: tuple[Callable[[Account], object], ...] = (
        lambda account: (_ends(account), account.random, account.first_frame),
        lambda account: account.random and (_ends(account), account.random),
        lambda account: (_ends(account), account.first_frame),
        lambda account: account.random,
        _ends,
    )
    for sign in signs:
        yield from _take_matches(left, right, sign)
    yield from ((account, None) for account in left)
    yield from ((None, account) for account in right)


def _take_matches(
    left: list[Account], right: list[Account], sign: Callable[[Account], object]
) -> Iterable[tuple[Account, Account]]:
    """Take out of both lists what has the same sign, in order; a sign of nothing matches nothing."""
    waiting: dict[object, list[Account]] = defaultdict(list)
    for account in sorted(right, key=lambda account: account.first_frame):
        waiting[sign(account)].append(account)
    taken: set[int] = set()
    for account in sorted(left, key=lambda account: account.first_frame):
        key = sign(account)
        if key and waiting.get(key):
            other = waiting[key].pop(0)
            taken |= {id(account), id(other)}
            yield account, other
    left[:] = [account for account in left if id(account) not in taken]
    right[:] = [account for account in right if id(account) not in taken]


def _ends(account: Account) -> tuple[str, ...]:
    return (account.transport, *sorted((account.client, account.server)))


def _place_in_file(ours: Account | None, tshark: Account | None) -> int:
    return min(account.first_frame for account in (ours, tshark) if account is not None)


def _pair(ours: Account | None, tshark: Account | None, faults: Sequence[Fault], blind: frozenset[str]) -> Pair:
    equal: list[str] = []
    if ours is None or tshark is None:
        found = [_alone(ours, tshark)]
    else:
        found, equal = _fields(ours, tshark, blind)
    told = [account for account in (ours, tshark) if account is not None]
    explained = [
        msgspec.structs.replace(difference, fault=explain(faults, difference, told)) for difference in found
    ]
    return Pair(ours, tshark, tuple(explained), tuple(equal))


def _alone(ours: Account | None, tshark: Account | None) -> Difference:
    account = ours or tshark
    frames = (account.first_frame,) if account else ()
    if ours is not None:
        return Difference(SESSION, Result.ONLY_OURS, _ends(ours), None, frames)
    return Difference(SESSION, Result.ONLY_TSHARK, None, account and _ends(account), frames)


def _fields(ours: Account, tshark: Account, blind: frozenset[str]) -> tuple[list[Difference], list[str]]:
    """Compare each field: the single values, then what has places of its own."""
    found: list[Difference] = []
    equal: list[str] = []
    if ours.established or tshark.established:
        ours, tshark = _without_goodbyes(ours), _without_goodbyes(tshark)
    for name in FIELDS:
        if name in blind:
            continue
        left, right = getattr(ours, name), getattr(tshark, name)
        if left == right:
            equal.append(name)
        else:
            found.append(_DIFFER.get(name, _values)(name, ours, tshark))
    return found, equal


def _without_goodbyes(account: Account) -> Account:
    """Leave out what ends a connection: behind the Finished we soon cease to listen."""
    kept = tuple(alert for alert in account.alerts if alert.description not in GOODBYES)
    return msgspec.structs.replace(account, alerts=kept)


FIELDS = (
    "client", "server", "first_frame", "random", "version", "cipher_suite", "server_name", "alpn",
    "ja3", "ja3s", "ja4", "messages", "certificate_request", "server_certificates",
    "client_certificates", "client_certificate", "alerts",
)  # fmt: skip


def _values(name: str, ours: Account, tshark: Account) -> Difference:
    left, right = getattr(ours, name), getattr(tshark, name)
    place = _SAID_IN.get(name)
    places = {getattr(account.places, place) for account in (ours, tshark)} if place else {ours.first_frame}
    frames = tuple(sorted(frame for frame in places if frame is not None))
    return Difference(name, _result(left, right), left, right, frames)


_SAID_IN = {  # the message that says a field
    "random": "client_hello",
    "server_name": "client_hello",
    "ja3": "client_hello",
    "ja4": "client_hello",
    "version": "server_hello",
    "cipher_suite": "server_hello",
    "ja3s": "server_hello",
    "alpn": "server_hello",
    "certificate_request": "certificate_request",
    "client_certificates": "client_certificates",
    "client_certificate": "client_certificates",
    "server_certificates": "server_certificates",
}


def _result(left: object, right: object) -> Result:
    """Tell who says something at all. False and "no message" say nothing, an empty list says that it is
    empty."""
    silent = (None, False, "no message")
    if right in silent and left not in silent:
        return Result.ONLY_OURS
    if left in silent and right not in silent:
        return Result.ONLY_TSHARK
    return Result.DIFFERENT


def _messages(name: str, ours: Account, tshark: Account) -> Difference:
    return _apart(name, ours.messages, tshark.messages)


def _alerts(name: str, ours: Account, tshark: Account) -> Difference:
    return _apart(name, ours.alerts, tshark.alerts)


def _apart(name: str, ours: Sequence[Heard], tshark: Sequence[Heard]) -> Difference:
    """Name what only one of them heard."""
    left, right = Counter(ours), Counter(tshark)
    only_ours: list[Heard] = sorted((left - right).elements())
    only_tshark: list[Heard] = sorted((right - left).elements())
    result = Result.DIFFERENT
    if not only_tshark:
        result = Result.ONLY_OURS
    elif not only_ours:
        result = Result.ONLY_TSHARK
    frames = sorted({item.frame for item in (*only_ours, *only_tshark)})
    return Difference(name, result, tuple(only_ours), tuple(only_tshark), tuple(frames))


_DIFFER: Mapping[str, Callable[[str, Account, Account], Difference]] = {
    "messages": _messages,
    "alerts": _alerts,
}


def _counts(pairs: Iterable[Pair]) -> dict[str, dict[str, int]]:
    """Count the results by field, known faults apart."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in (SESSION, *FIELDS)}
    for pair in pairs:
        for name in pair.equal:
            counts[name][Result.EQUAL] += 1
        if pair.ours is not None and pair.tshark is not None:
            counts[SESSION][Result.EQUAL] += 1
        for difference in pair.differences:
            counts[difference.field]["known fault" if difference.fault else difference.result] += 1
    return {name: dict(count) for name, count in counts.items()}
