"""Live capture through scapy's sockets, for systems without packet rings: slower, an object for each packet.

Windows are built in a buffer of our own, and leave as from every other source.
"""

import select
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any

from tlsscope.anomalies import Anomaly
from tlsscope.errors import TlsscopeError

from .blocks import Interface
from .frames import CAPACITY, Frames
from .live import BEAT_MILLISECONDS, NANOSECONDS
from .packet_socket import LEVEL, STATISTICS, Settings

_ROOM = 4 << 20
_KERNEL_ROOM = 8 << 20  # asked of the kernel for each socket; it gives what it may
_COUNTS = struct.Struct("=II")  # struct tpacket_stats
_BEAT = BEAT_MILLISECONDS / 1000
_OLD_RAW, _RAW_IP = 12, 101  # DLT_RAW, LINKTYPE_RAW


class ScapyCapture:
    """Several of scapy's listening sockets."""

    def __init__(self, interfaces: Sequence[str], settings: Settings) -> None:
        self.name = ",".join(interfaces)
        self.buffer = memoryview(bytearray(_ROOM))
        self.secrets: list[bytes] = []
        self.anomalies: list[Anomaly] = []
        self.consumed = 0
        self.now = time.time_ns()
        self._frames = Frames()
        self._snaplen = settings.snaplen
        self._stopped = False
        self._names = list(interfaces)
        self._drops = dict.fromkeys(interfaces, 0)
        self._sockets = _open(interfaces, settings)
        self.interfaces = [
            Interface(_link_type(one), settings.snaplen, name, digits=NANOSECONDS)
            for name, one in zip(interfaces, self._sockets, strict=True)
        ]

    def windows(self) -> Iterator[Frames]:
        """Yield windows until stopped."""
        frames = self._frames
        frames.count = 0
        try:
            while not self._stopped:
                self._gather()
                self.now = max(self.now, time.time_ns() - int(_BEAT * 1e9))
                yield frames
                frames.first += frames.count
                frames.count = 0
        finally:
            self.drops()
            for one in self._sockets:
                one.close()

    def stop(self) -> None:
        """End."""
        self._stopped = True

    def drops(self) -> dict[str, int]:
        """Ask the kernel where that can be asked; scapy itself does not tell."""
        for name, one in zip(self._names, self._sockets, strict=True):
            if sys.platform == "linux" and not one.closed:
                self._drops[name] += _COUNTS.unpack(one.ins.getsockopt(LEVEL, STATISTICS, _COUNTS.size))[1]
        return dict(self._drops)

    def notices(self) -> list[str]:
        """Nothing is known of interfaces either."""
        return []

    def _gather(self) -> None:
        """Take packets for one beat, or until the window is full."""
        end = time.monotonic() + _BEAT
        position = 0
        while self._frames.count < CAPACITY and (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select(self._sockets, [], [], left)
            for one in ready:
                _layer, packet, seconds = one.recv_raw(self._snaplen)
                if packet is not None and self._frames.count < CAPACITY:
                    position = self._add(packet, self._sockets.index(one), position, seconds)
            if _ROOM - position < 2 * self._snaplen:
                return

    def _add(self, packet: bytes, interface: int, position: int, seconds: float | None) -> int:
        frames = self._frames
        row = frames.count
        size = len(packet)
        self.buffer[position : position + size] = packet
        frames.time[row] = int((seconds or time.time()) * 1e9)
        frames.offset[row] = position
        frames.captured[row] = frames.original[row] = size
        frames.interface[row] = interface
        frames.count = row + 1
        self.consumed += size
        return position + size


def _open(interfaces: Sequence[str], settings: Settings) -> list[Any]:
    import scapy.arch  # here: half a second, for those who ask; it chooses the sockets
    import scapy.layers.inet  # noqa: F401 - it names the link layers
    from scapy.config import conf
    from scapy.error import Scapy_Exception

    options: dict[str, Any] = {"filter": settings.expression} if settings.expression else {}
    conf.bufsize = _KERNEL_ROOM
    found = []
    try:
        for name in interfaces:
            # A socket that can send leaves out what goes out: on loopback all of it comes in again.
            kind = conf.L2socket if name.startswith("lo") else conf.L2listen
            found.append(kind(iface=name, promisc=settings.promiscuous, **options))
    except PermissionError as error:
        raise TlsscopeError("no right to capture") from error
    except (OSError, Scapy_Exception, ValueError) as error:
        raise TlsscopeError(f"scapy cannot capture on {','.join(interfaces)}: {error}") from error
    return found


def _link_type(one: Any) -> int:  # scapy has no types
    from scapy.config import conf

    found = int(conf.l2types.layer2num.get(one.LL, 1))
    return _RAW_IP if found == _OLD_RAW else found
