"""The packets of one capture found in another: what was cut out, put in, changed or moved is told by number."""

import struct
from pathlib import Path

from tlsscope.pipeline.alignment import align, ranges

Packet = tuple[int, bytes]  # microseconds, bytes
FIVE: list[Packet] = [(10, b"a" * 60), (20, b"b" * 60), (30, b"c" * 60), (40, b"d" * 60), (40, b"e" * 60)]


def capture(path: Path, packets: list[Packet]) -> str:
    content = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for time, packet in packets:
        content += struct.pack("<IIII", 1, time, len(packet), len(packet)) + packet
    path.write_bytes(content)
    return str(path)


def test_the_same_packets(tmp_path: Path) -> None:
    alignment = align(capture(tmp_path / "a", FIVE), capture(tmp_path / "b", FIVE))
    assert alignment.is_the_same
    assert alignment.number_here == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


def test_a_packet_cut_out_moves_the_numbers_behind_it(tmp_path: Path) -> None:
    alignment = align(capture(tmp_path / "a", FIVE), capture(tmp_path / "b", FIVE[:1] + FIVE[2:]))
    assert alignment.only_here == (2,)
    assert alignment.number_here == {1: 1, 2: 3, 3: 4, 4: 5}


def test_a_packet_put_in_has_a_number_of_the_other_only(tmp_path: Path) -> None:
    alignment = align(capture(tmp_path / "a", FIVE[:1] + FIVE[2:]), capture(tmp_path / "b", FIVE))
    assert alignment.only_there == (2,)
    assert 2 not in alignment.number_here


def test_other_bytes_at_the_same_time_are_a_changed_packet(tmp_path: Path) -> None:
    other = [*FIVE[:3], (40, b"D" * 60), FIVE[4]]
    alignment = align(capture(tmp_path / "a", FIVE), capture(tmp_path / "b", other))
    assert alignment.changed == (4,)
    assert alignment.number_here[4] == 4


def test_order_does_not_matter(tmp_path: Path) -> None:
    alignment = align(capture(tmp_path / "a", FIVE), capture(tmp_path / "b", FIVE[::-1]))
    assert alignment.is_the_same
    assert alignment.number_here[1] == 5


def test_a_packet_that_comes_twice_is_found_twice(tmp_path: Path) -> None:
    twice = [FIVE[0], FIVE[0]]
    assert align(capture(tmp_path / "a", twice), capture(tmp_path / "b", twice)).is_the_same
    assert align(capture(tmp_path / "a", twice), capture(tmp_path / "b", FIVE[:1])).only_here == (2,)


def test_ranges_put_neighbours_together() -> None:
    assert ranges([7, 1, 2, 3, 9, 8]) == [(1, 3), (7, 9)]
    assert ranges([]) == []
