"""Where captures come from: files, pipes, standard input, compressed or not, whole or cut, or no capture at all."""

import gzip
import io
import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import zstandard
from capture_files import Reading, pcap_header, pcap_record, read_all

from tlsscope.capture.source import open_capture
from tlsscope.errors import InputError

FRAMES = [bytes([number]) * 100 for number in range(50)]
CAPTURE = pcap_header() + b"".join(pcap_record(frame, at, 0) for at, frame in enumerate(FRAMES))


def read_file(path: Path, data: bytes) -> Reading:
    path.write_bytes(data)
    return read_all(open_capture(str(path)))


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


COMPRESSORS = pytest.mark.parametrize("compress", [bytes, gzip.compress, zstd], ids=["plain", "gzip", "zstd"])


@COMPRESSORS
def test_the_first_bytes_tell_and_not_the_name(tmp_path: Path, compress: object) -> None:
    reading = read_file(tmp_path / "capture.txt", compress(CAPTURE))  # type: ignore[operator]
    assert [row.data for row in reading.rows] == FRAMES
    assert reading.capture.consumed == len(CAPTURE)
    assert not reading.capture.anomalies


@pytest.mark.parametrize("compress", [gzip.compress, zstd])
def test_members_in_a_row_are_one_capture(tmp_path: Path, compress: object) -> None:
    data = compress(CAPTURE[:1000]) + compress(CAPTURE[1000:])  # type: ignore[operator]
    assert [row.data for row in read_file(tmp_path / "a", data).rows] == FRAMES


@pytest.mark.parametrize("compress", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_cut_compression_gives_what_is_there_and_says_so(tmp_path: Path, compress: object) -> None:
    noise = random.Random(1)
    frames = [noise.randbytes(1000) for _ in range(400)]
    data = compress(pcap_header() + b"".join(pcap_record(frame, 0, 0) for frame in frames))  # type: ignore[operator]
    reading = read_file(tmp_path / "a", data[: len(data) * 2 // 3])
    assert 100 < len(reading.rows) < 400
    assert [row.data for row in reading.rows] == frames[: len(reading.rows)]
    assert reading.error is None
    assert reading.capture.anomalies[0].kind == "truncated-capture"


@pytest.mark.parametrize("magic", [b"\x1f\x8b", b"\x28\xb5\x2f\xfd"], ids=["gzip", "zstd"])
def test_broken_compression_is_told_in_one_line(tmp_path: Path, magic: bytes) -> None:
    reading = read_file(tmp_path / "a", magic + b"this is none" * 4)
    assert reading.rows == []
    assert reading.error is not None
    assert "empty" not in reading.error.message
    assert "\n" not in str(reading.error)


@pytest.mark.parametrize("compress", [gzip.compress, zstd], ids=["gzip", "zstd"])
def test_damage_in_the_middle_of_compression_costs_little_before_it(tmp_path: Path, compress: object) -> None:
    noise = random.Random(1)
    frames = [noise.randbytes(1000) for _ in range(1000)]
    data = bytearray(compress(pcap_header() + b"".join(pcap_record(one, 0, 0) for one in frames)))  # type: ignore[operator]
    middle = len(data) // 2
    data[middle : middle + 300_000] = bytes(300_000)
    reading = read_file(tmp_path / "a", bytes(data))
    good = next(at for at, row in enumerate([*reading.rows, None]) if row is None or row.data != frames[at])
    assert 300 < good < 502
    assert reading.error is not None or reading.capture.anomalies


def test_zeros_after_gzip_are_padding(tmp_path: Path) -> None:
    assert [row.data for row in read_file(tmp_path / "a", gzip.compress(CAPTURE) + bytes(512)).rows] == FRAMES


def test_compressed_nothing_is_empty(tmp_path: Path) -> None:
    assert read_file(tmp_path / "a", gzip.compress(b"")).error is not None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"abc", "is no capture: too short"),
        (b"GET / HTTP/1.1", "is no capture: it begins with 47 45 54 20"),
        (b"\x1b]0;title\x07", "is no capture: it begins with 1b 5d 30 3b"),
        (CAPTURE[:20], "is no capture: cut inside its header"),
    ],
)
def test_no_capture(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a"
    error = read_file(path, data).error
    assert error is not None
    assert str(error) == f"{path}: {message}"


def test_directory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a directory"):
        open_capture(str(tmp_path))


@pytest.mark.parametrize("name", ["missing.pcap", "", "a\0b", "x" * 5000], ids=["missing", "empty", "NUL", "too long"])
def test_names_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as error:
        open_capture(name)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(CAPTURE)
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        open_capture(str(path))


@COMPRESSORS
def test_named_pipe(tmp_path: Path, compress: object) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    data = compress(CAPTURE)  # type: ignore[operator]
    writer = threading.Thread(target=dribble, args=(path, data))
    writer.start()
    reading = read_all(open_capture(str(path)))
    writer.join()
    assert [row.data for row in reading.rows] == FRAMES
    assert reading.capture.size is None


def dribble(path: Path, data: bytes) -> None:
    with path.open("wb", buffering=0) as pipe:
        for at in range(0, len(data), 37):
            pipe.write(data[at : at + 37])


COUNT_STANDARD_INPUT = """
from tlsscope.capture.source import open_capture
from tlsscope.errors import InputError
try:
    print(sum(frames.count for frames in open_capture("-").windows()))
except InputError as error:
    print(error)
"""


@COMPRESSORS
def test_standard_input(compress: object) -> None:
    data = compress(CAPTURE)  # type: ignore[operator]
    done = subprocess.run([sys.executable, "-c", COUNT_STANDARD_INPUT], input=data, capture_output=True, check=True)
    assert done.stdout == b"50\n"


def test_closed_standard_input() -> None:
    command = ["sh", "-c", 'exec "$0" -c "$1" <&-', sys.executable, COUNT_STANDARD_INPUT]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout == b"-: bad file descriptor\n"


def test_everything_is_closed(tmp_path: Path) -> None:
    """A warning about a file left open would fail this test; the descriptor count proves it for all three."""
    before = open_descriptors()
    kept = []
    for name, data in (("a", CAPTURE), ("b", gzip.compress(CAPTURE)), ("c", zstd(CAPTURE)), ("d", b"none of them")):
        kept.append(read_file(tmp_path / name, data))
    assert len(kept) == 4
    assert open_descriptors() == before


def open_descriptors() -> int:
    """Count them where the system tells."""
    table = Path("/proc/self/fd")
    return sum(1 for _ in table.iterdir()) if table.exists() else 0


def test_size_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    data = gzip.compress(CAPTURE)
    assert read_file(path, data).capture.size == len(data)


def test_reading_that_fails_midway_is_said(tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def readinto(self, buffer: object, /) -> int:
            if self.tell() >= 2000:
                raise OSError(5, "Input/output error")
            part = self.read(min(1000, len(memoryview(buffer))))  # type: ignore[arg-type]
            memoryview(buffer)[: len(part)] = part  # type: ignore[arg-type]
            return len(part)

    from tlsscope.capture.source import Capture

    reading = read_all(Capture("a disk", Failing(CAPTURE)))
    assert len(reading.rows) == (2000 - 24) // 116
    assert "Input/output error" in reading.capture.anomalies[0].text
