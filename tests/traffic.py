"""TCP connections made by hand: who sends which bytes with which numbers, and what the program makes of it.

A test is the truth here: it says each segment. `sessions` runs link, flow, record, handshake and session, no opinions.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from struct import pack
from typing import NamedTuple

from tlsscope.anomalies import Anomaly
from tlsscope.capture.blocks import Interface
from tlsscope.capture.frames import CAPACITY, Frames
from tlsscope.constants import CLIENT, SERVER
from tlsscope.flow.opening import Limits
from tlsscope.pipeline.options import Totals
from tlsscope.pipeline.reading import Reading
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.keyring import Keyring
from tlsscope.session.model import Session

FIN, SYN, RST, PUSH, ACK = 1, 2, 4, 8, 16
CLIENT_END, SERVER_END = ("192.0.2.1", 50123), ("198.51.100.2", 443)
SECOND, MILLISECOND = 1_000_000_000, 1_000_000
START = 1_800_000_000 * SECOND
WORD = 0xFFFF_FFFF

Said = tuple[int, bytes]  # direction and bytes


class Packet(NamedTuple):
    """A frame of Ethernet; `original` is its length on the wire."""

    time: int
    data: bytes
    original: int


class Connection:
    """Writes the packets of one connection; numbers go on by themselves unless a test sets them."""

    def __init__(
        self,
        client: tuple[str, int] = CLIENT_END,
        server: tuple[str, int] = SERVER_END,
        numbers: tuple[int, int] = (1000, 900_000),
        time: int = START,
    ) -> None:
        self.packets: list[Packet] = []
        self.ends = (client, server)
        self.next = list(numbers)
        self.time = time

    def segment(
        self, direction: int, flags: int, data: bytes = b"", seq: int | None = None, cut: int = 0
    ) -> "Connection":
        """Append one segment, of which the capture does not keep the last `cut` bytes."""
        number = self.next[direction] if seq is None else seq & WORD
        source, target = self.ends[direction], self.ends[1 - direction]
        whole = ethernet(source, target, number, self.next[1 - direction], flags, data)
        self.time += MILLISECOND
        self.packets.append(Packet(self.time, whole[: len(whole) - cut], len(whole)))
        if seq is None:
            self.next[direction] = (number + len(data) + bool(flags & SYN) + bool(flags & FIN)) & WORD
        return self

    def open(self) -> "Connection":
        """Shake hands as TCP does."""
        self.segment(CLIENT, SYN)
        self.segment(SERVER, SYN | ACK)
        return self.segment(CLIENT, ACK)

    def send(self, direction: int, data: bytes, size: int = 1400) -> "Connection":
        """Send bytes in segments of `size`."""
        for start in range(0, len(data), size):
            self.segment(direction, PUSH | ACK, data[start : start + size])
        return self

    def say(self, said: Iterable[Said], size: int = 1400) -> "Connection":
        """Send what both say, in turn."""
        for direction, data in said:
            self.send(direction, data, size)
        return self

    def lose(self, direction: int, count: int) -> "Connection":
        """Let the next `count` bytes of a direction pass uncaptured."""
        self.next[direction] = (self.next[direction] + count) & WORD
        return self

    def acknowledge(self, direction: int, times: int = 1) -> "Connection":
        """Send bare acknowledgements of all that the other side sent."""
        for _ in range(times):
            self.segment(direction, ACK)
        return self

    def close(self) -> "Connection":
        """End it from both sides."""
        self.segment(CLIENT, FIN | ACK)
        self.segment(SERVER, FIN | ACK)
        return self.segment(CLIENT, ACK)


def ethernet(
    source: tuple[str, int], target: tuple[str, int], seq: int, ack: int, flags: int, data: bytes
) -> bytes:
    """Write a frame of Ethernet, IP and TCP."""
    from_, to = ip_address(source[0]), ip_address(target[0])
    tcp = pack("!HHIIBBHHH", source[1], target[1], seq, ack if flags & ACK else 0, 0x50, flags, 64240, 0, 0) + data
    if from_.version == 4:
        ip = pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + from_.packed + to.packed
        return bytes(12) + b"\x08\x00" + ip + tcp
    return bytes(12) + b"\x86\xdd" + pack("!IHBB", 6 << 28, len(tcp), 6, 64) + from_.packed + to.packed + tcp


class Captured:
    """Packets as a source of frames, in windows of at most `rows`."""

    name = "made.pcap"

    def __init__(self, packets: list[Packet], rows: int = CAPACITY) -> None:
        self.buffer = memoryview(bytearray())
        self.interfaces = [Interface(1, digits=9)]
        self.secrets: list[bytes] = []
        self.anomalies: list[Anomaly] = []
        self.consumed = 0
        self._packets = packets
        self._rows = rows

    def windows(self) -> Iterator[Frames]:
        """Lay window after window into the buffer."""
        frames = Frames()
        for first in range(0, len(self._packets), self._rows):
            window = self._packets[first : first + self._rows]
            at = 0
            for row, packet in enumerate(window):
                frames.offset[row], frames.captured[row] = at, len(packet.data)
                frames.original[row], frames.time[row] = packet.original, packet.time
                at += len(packet.data)
            self.buffer = memoryview(b"".join(packet.data for packet in window))
            frames.first, frames.count = first + 1, len(window)
            yield frames


def sessions(packets: list[Packet], limits: Limits | None = None, rows: int = CAPACITY) -> list[Session]:
    """Tell the sessions of packets, unjudged."""
    reading = Reading(Captured(packets, rows), Keyring(KeyLog()), limits)
    told: list[Session] = []
    for _ in reading.windows():
        told += reading.take_told()
    reading.finish(Totals())
    return told + reading.take_told()


def pcap(packets: list[Packet]) -> bytes:
    """Write packets as a file of nanosecond pcap."""
    records = b"".join(
        pack("<IIII", *divmod(one.time, SECOND), len(one.data), one.original) + one.data for one in packets
    )
    return pack("<IHHiIII", 0xA1B2_3C4D, 2, 4, 0, 0, 262_144, 1) + records
