"""The slower road: link types, ethertypes and transports that are rare enough for plain Python.

One header enters as bytes; the packet inside leaves, as labels, an offset and an ethertype, or None for no IP inside.
"""

from typing import NamedTuple

MOST_LABELS = 4096  # different encapsulations named in one capture
UNKNOWN_LINK = 0

_IPV4 = 0x0800
_IPV6 = 0x86DD


class Inner(NamedTuple):
    """An IP packet inside: its labels (outermost first), its offset and its ethertype."""

    labels: tuple[str, ...]
    offset: int
    protocol: int


_UNKNOWN = Inner((), 0, UNKNOWN_LINK)


def link(link_type: int, frame: bytes) -> Inner | None:  # noqa: ARG001 (the door for exotic links)
    """Open a frame of a rare link type."""
    return _UNKNOWN


def ethertype(protocol: int, data: bytes) -> Inner | None:  # noqa: ARG001 (the door for PPPoE, MPLS, LLC …)
    """Open what follows an ethertype that is not IP."""
    return None


def transport(protocol: int, data: bytes) -> Inner | None:
    """Open a transport that may carry IP: 4 and 41 are IP in IP (RFC 2003, RFC 4213)."""
    if protocol == 4 and data:
        return Inner(("ip-in-ip",), 0, _IPV4)
    if protocol == 41 and data:
        return Inner(("ip-in-ip",), 0, _IPV6)
    return None
