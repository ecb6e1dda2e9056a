"""The block format (draft-ietf-opsawg-pcapng): sections, interfaces with clocks of their own, secrets, odd blocks."""

from struct import pack

import pytest
from capture_files import (
    BIG,
    CUSTOM,
    INTERFACE,
    LITTLE,
    NAMES,
    OBSOLETE,
    SECRETS,
    SECTION,
    SIMPLE,
    STATISTICS,
    Row,
    block,
    enhanced,
    interface,
    option,
    pcap_header,
    read,
    section,
)

ORDERS = pytest.mark.parametrize("order", [LITTLE, BIG])
COMMENT, NAME, RESOLUTION, OFFSET, END = 1, 2, 9, 14, 0
TLS_KEY_LOG = 0x544C534B


@ORDERS
def test_enhanced_packets_in_microseconds(order: str) -> None:
    data = section(order) + interface(order) + enhanced(b"one", 1_000_005, order, original=60)
    reading = read(data)
    assert reading.error is None
    assert reading.rows == [Row(1, 1_000_005_000, b"one", 60)]


@ORDERS
@pytest.mark.parametrize(
    ("resolution", "ticks", "nanoseconds", "digits"),
    [
        (0, 3, 3_000_000_000, 0),
        (3, 1_234, 1_234_000_000, 3),
        (6, 1_234, 1_234_000, 6),
        (9, 1_700_000_000_123_456_789, 1_700_000_000_123_456_789, 9),
        (12, 1_234_567_891, 1_234_567, 9),
        (0x80 | 1, 3, 1_500_000_000, 9),
        (0x80 | 10, 1024 + 512, 1_500_000_000, 9),
        (0x80 | 32, (5 << 32) + (1 << 31), 5_500_000_000, 9),
        (0x80 | 40, (5 << 40) + (1 << 39), 5_500_000_000, 9),
    ],
)
def test_clock_of_an_interface(order: str, resolution: int, ticks: int, nanoseconds: int, digits: int) -> None:
    options = option(RESOLUTION, bytes([resolution]), order)
    reading = read(section(order) + interface(order, options=options) + enhanced(b"x", ticks, order))
    assert reading.rows[0].time == nanoseconds
    assert reading.capture.interfaces[0].digits == digits


@ORDERS
@pytest.mark.parametrize("offset", [-3600, 0, 1_700_000_000])
def test_time_offset_in_seconds(order: str, offset: int) -> None:
    options = option(OFFSET, pack(order + "q", offset), order)
    reading = read(section(order) + interface(order, options=options) + enhanced(b"x", 7, order))
    assert reading.rows[0].time == offset * 1_000_000_000 + 7_000


@ORDERS
def test_name_and_comment(order: str) -> None:
    options = option(COMMENT, b"a comment", order) + option(NAME, b"eth0", order) + option(END, b"", order)
    described = read(section(order) + interface(order, 276, 96, options)).capture.interfaces[0]
    assert (described.link_type, described.snaplen) == (276, 96)
    assert (described.name, described.comment) == ("eth0", "a comment")


def test_options_after_the_end_do_not_count() -> None:
    options = option(END, b"") + option(NAME, b"eth0")
    assert read(section() + interface(options=options)).capture.interfaces[0].name is None


def test_option_longer_than_its_block_does_not_count() -> None:
    options = option(NAME, b"eth0") + pack("<HH", RESOLUTION, 400) + b"\x09\0\0\0"
    described = read(section() + interface(options=options)).capture.interfaces[0]
    assert (described.name, described.digits) == ("eth0", 6)


def test_each_interface_has_its_own_clock() -> None:
    nanoseconds = interface(link_type=101, options=option(RESOLUTION, b"\x09"))
    data = section() + interface() + enhanced(b"a", 5) + nanoseconds + enhanced(b"b", 5, number=1) + enhanced(b"c", 6)
    reading = read(data)
    assert [(row.time, row.interface) for row in reading.rows] == [(5_000, 0), (5, 1), (6_000, 0)]
    assert [one.link_type for one in reading.capture.interfaces] == [1, 101]


def test_each_section_numbers_its_interfaces_from_zero_in_its_own_byte_order() -> None:
    first = section(LITTLE) + interface(LITTLE) + enhanced(b"a", 1, LITTLE)
    second = section(BIG) + interface(BIG, 113, options=option(RESOLUTION, b"\x09", BIG)) + enhanced(b"b", 2, BIG)
    reading = read(first + second + first)
    assert [(row.number, row.data, row.time, row.interface) for row in reading.rows] == [
        (1, b"a", 1_000, 0),
        (2, b"b", 2, 1),
        (3, b"a", 1_000, 2),
    ]
    assert [one.link_type for one in reading.capture.interfaces] == [1, 113, 1]


def test_a_section_does_not_see_the_interfaces_of_another() -> None:
    data = section() + interface() + interface() + section() + interface() + enhanced(b"a", 1, number=1)
    assert "contradicts itself" in str(read(data).error)


@ORDERS
def test_simple_packets_have_the_snaplen_of_the_first_interface(order: str) -> None:
    packet = block(SIMPLE, pack(order + "I", 100) + b"12345678", order)
    reading = read(section(order) + interface(order, snaplen=6) + enhanced(b"x", 9, order) + packet)
    assert reading.rows[1] == Row(2, 9_000, b"123456", 100)


def test_simple_packet_without_snaplen_fills_its_block() -> None:
    packet = block(SIMPLE, pack("<I", 5) + b"12345")
    assert read(section() + interface() + packet).rows == [Row(1, 0, b"12345", 5)]


@ORDERS
def test_obsolete_packets(order: str) -> None:
    """Interface and drops share a word (draft-ietf-opsawg-pcapng appendix A)."""
    head = pack(order + "HHIIII", 1, 77, 0, 2_000_000, 3, 60)
    data = section(order) + interface(order) + interface(order, 101) + block(OBSOLETE, head + b"one\0", order)
    assert read(data).rows == [Row(1, 2_000_000_000, b"one", 60, 1)]


@ORDERS
def test_other_blocks_are_passed_over(order: str) -> None:
    others = b"".join(block(kind, b"whatever it says", order) for kind in (NAMES, STATISTICS, CUSTOM, 0x80000001))
    data = section(order) + others + interface(order) + others + enhanced(b"a", 1, order) + others
    reading = read(data + enhanced(b"b", 2, order) + others)
    assert [row.data for row in reading.rows] == [b"a", b"b"]
    assert not reading.capture.anomalies


@ORDERS
def test_tls_secrets_are_kept_and_others_are_not(order: str) -> None:
    log = b"CLIENT_RANDOM 00 11\n"
    keys = block(SECRETS, pack(order + "II", TLS_KEY_LOG, len(log)) + log, order)
    others = block(SECRETS, pack(order + "II", 0x57474B4C, len(log)) + log, order)  # WireGuard's
    assert read(section(order) + others + keys + keys).capture.secrets == [log, log]


def test_secrets_longer_than_their_block_are_damage() -> None:
    reading = read(section() + block(SECRETS, pack("<II", TLS_KEY_LOG, 400) + b"CLIENT"))
    assert "is damaged after frame 0" in str(reading.error)


def test_a_block_beyond_the_buffer_is_passed_over() -> None:
    data = section() + interface() + block(CUSTOM, bytes(3 << 20)) + enhanced(b"a", 1)
    reading = read(data)
    assert [row.data for row in reading.rows] == [b"a"]


def test_packet_options_are_no_part_of_the_packet() -> None:
    data = section() + interface() + enhanced(b"abc", 1, options=option(COMMENT, b"look here"))
    assert read(data).rows[0].data == b"abc"


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("no byte-order magic", block(SECTION, pack("<IHHq", 0x11223344, 1, 0, -1))),
        ("length below a block's smallest", section() + pack("<III", CUSTOM, 8, 8)),
        ("length that is no multiple of four", section() + pack("<III", CUSTOM, 13, 13) + bytes(8)),
        ("packet before any interface", section() + enhanced(b"abc", 1)),
        ("packet of an interface that is not there", section() + interface() + enhanced(b"abc", 1, number=7)),
        ("simple packet before any interface", section() + block(SIMPLE, pack("<I", 4) + b"1234")),
        ("packet longer than its block", section() + interface() + block(6, pack("<IIIII", 0, 0, 0, 400, 400) + b"12")),
        ("packet block shorter than its head", section() + interface() + block(6, bytes(12))),
        ("packet block of four gigabytes", section() + interface() + pack("<II", 6, 0xFFFFFFFC) + bytes(40)),
        ("interface of three bytes", section() + block(INTERFACE, b"\1\0\0\0")),
        ("empty time resolution", section() + interface(options=option(RESOLUTION, b""))),
    ],
)
def test_damage_is_an_input_error(what: str, data: bytes) -> None:
    reading = read(data)
    assert reading.error is not None, what
    assert "is damaged after frame 0" in reading.error.message


def test_too_many_interfaces_are_refused() -> None:
    reading = read(section() + interface() * 4097)
    assert "more than 4096 interfaces" in str(reading.error)


@pytest.mark.parametrize("resolution", [6, 9, 0, 0x80 | 1, 0x80 | 63, 0x7F, 0xFF])
@pytest.mark.parametrize("ticks", [0, 1 << 32, (1 << 62) - 1, 1 << 63, (1 << 64) - 1])
@pytest.mark.parametrize("offset", [-(1 << 63), 0, (1 << 63) - 1])
def test_no_time_is_beyond_64_bits(resolution: int, ticks: int, offset: int) -> None:
    options = option(RESOLUTION, bytes([resolution])) + option(OFFSET, pack("<q", offset))
    reading = read(section() + interface(options=options) + enhanced(b"x", ticks))
    assert reading.error is None
    assert -(1 << 63) <= reading.rows[0].time < 1 << 63


def test_classic_header_inside_is_no_block() -> None:
    reading = read(section() + interface() + enhanced(b"a", 1) + pcap_header())
    assert [row.data for row in reading.rows] == [b"a"]
    assert reading.error is not None
