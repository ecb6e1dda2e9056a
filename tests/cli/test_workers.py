"""`scan --workers`: the same report as of one, whatever becomes of the workers said in a line, none left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest
from mixing import CAPTURES, mixed
from traffic import pcap

SECONDS = 60
READ_SO_FAR = 8 << 20  # bytes: more than libraries, less than the capture
SMALL = CAPTURES / "tls12-mutual--nginx--gnutls.pcap"
pytestmark = pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="/proc tells who works for whom")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a capture that takes some seconds."""
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    path.write_bytes(pcap(mixed(sorted(CAPTURES.glob("tls1*-mutual*.pcap")), 1, 36)))
    return path


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "tlsscope", "scan", "-f", "ndjson", *map(str, arguments)]


@contextmanager
def running(out: IO[bytes], *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """Run, in a session of its own as a terminal gives one."""
    with subprocess.Popen(command(*arguments), stdout=out, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def workers(process: subprocess.Popen[bytes], count: int) -> list[int]:
    """Wait until there are so many workers."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    found: list[int] = []
    while len(found) < count:
        assert process.poll() is None
        found = list(map(int, children.read_text().split()))
    return found


def wait_until_it_has_read(worker: int, size: int) -> None:
    while True:
        told = dict(line.split(": ") for line in Path(f"/proc/{worker}/io").read_text().splitlines())
        if int(told["rchar"]) > size:
            return
        time.sleep(0.001)


def is_gone(worker: int) -> bool:
    try:
        state = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"  # ended, and nobody has asked yet


def all_gone(found: list[int]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not all(map(is_gone, found)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return all(map(is_gone, found))


def lines(text: bytes) -> list[dict[str, Any]]:
    return list(map(json.loads, text.splitlines()))


def test_as_of_one(tmp_path: Path) -> None:
    capture = tmp_path / "mixed.pcap"
    capture.write_bytes(pcap(mixed(sorted(CAPTURES.glob("tls13-*resumed*.pcap")), 1)))
    for form in ("ndjson", "json", "table"):
        asked = [*command(capture, SMALL, tmp_path / "missing.pcap"), "-f", form, "--workers"]
        alone, shared = (
            subprocess.run([*asked, number], capture_output=True, timeout=SECONDS, check=False) for number in ("1", "2")
        )
        assert (shared.stdout, shared.stderr, shared.returncode) == (alone.stdout, alone.stderr, 2)


def test_a_killed_worker_is_told_and_the_rest_reported(large: Path, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as out, running(out, large, SMALL, "--workers", "2") as process:
        first, _second = workers(process, 2)
        wait_until_it_has_read(first, READ_SO_FAR)
        os.kill(first, signal.SIGKILL)
        _, stderr = process.communicate(timeout=SECONDS)
        out.seek(0)
        told = lines(out.read())
    message = "a worker that read it was killed by SIGKILL: sessions are missing"
    assert stderr.decode() == f"tlsscope: {large}: {message}\n"
    assert process.returncode == 2
    errors = [one for one in told if one["kind"] == "error"]
    assert errors == [{"kind": "error", "source": str(large), "message": message}]
    alone = subprocess.run(command(large, SMALL, "--workers", "1"), capture_output=True, timeout=SECONDS, check=True)
    sessions = {one["id"]: one for one in lines(alone.stdout) if one["kind"] == "session"}
    found = [one for one in told if one["kind"] == "session"]
    assert len(sessions) / 4 < len(found) < len(sessions)
    assert found[-1]["source"]["file"] == str(SMALL)
    apart = ("authentication", "resumption", "outcome")  # what it resumes may be missing
    for one in found:
        assert {name: one[name] for name in one if name not in apart} == {
            name: value for name, value in sessions[one["id"]].items() if name not in apart
        }
    assert (told[-1]["kind"], told[-1]["errors"], told[-1]["inputs"]) == ("summary", 1, 2)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted(large: Path, tmp_path: Path, number: signal.Signals, status: int) -> None:
    with (tmp_path / "out").open("w+b") as out, running(out, large, "--workers", "3") as process:
        found = workers(process, 3)
        wait_until_it_has_read(found[0], READ_SO_FAR)
        os.killpg(process.pid, number)  # as a terminal does
        _, stderr = process.communicate(timeout=SECONDS)
    assert process.returncode == status
    assert stderr.decode() == ("tlsscope: interrupted\n" if number == signal.SIGINT else "")
    assert all_gone(found)


def test_nobody_works_for_a_dead_scan(large: Path, tmp_path: Path) -> None:
    with (tmp_path / "out").open("w+b") as out, running(out, large, "--workers", "2") as process:
        found = workers(process, 2)
        process.kill()
        process.communicate(timeout=SECONDS)
    assert all_gone(found)


def test_a_reader_that_leaves_ends_all(large: Path) -> None:
    with running(subprocess.PIPE, large, "--workers", "2") as process:  # type: ignore[arg-type]
        found = workers(process, 2)
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(SECONDS) == 0
    assert all_gone(found)
