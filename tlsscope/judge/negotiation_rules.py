"""Rules on what was negotiated: version and cipher suite enter, findings leave."""

from typing import NamedTuple

from tlsscope import tables
from tlsscope.constants import SSL_2_0, SSL_3_0, TLS_1_0, TLS_1_1
from tlsscope.session.model import Finding, Severity

from .evidence import Negotiated

DTLS_1_0, DTLS_1_0_BEFORE_RFC = 0xFEFF, 0x0100

# Severity and where the version was given up
OLD_VERSIONS = {
    SSL_2_0: (Severity.HIGH, "RFC 6176"),
    SSL_3_0: (Severity.HIGH, "RFC 7568"),
    TLS_1_0: (Severity.MEDIUM, "RFC 8996 §4"),
    TLS_1_1: (Severity.MEDIUM, "RFC 8996 §5"),
    DTLS_1_0: (Severity.MEDIUM, "RFC 8996"),
    DTLS_1_0_BEFORE_RFC: (Severity.MEDIUM, "RFC 8996"),
}


class Weakness(NamedTuple):
    """What is wrong with a cipher suite."""

    severity: Severity
    text: str
    reference: str


EXPORT = Weakness(Severity.HIGH, "has keys cut down for export", "RFC 9325 §4.1")
MD5 = Weakness(Severity.MEDIUM, "authenticates records with MD5", "RFC 6151 §2")

# How the cipher's name begins, and what is wrong with it. The worst come first.
WEAK_CIPHERS = (
    ("NULL", Weakness(Severity.HIGH, "does not encrypt", "RFC 9325 §4.1")),
    ("RC4", Weakness(Severity.HIGH, "uses RC4", "RFC 7465 §2")),
    ("RC2", Weakness(Severity.HIGH, "uses RC2", "RFC 9325 §4.1")),
    ("DES", Weakness(Severity.HIGH, "uses single DES", "RFC 5469")),
    ("3DES", Weakness(Severity.MEDIUM, "uses Triple DES, with blocks of 64 bits", "RFC 9325 §4.1")),
    ("IDEA", Weakness(Severity.MEDIUM, "uses IDEA, with blocks of 64 bits", "RFC 5469")),
)

# Key exchanges known to be without forward secrecy. What is not known is not judged.
STATIC_KEY_EXCHANGES = frozenset(
    ("RSA", "RSA_PSK", "PSK", "DH_DSS", "DH_RSA", "ECDH_ECDSA", "ECDH_RSA", "KRB5"),
)


def old_version(seen: Negotiated) -> tuple[Finding, ...]:
    """Version below TLS 1.2 or DTLS 1.2."""
    if seen.version not in OLD_VERSIONS:
        return ()
    severity, reference = OLD_VERSIONS[seen.version]
    text = f"{tables.version_name(seen.version)} was negotiated, which must not be used any more."
    return (Finding("old-version", severity, text, reference),)


def weak_cipher_suite(seen: Negotiated) -> tuple[Finding, ...]:
    """No encryption, export keys, broken ciphers, MD5."""
    code, suite = seen.cipher_suite, _suite(seen)
    if code is None or suite is None:
        return ()
    faults = [EXPORT] if suite.export else []
    faults += [weakness for name, weakness in WEAK_CIPHERS if suite.cipher.startswith(name)]
    faults += [MD5] if suite.mac == "MD5" else []
    if not faults:
        return ()
    text = f"{tables.cipher_suite_name(code)} {' and '.join(fault.text for fault in faults)}."
    return (Finding("weak-cipher-suite", faults[0].severity, text, faults[0].reference),)


def anonymous_cipher_suite(seen: Negotiated) -> tuple[Finding, ...]:
    """Nobody proves anything to anybody."""
    code, suite = seen.cipher_suite, _suite(seen)
    if code is None or suite is None or not suite.key_exchange.endswith(("_anon", "NULL")):
        return ()
    text = f"{tables.cipher_suite_name(code)} authenticates neither side."
    return (Finding("anonymous-cipher-suite", Severity.HIGH, text, "RFC 5246 §F.1.1.1"),)


def no_forward_secrecy(seen: Negotiated) -> tuple[Finding, ...]:
    """Who gets the long-term key reads what was recorded."""
    if seen.psk_alone:
        text = "The session keys come from a pre-shared key without a key share: no forward secrecy."
        return (Finding("no-forward-secrecy", Severity.LOW, text, "RFC 8446 §2.2"),)
    code, suite = seen.cipher_suite, _suite(seen)
    if code is None or suite is None or suite.key_exchange not in STATIC_KEY_EXCHANGES:
        return ()
    text = f"{tables.cipher_suite_name(code)} has no forward secrecy."
    return (Finding("no-forward-secrecy", Severity.LOW, text, "RFC 9325 §4.1"),)


def _suite(seen: Negotiated) -> tables.CipherSuite | None:
    return None if seen.cipher_suite is None else tables.cipher_suite(seen.cipher_suite)
