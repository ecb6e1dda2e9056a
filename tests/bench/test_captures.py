"""The benchmark's captures are what they claim: the same every time, whole packets, right checksums."""

import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.make_captures import make

SYN = 0x02


def frames(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    at = 24
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 8)
        yield data[at + 16 : at + 16 + length]
        at += 16 + length


def transport(frame: bytes) -> tuple[int, bytes, bytes]:
    """Protocol, addresses, and the packet inside IP."""
    if frame[12:14] == b"\x86\xdd":
        return frame[20], frame[22:54], frame[54:]
    return frame[23], frame[26:34], frame[34 : 14 + int.from_bytes(frame[16:18], "big")]


def ones_complement_sum(data: bytes) -> int:
    """RFC 1071, word by word."""
    total = (
        sum(struct.unpack(f">{len(data) // 2}H", data))
        if len(data) % 2 == 0
        else ones_complement_sum(data + b"\0")
    )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@pytest.mark.parametrize(("shape", "amount"), [("certificates", 20), ("mixed", 1_000_000)])
def test_a_seed_gives_the_same_bytes_twice(shape: str, amount: int, tmp_path: Path) -> None:
    made = []
    for name in ("one.pcap", "two.pcap"):
        make(shape, amount, tmp_path / name, seed=5)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_every_checksum_is_right(tmp_path: Path) -> None:
    make("mixed", 1_000_000, tmp_path / "mixed.pcap")
    checked = 0
    for frame in frames(tmp_path / "mixed.pcap"):
        protocol, addresses, packet = transport(frame)
        if frame[12:14] == b"\x08\x00":
            assert ones_complement_sum(frame[14:34]) == 0xFFFF
        if protocol in (6, 17) and frame[12:14] in (b"\x08\x00", b"\x86\xdd"):
            pseudo = addresses + struct.pack(">II", len(packet), protocol)
            assert ones_complement_sum(pseudo + packet) == 0xFFFF
            checked += 1
    assert checked > 500


def test_each_connection_begins_once(tmp_path: Path) -> None:
    make("short", 40, tmp_path / "short.pcap")
    packets = [transport(frame)[1:] for frame in frames(tmp_path / "short.pcap")]
    began = [(addresses, packet[:4]) for addresses, packet in packets if packet[13] == SYN]
    assert len(began) == len(set(began)) == 40


def test_a_repeated_capture_has_new_connections_and_right_checksums(tmp_path: Path) -> None:
    source, program = Path("bench/peers/repeat.c"), tmp_path / "repeat"
    subprocess.run(["cc", "-O2", "-o", program, source], check=True)
    make("short", 12, tmp_path / "short.pcap")
    repeated = subprocess.run([program, tmp_path / "short.pcap", "3"], capture_output=True, check=True)
    (tmp_path / "repeated.pcap").write_bytes(repeated.stdout)
    began = set()
    for frame in frames(tmp_path / "repeated.pcap"):
        protocol, addresses, packet = transport(frame)
        assert ones_complement_sum(addresses + struct.pack(">II", len(packet), protocol) + packet) == 0xFFFF
        if packet[13] == SYN:
            began.add((addresses, packet[:4]))
    assert len(began) == 36
