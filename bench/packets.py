"""Packets, and the TCP connections that send them.

Enters: two ends, ports, sequence numbers, payloads. Leaves: Ethernet frames with right lengths and checksums.

Clients live in 10.0.0.0/16 and fd00:0::/32, servers in 10.255.0.0/16 and fd00:ffff::/32: `peers/repeat.c`
moves clients up and servers down by the same number, which makes new connections and keeps checksums right.
"""

import struct
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

SYN, FIN, RST, PSH, ACK = 0x02, 0x01, 0x04, 0x08, 0x10
TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
TCP_HEADER = struct.Struct(">4sIIHHHH")
UDP_HEADER = struct.Struct(">4sHH")
WINDOW = 502

ETHERTYPE = {4: b"\x08\x00", 6: b"\x86\xdd"}
Timed = tuple[float, bytes]


class Ends(NamedTuple):
    """One direction: who sends to whom. `back` is the other one."""

    version: int
    source: bytes
    destination: bytes
    ports: bytes
    ethernet: bytes
    sums: int  # addresses and ports as a number, for checksums

    @classmethod
    def between(cls, version: int, client: int, client_port: int, server: int, server_port: int) -> "Ends":
        """Client number to server number, each below 65536."""
        source, destination = address(version, 0, client), address(version, 255, server)
        return cls.make(
            version, source, destination, struct.pack(">HH", client_port, server_port), client, server
        )

    @classmethod
    def make(
        cls, version: int, source: bytes, destination: bytes, ports: bytes, near: int, far: int
    ) -> "Ends":
        """From the parts; `near` and `far` number the interfaces."""
        ethernet = struct.pack(">HIHI", 0x0200, far, 0x0200, near) + ETHERTYPE[version]
        sums = int.from_bytes(source + destination + ports, "big")
        return cls(version, source, destination, ports, ethernet, sums % 65535)

    def back(self) -> "Ends":
        """The answers."""
        ethernet = self.ethernet[6:12] + self.ethernet[:6] + self.ethernet[12:]
        ports = self.ports[2:] + self.ports[:2]
        return Ends(self.version, self.destination, self.source, ports, ethernet, self.sums)


def address(version: int, net: int, number: int) -> bytes:
    """10.net.x.y, or fd00:net*257::x"""
    if version == 4:
        return struct.pack(">BBH", 10, net, number)
    return struct.pack(">HBB10xH", 0xFD00, net, net, number)


def ip(ends: Ends, protocol: int, identification: int, transport: bytes) -> bytes:
    """An Ethernet frame around a transport packet. RFC 791, RFC 8200"""
    if ends.version == 6:
        header = struct.pack(">IHBB", 0x60000000, len(transport), protocol, 64)
        return b"".join((ends.ethernet, header, ends.source, ends.destination, transport))
    length = 20 + len(transport)
    addresses = int.from_bytes(ends.source + ends.destination, "big")
    total = 0x4500 + length + identification + 0x4000 + (64 << 8 | protocol) + addresses
    fields = (0x4500, length, identification, 0x4000, 64, protocol, complement(total))
    header = struct.pack(">HHHHBBH", *fields)
    return b"".join((ends.ethernet, header, ends.source, ends.destination, transport))


def tcp(
    ends: Ends, seq: int, ack: int, flags: int, options: bytes, payload: bytes, identification: int
) -> bytes:
    """A TCP segment in its frame. RFC 9293"""
    offset_flags = (5 + len(options) // 4) << 12 | flags
    total = ends.sums + TCP + 20 + len(options) + len(payload) + seq + ack + offset_flags + WINDOW
    total += int.from_bytes(options, "big") + padded(payload)
    header = TCP_HEADER.pack(ends.ports, seq, ack, offset_flags, WINDOW, complement(total), 0)
    return ip(ends, TCP, identification, b"".join((header, options, payload)))


def udp(ends: Ends, payload: bytes, identification: int) -> bytes:
    """A UDP datagram in its frame. RFC 768"""
    length = 8 + len(payload)
    total = ends.sums + UDP + length + length + padded(payload)
    return ip(ends, UDP, identification, UDP_HEADER.pack(ends.ports, length, complement(total)) + payload)


def padded(payload: bytes) -> int:
    """The payload as one number of whole 16 bit words."""
    return int.from_bytes(payload, "big") << 8 * (len(payload) & 1)


def complement(total: int) -> int:
    """The Internet checksum of words summed any way: 2^16 is 1 modulo 65535. RFC 1071"""
    return 65535 - total % 65535


class Connection:
    """One TCP connection between SYN and FIN, as seen in the middle. Yields timed frames."""

    def __init__(self, random: Random, ends: Ends, now: float, ack_share: float) -> None:
        self.random = random
        self.ends = (ends, ends.back())
        self.now = now
        self.ack_share = ack_share  # pure acknowledgements per data segment
        self.next = [random.getrandbits(32), random.getrandbits(32)]
        self.clock = random.getrandbits(31)
        self.round_trip = 0.004 + random.random() * 0.06
        self.identification = random.getrandbits(16)
        self.segment = 1448 if ends.version == 4 else 1428

    def frame(self, side: int, flags: int, payload: bytes = b"", options: bytes = b"") -> Timed:
        """The next segment of a side."""
        self.identification = (self.identification + 1) & 0xFFFF
        stamp = self.clock + int(self.now * 1000) & 0xFFFFFFFF
        options = options or struct.pack(">III", 0x0101080A, stamp, stamp - 7 & 0xFFFFFFFF)
        seq, ack = self.next[side], self.next[1 - side] if flags & ACK else 0
        frame = tcp(self.ends[side], seq, ack, flags, options, payload, self.identification)
        self.next[side] = seq + len(payload) + (1 if flags & (SYN | FIN) else 0) & 0xFFFFFFFF
        return self.now, frame

    def open(self) -> Iterator[Timed]:
        """Three packets."""
        options = struct.pack(
            ">HHHHIIBBH", 0x0204, self.segment + 12, 0x0402, 0x080A, self.clock, 0, 1, 3, 0x0307
        )
        yield self.frame(0, SYN, options=options)
        self.now += self.round_trip
        yield self.frame(1, SYN | ACK, options=options)
        self.now += 0.0001
        yield self.frame(0, ACK)

    def send(self, side: int, data: bytes) -> Iterator[Timed]:
        """A flight in segments, with acknowledgements now and then and half a round trip before it."""
        chance = self.random.random
        self.now += self.round_trip * 0.5
        last = len(data) - self.segment
        for at in range(0, len(data), self.segment):
            self.now += 0.00002 + chance() * 0.0001
            flags = ACK | PSH if at >= last else ACK
            yield self.frame(side, flags, data[at : at + self.segment])
            if chance() < self.ack_share:
                self.now += 0.00001
                yield self.frame(1 - side, ACK)

    def close(self, side: int) -> Iterator[Timed]:
        """FIN from both sides, or a reset from one in ten."""
        self.now += self.round_trip
        if self.random.random() < 0.1:
            yield self.frame(side, RST | ACK)
            return
        yield self.frame(side, FIN | ACK)
        self.now += self.round_trip * 0.5
        yield self.frame(1 - side, FIN | ACK)
        self.now += 0.0001
        yield self.frame(side, ACK)
