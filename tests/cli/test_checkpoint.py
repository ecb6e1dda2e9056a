"""A run that was killed goes on where it was, and its output is that of a run that was not."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tlsscope.pipeline.checkpoint import Position

CAPTURES = Path(__file__).parents[2] / "captures"
SECONDS = 60
TIMES = 4  # that all captures are copied
SOONEST, STEP = 0.3, 0.05  # seconds until a run is killed: the first, and how much later each other one


def command(inputs: Path, out: Path, *more: object) -> list[str]:
    return [sys.executable, "-m", "tlsscope", "scan", str(inputs), "-f", "ndjson", "-o", str(out), *map(str, more)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),  # type: ignore[arg-type]
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip


def position(path: Path) -> Position:
    return msgspec.msgpack.decode(path.read_bytes(), type=Position)


def killed(seconds: float, *arguments: object) -> bool:
    """Run, and kill it after so long; tell whether that was in time."""
    with subprocess.Popen(command(*arguments)) as process:  # type: ignore[arg-type]
        time.sleep(seconds)
        process.kill()
        return process.wait() == -signal.SIGKILL


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the captures of the project several times, with a bad one among them, and one that holds its keys."""
    place = tmp_path_factory.mktemp("archive")
    for number in range(TIMES):
        below = place / str(number)
        below.mkdir()
        for path in CAPTURES.glob("*.pcap*"):
            shutil.copy(path, below)
        (below / "tls12-bad.pcap").write_bytes(b"GET / HTTP/1.1\r\n")
    return place


@pytest.fixture(scope="module")
def whole(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("whole") / "out"
    assert run(archive, out).returncode == 2
    return out.read_bytes()


def test_killed_again_and_again_the_output_is_the_same(archive: Path, whole: bytes, tmp_path: Path) -> None:
    out, checkpoint = tmp_path / "out", tmp_path / "checkpoint"
    reached = []
    wait = SOONEST
    while killed(wait, archive, out, "--checkpoint", checkpoint):
        if out.exists():
            break  # it was just done
        if checkpoint.exists():
            reached.append(len(position(checkpoint).done))
        wait += STEP
        assert wait < SECONDS
    assert reached == sorted(reached)  # never behind where it was
    assert max(reached, default=0) > 0
    assert out.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [out]


def test_uninterrupted_it_is_the_same_too(archive: Path, whole: bytes, tmp_path: Path) -> None:
    done = run(archive, tmp_path / "out", "--checkpoint", tmp_path / "checkpoint")
    assert done.returncode == 2
    assert (tmp_path / "out").read_bytes() == whole
    assert not (tmp_path / "checkpoint").exists()


def interrupted(archive: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Have a run that got somewhere."""
    out, checkpoint = tmp_path / "out", tmp_path / "checkpoint"
    wait = SOONEST
    while not checkpoint.exists():
        assert killed(wait, archive, out, "--checkpoint", checkpoint)
        wait += STEP
    return out, checkpoint


def test_half_a_line_is_cut_off(archive: Path, whole: bytes, tmp_path: Path) -> None:
    out, checkpoint = interrupted(archive, tmp_path)
    (part,) = tmp_path.glob(".out.part")
    with part.open("ab") as file:
        file.write(b'{"kind":"session","id":')
    run(archive, out, "--checkpoint", checkpoint)
    assert out.read_bytes() == whole


def test_done_inputs_are_not_read_again(archive: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(archive, tmp_path / "archive")
    out, checkpoint = interrupted(copy, tmp_path)
    first = min(copy.rglob("*.pcap"))
    state = first.stat()
    first.write_bytes(bytes(state.st_size))
    os.utime(first, ns=(state.st_atime_ns, state.st_mtime_ns))
    run(copy, out, "--checkpoint", checkpoint)
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.read_text().splitlines()]
    assert str(first) not in {line["source"] for line in lines if line["kind"] == "error"}
    assert str(first) in {line["source"]["file"] for line in lines if line["kind"] == "session"}


def test_other_options_are_another_run(archive: Path, tmp_path: Path) -> None:
    out, checkpoint = interrupted(archive, tmp_path)
    done = run(archive, out, "--checkpoint", checkpoint, "--dedup")
    assert done.returncode == 2
    assert done.stderr == f"tlsscope: {checkpoint}: belongs to a run with other options; remove it to begin anew\n"


def test_a_lost_output_is_told(archive: Path, tmp_path: Path) -> None:
    out, checkpoint = interrupted(archive, tmp_path)
    (tmp_path / ".out.part").unlink()
    done = run(archive, out, "--checkpoint", checkpoint)
    assert done.returncode == 2
    assert "is gone" in done.stderr


def test_what_is_no_checkpoint_stays_as_it_is(tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    done = run(CAPTURES, tmp_path / "out", "--checkpoint", other)
    assert (done.returncode, done.stderr) == (2, f"tlsscope: {other}: is no checkpoint of this version\n")
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    "arguments",
    [["-f", "ndjson"], ["-f", "json", "-o", "out"], ["-f", "ndjson", "-o", "out", "--certificates", "reference"]],
)
def test_what_cannot_go_on_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tlsscope", "scan", CAPTURES, "--checkpoint", tmp_path / "c", *arguments],
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tlsscope: --checkpoint needs")
    assert list(tmp_path.iterdir()) == []
