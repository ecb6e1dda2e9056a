"""Openers of what runs over IP: GRE, ERSPAN, VXLAN, GENEVE, GTP-U, Teredo. One header off, what follows out."""

from tlsscope.wire import MalformedError

from .layers import (
    DEEPEST,
    ERSPAN_1,
    ERSPAN_2,
    ERSPAN_3,
    ETHERNET,
    IP_OF_ANY_VERSION,
    IPV6,
    NOTHING,
    PPP,
    Layers,
    only_ethertype,
)

_CHECKSUM, _ROUTING, _KEY, _SEQUENCE, _ACKNOWLEDGMENT = 0x8000, 0x4000, 0x2000, 0x1000, 0x0080
_TRANSPARENT_BRIDGING = 0x6558
_GRE_PPP, _GRE_ERSPAN, _GRE_ERSPAN_3 = 0x880B, 0x88BE, 0x22EB
_USER_DATA = 255  # 3GPP TS 29.281 §6.1: the message that carries a packet


def gre(layers: Layers) -> int:
    """RFC 2784 §2 and RFC 2890 §2; version 1 is PPTP's (RFC 2637 §4.1). Source routes (RFC 1701) are not followed."""
    flags, protocol = layers.uint16(), layers.uint16()
    version = flags & 0x0007
    if version > 1 or flags & _ROUTING:
        return NOTHING
    layers.label("gre")
    words = [_CHECKSUM, _KEY, _SEQUENCE]
    if version == 1:
        words.append(_ACKNOWLEDGMENT)
    layers.skip(4 * sum(1 for word in words if flags & word))
    if protocol == _GRE_PPP:
        layers.label("ppp")
        return PPP
    if protocol == _GRE_ERSPAN:
        return ERSPAN_2 if flags & _SEQUENCE else ERSPAN_1
    return ERSPAN_3 if protocol == _GRE_ERSPAN_3 else _carried(protocol)


def erspan_1(layers: Layers) -> int:
    """draft-foschiano-erspan §4.1: no header at all."""
    layers.label("erspan")
    return ETHERNET


def erspan_2(layers: Layers) -> int:
    """draft-foschiano-erspan §4.2: eight bytes, ten bits of them the session."""
    layers.skip(2)
    layers.label(f"erspan {layers.uint16() & 0x03FF}")
    layers.skip(4)
    return ETHERNET


def erspan_3(layers: Layers) -> int:
    """draft-foschiano-erspan §4.3: twelve bytes, and eight of the platform's where the last bit says so."""
    layers.skip(2)
    layers.label(f"erspan {layers.uint16() & 0x03FF}")
    layers.skip(6)
    last = layers.uint16()
    if last & 1:
        layers.skip(8)
    frame_type = last >> 10 & 0x1F
    if frame_type == 0:
        return ETHERNET
    return IP_OF_ANY_VERSION if frame_type == 2 else NOTHING


def vxlan(layers: Layers) -> int:
    """RFC 7348 §5: the I flag, 24 bits of network, a whole Ethernet frame."""
    if not layers.uint8() & 0x08:
        return NOTHING
    layers.skip(3)
    layers.label(f"vxlan {layers.uint24()}")
    layers.skip(1)
    return ETHERNET


def geneve(layers: Layers) -> int:
    """RFC 8926 §3.4: version 0, options in units of four bytes, an ethertype, 24 bits of network."""
    first = layers.uint8()
    if first >> 6:
        return NOTHING
    layers.skip(1)
    protocol = layers.uint16()
    layers.label(f"geneve {layers.uint24()}")
    layers.skip(1 + 4 * (first & 0x3F))
    return _carried(protocol)


def gtp(layers: Layers) -> int:
    """3GPP TS 29.281 §5.1: version 1, a tunnel of 32 bits, optional fields, a chain of extension headers."""
    flags, message = layers.uint8(), layers.uint8()
    if flags >> 4 != 0x3 or message != _USER_DATA:
        return NOTHING
    length = layers.uint16()
    layers.label(f"gtp 0x{layers.uint32():x}")
    layers.limit(length)
    if flags & 0x07:
        layers.skip(3)
        following = layers.uint8()
        if flags & 0x04:
            _skip_extensions(layers, following)
    return IP_OF_ANY_VERSION


def _skip_extensions(layers: Layers, following: int) -> None:
    for _ in range(DEEPEST):
        if not following:
            return
        length = 4 * layers.uint8()
        if not length:
            raise MalformedError("an extension header of no length")
        layers.skip(length - 2)
        following = layers.uint8()
    raise MalformedError("too many extension headers")


def teredo(layers: Layers) -> int:
    """RFC 4380 §5.1.1: IPv6, behind an authentication and an origin indication where they are."""
    layers.label("teredo")
    for _ in range(2):
        if layers.peek() >> 4 == 6:
            return IPV6
        indication = layers.uint16()
        if indication > 1:
            return NOTHING
        layers.skip(6 if indication == 0 else layers.uint8() + layers.uint8() + 9)
    return IPV6 if layers.peek() >> 4 == 6 else NOTHING


def _carried(protocol: int) -> int:
    return ETHERNET if protocol == _TRANSPARENT_BRIDGING else only_ethertype(protocol)
