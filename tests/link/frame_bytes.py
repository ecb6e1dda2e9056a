"""Frames written byte by byte, header by header, and what the decoder makes of them."""

from ipaddress import ip_address
from struct import pack
from typing import NamedTuple

from tlsscope.capture.frames import Frames
from tlsscope.link.decode import Decoder
from tlsscope.link.segments import Segments

CLIENT, SERVER = ("192.0.2.1", 50123), ("198.51.100.2", 443)
CLIENT6, SERVER6 = ("2001:db8::1", 50123), ("2001:db8::2", 443)
PUSH_ACK = 0x18
ROOM = 1 << 16


class Segment(NamedTuple):
    """One TCP segment as it was decoded."""

    source: tuple[str, int]
    target: tuple[str, int]
    payload: bytes
    wire: int
    seq: int
    ack: int
    flags: int
    labels: tuple[str, ...]
    row: int = 0


class Decoded(NamedTuple):
    segments: list[Segment]
    decoder: Decoder


class Packet(NamedTuple):
    """One frame of a window."""

    data: bytes
    link_type: int = 1
    time: int = 0
    original: int = -1


def decode(data: bytes, link_type: int = 1, original: int = -1) -> Decoded:
    return decode_all([Packet(data, link_type, 0, original)])


def decode_all(packets: list[Packet], decoder: Decoder | None = None) -> Decoded:
    """Lay the packets into one buffer with an annex behind them, as a capture does, and decode them."""
    decoder = decoder or Decoder()
    frames, segments = Frames(), Segments()
    stop = sum(len(packet.data) for packet in packets)
    buffer = bytearray(stop + ROOM)
    links = sorted({packet.link_type for packet in packets})
    at = 0
    for row, packet in enumerate(packets):
        buffer[at : at + len(packet.data)] = packet.data
        frames.offset[row], frames.captured[row], frames.time[row] = at, len(packet.data), packet.time
        frames.original[row] = packet.original if packet.original >= 0 else len(packet.data)
        frames.interface[row] = links.index(packet.link_type)
        at += len(packet.data)
    frames.count = len(packets)
    view = memoryview(buffer)
    frames.annex, frames.annex_at = view[stop:], stop
    decoder.decode(view, frames, links, segments)
    return Decoded([_segment(buffer, segments, i, decoder) for i in range(segments.count)], decoder)


def _segment(buffer: bytearray, segments: Segments, i: int, decoder: Decoder) -> Segment:
    version, ports = segments.ports[i] >> 32, segments.ports[i] & 0xFFFFFFFF
    a = _address(version, segments.high_a[i], segments.low_a[i]), ports >> 16
    b = _address(version, segments.high_b[i], segments.low_b[i]), ports & 0xFFFF
    source, target = (b, a) if segments.direction[i] else (a, b)
    start = segments.payload[i]
    payload = bytes(buffer[start : start + segments.length[i]])
    labels = decoder.labels[segments.encapsulation[i]]
    return Segment(
        source, target, payload, segments.wire[i], segments.seq[i], segments.ack[i], segments.flags[i], labels,
        segments.frame[i],
    )  # fmt: skip


def _address(version: int, high: int, low: int) -> str:
    packed = low.to_bytes(4, "big") if version == 4 else high.to_bytes(8, "big") + low.to_bytes(8, "big")
    return str(ip_address(packed))


def tcp(payload: bytes = b"", ports: tuple[int, int] = (50123, 443), options: bytes = b"", seq: int = 1000) -> bytes:
    words = 5 + len(options) // 4
    return pack(">HHIIBBHHH", *ports, seq, 2000, words << 4, PUSH_ACK, 64240, 0, 0) + options + payload


def udp(payload: bytes, target: int, source: int = 40000) -> bytes:
    return pack(">HHHH", source, target, 8 + len(payload), 0) + payload


def ipv4(
    payload: bytes,
    protocol: int = 6,
    ends: tuple[str, str] = (CLIENT[0], SERVER[0]),
    options: bytes = b"",
    total: int | None = None,
    identification: int = 7,
    fragment: int = 0x4000,
) -> bytes:
    header = 20 + len(options)
    total = header + len(payload) if total is None else total
    addresses = b"".join(ip_address(end).packed for end in ends)
    head = pack(">BBHHHBBH", 0x40 | header // 4, 0, total, identification, fragment, 64, protocol, 0)
    return head + addresses + options + payload


def ipv6(
    payload: bytes, protocol: int = 6, ends: tuple[str, str] = (CLIENT6[0], SERVER6[0]), length: int | None = None
) -> bytes:
    length = len(payload) if length is None else length
    addresses = b"".join(ip_address(end).packed for end in ends)
    return pack(">IHBB", 0x6000_0000, length, protocol, 64) + addresses + payload


def ethernet(payload: bytes, ethertype: int = 0x0800) -> bytes:
    return b"\x02\0\0\0\0\x01" + b"\x02\0\0\0\0\x02" + pack(">H", ethertype) + payload


def expected(payload: bytes, labels: tuple[str, ...] = (), row: int = 0) -> Segment:
    """Give the segment that `tcp(payload)` in `ipv4` is."""
    return Segment(CLIENT, SERVER, payload, len(payload), 1000, 2000, PUSH_ACK, labels, row)


def expected6(payload: bytes, labels: tuple[str, ...] = (), row: int = 0) -> Segment:
    """Give the segment that `tcp(payload)` in `ipv6` is."""
    return Segment(CLIENT6, SERVER6, payload, len(payload), 1000, 2000, PUSH_ACK, labels, row)
