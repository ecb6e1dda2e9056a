"""What is read from the exact bytes of a certificate: names, key and signature algorithm. DER enters,
fields leave.

Libraries re-encode these or refuse them (odd keys, wrong UTF-8); digests and comparisons need them as
they were sent.
"""

import hashlib
from typing import NamedTuple

from tlsscope.wire import MalformedError

from . import keys, names
from .der import INTEGER, SEQUENCE, elements, first
from .reading import Reading

VERSION_TAG = 0xA0  # [0] EXPLICIT Version


class Outline(NamedTuple):
    """The DER of some parts of a TBSCertificate, RFC 5280 §4.1."""

    signature: bytes
    issuer: bytes
    subject: bytes
    spki: bytes


def fill(der: bytes, reading: Reading) -> None:
    """Fill in what the exact bytes tell."""
    try:
        parts = outline(der)
    except MalformedError as fault:
        reading.fault("certificate", fault)
        return
    reading.fields["spki_sha256"] = hashlib.sha256(parts.spki).hexdigest()
    reading.attempt("subject", names.name_text, parts.subject)
    reading.attempt("common_name", names.common_name, parts.subject)
    reading.attempt("issuer", names.name_text, parts.issuer)
    reading.attempt("public_key", keys.public_key, parts.spki)
    reading.attempt("signature_algorithm", keys.signature_algorithm, parts.signature)
    if parts.issuer != parts.subject:
        reading.fields["self_signed"] = False


def outline(der: bytes) -> Outline:
    """Find the parts; raises `MalformedError`."""
    certificate = first(der, SEQUENCE)
    parts = elements(first(certificate.content, SEQUENCE).content)
    if parts and parts[0].tag == VERSION_TAG:
        parts = parts[1:]
    if [part.tag for part in parts[:6]] != [INTEGER] + [SEQUENCE] * 5:
        raise MalformedError("no TBSCertificate")
    _serial, signature, issuer, _validity, subject, spki = (part.whole for part in parts[:6])
    return Outline(signature, issuer, subject, spki)
