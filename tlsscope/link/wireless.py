"""Openers of 802.11 frames and of what capture drivers put before them. One header off, what follows out.

Only frames in the clear have content: what WEP or WPA protects stays closed. Of several frames aggregated in one
(A-MSDU) the first is opened.
"""

from tlsscope.wire import MalformedError

from .layers import LLC, NOTHING, WIRELESS, WIRELESS_PADDED, Layers

_PADDED, _BAD_CHECKSUM = 0x20, 0x40  # radiotap's flags
_BOTH_SYSTEMS, _MORE_FRAGMENTS, _PROTECTED, _ORDER = 0x03, 0x04, 0x40, 0x80  # 802.11's


def radiotap(layers: Layers) -> int:
    """radiotap.org: version 0, the header's length, words that say which fields are present, the fields."""
    if layers.uint8() != 0:
        return NOTHING
    layers.skip(1)
    length = layers.little16()
    if length < 8:
        raise MalformedError("a radiotap header of fewer than 8 bytes")
    flags = _radiotap_flags(layers.bytes(length - 4))
    if flags & _BAD_CHECKSUM:
        return NOTHING
    return WIRELESS_PADDED if flags & _PADDED else WIRELESS


def _radiotap_flags(header: bytes) -> int:
    """Find the field of flags; `header` begins with the present words, four bytes into the radiotap header."""
    if not header[0] & 0x02:
        return 0
    words = 1
    while 4 * words <= len(header) and header[4 * words - 1] & 0x80:
        words += 1
    at = 4 + 4 * words
    if header[0] & 0x01:  # the clock of eight bytes, aligned to eight
        at += (-at & 7) + 8
    return header[at - 4] if at - 4 < len(header) else 0


def avs(layers: Layers) -> int:
    """AVS (link type 163): a magic, and the length of the header."""
    layers.skip(4)
    layers.skip(layers.uint32() - 8)
    return WIRELESS


def prism(layers: Layers) -> int:
    """Prism (link type 119): 144 bytes, or an AVS header, which says so."""
    if layers.peek() == 0x80:
        return avs(layers)
    layers.skip(144)
    return WIRELESS


def wireless(layers: Layers) -> int:
    """IEEE 802.11 §9.3.2: a data frame that nobody encrypted or fragmented."""
    return _data(layers, 1)


def wireless_padded(layers: Layers) -> int:
    """Read one whose header the driver padded to a multiple of four bytes."""
    return _data(layers, 4)


def _data(layers: Layers, alignment: int) -> int:
    start = layers.offset
    control, flags = layers.uint8(), layers.uint8()
    if control & 0x4F != 0x08 or flags & (_PROTECTED | _MORE_FRAGMENTS):  # version 0, data, not null
        return NOTHING
    layers.skip(20)
    if layers.little16() & 0x000F:  # a later fragment
        return NOTHING
    if flags & _BOTH_SYSTEMS == _BOTH_SYSTEMS:
        layers.skip(6)
    aggregated = 0
    if control & 0x80:  # quality of service, §9.2.4.5
        aggregated = layers.little16() & 0x80
        if flags & _ORDER:
            layers.skip(4)
    layers.skip((start - layers.offset) % alignment)
    if aggregated:
        layers.skip(12)
        layers.limit(layers.uint16())
    return LLC
