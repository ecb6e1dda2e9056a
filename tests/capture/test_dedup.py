"""Copies of packets are told from packets that are only alike."""

from struct import pack

import pytest

from tlsscope.capture.dedup import Copies

LONGEST = 50_000_000  # ns
WINDOW = 4096  # packets


def ipv4(payload: bytes, identification: int = 1, padding: bytes = b"") -> bytes:
    head = pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), identification, 0x4000, 64, 6, 0) + bytes(8)
    return head + payload + padding


def ipv6(payload: bytes, padding: bytes = b"") -> bytes:
    return pack("!IHBB", 6 << 28, len(payload), 6, 64) + bytes(32) + payload + padding


def test_a_copy_is_told() -> None:
    copies = Copies()
    packet = ipv4(bytes(40))
    assert [copies.has_packet(packet, 0, len(packet), time) for time in (0, 1, 2)] == [False, True, True]


@pytest.mark.parametrize(("later", "is_copy"), [(LONGEST, True), (LONGEST + 1, False), (-LONGEST, True)])
def test_copies_come_within_50_ms(later: int, is_copy: bool) -> None:
    copies = Copies()
    assert not copies.has(b"packet", 0, 6, 10**18)
    assert copies.has(b"packet", 0, 6, 10**18 + later) is is_copy


@pytest.mark.parametrize("others", [0, 1, WINDOW - 1, WINDOW, 3 * WINDOW])
def test_copies_come_within_a_window_of_packets(others: int) -> None:
    copies = Copies()
    assert not copies.has(b"packet", 0, 6, 0)
    for number in range(others):
        other = pack("!Q", number)
        assert not copies.has(other, 0, 8, 0)
    assert copies.has(b"packet", 0, 6, 0) is (others < WINDOW)


def test_another_identification_is_another_packet() -> None:
    copies = Copies()
    for number in range(3):
        packet = ipv4(bytes(40), identification=number)
        assert not copies.has_packet(packet, 0, len(packet), 0)


@pytest.mark.parametrize("packet", [ipv4, ipv6])
def test_padding_is_no_difference(packet: object) -> None:
    """A frame with a VLAN tag needs no padding where the one without needs four bytes of it (IEEE 802.3 §3.2.8)."""
    copies = Copies()
    for padding, is_copy in ((b"", False), (bytes(6), True), (b"abc", True)):
        bytes_ = packet(bytes(20), padding=padding)  # type: ignore[operator]
        assert copies.has_packet(bytes_, 0, len(bytes_), 0) is is_copy


def test_where_the_packet_lies_is_no_difference() -> None:
    copies = Copies()
    packet = ipv4(bytes(30))
    assert not copies.has_packet(packet, 0, len(packet), 0)
    buffer = bytes(18) + packet + bytes(3)
    assert copies.has_packet(buffer, 18, 18 + len(packet), 0)


def test_a_length_that_lies_hides_nothing() -> None:
    """A packet that says it is shorter than its headers is compared whole."""
    copies = Copies()
    for payload in (b"first".ljust(60), b"second".ljust(60)):
        packet = bytearray(ipv4(payload))
        packet[2:4] = b"\0\x14"
        assert not copies.has_packet(bytes(packet), 0, len(packet), 0)
