"""Findings: a Case enters, what is wrong with it leaves.

A finding names its rule, how much it matters and where that is written. A rule is a pure function of what it
looks at, so what the rules say of a negotiation or of a chain is remembered. `RULES` is all of them.
Kernel file: compiled where a C compiler is found (types in `findings.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from functools import lru_cache

from tlsscope.certificate.facts import read
from tlsscope.certificate.match import Match, Names
from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Finding

from .case import Case
from .certificate_rules import expired, name_mismatch, not_yet_valid, self_signed, weak_key, weak_signature
from .evidence import Chain, Meeting, Negotiated, Question, is_cover, is_psk_alone, moment, name_asked_for
from .negotiation_rules import anonymous_cipher_suite, no_forward_secrecy, old_version, weak_cipher_suite

NEGOTIATION_RULES = (old_version, weak_cipher_suite, anonymous_cipher_suite, no_forward_secrecy)
CHAIN_RULES = (self_signed, weak_key, weak_signature)
MEETING_RULES = (expired, not_yet_valid)
RULES: tuple[Callable[..., tuple[Finding, ...]], ...] = (
    *NEGOTIATION_RULES,
    *CHAIN_RULES,
    *MEETING_RULES,
    name_mismatch,
)

REMEMBERED_CHAINS = 4096
LARGEST_REMEMBERED = 16384  # bytes of DER
MOST_NAMES = 128  # of a leaf whose names are kept ready, a quarter of a kilobyte each
ONLY_COMMON_NAME = Match.COMMON_NAME
SECOND = 1_000_000_000
ENDLESS = "~"  # behind all times


class Shown:
    """A chain that was shown, what is wrong with it at any time, when its leaf is valid, and for which names."""

    __slots__ = ("begin", "chain", "end", "leaf", "names")

    def __init__(self, leaf: Certificate, chain: tuple[Finding, ...]) -> None:
        self.leaf = leaf
        self.chain = chain
        self.names = Names(leaf) if len(leaf.subject_alternative_names) <= MOST_NAMES else None
        self.begin = "" if leaf.not_before is None else leaf.not_before
        self.end = ENDLESS if leaf.not_after is None else leaf.not_after


def findings(case: Case) -> tuple[Finding, ...]:
    """Apply all rules to a session."""
    session = case.session
    found = _cite(_on_negotiation(case.version, case.suite, is_psk_alone(case)), session.server_hello_frame)
    chain = session.server_certificates
    if chain:
        shown = _shown("server", chain)
        said = _on_side(shown, "server", session.start) + _on_name(shown, case)
        found += _cite(said, session.server_certificates_frame)
    chain = session.client_certificates
    if chain:
        said = _on_side(_shown("client", chain), "client", session.start)
        found += _cite(said, session.client_certificates_frame)
    return found


@lru_cache(maxsize=1024)
def _on_negotiation(version: int | None, suite: int | None, psk_alone: bool) -> tuple[Finding, ...]:  # noqa: FBT001
    seen = Negotiated(version, suite, psk_alone)
    return tuple(finding for rule in NEGOTIATION_RULES for finding in rule(seen))


def _shown(side: str, certificates: tuple[bytes, ...]) -> Shown:
    size = 0
    for der in certificates:
        size += len(der)
    return _recall_shown(side, certificates) if size <= LARGEST_REMEMBERED else _look_at(side, certificates)


def _look_at(side: str, certificates: tuple[bytes, ...]) -> Shown:
    """Read a chain; say what needs neither clock nor question."""
    chain = Chain(side, tuple(map(read, certificates)))
    return Shown(chain.leaf, tuple(finding for rule in CHAIN_RULES for finding in rule(chain)))


_recall_shown = lru_cache(maxsize=REMEMBERED_CHAINS)(_look_at)


def _on_side(shown: Shown, side: str, start: int) -> tuple[Finding, ...]:
    when = moment(start // SECOND)
    if when is None or shown.begin <= when <= shown.end:  # as it is mostly: the rules on time say nothing
        return shown.chain
    meeting = Meeting(side, shown.leaf, when)
    return shown.chain + expired(meeting) + not_yet_valid(meeting)


def _on_name(shown: Shown, case: Case) -> tuple[Finding, ...]:
    name = name_asked_for(case)
    if name is None:
        return ()
    if shown.names is not None:
        how = shown.names.match(name)
        if how is not None and how is not ONLY_COMMON_NAME:  # as it is mostly
            return ()
    return _on_other_name(shown, name, is_cover(case))


@lru_cache(maxsize=1024)
def _on_other_name(shown: Shown, name: str, hidden: bool) -> tuple[Finding, ...]:  # noqa: FBT001
    return name_mismatch(shown.leaf, Question(name, hidden))


def _cite(said: tuple[Finding, ...], frame: int | None) -> tuple[Finding, ...]:
    """Name the frame where it was seen."""
    if not said:
        return said
    cited = () if frame is None else (frame,)
    return tuple([Finding(each.rule, each.severity, each.text, each.reference, cited) for each in said])
