"""What else is on a wire: HTTP, SSH, streams nobody knows, DNS, QUIC, ICMP and ARP.

Enters: a seeded random, two ends, a number of bytes. Leaves: timed frames.
"""

import struct
from collections.abc import Callable, Iterator
from random import Random

from bench.packets import ICMP, ICMPV6, Connection, Ends, Timed, complement, ip, udp
from bench.quic import client_initial
from bench.sessions import slice_of_noise

CHUNK = 32768
Kind = Callable[[Random, Ends, int, float], Iterator[Timed]]


def http(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """Requests and one big body in clear text."""
    connection = Connection(random, ends, now, 0.25)
    yield from connection.open()
    path = f"/files/{random.getrandbits(32):08x}.bin"
    request = f"GET {path} HTTP/1.1\r\nHost: files.example\r\nAccept: */*\r\n\r\n"
    yield from connection.send(0, request.encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {size}\r\n\r\n"
    yield from connection.send(1, head.encode())
    yield from stream(connection, size)
    yield from connection.close(0)


def ssh(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """Two banners, then small sealed packets both ways."""
    connection = Connection(random, ends, now, 0.3)
    yield from connection.open()
    yield from connection.send(0, b"SSH-2.0-OpenSSH_9.6\r\n")
    yield from connection.send(1, b"SSH-2.0-OpenSSH_9.2p1\r\n")
    while size > 0:
        for side in (0, 1):
            length = random.randrange(36, 2000)
            yield from connection.send(side, slice_of_noise(random, length))
            size -= length
    yield from connection.close(0)


def unknown(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """Noise from the middle of a connection: no SYN, no FIN."""
    yield from stream(Connection(random, ends, now, 0.2), size)


def stream(connection: Connection, size: int) -> Iterator[Timed]:
    """Noise from the server."""
    for at in range(0, size, CHUNK):
        yield from connection.send(1, slice_of_noise(connection.random, min(CHUNK, size - at)))


def quic(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """A true Initial with a ClientHello, then datagrams of noise with short headers. RFC 9000 §17"""
    back = ends.back()
    yield now, udp(ends, client_initial(random), 0)
    identification = random.getrandbits(15)
    while size > 0:
        now += 0.0002
        identification = identification + 1 & 0xFFFF
        yield now, udp(back, b"\x41" + slice_of_noise(random, 1199), identification)
        size -= 1200
        if random.random() < 0.2:
            yield now + 0.00001, udp(ends, b"\x42" + slice_of_noise(random, 35), identification)


def dns(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """A question and an answer. RFC 1035 §4"""
    del size
    query, host = random.getrandbits(16), f"host{random.randrange(100000)}".encode()
    question = bytes((len(host),)) + host + b"\x07example\x00\x00\x01\x00\x01"
    answer = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x01\x2c\x00\x04" + random.randbytes(4)
    yield now, udp(ends, struct.pack(">HHHHHH", query, 0x0100, 1, 0, 0, 0) + question, query)
    now += 0.01
    yield now, udp(ends.back(), struct.pack(">HHHHHH", query, 0x8180, 1, 1, 0, 0) + question + answer, query)


def ping(random: Random, ends: Ends, size: int, now: float) -> Iterator[Timed]:
    """Echo request and reply, RFC 792 and RFC 4443, after an ARP question and answer on IPv4."""
    del size
    if ends.version == 4:
        yield from arp(ends, now)
    request, reply, protocol = (8, 0, ICMP) if ends.version == 4 else (128, 129, ICMPV6)
    data = struct.pack(">HH", random.getrandbits(16), 1) + slice_of_noise(random, 56)
    for direction, kind in ((ends, request), (ends.back(), reply)):
        now += 0.01
        pseudo = 0
        if ends.version == 6:
            pseudo = int.from_bytes(ends.source + ends.destination, "big") + len(data) + 4 + ICMPV6
        total = pseudo + (kind << 8) + int.from_bytes(data, "big")
        yield now, ip(direction, protocol, 1, struct.pack(">BBH", kind, 0, complement(total)) + data)


def arp(ends: Ends, now: float) -> Iterator[Timed]:
    """Who has, is at. RFC 826"""
    here, there = ends.ethernet[6:12], ends.ethernet[:6]
    head = b"\x08\x06\x00\x01\x08\x00\x06\x04"
    question = here + ends.source + bytes(6) + ends.destination
    answer = there + ends.destination + here + ends.source
    yield now, b"\xff" * 6 + here + head + b"\x00\x01" + question + bytes(18)
    yield now + 0.001, here + there + head + b"\x00\x02" + answer + bytes(18)


MIXTURE: dict[str, tuple[Kind, int, float, int]] = {
    # what, the server's port, its part of all bytes, bytes a conversation
    "http": (http, 80, 0.20, 400_000),
    "ssh": (ssh, 22, 0.08, 60_000),
    "unknown": (unknown, 5001, 0.11, 500_000),
    "unknown on 443": (unknown, 443, 0.04, 200_000),
    "quic": (quic, 443, 0.19, 250_000),
    "dns": (dns, 53, 0.015, 230),
    "ping": (ping, 0, 0.01, 380),
}
