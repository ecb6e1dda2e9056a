"""A mirror port sends packets twice; `drop_copies` makes one of them, and says how many there were."""

from pathlib import Path

import handshakes
from traffic import MILLISECOND, Connection, Packet, pcap

from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Session


def scan(place: Path, packets: list[Packet], drop_copies: bool = False) -> tuple[Session, Scan]:
    place.write_bytes(pcap(packets))
    scan = Scan([str(place)], Options(drop_copies=drop_copies))
    (session,) = scan
    assert isinstance(session, Session)
    return session, scan


def mirrored(packets: list[Packet]) -> list[Packet]:
    """Send each packet once more, one millisecond later, from another MAC address and with a VLAN tag."""
    return [two for one in packets for two in (one, tagged(one))]


def tagged(one: Packet) -> Packet:
    data = b"\x02" * 12 + b"\x81\0\0\x07" + one.data[12:]
    return Packet(one.time + MILLISECOND // 2, data, len(data))


def test_copies_are_dropped_and_counted(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12(mutual=True), 300).close().packets
    alone, _ = scan(tmp_path / "a.pcap", packets)
    twice, counted = scan(tmp_path / "b.pcap", mirrored(packets), drop_copies=True)
    assert (twice.packets, twice.bytes) == (alone.packets, alone.bytes)
    assert twice.encapsulation == ()
    assert counted.totals.copies == len(packets)
    assert counted.totals.frames == 2 * len(packets)


def test_frame_numbers_stay_those_of_the_capture(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12(), 300).close().packets
    alone, _ = scan(tmp_path / "a.pcap", packets)
    twice, _ = scan(tmp_path / "b.pcap", mirrored(packets), drop_copies=True)
    assert [one.frame for one in twice.messages] == [2 * one.frame - 1 for one in alone.messages]


def test_without_the_option_copies_are_counted_as_packets(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12(), 300).close().packets
    twice, counted = scan(tmp_path / "b.pcap", mirrored(packets))
    assert sum(twice.packets) == 2 * len(packets)
    assert counted.totals.copies == 0


def test_what_comes_again_later_is_a_retransmission(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12(), 300).close().packets
    late = [one._replace(time=one.time + 200 * MILLISECOND) for one in packets]
    _, counted = scan(tmp_path / "b.pcap", packets[:5] + late[4:], drop_copies=True)
    assert counted.totals.copies == 0
