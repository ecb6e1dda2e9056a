"""Does a certificate name this server? Facts and a name enter; how it matched leaves (RFC 9525, RFC 6125).

The name is what a client puts into server_name: a host name of A-labels (RFC 6066 §3) or, against that RFC,
an address. Kernel file: compiled where a C compiler is found (types in `match.pxd`), interpreted otherwise.
"""

from enum import StrEnum
from ipaddress import ip_address

from .model import Certificate

MAX_NAME = 255  # RFC 1035 §2.3.4


class Match(StrEnum):
    """By which of its names a certificate matched."""

    DNS = "dns"
    WILDCARD = "wildcard"
    IP = "ip"
    COMMON_NAME = "common-name"  # the old fallback, given up by RFC 9525


DNS, WILDCARD, IP, COMMON_NAME = Match  # looking a member up costs more than comparing names


def matches(certificate: Certificate, server_name: str) -> bool:
    """Tell whether the certificate is for this name, the fallback to the common name included."""
    return match(certificate, server_name) is not None


def match(certificate: Certificate, server_name: str) -> Match | None:
    """Tell by which of its names the certificate is for this name; None where by none."""
    return Names(certificate).match(server_name)


class Names:
    """What a certificate is for, made ready for many questions."""

    __slots__ = ("_common_name", "_hosts", "_known", "_parents")

    def __init__(self, certificate: Certificate) -> None:
        self._known = frozenset(certificate.subject_alternative_names)
        self._hosts = frozenset([_host(name[4:]) for name in self._known if name.startswith("dns:")])
        self._parents = frozenset([pattern[2:] for pattern in self._hosts if _is_wildcard(pattern)])
        # RFC 6125 §6.4.4: the common name counts only where no DNS name stands beside it
        name = None if self._hosts else certificate.common_name
        self._common_name = None if name is None else _host(name)

    def match(self, server_name: str) -> Match | None:
        """Tell by which of them it is for this name; None where by none."""
        if len(server_name) > MAX_NAME:
            return None
        address = _canonical_address(server_name)
        if address is not None:  # never against host names, RFC 9525 §6.4
            return IP if f"ip:{address}" in self._known else None
        host = _host(server_name)
        if host in self._hosts:
            return DNS
        parent = _parent(host)
        if parent is not None and parent in self._parents:
            return WILDCARD
        common = self._common_name
        if common is not None and (common == host or (_is_wildcard(common) and common[2:] == parent)):
            return COMMON_NAME
        return None


def _host(name: str) -> str:
    """Fold the case of ASCII letters only (RFC 9525 §6.3) and drop the root's dot."""
    return (name.lower() if name.isascii() else name).removesuffix(".")


def _is_wildcard(pattern: str) -> bool:
    """Tell a wildcard that counts: the whole left-most label, RFC 9525 §6.3."""
    return pattern.startswith("*.") and "*" not in pattern[1:]


def _parent(host: str) -> str | None:
    """Drop the one label that a wildcard stands for; None where there is nothing to drop, or nothing left."""
    dot = host.find(".")
    return host[dot + 1 :] if dot > 0 else None


def _canonical_address(name: str) -> str | None:
    text = name.removeprefix("[").removesuffix("]")
    if ":" not in text and not (text and text[len(text) - 1].isdigit()):  # a host name: nothing to try
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        return None
