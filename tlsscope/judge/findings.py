"""Findings: a session enters, what is wrong with it leaves.

A finding names its rule, how much it matters and where that is written. A rule is a pure function of what it
looks at, so what the rules say of a negotiation or of a chain is remembered. `RULES` is all of them.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from tlsscope.certificate.facts import read
from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Finding, Session

from .certificate_rules import expired, name_mismatch, not_yet_valid, self_signed, weak_key, weak_signature
from .evidence import Chain, Meeting, Negotiated, moment, negotiated
from .negotiation_rules import anonymous_cipher_suite, no_forward_secrecy, old_version, weak_cipher_suite

NEGOTIATION_RULES = (old_version, weak_cipher_suite, anonymous_cipher_suite, no_forward_secrecy)
CHAIN_RULES = (self_signed, weak_key, weak_signature)
MEETING_RULES = (expired, not_yet_valid, name_mismatch)
RULES: tuple[Callable[[Any], tuple[Finding, ...]], ...] = NEGOTIATION_RULES + CHAIN_RULES + MEETING_RULES

REMEMBERED_CHAINS = 8192
LARGEST_REMEMBERED = 16384  # bytes of DER


def findings(session: Session) -> tuple[Finding, ...]:
    """Apply all rules to a session."""
    found = _cite(_on_negotiation(negotiated(session)), session.server_hello_frame)
    if session.server_certificates:
        said = _on_side(session, "server", session.server_certificates)
        found += _cite(said, session.server_certificates_frame)
    if session.client_certificates:
        said = _on_side(session, "client", session.client_certificates)
        found += _cite(said, session.client_certificates_frame)
    return found


def _on_side(session: Session, side: str, certificates: tuple[bytes, ...]) -> tuple[Finding, ...]:
    small = sum(map(len, certificates)) <= LARGEST_REMEMBERED
    leaf, said = (_recall_chain if small else _on_chain)(side, certificates)
    meeting = Meeting(session, side, leaf, moment(session.start // 1_000_000_000))
    for rule in MEETING_RULES:
        said += rule(meeting)
    return said


@lru_cache(maxsize=1024)
def _on_negotiation(seen: Negotiated) -> tuple[Finding, ...]:
    return tuple(finding for rule in NEGOTIATION_RULES for finding in rule(seen))


def _on_chain(side: str, certificates: tuple[bytes, ...]) -> tuple[Certificate, tuple[Finding, ...]]:
    """Read a chain; return its leaf and what the rules say of all of it."""
    chain = Chain(side, tuple(map(read, certificates)))
    return chain.leaf, tuple(finding for rule in CHAIN_RULES for finding in rule(chain))


_recall_chain = lru_cache(maxsize=REMEMBERED_CHAINS)(_on_chain)


def _cite(said: Iterable[Finding], frame: int | None) -> tuple[Finding, ...]:
    """Name the frame where it was seen."""
    cited = () if frame is None else (frame,)
    return tuple([Finding(each.rule, each.severity, each.text, each.reference, cited) for each in said])
