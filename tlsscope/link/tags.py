"""Openers of what stands between Ethernet and IP: tags, labels, PPPoE, PPP, LLC. One header off, what follows out."""

from .layers import (
    DEEPEST,
    ETHERNET,
    IP_OF_ANY_VERSION,
    IPV4,
    IPV6,
    MPLS,
    NOTHING,
    PPP,
    Layers,
    ethertype,
    only_ethertype,
)

_BRIDGED = (0x0001, 0x0007)  # RFC 2684 §5.2: Ethernet with and without its FCS
_PPP_CONTENTS = {0x0021: IPV4, 0x0057: IPV6, 0x0281: MPLS, 0x0283: MPLS}


def ethernet(layers: Layers) -> int:
    """Two addresses and a type/length."""
    layers.skip(12)
    return ethertype(layers)


def vlan(layers: Layers) -> int:
    """IEEE 802.1Q §9.6: priority, drop eligibility and 12 bits of VLAN."""
    layers.label(f"vlan {layers.uint16() & 0x0FFF}")
    return ethertype(layers)


def backbone(layers: Layers) -> int:
    """IEEE 802.1Q §9.7 (PBB): flags and 24 bits of service, then the customer's whole frame."""
    layers.label(f"pbb {layers.uint32() & 0xFF_FFFF}")
    return ETHERNET


def vn_tag(layers: Layers) -> int:
    """IEEE 802.1BR's forerunner: 32 bits of virtual interfaces."""
    layers.skip(4)
    layers.label("vntag")
    return ethertype(layers)


def security_group(layers: Layers) -> int:
    """Cisco Metadata: version, length, one option that holds the security group tag."""
    layers.skip(4)
    layers.label(f"sgt {layers.uint16()}")
    return ethertype(layers)


def mpls(layers: Layers) -> int:
    """RFC 3032 §2.1: label stack entries up to the one that says it is the last."""
    for _ in range(DEEPEST):
        entry = layers.uint32()
        layers.label(f"mpls {entry >> 12}")
        if entry & 0x100:
            return _below_labels(layers)
    return NOTHING


def _below_labels(layers: Layers) -> int:
    """Guess by the first nibble, as routers do (RFC 4928 §3): IP, a control word (RFC 4385 §3), or bare Ethernet."""
    nibble = layers.peek() >> 4
    if nibble == 4:
        return IPV4
    if nibble == 6:
        return IPV6
    if nibble == 1:  # an associated channel, RFC 4385 §5
        return NOTHING
    if nibble == 0:
        layers.skip(4)
    return ETHERNET


def pppoe(layers: Layers) -> int:
    """RFC 2516 §4: version and type 1, code 0 for session data, session, length."""
    if layers.uint8() != 0x11 or layers.uint8() != 0:
        return NOTHING
    layers.label(f"pppoe {layers.uint16()}")
    layers.limit(layers.uint16())
    return PPP


def ppp(layers: Layers) -> int:
    """RFC 1661 §2 and §6.5: a protocol of two bytes, or of one odd byte; RFC 1662 §3.1: ff 03 may stand before it."""
    first = layers.uint8()
    if first == 0xFF and len(layers) and layers.peek() == 0x03:
        layers.skip(1)
        first = layers.uint8()
    protocol = first if first & 1 else first << 8 | layers.uint8()
    return _PPP_CONTENTS.get(protocol, NOTHING)


def cisco_hdlc(layers: Layers) -> int:
    """Address, control, ethertype."""
    layers.skip(2)
    return only_ethertype(layers.uint16())


def llc(layers: Layers) -> int:
    """IEEE 802.2: service access points and control; SNAP (RFC 1042) behind AA AA 03."""
    points, control = layers.uint16(), layers.uint8()
    if control != 0x03:
        return NOTHING
    if points == 0x0606:
        return IP_OF_ANY_VERSION
    if points != 0xAAAA:
        return NOTHING
    organization, protocol = layers.uint24(), layers.uint16()
    if organization == 0x0080C2 and protocol in _BRIDGED:
        return ETHERNET
    return only_ethertype(protocol) if organization in (0x000000, 0x0000F8) else NOTHING
