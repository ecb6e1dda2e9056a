"""The classic format (draft-ietf-opsawg-pcap): both byte orders, both clocks, Kuznetzov's records, lengths that lie."""

import pytest
from capture_files import (
    BIG,
    KUZNETZOV,
    LITTLE,
    MICROSECONDS,
    NANOSECONDS,
    Row,
    pcap_header,
    pcap_record,
    read,
)

ORDERS = pytest.mark.parametrize("order", [LITTLE, BIG])


@ORDERS
def test_microseconds(order: str) -> None:
    data = pcap_header(order) + pcap_record(b"one", 1, 5, order) + pcap_record(b"", 2, 999_999, order)
    reading = read(data)
    assert reading.error is None
    assert reading.rows == [Row(1, 1_000_005_000, b"one", 3), Row(2, 2_999_999_000, b"", 0)]
    assert reading.capture.interfaces[0].digits == 6


@ORDERS
def test_nanoseconds(order: str) -> None:
    data = pcap_header(order, NANOSECONDS) + pcap_record(b"one", 1_700_000_000, 123_456_789, order)
    reading = read(data)
    assert reading.rows == [Row(1, 1_700_000_000_123_456_789, b"one", 3)]
    assert reading.capture.interfaces[0].digits == 9


@ORDERS
def test_kuznetzov_has_eight_bytes_more_in_each_record(order: str) -> None:
    records = [pcap_record(text, at, 0, order, extra=b"8 bytes.") for at, text in enumerate((b"one", b"three"))]
    reading = read(pcap_header(order, KUZNETZOV) + b"".join(records))
    assert [row.data for row in reading.rows] == [b"one", b"three"]


@ORDERS
def test_link_type_is_the_lower_half_of_its_field(order: str) -> None:
    """The upper half tells of a frame check sequence."""
    reading = read(pcap_header(order, link_type=0x1400_0071) + pcap_record(b"x", 0, 0, order))
    assert reading.capture.interfaces[0].link_type == 113


def test_seconds_are_unsigned() -> None:
    """2^32 - 1 seconds is the year 2106, not 1969."""
    reading = read(pcap_header() + pcap_record(b"x", 0xFFFFFFFF, 0))
    assert reading.rows[0].time == 4_294_967_295_000_000_000


def test_snaplen_keeps_the_length_on_the_wire() -> None:
    assert read(pcap_header() + pcap_record(b"cut", 0, 0, original=1500)).rows == [Row(1, 0, b"cut", 1500)]


def test_original_below_captured_is_taken_as_written() -> None:
    assert read(pcap_header() + pcap_record(b"longer", 0, 0, original=2)).rows[0].original == 2


def test_header_alone_is_an_empty_capture() -> None:
    reading = read(pcap_header())
    assert reading.rows == []
    assert reading.error is None
    assert not reading.capture.anomalies


@pytest.mark.parametrize("length", [262_145, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_impossible_length_ends_the_reading_after_the_good_frames(length: int) -> None:
    good = pcap_record(b"good", 1, 0)
    bad = b"\0" * 8 + length.to_bytes(4, "little") + b"\0" * 4
    reading = read(pcap_header() + good + good + bad + good)
    assert [row.data for row in reading.rows] == [b"good", b"good"]
    assert reading.error is not None
    assert reading.error.message == "is damaged after frame 2: a record of an impossible length"


def test_longest_frame_is_read() -> None:
    frame = bytes(range(256)) * 1024
    assert read(pcap_header() + pcap_record(frame, 0, 0)).rows[0].data == frame


def test_more_frames_than_a_window_holds() -> None:
    records = [pcap_record(number.to_bytes(4, "big"), number, 0) for number in range(10_000)]
    rows = read(pcap_header() + b"".join(records)).rows
    assert [row.number for row in rows] == list(range(1, 10_001))
    assert [int.from_bytes(row.data, "big") for row in rows] == list(range(10_000))


def test_more_bytes_than_the_buffer_holds() -> None:
    """3 MB of frames go through a buffer of one."""
    records = [pcap_record(bytes([number]) * 200_000, number, 0) for number in range(16)]
    reading = read(pcap_header() + b"".join(records))
    assert [(row.data[0], len(row.data)) for row in reading.rows] == [(number, 200_000) for number in range(16)]
    assert len(reading.capture.buffer) < 24 << 20


@pytest.mark.parametrize("magic", [MICROSECONDS, NANOSECONDS])
def test_magic_decides_and_not_the_version(magic: int) -> None:
    header = bytearray(pcap_header(magic=magic))
    header[4:8] = b"\xff\xff\xff\xff"
    assert len(read(bytes(header) + pcap_record(b"x", 0, 0)).rows) == 1
