"""What is not simply IP in Ethernet: each header as its specification draws it, with a TCP segment inside."""

from struct import pack

import pytest
from frame_bytes import CLIENT, SERVER, decode, ethernet, expected, expected6, ipv4, ipv6, tcp, udp

from tlsscope.link import tunnels

DATA = b"\x16\x03\x01\x00\x02hi"
IP4, IP6 = ipv4(tcp(DATA)), ipv6(tcp(DATA))
FRAME = ethernet(IP4)
TUNNEL_ENDS = ("203.0.113.1", "203.0.113.2")
RAW = 101

SNAP = b"\xaa\xaa\x03\0\0\0\x08\x00"
DATA_FRAME = b"\x08\x02\0\0" + bytes(18) + b"\x10\0"  # from the access point, fragment 0
QOS_FRAME = b"\x88\x01\0\0" + bytes(18) + b"\x10\0" + b"\0\0"
FOUR_ADDRESSES = b"\x08\x03\0\0" + bytes(18) + b"\x10\0" + bytes(6)
HIGH_THROUGHPUT = b"\x88\x81\0\0" + bytes(18) + b"\x10\0" + b"\0\0" + bytes(4)


def over_ip(payload: bytes, protocol: int) -> bytes:
    return ipv4(payload, protocol, TUNNEL_ENDS)


def over_udp(payload: bytes, port: int) -> bytes:
    return over_ip(udp(payload, port), 17)


def radiotap(fields: bytes, present: int) -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(fields), present) + fields


@pytest.mark.parametrize(
    ("link_type", "frame"),
    [
        (9, b"\xff\x03\x00\x21" + IP4),  # PPP with its HDLC framing
        (9, b"\x00\x21" + IP4),
        (9, b"\x21" + IP4),  # with a compressed protocol
        (9, b"\xff\x03\x21" + IP4),
        (50, b"\xff\x03\x00\x21" + IP4),
        (50, b"\x0f\x00\x08\x00" + IP4),  # Cisco's unicast
        (50, b"\x8f\x00\x08\x00" + IP4),  # and multicast
        (104, b"\x0f\x00\x08\x00" + IP4),
        (166, b"\x01\x03\x00\x21" + IP4),
        (204, b"\x00\xff\x03\x00\x21" + IP4),
        (100, SNAP + IP4),
        (10, b"\x50" + bytes(12) + SNAP + IP4),
        (6, b"\x10\x40" + bytes(12) + SNAP + IP4),
        (6, b"\x10\x40" + bytes(6) + b"\x80" + bytes(5) + b"\x06\x30\x00\x12\x00\x20" + SNAP + IP4),  # routed
        (239, b"\x02\0\0\0" + pack("<HH", 8, 1) + bytes(4) + pack("<HH", 4 + len(IP4), 9) + IP4),
        (239, b"\x02\0\0\0" + pack(">HH", 7, 10) + b"eth\0" + pack(">HH", 4 + len(IP4), 9) + IP4),
        (105, DATA_FRAME + SNAP + IP4),
        (105, QOS_FRAME + SNAP + IP4),
        (105, FOUR_ADDRESSES + SNAP + IP4),
        (105, HIGH_THROUGHPUT + SNAP + IP4),
        (127, radiotap(b"", 0) + DATA_FRAME + SNAP + IP4),
        (127, radiotap(b"\x10", 0x02) + DATA_FRAME + SNAP + IP4 + b"FCS!"),
        (127, radiotap(bytes(8) + b"\x20", 0x03) + QOS_FRAME + bytes(2) + SNAP + IP4),  # clock, then flags: padded
        (127, pack("<BBHII", 0, 0, 25, 0x80000003, 0) + bytes(12) + b"\x20" + QOS_FRAME + bytes(2) + SNAP + IP4),
        (163, pack(">II", 0x80211001, 64) + bytes(56) + DATA_FRAME + SNAP + IP4),
        (119, bytes(144) + DATA_FRAME + SNAP + IP4),
        (119, pack(">II", 0x80211001, 64) + bytes(56) + DATA_FRAME + SNAP + IP4),
        (192, pack("<BBHI", 0, 0, 12, 105) + bytes(4) + DATA_FRAME + SNAP + IP4),
    ],
)  # fmt: skip
def test_link_types(link_type: int, frame: bytes) -> None:
    """The link type itself is no encapsulation: nothing is named."""
    assert decode(frame, link_type).segments == [expected(DATA)]


def test_aggregated_wireless_frame() -> None:
    """IEEE 802.11 §9.3.2.2: addresses and a length before each frame; the first one is opened."""
    header = b"\x88\x01\0\0" + bytes(18) + b"\x10\0" + b"\x80\0"
    subframe = bytes(12) + pack(">H", len(SNAP + IP4)) + SNAP + IP4
    assert decode(header + subframe + bytes(2) + subframe, 105).segments == [expected(DATA)]


@pytest.mark.parametrize(
    "header",
    [
        b"\x08\x42\0\0" + bytes(18) + b"\x10\0",  # protected
        b"\x08\x06\0\0" + bytes(18) + b"\x10\0",  # more fragments follow
        b"\x08\x02\0\0" + bytes(18) + b"\x11\0",  # fragment 1
        b"\x48\x02\0\0" + bytes(18) + b"\x10\0",  # null data
        b"\x80\x00\0\0" + bytes(18) + b"\x10\0",  # a beacon
        b"\xd4\x00\0\0" + bytes(6),  # an acknowledgment
    ],
)
def test_wireless_frames_that_stay_closed(header: bytes) -> None:
    decoded = decode(header + SNAP + IP4, 105)
    assert decoded.segments == []
    assert decoded.decoder.other == 1


def test_wireless_frame_with_a_bad_checksum_is_left() -> None:
    assert decode(radiotap(b"\x40", 0x02) + DATA_FRAME + SNAP + IP4, 127).segments == []


PPPOE = b"\x11\x00\x0f\x07" + pack(">H", 2 + len(IP4)) + b"\x00\x21" + IP4
PBB = b"\x00\x12\x34\x56" + FRAME
LABELS = pack(">II", 16 << 12 | 64, 18 << 12 | 0x100 | 64)


@pytest.mark.parametrize(
    ("frame", "labels"),
    [
        (ethernet(PPPOE, 0x8864), ("pppoe 3847",)),
        (ethernet(pack(">HHHH", 3704, 0x8100, 2474, 0x8864) + PPPOE, 0x88A8), ("vlan 3704", "vlan 2474", "pppoe 3847")),
        (ethernet(LABELS + IP4, 0x8847), ("mpls 16", "mpls 18")),
        (ethernet(LABELS + IP4, 0x8848), ("mpls 16", "mpls 18")),
        (ethernet(LABELS + bytes(4) + FRAME, 0x8847), ("mpls 16", "mpls 18")),  # a pseudowire with its control word
        (ethernet(LABELS + FRAME.replace(b"\x02", b"\xa2", 1), 0x8847), ("mpls 16", "mpls 18")),  # and without
        (ethernet(b"\x01\x01\x00\x01\x00\x02\x08\x00" + IP4, 0x8909), ("sgt 2",)),
        (ethernet(bytes(4) + pack(">HHH", 0x8100, 11, 0x0800) + IP4, 0x8926), ("vntag", "vlan 11")),
        (ethernet(PBB, 0x88E7), ("pbb 1193046",)),
        (ethernet(pack(">HH", 9, 0x88E7) + PBB, 0x88A8), ("vlan 9", "pbb 1193046")),
        (ethernet(SNAP + IP4, len(SNAP + IP4)), ()),
        (ethernet(b"\x06\x06\x03" + IP4, 3 + len(IP4)), ()),
        (ethernet(pack(">HH", 5, len(SNAP + IP4)) + SNAP + IP4, 0x8100), ("vlan 5",)),
        (ethernet(b"\xaa\xaa\x03\x00\x80\xc2\x00\x07" + FRAME, 8 + len(FRAME)), ()),
    ],
)
def test_ethertypes(frame: bytes, labels: tuple[str, ...]) -> None:
    assert decode(frame).segments == [expected(DATA, labels)]


def test_llc_in_a_cooked_frame_has_no_length() -> None:
    cooked = pack(">HHH8sH", 0, 1, 6, bytes(8), 4)
    assert decode(cooked + SNAP + IP4, 113).segments == [expected(DATA)]


GTP = pack(">BBHI", 0x30, 255, len(IP4), 0x1234)
GTP_SEQUENCE = pack(">BBHIHBB", 0x32, 255, 4 + len(IP4), 0x1234, 9, 0, 0)
GTP_CHAIN = b"\x01\x10\x09\x85" + b"\x02\0\0\0\0\0\0\x00"  # extension headers of four and eight bytes
GTP_EXTENSIONS = pack(">BBHIHBB", 0x34, 255, 16 + len(IP4), 0x1234, 0, 0, 0x85) + GTP_CHAIN
VXLAN = b"\x08\0\0\0" + b"\x00\x00\x2a\x00"
GENEVE = b"\x00\x00\x65\x58\x00\x00\x07\x00"
ERSPAN_2 = b"\x10\x64\x00\x05\0\0\0\0"
ERSPAN_3 = b"\x20\x64\x00\x05" + bytes(6) + b"\x00\x00"
ERSPAN_3_LONGER = b"\x20\x64\x00\x05" + bytes(6) + b"\x00\x01" + bytes(8)
ERSPAN_3_IP = b"\x20\x64\x00\x05" + bytes(6) + b"\x08\x00"
TEREDO_AUTHENTICATION = b"\0\x01\x02\x03" + b"id" + b"sum" + bytes(9)
TEREDO_ORIGIN = b"\0\0" + bytes(6)


@pytest.mark.parametrize(
    ("packet", "labels"),
    [
        (over_ip(IP4, 4), ("ip-in-ip",)),
        (ipv6(IP4, 4), ("ip-in-ip",)),
        (over_ip(b"\0\0\x08\0" + IP4, 47), ("gre",)),
        (over_ip(b"\x80\0\x08\0" + bytes(4) + IP4, 47), ("gre",)),  # checksum
        (over_ip(b"\x20\0\x08\0" + bytes(4) + IP4, 47), ("gre",)),  # key
        (over_ip(b"\xb0\0\x08\0" + bytes(12) + IP4, 47), ("gre",)),  # checksum, key, sequence
        (over_ip(b"\0\0\x65\x58" + FRAME, 47), ("gre",)),
        (over_ip(b"\0\0\x88\x47" + LABELS + IP4, 47), ("gre", "mpls 16", "mpls 18")),
        (over_ip(b"\x30\x81\x88\x0b" + bytes(12) + b"\xff\x03\x00\x21" + IP4, 47), ("gre", "ppp")),  # PPTP
        (over_ip(b"\0\0\x88\xbe" + FRAME, 47), ("gre", "erspan")),
        (over_ip(b"\x10\0\x88\xbe" + bytes(4) + ERSPAN_2 + FRAME, 47), ("gre", "erspan 5")),
        (over_ip(b"\x10\0\x22\xeb" + bytes(4) + ERSPAN_3 + FRAME, 47), ("gre", "erspan 5")),
        (over_ip(b"\x10\0\x22\xeb" + bytes(4) + ERSPAN_3_LONGER + FRAME, 47), ("gre", "erspan 5")),
        (over_ip(b"\x10\0\x22\xeb" + bytes(4) + ERSPAN_3_IP + IP4, 47), ("gre", "erspan 5")),
        (over_udp(VXLAN + FRAME, 4789), ("vxlan 42",)),
        (over_udp(VXLAN + FRAME, 8472), ("vxlan 42",)),
        (over_udp(VXLAN + ethernet(pack(">HH", 3, 0x0800) + IP4, 0x8100), 4789), ("vxlan 42", "vlan 3")),
        (over_udp(GENEVE + FRAME, 6081), ("geneve 7",)),
        (over_udp(b"\x02\x40\x08\x00\0\0\x07\0" + bytes(8) + IP4, 6081), ("geneve 7",)),  # options, IP inside
        (over_udp(GTP + IP4, 2152), ("gtp 0x1234",)),
        (over_udp(GTP_SEQUENCE + IP4, 2152), ("gtp 0x1234",)),
        (over_udp(GTP_EXTENSIONS + IP4, 2152), ("gtp 0x1234",)),
        (over_ip(udp(GTP + IP4, 31000, 2152), 17), ("gtp 0x1234",)),  # by its source
    ],
)
def test_over_ip(packet: bytes, labels: tuple[str, ...]) -> None:
    assert decode(packet, RAW).segments == [expected(DATA, labels)]


@pytest.mark.parametrize(
    ("packet", "labels"),
    [
        (over_ip(IP6, 41), ("ip-in-ip",)),
        (over_ip(b"\0\0\x86\xdd" + IP6, 47), ("gre",)),
        (over_udp(GTP[:2] + pack(">H", len(IP6)) + GTP[4:] + IP6, 2152), ("gtp 0x1234",)),
        (over_udp(IP6, 3544), ("teredo",)),
        (over_udp(TEREDO_ORIGIN + IP6, 3544), ("teredo",)),
        (over_udp(TEREDO_AUTHENTICATION + TEREDO_ORIGIN + IP6, 3544), ("teredo",)),
    ],
)
def test_ipv6_over_ip(packet: bytes, labels: tuple[str, ...]) -> None:
    assert decode(packet, RAW).segments == [expected6(DATA, labels)]


def test_tunnels_within_tunnels_are_named_outermost_first() -> None:
    inner = over_ip(b"\0\0\x08\0" + over_ip(IP4, 4), 47)
    frame = ethernet(pack(">HH", 100, 0x0800) + over_udp(VXLAN + ethernet(inner), 4789), 0x8100)
    assert decode(frame).segments == [expected(DATA, ("vlan 100", "vxlan 42", "gre", "ip-in-ip"))]


def nested(times: int) -> bytes:
    packet = IP4
    for _ in range(times):
        packet = over_ip(packet, 4)
    return packet


def test_no_deeper_than_eight() -> None:
    assert decode(nested(8), RAW).segments == [expected(DATA, ("ip-in-ip",) * 8)]
    too_deep = decode(nested(9), RAW)
    assert too_deep.segments == []
    assert too_deep.decoder.malformed == 1


def test_an_endless_chain_of_tags_in_a_tunnel_ends() -> None:
    frame = ethernet(pack(">HH", 1, 0x8100) * 4000, 0x8100)
    assert decode(over_udp(VXLAN + frame, 4789), RAW).decoder.malformed == 1


@pytest.mark.parametrize(
    "packet",
    [
        over_udp(b"\x00" + VXLAN[1:] + FRAME, 4789),  # the I flag is not set
        over_udp(b"\x40" + GENEVE[1:] + FRAME, 6081),  # version 1
        over_udp(b"\x30\x01" + GTP[2:] + IP4, 2152),  # an echo request
        over_udp(b"\x50" + GTP[1:] + IP4, 2152),  # version 2
        over_udp(b"\x9a\x00\x01\x00" + bytes(30), 3544),
        over_ip(b"\x40\0\x08\0" + bytes(8) + IP4, 47),  # source routes
        over_ip(b"\0\x02\x08\0" + IP4, 47),  # version 2
        over_ip(b"\0\0\0\0", 47),  # a keep-alive
        over_udp(FRAME, 4790),
    ],
)
def test_what_only_looks_like_a_tunnel(packet: bytes) -> None:
    decoded = decode(packet, RAW)
    assert decoded.segments == []
    assert (decoded.decoder.other, decoded.decoder.malformed) == (1, 0)


def test_lengths_of_the_outer_headers_bound_the_inner_ones() -> None:
    """The inner packet claims more than PPPoE's, LLC's, UDP's or IP's length has room for: that is not on the wire."""
    short = len(IP4) - 4
    pppoe = b"\x11\x00\0\x01" + pack(">H", 2 + short) + b"\x00\x21" + IP4
    llc = ethernet(SNAP + IP4, len(SNAP) + short)
    gtp = over_udp(GTP[:2] + pack(">H", short) + GTP[4:] + IP4, 2152)
    in_ip = ipv4(IP4, 4, TUNNEL_ENDS, total=20 + short)
    for frame in (ethernet(pppoe, 0x8864), llc, ethernet(gtp), ethernet(in_ip)):
        assert decode(frame).segments[0].payload == DATA[:-4]


def test_what_is_no_tunnel_keeps_its_own_addresses() -> None:
    """An outer TCP connection is not looked into."""
    segment = decode(ipv4(tcp(IP4)), RAW).segments[0]
    assert (segment.source, segment.target, segment.payload) == (CLIENT, SERVER, IP4)


@pytest.mark.parametrize("link_type", [189, 147, 65535, 253])
def test_unknown_link_types_are_counted(link_type: int) -> None:
    decoded = decode(FRAME, link_type)
    assert (decoded.segments, decoded.decoder.unknown_link) == ([], 1)


def test_the_doors_give_nothing_for_nothing() -> None:
    assert tunnels.ethertype(0x0806, bytes(28)) is None
    assert tunnels.transport(132, bytes(28)) is None
    assert tunnels.link(147, b"") == tunnels.Inner((), 0, 0, tunnels.UNKNOWN_LINK)
    assert tunnels.link(9, b"") == tunnels.Inner((), 0, 0, tunnels.MALFORMED)
