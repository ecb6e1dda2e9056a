"""What the openers of tunnels share: a frame that is being opened from the outside in, and names of what may be next.

An opener takes one header off a `Layers` and gives the content that follows: an ethertype, or a number below.
"""

from collections.abc import Callable

from tlsscope.wire import MalformedError, Reader

DEEPEST = 8  # encapsulations within one frame, and tags or labels of one kind in a row

NOTHING = 0  # nothing that can carry TCP
IPV4 = 0x0800
IPV6 = 0x86DD
MPLS = 0x8847
PPPOE = 0x8864

# Contents that have no ethertype: numbers that no ethertype can be
ETHERNET = 0x1_0001
LLC = 0x1_0002
PPP = 0x1_0003
CISCO_HDLC = 0x1_0004
ERSPAN_1 = 0x1_0005
ERSPAN_2 = 0x1_0006
ERSPAN_3 = 0x1_0007
WIRELESS = 0x1_0008
WIRELESS_PADDED = 0x1_0009
IP_OF_ANY_VERSION = 0x1_000A

_SMALLEST_ETHERTYPE = 1536  # IEEE 802.3 §3.2.6: below it stands the length of an LLC frame


class Layers(Reader):
    """A window that narrows as headers are taken off it. `labels` names the encapsulations, outermost first."""

    __slots__ = ("labels",)

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.labels: list[str] = []

    @property
    def offset(self) -> int:
        """Where the content begins."""
        return self._position

    @property
    def stop(self) -> int:
        """Where it ends."""
        return self._stop

    def label(self, name: str) -> None:
        """Name the encapsulation whose header is being read."""
        self.labels.append(name)

    def skip(self, length: int) -> None:
        """Pass over `length` bytes; a length below 0, as a header's own may come to, is as bad as one too long."""
        if length < 0:
            raise MalformedError(f"a header shorter than its fixed part by {-length} bytes")
        self._advance(length)

    def limit(self, length: int) -> None:
        """Obey a header's word on how much follows. The capture may hold less of it, never more."""
        self._stop = min(self._stop, self._position + length)

    def peek(self) -> int:
        """Look at the next byte."""
        if self._position >= self._stop:
            raise MalformedError("1 byte wanted, 0 left")
        return self._data[self._position]

    def little16(self) -> int:
        """Take two bytes, little-endian."""
        return self.uint8() | self.uint8() << 8


Opener = Callable[[Layers], int]


def ethertype(layers: Layers) -> int:
    """Take a type/length field: an ethertype, or the length of the LLC frame that follows."""
    return typed(layers, layers.uint16())


def typed(layers: Layers, number: int) -> int:
    """Interpret a type/length field that was read already."""
    if number >= _SMALLEST_ETHERTYPE:
        return number
    layers.limit(number)
    return LLC


def only_ethertype(number: int) -> int:
    """Interpret a field that holds an ethertype and never a length."""
    return number if number >= _SMALLEST_ETHERTYPE else NOTHING


def by_version(layers: Layers) -> int:
    """Tell IPv4 from IPv6 by the version field that both begin with."""
    version = layers.peek() >> 4
    if version == 4:
        return IPV4
    return IPV6 if version == 6 else NOTHING
