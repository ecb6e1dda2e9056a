"""Rules on the certificates shown, of either side: a chain, or a leaf in a session, enters; findings leave.

The clock is the handshake's own time, never the wall's. What could not be read is not judged.
"""

from collections.abc import Callable

from tlsscope.certificate.match import Match, match
from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Finding, Severity

from .evidence import Chain, Meeting, Question

MIN_BITS = {"RSA": 2048, "RSASSA-PSS": 2048, "EC": 224}

WEAK_SIGNATURES = frozenset(
    (
        "md2WithRSAEncryption",
        "md4WithRSAEncryption",
        "md5WithRSAEncryption",
        "sha1WithRSAEncryption",
        "sha1WithRSA",
        "dsaWithSHA1",
        "ecdsa-with-SHA1",
        "RSASSA-PSS-MD5",
        "RSASSA-PSS-SHA1",
    ),
)


def self_signed(chain: Chain) -> tuple[Finding, ...]:
    """The leaf vouches for itself."""
    if not chain.leaf.self_signed:
        return ()
    text = f"The {chain.side}'s certificate is signed by itself: nobody else vouches for it."
    return (Finding("self-signed-certificate", Severity.MEDIUM, text, "RFC 5280 §3.2"),)


def weak_key(chain: Chain) -> tuple[Finding, ...]:
    """A key of the chain is too short, or DSA."""
    return _each(chain, "weak-key", _key_fault)


def weak_signature(chain: Chain) -> tuple[Finding, ...]:
    """A certificate of the chain is signed with MD5 or SHA-1; a root's own signature says nothing."""
    return _each(chain, "weak-signature", _signature_fault)


def expired(meeting: Meeting) -> tuple[Finding, ...]:
    """The leaf's time was over when the handshake began."""
    end = meeting.leaf.not_after
    if end is None or meeting.moment is None or meeting.moment <= end:
        return ()
    text = f"The {meeting.side}'s certificate expired on {end}, before this handshake."
    return (Finding("certificate-expired", Severity.HIGH, text, "RFC 5280 §4.1.2.5"),)


def not_yet_valid(meeting: Meeting) -> tuple[Finding, ...]:
    """The leaf's time had not come when the handshake began."""
    begin = meeting.leaf.not_before
    if begin is None or meeting.moment is None or meeting.moment >= begin:
        return ()
    text = f"The {meeting.side}'s certificate is valid from {begin}, after this handshake."
    return (Finding("certificate-not-yet-valid", Severity.HIGH, text, "RFC 5280 §4.1.2.5"),)


def name_mismatch(leaf: Certificate, asked: Question) -> tuple[Finding, ...]:
    """The server's certificate is not for the name that the client asked for, or only by its common name."""
    if leaf.error:  # the name may be among what could not be read
        return ()
    how = match(leaf, asked.name)
    if how is Match.COMMON_NAME:
        text = f"The server's certificate names {asked.name} as its common name only, which clients refuse."
        return (Finding("common-name-only", Severity.LOW, text, "RFC 9525"),)
    if how is not None or asked.hidden or _is_for_spiffe(leaf):
        return ()
    text = f"The server's certificate is not for {asked.name}, the name that the client asked for."
    return (Finding("name-mismatch", Severity.HIGH, text, "RFC 9525 §6"),)


def _each(chain: Chain, rule: str, fault: Callable[[Certificate], str | None]) -> tuple[Finding, ...]:
    faults = [fault(certificate) for certificate in chain.certificates]
    if not any(faults):
        return ()
    return tuple(
        Finding(rule, Severity.MEDIUM, f"{_which(chain, position)} {sentence}.", "RFC 9325 §4.5")
        for position, sentence in enumerate(faults)
        if sentence is not None
    )


def _which(chain: Chain, position: int) -> str:
    if position == 0:
        return f"The {chain.side}'s certificate"
    return f"Certificate {position + 1} of the {chain.side}'s chain"


def _key_fault(certificate: Certificate) -> str | None:
    key = certificate.public_key
    if key is None or key.algorithm is None:
        return None
    if key.algorithm == "DSA":
        return "has a DSA key"
    needed = MIN_BITS.get(key.algorithm, 0)
    if key.bits is None or key.bits >= needed:
        return None
    return f"has a key of only {key.bits} bits ({key.algorithm})"


def _signature_fault(certificate: Certificate) -> str | None:
    algorithm = certificate.signature_algorithm
    if algorithm not in WEAK_SIGNATURES or certificate.self_signed is not False:
        return None
    return f"is signed with {algorithm}, which can be forged"


def _is_for_spiffe(leaf: Certificate) -> bool:
    """Tell a peer that is known by its SPIFFE name, whatever server_name says."""
    return any(name.startswith("uri:spiffe://") for name in leaf.subject_alternative_names)
