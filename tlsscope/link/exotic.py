"""Openers of rare link types: PPP's dresses, NFLOG, PPI, FDDI, token ring. One header off, what follows out."""

from tlsscope.wire import MalformedError

from .layers import CISCO_HDLC, LLC, NOTHING, PPP, PPPOE, WIRELESS, Layers, Opener, by_version
from .wireless import avs, prism, radiotap

_NFLOG_PAYLOAD = 9


def ppp_or_cisco(layers: Layers) -> int:
    """Link type 50: PPP in HDLC-like framing, or Cisco's framing, which begins with 0f or 8f."""
    return CISCO_HDLC if layers.peek() in (0x0F, 0x8F) else PPP


def ppp_with_direction(layers: Layers) -> int:
    """Link type 204: one byte says who sent it."""
    layers.skip(1)
    return PPP


def ppp_of_daemon(layers: Layers) -> int:
    """Link type 166: a direction stands in the place of the address."""
    layers.skip(2)
    return PPP


def nflog(layers: Layers) -> int:
    """Link type 239: family, version 0, a group; then attributes in the byte order of the host that captured."""
    layers.skip(4)
    while len(layers) >= 4:
        head = layers.bytes(4)
        order = _order(head, len(layers))
        length, kind = _number(head[:2], order), _number(head[2:], order)
        if not 4 <= length <= len(layers) + 4:
            raise MalformedError("an attribute of an impossible length")
        if kind == _NFLOG_PAYLOAD:
            layers.limit(length - 4)
            return by_version(layers)
        layers.skip(min(length - 4 + (-length & 3), len(layers)))
    return NOTHING


def _order(head: bytes, left: int) -> str:
    """Tell the byte order by the length that is possible."""
    return "little" if 4 <= _number(head[:2], "little") <= left + 4 else "big"


def _number(raw: bytes, order: str) -> int:
    return int.from_bytes(raw, "little" if order == "little" else "big")


def per_packet_information(layers: Layers) -> int:
    """Link type 192 (PPI): version, flags, length, link type of what follows."""
    layers.skip(2)
    length = layers.little16()
    inner = layers.little16()
    layers.skip(2)  # the upper half of the inner link type
    layers.skip(length - 8)
    return WIRELESS if inner == 105 else NOTHING


def fddi(layers: Layers) -> int:
    """Link type 10: frame control, two addresses."""
    if layers.uint8() & 0xF0 != 0x50:  # an LLC frame
        return NOTHING
    layers.skip(12)
    return LLC


def token_ring(layers: Layers) -> int:
    """Link type 6, IEEE 802.5: access control, frame control, two addresses, a route where the source says so."""
    layers.skip(1)
    if layers.uint8() & 0xC0 != 0x40:  # an LLC frame
        return NOTHING
    layers.skip(6)
    routed = layers.peek() & 0x80
    layers.skip(6)
    if routed:
        layers.skip(layers.peek() & 0x1F)
    return LLC


def straight(content: int) -> Opener:
    """Give the opener of a link type that is nothing but `content`."""
    return lambda _: content


RARE_LINKS: dict[int, Opener] = {
    6: token_ring,
    9: straight(PPP),
    10: fddi,
    50: ppp_or_cisco,
    51: straight(PPPOE),
    100: straight(LLC),  # RFC 1483
    104: straight(CISCO_HDLC),
    105: straight(WIRELESS),
    119: prism,
    127: radiotap,
    163: avs,
    166: ppp_of_daemon,
    192: per_packet_information,
    204: ppp_with_direction,
    239: nflog,
}
