"""Who somebody is, in one short phrase: a certificate or an endpoint enters, text leaves."""

import re

from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Endpoint

_COMMON_NAME = re.compile(r"(?:^|[,+])CN=((?:\\.|[^,+\\])*)")
_ESCAPE = re.compile(r"\\([ \"#+,;<=>\\])")  # RFC 4514 §2.4


def identity(certificate: Certificate) -> str:
    """Name whom a certificate speaks of: a SPIFFE or other URI, else the common name, else another name."""
    names = certificate.subject_alternative_names
    uri = next((name[4:] for name in names if name.startswith("uri:")), None)
    if uri is not None:
        return uri
    named = common_name(certificate.subject)
    if named:
        return named
    if names:
        return names[0].split(":", 1)[1]
    return certificate.subject or f"sha256 {certificate.sha256[:16]}"


def common_name(name: str | None) -> str | None:
    """Find the most specific common name in RFC 4514 text."""
    found = _COMMON_NAME.search(name or "")
    return None if found is None else _ESCAPE.sub(r"\1", found[1])


def endpoint(place: Endpoint) -> str:
    """Write an address with its port, RFC 5952 §6."""
    return f"[{place.ip}]:{place.port}" if ":" in place.ip else f"{place.ip}:{place.port}"
