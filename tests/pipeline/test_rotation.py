"""Files of a rotating capture are read as the one stream that they were."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from struct import pack
from typing import Any

import handshakes
import msgspec
import pytest
from traffic import CLIENT_END, MILLISECOND, SECOND, START, WORD, Connection, Packet, pcap

from tlsscope.constants import SERVER
from tlsscope.pipeline import InputFailure, Scan
from tlsscope.pipeline.groups import groups
from tlsscope.report.compose import document
from tlsscope.report.lines import SessionWriter
from tlsscope.report.parts import WHOLE
from tlsscope.session.model import Session

Told = dict[str, Any]


def traffic() -> list[Packet]:
    """Four connections that overlap: each begins while the one before is in its handshake."""
    talks = (handshakes.tls12(mutual=True), handshakes.tls13(), handshakes.retried(), handshakes.tls12())
    packets: list[Packet] = []
    for number, talk in enumerate(talks):
        one = Connection((CLIENT_END[0], 50_000 + number), time=START + number * 7 * MILLISECOND)
        packets += one.open().say(talk, 300).close().packets
    return sorted(packets, key=lambda packet: packet.time)


def pcapng(packets: list[Packet]) -> bytes:
    """Write packets as a file of pcapng, microseconds."""
    blocks = [(0x0A0D0D0A, pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), (1, pack("<HHI", 1, 0, 0))]
    for one in packets:
        ticks = one.time // 1000
        head = pack("<IIIII", 0, ticks >> 32, ticks & WORD, len(one.data), one.original)
        blocks.append((6, head + one.data + bytes(-len(one.data) % 4)))
    return b"".join(pack("<II", kind, len(body) + 12) + body + pack("<I", len(body) + 12) for kind, body in blocks)


def scan(*inputs: Path) -> list[Session | InputFailure]:
    return list(Scan(map(str, inputs)))


def sessions(*inputs: Path) -> list[Session]:
    told = scan(*inputs)
    assert not [one for one in told if isinstance(one, InputFailure)]
    return [one for one in told if isinstance(one, Session)]


def facts(session: Session, files: dict[str, int]) -> Told:
    """Put a session into the report's words, its frames counted over all files: `files` says how many are before."""
    told: Told = msgspec.json.decode(msgspec.json.encode(document(session)))
    source = told.pop("source")
    before = files[Path(source["file"]).name]
    told["frames"] = list(frames(told | source, before))
    return dict(without_frames(told))


def frames(node: object, before: int) -> Iterator[int]:
    """Give all frame numbers of a document."""
    if isinstance(node, list):
        for one in node:
            yield from frames(one, before)
    elif isinstance(node, dict):
        for name, one in node.items():
            if name in ("frame", "first_frame", "last_frame") and one is not None:
                yield one + before
            elif name == "frames":
                yield from (number + before for number in one)
            else:
                yield from frames(one, before)


def without_frames(told: Told) -> Iterator[tuple[str, object]]:
    for name, one in told.items():
        if name == "frames":
            yield name, one
        else:
            yield name, _stripped(one)


def _stripped(node: object) -> object:
    if isinstance(node, list):
        return [_stripped(one) for one in node]
    if isinstance(node, dict):
        return {name: _stripped(one) for name, one in node.items() if name not in ("frame", "frames")}
    return node


def write(place: Path, names: list[str], parts: list[list[Packet]], encode: Callable[[list[Packet]], bytes]) -> None:
    for name, part in zip(names, parts, strict=True):
        (place / name).write_bytes(encode(part))


@pytest.mark.parametrize(
    ("encode", "names"),
    [
        (pcap, ["cap.pcap", "cap.pcap1", "cap.pcap2"]),  # tcpdump -C
        (pcap, ["cap.pcap8", "cap.pcap9", "cap.pcap10"]),
        (pcapng, ["a_00009_20261121100000.pcapng", "a_00010_20261121100001.pcapng", "a_00011_20261121100001.pcapng"]),
    ],
)
def test_cut_anywhere_the_sessions_are_those_of_the_whole(
    tmp_path: Path, encode: Callable[[list[Packet]], bytes], names: list[str]
) -> None:
    packets = traffic()
    (tmp_path / "whole").write_bytes(encode(packets))
    whole = [facts(one, {"whole": 0}) for one in sessions(tmp_path / "whole")]
    assert len(whole) == 4
    place = tmp_path / "split"
    place.mkdir()
    for cut in range(1, len(packets) - 5, 3):
        write(place, names, [packets[:cut], packets[cut : cut + 5], packets[cut + 5 :]], encode)
        before = dict(zip(names, (0, cut, cut + 5), strict=True))
        assert [facts(one, before) for one in sessions(place)] == whole, cut


def test_a_session_names_the_files_in_which_it_goes_on(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12()).close().packets
    third = len(packets) // 3
    parts = [packets[:third], packets[third : 2 * third], packets[2 * third :]]
    write(tmp_path, ["a1.pcap", "a2.pcap", "a3.pcap"], parts, pcap)
    (session,) = sessions(tmp_path)
    assert session.file == str(tmp_path / "a1.pcap")
    assert session.continued_in == (str(tmp_path / "a2.pcap"), str(tmp_path / "a3.pcap"))
    assert session.last_frame > third
    assert document(session).source.continued_in == session.continued_in
    line = msgspec.json.decode(SessionWriter(WHOLE).write(session))
    assert line["source"]["continued_in"] == list(session.continued_in)


def test_a_session_inside_one_file_has_its_numbers(tmp_path: Path) -> None:
    first = Connection().open().say(handshakes.tls12()).close()
    second = Connection((CLIENT_END[0], 50_999), time=first.time).open().say(handshakes.tls13()).close()
    write(tmp_path, ["a1.pcap", "a2.pcap"], [first.packets, second.packets], pcap)
    together = sessions(tmp_path)
    alone = [*sessions(tmp_path / "a1.pcap"), *sessions(tmp_path / "a2.pcap")]
    assert together == alone
    assert [one.continued_in for one in together] == [(), ()]


def later(packets: list[Packet], by: int) -> list[Packet]:
    return [one._replace(time=one.time + by) for one in packets]


def test_captures_that_overlap_are_two_taps(tmp_path: Path) -> None:
    """Each tap has seen the start of the handshake only: joined, they would make a whole one."""
    packets = Connection().open().say(handshakes.tls12()).close().packets
    half = len(packets) // 2
    write(tmp_path, ["tap1.pcap", "tap2.pcap"], [packets[:half], later(packets[half:], -5 * MILLISECOND)], pcap)
    one, other = sessions(tmp_path)
    assert (one.file, other.file) == (str(tmp_path / "tap1.pcap"), str(tmp_path / "tap2.pcap"))
    assert one.continued_in == ()


@pytest.mark.parametrize(("pause", "count"), [(899 * SECOND, 1), (901 * SECOND, 2)])
def test_captures_far_apart_are_two(tmp_path: Path, pause: int, count: int) -> None:
    """RFC 5382 REQ-5 knows of idle connections; beyond our patience (900 s) a connection is another one."""
    packets = Connection().open().say(handshakes.tls12()).close().packets
    half = len(packets) // 2
    write(tmp_path, ["a1.pcap", "a2.pcap"], [packets[:half], later(packets[half:], pause)], pcap)
    assert len(sessions(tmp_path)) == count


def test_other_names_are_other_captures(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12()).close().packets
    half = len(packets) // 2
    write(tmp_path, ["here.pcap", "there.pcap"], [packets[:half], packets[half:]], pcap)
    assert len(sessions(tmp_path)) == 2


def test_a_bad_file_ends_the_stream_and_another_begins(tmp_path: Path) -> None:
    packets = traffic()
    part = len(packets) // 4
    names = [f"cap.pcap{number}" for number in range(4)]
    write(tmp_path, names, [packets[at * part : (at + 1) * part] for at in range(4)], pcap)
    (tmp_path / names[1]).write_bytes(b"GET / HTTP/1.1\r\n")
    told = scan(tmp_path)
    failures = [one for one in told if isinstance(one, InputFailure)]
    assert [(one.source, one.message) for one in failures] == [
        (str(tmp_path / names[1]), "is no capture: it begins with 47 45 54 20")
    ]
    files = [(Path(one.file).name, len(one.continued_in)) for one in told if isinstance(one, Session)]
    assert {name for name, _ in files} <= {names[0], names[2], names[3]}
    assert (names[0], 0) in files
    assert (names[2], 1) in files


def test_a_file_damaged_in_its_middle_ends_the_stream_too(tmp_path: Path) -> None:
    packets = traffic()
    half = len(packets) // 2
    write(tmp_path, ["a1.pcap", "a2.pcap"], [packets[:half], packets[half:]], pcap)
    whole = (tmp_path / "a1.pcap").read_bytes()
    (tmp_path / "a1.pcap").write_bytes(whole + b"\xff" * 400)
    told = scan(tmp_path)
    (failure,) = [one for one in told if isinstance(one, InputFailure)]
    assert f"is damaged after frame {half}" in failure.message
    assert all(one.continued_in == () for one in told if isinstance(one, Session))
    assert {Path(one.file).name for one in told if isinstance(one, Session)} == {"a1.pcap", "a2.pcap"}


def test_files_of_other_link_types_go_on(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12()).close().packets
    half = len(packets) // 2
    raw = [Packet(one.time, one.data[14:], one.original - 14) for one in packets[half:]]
    write(tmp_path, ["a1.pcap", "a2.pcap"], [packets[:half], raw], pcap)
    as_ethernet = (tmp_path / "a2.pcap").read_bytes()
    (tmp_path / "a2.pcap").write_bytes(as_ethernet[:20] + b"\x65\0\0\0" + as_ethernet[24:])  # 101: raw IP
    (session,) = sessions(tmp_path)
    assert session.ending == "fin"
    assert session.anomalies == []


def test_an_empty_file_of_a_rotation_is_passed_over(tmp_path: Path) -> None:
    packets = Connection().open().say(handshakes.tls12()).close().packets
    half = len(packets) // 2
    write(tmp_path, ["a1.pcap", "a2.pcap", "a3.pcap"], [packets[:half], [], packets[half:]], pcap)
    (session,) = sessions(tmp_path)
    assert session.ending == "fin"


def test_a_ring_that_came_around_begins_at_its_oldest(tmp_path: Path) -> None:
    packets = traffic()
    part = len(packets) // 4
    parts = [packets[at * part : (at + 1) * part] for at in range(3)] + [packets[3 * part :]]
    write(tmp_path, ["cap.pcap2", "cap.pcap3", "cap.pcap0", "cap.pcap1"], parts, pcap)
    assert len(sessions(tmp_path)) == 4


NAMES = {
    "tcpdump -C": ["a.pcap", "a.pcap1", "a.pcap2", "a.pcap10"],
    "tcpdump -C -W": ["a.pcap00", "a.pcap01", "a.pcap10"],
    "tcpdump -C, a number in the name": ["host7.pcap", "host7.pcap1", "host7.pcap2"],
    "tcpdump -G": ["a-2026-11-21_09-59-59.pcap", "a-2026-11-21_10-00-00.pcap"],
    "tcpdump -G %s": ["a1795255199.pcap", "a1795255200.pcap"],
    "tcpdump -G, time in front": ["20261121T095959-eth0.pcap", "20261121T100000-eth0.pcap"],
    "tcpdump -G -z gzip": ["a-095959.pcap.gz", "a-100000.pcap"],
    "dumpcap -b": ["a_00001_20261121095959.pcapng", "a_00002_20261121100000.pcapng"],
    "dumpcap -b nametimenum": ["a_20261121095959_00001.pcapng", "a_20261121100000_00002.pcapng"],
    "editcap -c": ["a_00000_20261121095959.pcap", "a_00001_20261121100000.pcap"],
}


@pytest.mark.parametrize("tool", NAMES)
def test_names_of_rotations(tmp_path: Path, tool: str) -> None:
    names = [str(tmp_path / name) for name in NAMES[tool]]
    for name in names:
        Path(name).write_bytes(pcap([]))
    assert list(groups(reversed(names))) == [names]


@pytest.mark.parametrize(
    "names",
    [
        ["tls12-mutual.pcap", "tls13-mutual.pcap"],
        ["a.pcap", "b.pcap"],
        ["a.pcap", "a.pcapng"],
        ["10.0.0.1-eth0.pcap", "10.0.0.2-eth0.pcap"],
    ],
)
def test_names_of_other_captures(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(pcap([]))
    assert list(groups(str(tmp_path / name) for name in names)) == [[str(tmp_path / name)] for name in names]


def test_a_file_named_twice_is_read_twice(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(Connection().open().say(handshakes.tls12()).close().packets))
    assert len(sessions(tmp_path / "a.pcap", tmp_path / "a.pcap")) == 2


def merged(place: Path) -> Path:
    """Merge captures of the project one after the other in time, as one tap would have seen them."""
    captures = sorted((Path(__file__).parents[2] / "captures").glob("tls1*-mutual*.pcap"))[:12]
    assert len(captures) == 12
    whole = place / "whole.pcap"
    subprocess.run(["mergecap", "-a", "-F", "pcap", "-w", whole, *captures], check=True, timeout=60)
    ordered = place / "ordered.pcap"
    subprocess.run(["reordercap", whole, ordered], check=True, timeout=60, capture_output=True)
    return ordered


def same_sessions(split: list[Session], whole: list[Session]) -> None:
    """Compare what does not depend on the file."""
    for one, other in zip(sorted(split, key=by_id), sorted(whole, key=by_id), strict=True):
        assert one.id == other.id
        assert [message.length for message in one.messages] == [message.length for message in other.messages]
        assert (one.ending, one.packets, one.bytes) == (other.ending, other.packets, other.bytes)
        assert (one.authentication and one.authentication.mode) == (other.authentication and other.authentication.mode)
        assert one.outcome == other.outcome
        assert [odd.kind for odd in one.anomalies] == [odd.kind for odd in other.anomalies]


def by_id(session: Session) -> str:
    return session.id


def with_downloads(place: Path) -> Path:
    """Write a capture of 4 MB: downloads, and short connections in between."""
    packets: list[Packet] = []
    for number in range(4):
        one = Connection((CLIENT_END[0], 51_000 + number), time=START + number * 30 * MILLISECOND)
        packets += one.open().say(handshakes.tls12()).send(SERVER, bytes(1_000_000), 8_000).close().packets
    for number in range(60):
        one = Connection((CLIENT_END[0], 52_000 + number), time=START + number * 5 * MILLISECOND)
        packets += one.open().say(handshakes.tls12(mutual=True), 300).close().packets
    whole = place / "whole.pcap"
    whole.write_bytes(pcap(sorted(packets, key=lambda packet: packet.time)))
    return whole


def same_as_whole(whole: Path, split: Path) -> None:
    told = sessions(split)
    same_sessions(told, sessions(whole))
    assert any(one.continued_in for one in told)


@pytest.mark.skipif(not all(map(shutil.which, ("mergecap", "reordercap", "editcap"))), reason="Wireshark is not here")
def test_files_that_editcap_split(tmp_path: Path) -> None:
    whole = merged(tmp_path)
    place = tmp_path / "split"
    place.mkdir()
    subprocess.run(["editcap", "-F", "pcapng", "-c", "37", whole, place / "lan.pcapng"], check=True, timeout=60)
    assert len(list(place.iterdir())) > 3
    same_as_whole(whole, place)


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not here")
def test_files_that_tcpdump_split(tmp_path: Path) -> None:
    whole = with_downloads(tmp_path)
    place = tmp_path / "split"
    place.mkdir()
    command: list[str | Path] = ["tcpdump", "-r", whole, "-w", place / "cap.pcap", "-C", "1"]  # MB
    command += ["-Z", "root"] if os.geteuid() == 0 else []  # or it becomes somebody who may not write there
    subprocess.run(command, check=True, timeout=60, capture_output=True)
    assert {path.name for path in place.iterdir()} == {"cap.pcap", "cap.pcap1", "cap.pcap2", "cap.pcap3", "cap.pcap4"}
    same_as_whole(whole, place)
