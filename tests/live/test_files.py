"""Files of a live capture: pieces, their bound on disk, and evidence that every reader of pcapng reads."""

import struct
from array import array
from pathlib import Path

import pytest

from tlsscope.capture.blocks import Interface
from tlsscope.capture.evidence import Evidence, interface_description, section_header
from tlsscope.capture.frames import Frames
from tlsscope.capture.pieces import Pieces, Rotation
from tlsscope.capture.source import open_capture
from tlsscope.cli.orders import rotation
from tlsscope.errors import TlsscopeError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fill(pieces: Pieces, units: int) -> None:
    for number in range(units):
        unit = b"%09d\n" % number
        if pieces.is_full(len(unit)):
            pieces.next()
        pieces.write(unit)
    pieces.close()


def test_without_a_bound_there_is_one_file(tmp_path: Path) -> None:
    fill(Pieces(tmp_path / "a.ndjson", Rotation()), 10)
    assert names(tmp_path) == ["a.ndjson"]


def test_the_newest_pieces_stay_those_of_an_earlier_run_counted(tmp_path: Path) -> None:
    bound = Rotation(bytes=25, kept=3)
    fill(Pieces(tmp_path / "a.ndjson", bound), 10)
    assert names(tmp_path) == ["a.00002.ndjson", "a.00003.ndjson", "a.00004.ndjson"]
    assert (tmp_path / "a.00004.ndjson").read_bytes() == b"000000008\n000000009\n"
    fill(Pieces(tmp_path / "a.ndjson", bound), 4)
    assert names(tmp_path) == ["a.00004.ndjson", "a.00005.ndjson", "a.00006.ndjson"]


def test_a_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path / "a.ndjson", Rotation())
    pieces.write(b"old\n")
    (tmp_path / "a.ndjson").rename(tmp_path / "a.1")
    pieces.next()
    pieces.write(b"new\n")
    pieces.close()
    assert [(tmp_path / name).read_bytes() for name in ("a.1", "a.ndjson")] == [b"old\n", b"new\n"]


def test_bounds_are_read_from_words() -> None:
    assert rotation("100MB", 5) == Rotation(bytes=100_000_000, kept=5)
    assert rotation("1h", 2) == Rotation(seconds=3600, kept=2)
    for wrong in ("", "0MB", "MB", "5 parsecs", "-1h"):
        with pytest.raises(TlsscopeError):
            rotation(wrong, 1)


def frames_of(packets: list[bytes]) -> tuple[memoryview, Frames]:
    frames = Frames()
    at = 0
    for row, packet in enumerate(packets):
        frames.time[row] = 1_800_000_000_123_456_789 + row
        frames.offset[row], frames.captured[row] = at, len(packet)
        frames.original[row] = len(packet) + 5
        frames.interface[row] = row % 2
        at += len(packet)
    frames.count = len(packets)
    return memoryview(b"".join(packets)), frames


@pytest.mark.parametrize("bound", [Rotation(), Rotation(bytes=300, kept=100)])
def test_evidence_can_be_read_piece_by_piece(tmp_path: Path, bound: Rotation) -> None:
    packets = [bytes([number]) * (60 + number) for number in range(6)]
    interfaces = [Interface(1, 262_144, "eth0"), Interface(101, 0, "tun0")]
    evidence = Evidence(Pieces(tmp_path / "e.pcapng", bound), interfaces)
    buffer, frames = frames_of(packets)
    for row in range(6):
        evidence.write(buffer, frames, memoryview(array("q", [int(row == one) for one in range(6)])))
    evidence.close()
    seen = []
    for path in sorted(tmp_path.iterdir()):
        capture = open_capture(str(path))
        for window in capture.windows():
            for row in range(window.count):
                at, size = window.offset[row], window.captured[row]
                name = capture.interfaces[window.interface[row]].name
                packet = bytes(capture.buffer[at : at + size])
                seen.append((packet, window.original[row] - size, window.time[row], name))
        assert [one.digits for one in capture.interfaces] == [9, 9]
    start = 1_800_000_000_123_456_789
    assert seen == [(one, 5, start + row, ("eth0", "tun0")[row % 2]) for row, one in enumerate(packets)]


def test_blocks_are_those_of_the_format() -> None:
    """Each block says its length twice, in a multiple of four (draft-ietf-opsawg-pcapng §3.1)."""
    for block, kind in ((section_header(), 0x0A0D0D0A), (interface_description(Interface(1, 64, "é")), 1)):
        first, length = struct.unpack_from("<II", block)
        assert (first, length, struct.unpack("<I", block[-4:])[0]) == (kind, len(block), len(block))
        assert len(block) % 4 == 0
