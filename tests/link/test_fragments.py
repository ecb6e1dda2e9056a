"""IP fragments: put together in any order, dropped where they overlap, forgotten in time, bounded in all."""

import random
from itertools import pairwise, permutations
from struct import pack

import pytest
from frame_bytes import Packet, decode_all, ethernet, expected, expected6, ipv4, ipv6, tcp, udp

from tlsscope.link.fragments import MOST_BYTES, MOST_PACKETS, Fragments

PAYLOAD = bytes(range(256)) * 8
SEGMENT = tcp(PAYLOAD)
MORE, LAST = 0x2000, 0
SECOND = 1_000_000_000


def part4(start: int, stop: int, identification: int = 7, segment: bytes = SEGMENT, more: int | None = None) -> bytes:
    flags = (MORE if stop < len(segment) else LAST) if more is None else more
    return ipv4(segment[start:stop], identification=identification, fragment=flags | start // 8)


def part6(start: int, stop: int, identification: int = 7, segment: bytes = SEGMENT, before: bytes = b"") -> bytes:
    more = int(stop < len(segment))
    header = pack(">BBHI", 6, 0, start | more, identification)
    return ipv6(before + header + segment[start:stop], 0 if before else 44)


CUTS = [(0, 800), (800, 1600), (1600, len(SEGMENT))]
PARTS4 = [ethernet(part4(*cut)) for cut in CUTS]
PARTS6 = [ethernet(part6(*cut), 0x86DD) for cut in CUTS]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order(order: tuple[int, ...]) -> None:
    """The segment comes with the fragment that was the last one missing."""
    decoded = decode_all([Packet(PARTS4[at]) for at in order])
    assert decoded.segments == [expected(PAYLOAD, row=2)]
    assert decoded.decoder.fragments == 0
    decoded = decode_all([Packet(PARTS6[at]) for at in order])
    assert decoded.segments == [expected6(PAYLOAD, row=2)]


def test_windows_do_not_matter() -> None:
    first = decode_all([Packet(PARTS4[0]), Packet(PARTS4[2])])
    assert (first.segments, first.decoder.fragments) == ([], 2)
    second = decode_all([Packet(PARTS4[1])], first.decoder)
    assert (second.segments, second.decoder.fragments) == ([expected(PAYLOAD)], 0)


def test_ipv4_options_are_those_of_the_first() -> None:
    first = ipv4(SEGMENT[:800], options=b"\x01" * 8, fragment=MORE)
    assert decode_all([Packet(ethernet(first)), *map(Packet, PARTS4[1:])]).segments == [expected(PAYLOAD, row=2)]


def test_ipv6_headers_before_the_fragment_header_are_kept() -> None:
    parts = [part6(*cut, before=b"\x2c\0" + bytes(6)) for cut in CUTS]
    assert decode_all([Packet(ethernet(part, 0x86DD)) for part in parts]).segments == [expected6(PAYLOAD, row=2)]


def test_a_tunnel_in_fragments() -> None:
    """The outer packet was too long for its path."""
    outer = udp(b"\x08\0\0\0\0\0\x2a\0" + ethernet(ipv4(SEGMENT)), 4789)
    ends = ("203.0.113.1", "203.0.113.2")
    parts = [ipv4(outer[:1000], 17, ends, fragment=MORE), ipv4(outer[1000:], 17, ends, fragment=125)]
    decoded = decode_all([Packet(ethernet(part)) for part in parts])
    assert decoded.segments == [expected(PAYLOAD, ("vxlan 42",), row=1)]


def test_fragments_in_a_tunnel() -> None:
    parts = [ipv4(part4(*cut), 4, ("203.0.113.1", "203.0.113.2")) for cut in CUTS]
    decoded = decode_all([Packet(ethernet(part)) for part in parts])
    assert decoded.segments == [expected(PAYLOAD, ("ip-in-ip",), row=2)]


def test_fragments_of_two_tunnels_do_not_mix() -> None:
    tagged = [ethernet(pack(">HH", at, 0x0800) + part4(*cut), 0x8100) for at, cut in enumerate(CUTS)]
    assert decode_all([Packet(part) for part in tagged]).segments == []


def test_an_exact_copy_is_passed_over() -> None:
    """A mirror port may show each frame twice."""
    decoded = decode_all([Packet(PARTS4[at]) for at in (0, 0, 1, 1, 2)])
    assert decoded.segments == [expected(PAYLOAD, row=4)]


@pytest.mark.parametrize(
    "odd",
    [
        part4(0, 808),  # overlaps the second
        part4(792, 1600),  # overlaps the first
        part4(8, 16),  # inside the first
        part4(0, 800, segment=SEGMENT.replace(b"\x20", b"\x21"), more=MORE),  # a copy that differs
        part4(800, 1200, more=LAST),  # an earlier end
        part4(1600, len(SEGMENT) + 16, segment=SEGMENT + bytes(16), more=LAST),  # a later end
    ],
)
@pytest.mark.parametrize("at", [1, 2])
def test_overlap_drops_the_packet(odd: bytes, at: int) -> None:
    """RFC 5722 §4: it, and what still comes of it."""
    packets = [Packet(PARTS4[place]) for place in (2, 0, 1)]
    packets.insert(at, Packet(ethernet(odd)))
    decoded = decode_all(packets)
    assert decoded.segments == []
    assert decoded.decoder.fragments == 4


@pytest.mark.parametrize(
    "bad",
    [
        part4(0, 801, more=MORE),  # no multiple of eight
        part4(0, 0, more=MORE),  # empty
        ipv4(bytes(64), fragment=0x1FFF),  # beyond 65535
        ipv6(pack(">BBHI", 6, 0, 0xFFF8, 7) + bytes(64), 44),
        ipv6(pack(">BBHI", 6, 0, 1, 7), 44),
    ],
)
def test_impossible_fragments_are_dropped(bad: bytes) -> None:
    decoded = decode_all([Packet(bad, 101)])
    assert (decoded.segments, decoded.decoder.fragments, decoded.decoder.malformed) == ([], 1, 0)


def test_a_packet_longer_than_any_can_be() -> None:
    """65,480 bytes of data and a header of 60."""
    data = bytes(65_480)
    parts = [ipv4(data[:65_472], options=b"\x01" * 40, fragment=MORE), ipv4(data[65_472:], fragment=8184)]
    decoded = decode_all([Packet(part, 101) for part in parts])
    assert (decoded.segments, decoded.decoder.fragments) == ([], 2)


def test_a_cut_fragment_is_not_put_in() -> None:
    frames = [Packet(PARTS4[0]), Packet(PARTS4[1][:-100], original=len(PARTS4[1])), Packet(PARTS4[2])]
    decoded = decode_all(frames)
    assert (decoded.segments, decoded.decoder.fragments) == ([], 3)


def test_without_an_annex_fragments_are_only_counted() -> None:
    from tlsscope.capture.frames import Frames
    from tlsscope.link.decode import Decoder
    from tlsscope.link.segments import Segments

    frames, segments, decoder = Frames(), Segments(), Decoder()
    buffer = b"".join(PARTS4)
    for row, part in enumerate(PARTS4):
        frames.offset[row], frames.captured[row], frames.original[row] = buffer.index(part), len(part), len(part)
    frames.count = 3
    decoder.decode(buffer, frames, [1], segments)
    assert (segments.count, decoder.fragments) == (0, 3)


@pytest.mark.parametrize(("pause", "segments"), [(29, 1), (31, 0)])
def test_patience_is_thirty_seconds_of_capture_time(pause: int, segments: int) -> None:
    times = [5 * SECOND, 6 * SECOND, (5 + pause) * SECOND]
    decoded = decode_all([Packet(part, time=at) for part, at in zip(PARTS4, times, strict=True)])
    assert len(decoded.segments) == segments


def test_an_identification_may_come_again() -> None:
    decoded = decode_all([Packet(part) for part in PARTS4 * 2])
    assert decoded.segments == [expected(PAYLOAD, row=2), expected(PAYLOAD, row=5)]


def test_a_flood_of_first_fragments_pushes_out_the_oldest() -> None:
    flood = [Packet(ethernet(part4(0, 800, identification=number))) for number in range(100, 100 + MOST_PACKETS)]
    assert decode_all([Packet(PARTS4[0]), *flood[1:-2], *map(Packet, PARTS4[1:])]).segments != []
    assert decode_all([Packet(PARTS4[0]), *flood, *map(Packet, PARTS4[1:])]).segments == []


def test_no_more_is_kept_than_the_bound() -> None:
    fragments = Fragments()
    for number in range(2000):
        packet = ipv4(bytes(60_000), identification=number, fragment=MORE)
        assert fragments.take(packet, 0, 0) is None
        kept = sum(len(data) for one in fragments._waiting.values() for _, data in one.parts)
        assert kept < MOST_BYTES + 65_536


def test_random_cuts_and_orders() -> None:
    dice = random.Random(3)
    for identification in range(100):
        between = [8 * dice.randrange(1, len(SEGMENT) // 8) for _ in range(dice.randrange(9))]
        places = sorted({0, len(SEGMENT), *between})
        parts = [ethernet(part4(start, stop, identification)) for start, stop in pairwise(places)]
        dice.shuffle(parts)
        if len(parts) > 1:
            assert decode_all([Packet(part) for part in parts]).segments == [expected(PAYLOAD, row=len(parts) - 1)]
