"""Capture files and link layers, by hand: frames go in, the bytes of a file come out; and back for pcap."""

import struct
from dataclasses import dataclass, replace
from pathlib import Path

ETHERNET, NULL, RAW, SLL, SLL2 = 1, 0, 101, 113, 276


@dataclass(frozen=True)
class Frame:
    """One captured packet."""

    time: int  # nanoseconds since the epoch
    data: bytes
    original: int  # its length on the wire

    @property
    def network(self) -> bytes:
        """What stands behind the Ethernet header."""
        return self.data[14:]

    @property
    def ethertype(self) -> bytes:
        """0x0800 or 0x86dd."""
        return self.data[12:14]

    @property
    def tcp(self) -> int:
        """Where the TCP header begins."""
        return 14 + (40 if self.ethertype == b"\x86\xdd" else (self.data[14] & 15) * 4)

    @property
    def payload(self) -> bytes:
        """The TCP payload."""
        return self.data[self.tcp + (self.data[self.tcp + 12] >> 4) * 4 :]

    @property
    def ports(self) -> tuple[int, int]:
        """Source and destination port."""
        return struct.unpack_from("!HH", self.data, self.tcp)

    def with_data(self, data: bytes) -> "Frame":
        """The same moment, other bytes."""
        return replace(self, data=data, original=len(data))


Frames = list[Frame]


def read_pcap(file: Path) -> Frames:
    """The frames of a little-endian pcap of Ethernet, as tcpdump wrote it."""
    data = file.read_bytes()
    scale = 1 if data[:4] == b"\x4d\x3c\xb2\xa1" else 1000
    frames, at = [], 24
    while at < len(data):
        seconds, fraction, captured, original = struct.unpack_from("<IIII", data, at)
        time = seconds * 1_000_000_000 + fraction * scale
        frames.append(Frame(time, data[at + 16 : at + 16 + captured], original))
        at += 16 + captured
    return frames


def pcap(
    frames: Frames, link: int = ETHERNET, order: str = "<", nanosecond: int = 0, snaplen: int = 65535
) -> bytes:
    """A pcap file."""
    magic, scale = (0xA1B23C4D, 1) if nanosecond else (0xA1B2C3D4, 1000)
    parts = [struct.pack(order + "IHHIIII", magic, 2, 4, 0, 0, snaplen, link)]
    for frame in frames:
        data = frame.data[:snaplen]
        seconds, rest = divmod(frame.time, 1_000_000_000)
        parts.append(struct.pack(order + "IIII", seconds, rest // scale, len(data), frame.original) + data)
    return b"".join(parts)


def kuznetzov(frames: Frames) -> bytes:
    """The modified pcap of old Red Hat kernels: each packet header has eight more bytes."""
    parts = [struct.pack("<IHHIIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, ETHERNET)]
    for frame in frames:
        seconds, rest = divmod(frame.time, 1_000_000_000)
        header = struct.pack("<IIII", seconds, rest // 1000, len(frame.data), frame.original)
        parts.append(
            header + struct.pack("<IHBB", 1, 0, 0, 0) + frame.data
        )  # interface, protocol, type, padding
    return b"".join(parts)


def block(order: str, kind: int, body: bytes) -> bytes:
    """A pcapng block, its length before and behind it."""
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(frames: Frames, order: str = "<", resolution: int = 9, interfaces: int = 1) -> bytes:
    """A pcapng section; frames take turns on its interfaces."""
    header = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)  # if_tsresol, opt_endofopt
    description = struct.pack(order + "HHI", ETHERNET, 0, 0) + option
    parts = [block(order, 0x0A0D0D0A, header), *[block(order, 1, description)] * interfaces]
    for number, frame in enumerate(frames):
        time = frame.time // 10 ** (9 - resolution)
        head = (number % interfaces, time >> 32, time & 0xFFFFFFFF, len(frame.data), frame.original)
        parts.append(block(order, 6, struct.pack(order + "IIIII", *head) + frame.data))
    return b"".join(parts)


def without_machine(data: bytes) -> bytes:
    """A little-endian pcapng without what dumpcap tells of the machine: its processor and operating system."""
    parts, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        body = data[at + 8 : at + length - 4]
        fixed, private = {0x0A0D0D0A: (16, {2, 3}), 1: (8, {12})}.get(kind, (len(body), set()))
        parts.append(block("<", kind, body[:fixed] + _options(body[fixed:], private)))
        at += length
    return b"".join(parts)


def _options(data: bytes, private: set[int]) -> bytes:
    kept, at = b"", 0
    while at < len(data):
        code, length = struct.unpack_from("<HH", data, at)
        size = 4 + length + -length % 4
        kept += b"" if code in private else data[at : at + size]
        at += size
    return kept


def tagged(frame: Frame, *tags: bytes) -> Frame:
    """Put VLAN tags between the addresses and the type."""
    return frame.with_data(frame.data[:12] + b"".join(tags) + frame.data[12:])


def cooked(frame: Frame, server_port: int) -> Frame:
    """Linux cooked capture, as `-i any` wrote it: incoming for the server's packets, else outgoing."""
    direction = 0 if frame.ports[0] == server_port else 4
    header = struct.pack("!HHH", direction, 1, 6) + bytes(8) + frame.ethertype
    return frame.with_data(header + frame.network)


def cooked2(frame: Frame, server_port: int) -> Frame:
    """Linux cooked capture, version 2."""
    direction = 0 if frame.ports[0] == server_port else 4
    header = frame.ethertype + struct.pack("!HIHBB", 0, 2, 1, direction, 6) + bytes(8)
    return frame.with_data(header + frame.network)


def loopback(frame: Frame) -> Frame:
    """BSD loopback: the address family in the byte order of the machine that captured."""
    family = 30 if frame.ethertype == b"\x86\xdd" else 2
    return frame.with_data(struct.pack("<I", family) + frame.network)
