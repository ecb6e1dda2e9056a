"""Live capture on Linux: interfaces enter, windows of frames leave that point into the kernel's rings.

About ten times a second a window leaves even where nothing came, so that time passes for those who wait.
"""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from typing import Protocol

from tlsscope.anomalies import Anomaly, Kind

from .blocks import Interface
from .frames import Frames
from .interfaces import ANY, ETHERNET, LOOPBACK, is_up, link_layer
from .kernel_filter import kernel_filter
from .packet_socket import RETIRE_MILLISECONDS, PacketSocket, Settings

BEAT_MILLISECONDS = 100
MOST_INTERFACES = 1024
NANOSECONDS = 9  # digits
_RAW_IP = 101  # LINKTYPE_RAW: what has no link header begins with IP


class LiveSource(Protocol):
    """A source of frames that has no end of its own."""

    name: str
    buffer: memoryview
    interfaces: list[Interface]
    secrets: list[bytes]
    anomalies: list[Anomaly]
    consumed: int
    now: int  # ns since the epoch: all packets before it have been given

    def windows(self) -> Iterator[Frames]:
        """Yield windows, empty ones too, until stopped."""

    def stop(self) -> None:
        """End soon: what was captured by now is still given."""

    def drops(self) -> dict[str, int]:
        """Count packets lost before they were read, by interface."""

    def notices(self) -> list[str]:
        """Take what happened to interfaces since the last call."""


class LiveCapture:
    """Several rings, read in turn."""

    def __init__(self, interfaces: Sequence[str], settings: Settings) -> None:
        self.name = ",".join(interfaces)
        self.buffer: memoryview = memoryview(b"")
        self.interfaces: list[Interface] = []
        self.secrets: list[bytes] = []
        self.anomalies: list[Anomaly] = []
        self.consumed = 0
        self.now = time.time_ns()
        self._snaplen = settings.snaplen
        self._rows: dict[tuple[str, int], int] = {}
        self._frames = Frames()
        self._seen = 0
        self._stopping = False
        self._over = False
        self._notices: list[str] = []
        self._down: dict[int, PacketSocket] = {}
        instructions = kernel_filter(settings.expression, settings.snaplen)
        self._sockets = {
            one.fileno(): one for one in (PacketSocket(name, settings, instructions) for name in interfaces)
        }
        self._poll = select.poll()
        for one in self._sockets.values():
            self._poll.register(one.fileno(), select.POLLIN)
            if one.interface != ANY:
                self._row(one.interface, link_layer(one.interface))

    def windows(self) -> Iterator[Frames]:
        """Yield windows until stopped."""
        try:
            while not self._over:
                ready = self._poll.poll(BEAT_MILLISECONDS)
                for descriptor, events in ready:
                    if events & (select.POLLERR | select.POLLHUP):
                        self._note_down(self._sockets[descriptor])
                came = False
                for one in self._sockets.values():
                    if one.walker.ready():
                        came = True
                        yield from self._block(one)
                if not came:
                    yield self._quiet()
        finally:
            for one in self._sockets.values():
                one.count()
                one.close()

    def stop(self) -> None:
        """Hear nothing more, and end once the rings are empty."""
        for one in self._sockets.values():
            one.hear_nothing()
        self._stopping = True

    def drops(self) -> dict[str, int]:
        """Ask the kernel."""
        for one in self._sockets.values():
            if one.fileno() >= 0:
                one.count()
        return {one.interface: one.drops for one in self._sockets.values()}

    def notices(self) -> list[str]:
        """Take what happened to interfaces."""
        notices = self._notices
        self._notices = []
        return notices

    def _quiet(self) -> Frames:
        """Nothing came: what is under way in the kernel may be as old as a block that is not full."""
        self._over = self._stopping
        self.now = max(self.now, time.time_ns() - 2 * RETIRE_MILLISECONDS * 1_000_000)
        for one in list(self._down.values()):
            self._look_after(one)
        self._frames.count = 0
        return self._frames

    def _block(self, one: PacketSocket) -> Iterator[Frames]:
        """Yield one block of a ring in windows, and give it back."""
        walker = one.walker
        frames = self._frames
        self.buffer = one.bytes
        frames.annex, frames.annex_at = one.annex, one.annex_at
        more = True
        while more:
            more = walker.walk(frames)
            if walker.unplaced:
                walker.place(walker.unplaced, self._row(_name(walker.unplaced), walker.link_layer))
            if frames.count:
                frames.first = self._seen + 1
                self._seen += frames.count
                self.now = max(self.now, frames.time[frames.count - 1])
                yield frames
        walker.release()
        self.consumed += walker.take_bytes()

    def _row(self, name: str, layer: int) -> int:
        """Give the row of an interface; beyond the bound, one of the same link layer stands for it."""
        key = name, layer
        if key not in self._rows and len(self._rows) == MOST_INTERFACES:
            self.anomalies.append(Anomaly(Kind.BOUND_HIT, f"more than {MOST_INTERFACES} interfaces"))
            key = next((known for known in self._rows if known[1] == layer), next(iter(self._rows)))
        row = self._rows.setdefault(key, len(self._rows))
        if row == len(self.interfaces):
            link_type = ETHERNET if layer in (ETHERNET, LOOPBACK) else _RAW_IP
            self.interfaces.append(Interface(link_type, self._snaplen, name, digits=NANOSECONDS))
        return row

    def _note_down(self, one: PacketSocket) -> None:
        if one.is_down() and one.fileno() not in self._down:
            self._down[one.fileno()] = one
            self._notices.append(f"{one.interface} went down; waiting for it")

    def _look_after(self, one: PacketSocket) -> None:
        """See whether an interface is back; where it was made anew, listen to the new one."""
        known = {name: index for index, name in socket.if_nameindex()}
        if one.interface not in known:
            return
        if known[one.interface] != one.index:
            one.bind()
        if is_up(one.interface):
            del self._down[one.fileno()]
            self._notices.append(f"{one.interface} is up again")


def _name(index: int) -> str:
    try:
        return socket.if_indextoname(index)
    except OSError:  # gone since
        return f"interface {index}"
