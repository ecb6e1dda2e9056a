"""Findings: a session enters, what is wrong with it leaves.

A finding names its rule, how much it matters and where that is written. A rule is a pure function of what it
looks at, so what the rules say of a negotiation or of a chain is remembered. `RULES` is all of them.
Kernel file: compiled where a C compiler is found (types in `findings.pxd`), interpreted otherwise.
"""

from collections.abc import Callable
from functools import lru_cache

from tlsscope.certificate.facts import read
from tlsscope.certificate.model import Certificate
from tlsscope.handshake.extensions.codes import SERVER_NAME
from tlsscope.handshake.extensions.opening import find
from tlsscope.session.model import Finding, Session

from .certificate_rules import expired, name_mismatch, not_yet_valid, self_signed, weak_key, weak_signature
from .evidence import Chain, Meeting, Negotiated, Question, is_cover, is_psk_alone, moment
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
SECOND = 1_000_000_000
ENDLESS = "~"  # behind all times


class Shown:
    """A chain that was shown, what is wrong with it at any time, and when its leaf is valid."""

    __slots__ = ("always", "begin", "chain", "end", "leaf", "name")

    def __init__(self, leaf: Certificate, chain: tuple[Finding, ...], name: tuple[Finding, ...]) -> None:
        self.leaf = leaf
        self.chain = chain
        self.name = name
        self.always = chain + name
        self.begin = "" if leaf.not_before is None else leaf.not_before
        self.end = ENDLESS if leaf.not_after is None else leaf.not_after


def findings(session: Session) -> tuple[Finding, ...]:
    """Apply all rules to a session."""
    hello, asking = session.server_hello, session.client_hello
    suite = None if hello is None else hello.cipher_suite
    found = _cite(_on_negotiation(session.version, suite, is_psk_alone(session)), session.server_hello_frame)
    if session.server_certificates:
        name = None if asking is None else find(asking.extensions, SERVER_NAME)
        said = _on_side(session.start, "server", session.server_certificates, name, is_cover(session))
        found += _cite(said, session.server_certificates_frame)
    if session.client_certificates:
        said = _on_side(session.start, "client", session.client_certificates, None, False)  # noqa: FBT003
        found += _cite(said, session.client_certificates_frame)
    return found


def _on_side(
    start: int, side: str, certificates: tuple[bytes, ...], name: bytes | None, hidden: bool  # noqa: FBT001
) -> tuple[Finding, ...]:  # fmt: skip
    size = 0
    for der in certificates:
        size += len(der)
    shown = (_recall_shown if size <= LARGEST_REMEMBERED else _on_shown)(side, certificates, name, hidden)
    when = moment(start // SECOND)
    if when is None or shown.begin <= when <= shown.end:  # as it is mostly: the rules on time say nothing
        return shown.always
    meeting = Meeting(side, shown.leaf, when)
    return shown.chain + expired(meeting) + not_yet_valid(meeting) + shown.name


@lru_cache(maxsize=1024)
def _on_negotiation(version: int | None, suite: int | None, psk_alone: bool) -> tuple[Finding, ...]:  # noqa: FBT001
    seen = Negotiated(version, suite, psk_alone)
    return tuple(finding for rule in NEGOTIATION_RULES for finding in rule(seen))


def _on_shown(side: str, certificates: tuple[bytes, ...], name: bytes | None, hidden: bool) -> Shown:  # noqa: FBT001
    """Read a chain; say what needs no clock."""
    chain = Chain(side, tuple(map(read, certificates)))
    said = tuple(finding for rule in CHAIN_RULES for finding in rule(chain))
    return Shown(chain.leaf, said, name_mismatch(chain.leaf, Question(name, hidden)))


_recall_shown = lru_cache(maxsize=REMEMBERED_CHAINS)(_on_shown)


def _cite(said: tuple[Finding, ...], frame: int | None) -> tuple[Finding, ...]:
    """Name the frame where it was seen."""
    if not said:
        return said
    cited = () if frame is None else (frame,)
    return tuple([Finding(each.rule, each.severity, each.text, each.reference, cited) for each in said])
