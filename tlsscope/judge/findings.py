"""Findings: a session enters, what is wrong with it leaves.

A finding names its rule, how much it matters and where that is written. A rule is a pure function of what it
looks at, so what the rules say of a negotiation or of a chain is remembered. `RULES` is all of them.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tlsscope.certificate.facts import read
from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Finding, Session

from .certificate_rules import expired, name_mismatch, not_yet_valid, self_signed, weak_key, weak_signature
from .evidence import NO_QUESTION, Chain, Meeting, Negotiated, Question, moment, negotiated, question
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


class Shown(NamedTuple):
    """A chain that was shown, and what is wrong with it at any time."""

    leaf: Certificate
    chain: tuple[Finding, ...]
    name: tuple[Finding, ...]


def findings(session: Session) -> tuple[Finding, ...]:
    """Apply all rules to a session."""
    found = _cite(_on_negotiation(negotiated(session)), session.server_hello_frame)
    if session.server_certificates:
        said = _on_side(session, "server", session.server_certificates, question(session))
        found += _cite(said, session.server_certificates_frame)
    if session.client_certificates:
        said = _on_side(session, "client", session.client_certificates, NO_QUESTION)
        found += _cite(said, session.client_certificates_frame)
    return found


def _on_side(
    session: Session, side: str, certificates: tuple[bytes, ...], asked: Question
) -> tuple[Finding, ...]:
    small = sum(map(len, certificates)) <= LARGEST_REMEMBERED
    shown = (_recall_shown if small else _on_shown)(side, certificates, asked)
    meeting = Meeting(side, shown.leaf, moment(session.start // 1_000_000_000))
    return shown.chain + expired(meeting) + not_yet_valid(meeting) + shown.name


@lru_cache(maxsize=1024)
def _on_negotiation(seen: Negotiated) -> tuple[Finding, ...]:
    return tuple(finding for rule in NEGOTIATION_RULES for finding in rule(seen))


def _on_shown(side: str, certificates: tuple[bytes, ...], asked: Question) -> Shown:
    """Read a chain; say what needs no clock."""
    chain = Chain(side, tuple(map(read, certificates)))
    said = tuple(finding for rule in CHAIN_RULES for finding in rule(chain))
    return Shown(chain.leaf, said, name_mismatch(chain.leaf, asked))


_recall_shown = lru_cache(maxsize=REMEMBERED_CHAINS)(_on_shown)


def _cite(said: tuple[Finding, ...], frame: int | None) -> tuple[Finding, ...]:
    """Name the frame where it was seen."""
    if not said:
        return said
    cited = () if frame is None else (frame,)
    return tuple([Finding(each.rule, each.severity, each.text, each.reference, cited) for each in said])
