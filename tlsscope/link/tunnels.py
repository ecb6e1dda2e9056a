"""The slower road: link types, ethertypes and transports that are rare enough for plain Python.

What follows a header that the kernel does not read enters as bytes; the IP packet inside leaves as labels, offset, end
and ethertype: None for no IP inside. Every length is obeyed; what contradicts itself is MALFORMED.
"""

from typing import NamedTuple

from tlsscope.wire import MalformedError

from . import exotic, layers, overlays, tags, wireless
from .layers import DEEPEST, IPV4, IPV6, Layers, Opener

MOST_LABELS = 4096  # different encapsulations named in one capture
UNKNOWN_LINK = 0
MALFORMED = -1

_IP_IN_IP, _IPV6_IN_IP, _GRE, _UDP = 4, 41, 47, 17
_UDP_HEADER = 8


class Inner(NamedTuple):
    """An IP packet inside: its labels (outermost first), its offset and end, its ethertype."""

    labels: tuple[str, ...]
    offset: int
    stop: int
    protocol: int


_UNKNOWN = Inner((), 0, 0, UNKNOWN_LINK)
_MALFORMED = Inner((), 0, 0, MALFORMED)

_CONTENTS: dict[int, Opener] = {
    0x8100: tags.vlan,
    0x88A8: tags.vlan,
    0x9100: tags.vlan,
    0x8847: tags.mpls,
    0x8848: tags.mpls,
    0x8864: tags.pppoe,
    0x88E7: tags.backbone,
    0x8909: tags.security_group,
    0x8926: tags.vn_tag,
    layers.ETHERNET: tags.ethernet,
    layers.LLC: tags.llc,
    layers.PPP: tags.ppp,
    layers.CISCO_HDLC: tags.cisco_hdlc,
    layers.ERSPAN_1: overlays.erspan_1,
    layers.ERSPAN_2: overlays.erspan_2,
    layers.ERSPAN_3: overlays.erspan_3,
    layers.WIRELESS: wireless.wireless,
    layers.WIRELESS_PADDED: wireless.wireless_padded,
    layers.IP_OF_ANY_VERSION: layers.by_version,
}

_PORTS: dict[int, Opener] = {
    2152: overlays.gtp,
    3544: overlays.teredo,
    4789: overlays.vxlan,
    6081: overlays.geneve,
    8472: overlays.vxlan,  # Linux's own, before there was a registered one
}


def link(link_type: int, frame: bytes) -> Inner | None:
    """Open a frame of a rare link type."""
    opener = exotic.RARE_LINKS.get(link_type)
    return _open(Layers(frame), opener) if opener else _UNKNOWN


def ethertype(protocol: int, data: bytes) -> Inner | None:
    """Open what follows an ethertype that is not IP."""
    return _open(Layers(data), lambda opened: layers.typed(opened, protocol))


def transport(protocol: int, data: bytes) -> Inner | None:
    """Open a transport that may carry packets: IP in IP (RFC 2003, RFC 4213), GRE, UDP to or from a tunnel's port."""
    opener = _TRANSPORTS.get(protocol)
    return _open(Layers(data), opener) if opener else None


def _open(opened: Layers, opener: Opener) -> Inner | None:
    """Take header after header off, until IP or nothing known is left."""
    try:
        for _ in range(2 * DEEPEST):
            content = opener(opened)
            if content == IPV4 or content == IPV6:
                return Inner(tuple(opened.labels), opened.offset, opened.stop, content)
            if content not in _CONTENTS:
                return None
            opener = _CONTENTS[content]
    except MalformedError:
        return _MALFORMED
    return _MALFORMED


def _ipv4_in_ip(opened: Layers) -> int:
    opened.label("ip-in-ip")
    return IPV4


def _ipv6_in_ip(opened: Layers) -> int:
    opened.label("ip-in-ip")
    return IPV6


def _datagram(opened: Layers) -> int:
    source, target = opened.uint16(), opened.uint16()
    length = opened.uint16()
    opened.skip(2)
    if length >= _UDP_HEADER:  # 0 is a jumbogram's, or an offload's
        opened.limit(length - _UDP_HEADER)
    opener = _PORTS.get(target) or _PORTS.get(source)
    return opener(opened) if opener else layers.NOTHING


_TRANSPORTS: dict[int, Opener] = {
    _IP_IN_IP: _ipv4_in_ip,
    _UDP: _datagram,
    _IPV6_IN_IP: _ipv6_in_ip,
    _GRE: overlays.gre,
}
