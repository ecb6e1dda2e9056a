"""Does a certificate name this server? Facts and a name enter; how it matched leaves (RFC 9525, RFC 6125).

The name is what a client puts into server_name: a host name of A-labels (RFC 6066 §3) or, against that RFC,
an address.
"""

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address

from .model import Certificate

MAX_NAME = 255  # RFC 1035 §2.3.4
LARGEST_REMEMBERED = 8192  # bytes of a certificate whose matches are remembered


class Match(StrEnum):
    """By which of its names a certificate matched."""

    DNS = "dns"
    WILDCARD = "wildcard"
    IP = "ip"
    COMMON_NAME = "common-name"  # the old fallback, given up by RFC 9525


def matches(certificate: Certificate, server_name: str) -> bool:
    """Tell whether the certificate is for this name, the fallback to the common name included."""
    return match(certificate, server_name) is not None


def match(certificate: Certificate, server_name: str) -> Match | None:
    """Tell by which of its names the certificate is for this name; None where by none."""
    if len(server_name) > MAX_NAME:
        return None
    find = _recall_match if certificate.size <= LARGEST_REMEMBERED else _find_match
    return find(certificate.subject_alternative_names, certificate.common_name, server_name)


def _find_match(
    alternative_names: tuple[str, ...], common_name: str | None, server_name: str
) -> Match | None:
    address = _canonical_address(server_name)
    if address is not None:  # never against host names, RFC 9525 §6.4
        return Match.IP if f"ip:{address}" in alternative_names else None
    host = _host(server_name)
    patterns = [_host(name[4:]) for name in alternative_names if name.startswith("dns:")]
    if host in patterns:
        return Match.DNS
    if any(_covers(pattern, host) for pattern in patterns):
        return Match.WILDCARD
    # RFC 6125 §6.4.4: the common name counts only where no DNS name stands beside it
    if common_name is not None and not patterns and _is_or_covers(_host(common_name), host):
        return Match.COMMON_NAME
    return None


_recall_match = lru_cache(maxsize=4096)(_find_match)


def _host(name: str) -> str:
    """Fold the case of ASCII letters only (RFC 9525 §6.3) and drop the root's dot."""
    return (name.lower() if name.isascii() else name).removesuffix(".")


def _covers(pattern: str, host: str) -> bool:
    """Match a wildcard: the whole left-most label and exactly one label of the host, RFC 9525 §6.3."""
    if not pattern.startswith("*.") or "*" in pattern[1:]:
        return False
    label, dot, parent = host.partition(".")
    return bool(label and dot) and parent == pattern[2:]


def _is_or_covers(pattern: str, host: str) -> bool:
    return pattern == host or _covers(pattern, host)


def _canonical_address(name: str) -> str | None:
    text = name.removeprefix("[").removesuffix("]")
    if ":" not in text and not text[-1:].isdigit():  # a host name: nothing to try
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        return None
