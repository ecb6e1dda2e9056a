"""From a frame's bytes to a TCP segment: link headers, VLAN tags, IP and its lengths."""

from struct import pack

import pytest
from frame_bytes import (
    CLIENT,
    CLIENT6,
    SERVER,
    SERVER6,
    Packet,
    decode,
    decode_all,
    ethernet,
    expected,
    expected6,
    ipv4,
    ipv6,
    tcp,
    udp,
)

from tlsscope.link.decode import Decoder

DATA = b"\x16\x03\x01\x00\x02hi"
IP4, IP6 = ipv4(tcp(DATA)), ipv6(tcp(DATA))
NULL, ETHERNET, RAW, RAW_BSD, RAW_OPENBSD, LOOP, SLL, IPV4, IPV6, SLL2 = 0, 1, 101, 12, 14, 108, 113, 228, 229, 276


def sll(payload: bytes, protocol: int) -> bytes:
    return pack(">HHH8sH", 0, 1, 6, b"\x02\0\0\0\0\x01", protocol) + payload


def sll2(payload: bytes, protocol: int) -> bytes:
    return pack(">HHIHBB8s", protocol, 0, 3, 1, 0, 6, b"\x02\0\0\0\0\x01") + payload


@pytest.mark.parametrize(
    ("link_type", "frame4", "frame6"),
    [
        (ETHERNET, ethernet(IP4), ethernet(IP6, 0x86DD)),
        (RAW, IP4, IP6),
        (RAW_BSD, IP4, IP6),
        (RAW_OPENBSD, IP4, IP6),
        (IPV4, IP4, IP6),
        (IPV6, IP4, IP6),
        (SLL, sll(IP4, 0x0800), sll(IP6, 0x86DD)),
        (SLL2, sll2(IP4, 0x0800), sll2(IP6, 0x86DD)),
        (NULL, b"\x02\0\0\0" + IP4, b"\x1e\0\0\0" + IP6),  # AF_INET and macOS's AF_INET6, little-endian
        (NULL, b"\0\0\0\x02" + IP4, b"\0\0\0\x1c" + IP6),  # big-endian, FreeBSD's AF_INET6
        (LOOP, b"\0\0\0\x02" + IP4, b"\0\0\0\x18" + IP6),
    ],
)
def test_link_types(link_type: int, frame4: bytes, frame6: bytes) -> None:
    assert decode(frame4, link_type).segments == [expected(DATA)]
    assert decode(frame6, link_type).segments == [expected6(DATA)]


@pytest.mark.parametrize(
    ("frame", "labels"),
    [
        (ethernet(pack(">HH", 100, 0x0800) + IP4, 0x8100), ("vlan 100",)),
        (ethernet(pack(">HH", 0xE064, 0x0800) + IP4, 0x8100), ("vlan 100",)),  # priority 7
        (ethernet(pack(">HH", 0, 0x0800) + IP4, 0x8100), ("vlan 0",)),
        (ethernet(pack(">HHHH", 4094, 0x8100, 7, 0x0800) + IP4, 0x88A8), ("vlan 4094", "vlan 7")),
        (ethernet(pack(">HHHH", 5, 0x8100, 7, 0x0800) + IP4, 0x9100), ("vlan 5", "vlan 7")),
        (ethernet(pack(">HHHHHH", 1, 0x8100, 2, 0x8100, 3, 0x0800) + IP4, 0x8100), ("vlan 1", "vlan 2", "vlan 3")),
    ],
)
def test_vlan_tags_are_named_outermost_first(frame: bytes, labels: tuple[str, ...]) -> None:
    assert decode(frame).segments == [expected(DATA, labels)]


@pytest.mark.parametrize(("link_type", "head"), [(SLL, sll), (SLL2, sll2)])
@pytest.mark.parametrize("tag", [0x8100, 0x88A8, 0x9100])
def test_vlan_tags_in_cooked_frames(link_type: int, head: object, tag: int) -> None:
    frame = head(pack(">HH", 42, 0x86DD) + IP6, tag)  # type: ignore[operator]
    assert decode(frame, link_type).segments == [expected6(DATA, ("vlan 42",))]


def test_nine_tags_are_too_many() -> None:
    decoded = decode(ethernet(pack(">HH", 1, 0x8100) * 8 + pack(">HH", 1, 0x0800) + IP4, 0x8100))
    assert decoded.segments == []
    assert decoded.decoder.malformed == 1


def test_both_directions_have_one_key() -> None:
    there, back = ipv4(tcp(b"a")), ipv4(tcp(b"b", (443, 50123)), ends=(SERVER[0], CLIENT[0]))
    segments = decode_all([Packet(ethernet(there)), Packet(ethernet(back))]).segments
    assert [(one.source, one.target, one.payload) for one in segments] == [
        (CLIENT, SERVER, b"a"),
        (SERVER, CLIENT, b"b"),
    ]


def test_ports_decide_between_equal_addresses() -> None:
    ends = (CLIENT[0], CLIENT[0])
    there, back = ipv4(tcp(b"a", (50123, 443)), ends=ends), ipv4(tcp(b"b", (443, 50123)), ends=ends)
    segments = decode_all([Packet(there, RAW), Packet(back, RAW)]).segments
    assert [(one.source[1], one.target[1]) for one in segments] == [(50123, 443), (443, 50123)]


def test_tcp_options_are_no_payload() -> None:
    assert decode(ethernet(ipv4(tcp(DATA, options=b"\x01" * 40)))).segments == [expected(DATA)]


def test_ipv4_options_are_no_payload() -> None:
    assert decode(ethernet(ipv4(tcp(DATA), options=b"\x01" * 40))).segments == [expected(DATA)]


def test_padding_after_the_packet_is_no_payload() -> None:
    """Ethernet pads to 60 bytes."""
    assert decode(ethernet(ipv4(tcp())) + bytes(6)).segments == [expected(b"")]
    assert decode(ethernet(IP6, 0x86DD) + b"trailer").segments == [expected6(DATA)]


@pytest.mark.parametrize(("link_type", "packet"), [(RAW, IP4), (RAW, IP6)])
def test_snaplen_keeps_the_length_on_the_wire(link_type: int, packet: bytes) -> None:
    segment = decode(packet[:-3], link_type, original=len(packet)).segments[0]
    assert (segment.payload, segment.wire) == (DATA[:-3], len(DATA))


def test_snaplen_inside_tcp_options() -> None:
    packet = ipv4(tcp(DATA, options=b"\x01" * 12))
    segment = decode(packet[:44], RAW, original=len(packet)).segments[0]
    assert (segment.payload, segment.wire) == (b"", len(DATA))


@pytest.mark.parametrize("packet", [ipv4(tcp(DATA), total=140), ipv6(tcp(DATA), length=120)], ids=["IPv4", "IPv6"])
def test_a_length_beyond_the_frame_is_a_lie(packet: bytes) -> None:
    """No more was on the wire than the frame; what comes next follows on what is there."""
    segment = decode(packet, RAW).segments[0]
    assert (segment.payload, segment.wire) == (DATA, len(DATA))
    cut = decode(packet[:-3], RAW, original=len(packet)).segments[0]
    assert (cut.payload, cut.wire) == (DATA[:-3], len(DATA))


def test_a_frame_that_is_cut_cuts_the_packet_in_its_tunnel() -> None:
    inner = ipv4(tcp(DATA))
    outer = ipv4(inner, protocol=4)
    segment = decode(outer[:-3], RAW, original=len(outer)).segments[0]
    assert (segment.payload, segment.wire) == (DATA[:-3], len(DATA))
    padded = decode(outer[:-3], RAW, original=len(outer) + 10).segments[0]  # the padding is not the outer packet's
    assert (padded.payload, padded.wire) == (DATA[:-3], len(DATA))


@pytest.mark.parametrize("inner", [ipv4(tcp(DATA), total=140), ipv6(tcp(DATA), length=120)], ids=["IPv4", "IPv6"])
def test_a_length_beyond_a_tunnel_s_end_is_a_lie(inner: bytes) -> None:
    """No more was on the wire than the outer packet, whether it is captured whole or cut."""
    outer = ipv4(inner, protocol=4 if inner[0] >> 4 == 4 else 41)
    for kept, original in ((outer, len(outer)), (outer[:-3], len(outer)), (outer, len(outer) + 100)):
        segment = decode(kept, RAW, original=original).segments[0]
        assert (segment.payload, segment.wire) == (DATA[: len(DATA) + len(kept) - len(outer)], len(DATA))


def test_a_length_beyond_pppoe_s_is_a_lie() -> None:
    """RFC 2516 §4: the length is that of the payload; what follows is padding."""
    inner = ipv4(tcp(DATA), total=40 + len(DATA) + 2)
    frame = ethernet(pack(">BBHHH", 0x11, 0, 1, 2 + len(inner), 0x0021) + inner, 0x8864)
    padded = frame + bytes(2)
    for kept, original in ((padded, len(padded)), (padded, len(padded) + 8), (frame, len(frame))):
        segment = decode(kept, original=original).segments[0]
        assert (segment.payload, segment.wire) == (DATA, len(DATA))


@pytest.mark.parametrize("packet", [ipv4(tcp(DATA), total=0), ipv6(tcp(DATA), length=0)], ids=["IPv4", "IPv6"])
def test_no_length_is_the_length_of_the_frame(packet: bytes) -> None:
    """The network card fills it in after the capture (segmentation offload)."""
    segment = decode(packet, RAW).segments[0]
    assert (segment.payload, segment.wire) == (DATA, len(DATA))
    cut = decode(packet, RAW, original=len(packet) + 1000).segments[0]
    assert (cut.payload, cut.wire) == (DATA, len(DATA) + 1000)


HOP_BY_HOP, ROUTING, FRAGMENT, AUTHENTICATION, DESTINATION = 0, 43, 44, 51, 60


@pytest.mark.parametrize(
    ("first", "extensions"),
    [
        (HOP_BY_HOP, b"\x06\0" + bytes(6)),
        (DESTINATION, b"\x06\x02" + bytes(22)),
        (ROUTING, b"\x06\x02\0\0" + bytes(20)),
        (AUTHENTICATION, b"\x06\x04" + bytes(22)),  # 24 bytes: RFC 4302 §2.2
        (FRAGMENT, b"\x06\0\0\0\x12\x34\x56\x78"),  # atomic: RFC 6946
        (FRAGMENT, b"\x06\0\0\x06\x12\x34\x56\x78"),  # with its two reserved bits set
        (HOP_BY_HOP, b"\x3c\0" + bytes(6) + b"\x2c\0" + bytes(6) + b"\x06\0\0\0\0\0\0\0"),
    ],
)
def test_ipv6_extension_headers(first: int, extensions: bytes) -> None:
    assert decode(ipv6(extensions + tcp(DATA), first), RAW).segments == [expected6(DATA)]


@pytest.mark.parametrize(
    "packet",
    [
        ipv4(tcp(DATA), total=19),
        ipv4(tcp(DATA), total=39),
        b"\x44" + IP4[1:],  # a header of 16 bytes
        b"\x4f" + ipv4(tcp())[1:],  # options beyond the packet
        ipv4(tcp()[:12] + b"\x40" + tcp()[13:]),  # a TCP header of 16 bytes
        ipv4(tcp()[:12] + b"\xf0" + tcp()[13:]),  # TCP options beyond the packet
        ipv4(tcp()[:19]),
        ipv6(tcp(DATA), length=19),
        ipv6(b"\x06\xff" + bytes(6) + tcp(DATA), HOP_BY_HOP),  # an extension beyond the packet
        ipv6(b"\x06\0\0", HOP_BY_HOP),
        IP6[:39],
        IP4[:19],
        b"\x50" + IP4[1:],
        b"",
    ],
)
def test_lengths_that_contradict_each_other(packet: bytes) -> None:
    decoded = decode(packet, RAW)
    assert decoded.segments == []
    assert decoded.decoder.malformed == 1


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(ipv4(udp(b"dns?", 53), 17)),
        ethernet(ipv4(b"\x08\0" + bytes(6), 1)),
        ethernet(ipv6(b"", 59), 0x86DD),
        ethernet(bytes(28), 0x0806),
        ethernet(bytes(28), 0x88CC),
        ethernet(b"\x42\x42\x03" + bytes(35), 38),  # spanning tree
    ],
)
def test_no_tcp_is_counted_as_such(frame: bytes) -> None:
    decoded = decode(frame)
    assert decoded.segments == []
    assert (decoded.decoder.other, decoded.decoder.malformed) == (1, 0)


@pytest.mark.parametrize(("link_type", "header"), [(ETHERNET, 14), (SLL, 16), (SLL2, 20), (NULL, 4), (RAW, 1)])
def test_cut_link_header(link_type: int, header: int) -> None:
    for length in range(header):
        assert decode(bytes(length), link_type).decoder.malformed == 1


def test_each_interface_has_its_own_link_type() -> None:
    packets = [Packet(ethernet(IP4), ETHERNET), Packet(IP6, RAW), Packet(b"?", 189), Packet(sll(IP4, 0x0800), SLL)]
    decoded = decode_all(packets)
    assert decoded.segments == [expected(DATA), expected6(DATA, row=1), expected(DATA, row=3)]
    assert decoded.decoder.unknown_link == 1


def test_every_cut_of_a_frame() -> None:
    """What the capture holds of the payload is there; a cut in the headers gives no segment."""
    frame = ethernet(pack(">HH", 1, 0x86DD) + ipv6(b"\x06\0" + bytes(6) + tcp(DATA), HOP_BY_HOP), 0x8100)
    headers = len(frame) - len(DATA)
    for cut in range(len(frame)):
        segments = decode(frame[:cut], original=len(frame)).segments
        if cut < headers:
            assert segments == []
        else:
            assert (segments[0].payload, segments[0].wire) == (DATA[: cut - headers], len(DATA))


def test_names_of_encapsulations_are_bounded() -> None:
    """A flood of tags fills the list once; after that all have one name, which says so."""
    decoder = Decoder()
    tags = [(high, low) for high in range(2) for low in range(4096)]
    for start in range(0, len(tags), 4000):
        packets = [
            Packet(ethernet(pack(">HHHH", high, 0x8100, low, 0x0800) + IP4, 0x8100))
            for high, low in tags[start : start + 4000]
        ]
        decoded = decode_all(packets, decoder)
    assert len(decoder.labels) <= 4097
    assert decoded.segments[-1].labels == ("too many encapsulations to name",)


def test_ipv6_addresses_are_whole() -> None:
    ends = ("fe80::aaaa:bbbb:cccc:1", "fe80::aaaa:bbbb:cccc:2")
    segment = decode(ipv6(tcp(b"x"), ends=ends), RAW).segments[0]
    assert (segment.source[0], segment.target[0]) == ends
    assert (CLIENT6[0], SERVER6[0]) != ends
