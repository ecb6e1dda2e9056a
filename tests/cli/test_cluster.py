"""`scan --cluster`, for real: a scheduler and workers over TCP, one killed; the report is that of one process."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from clusters import SECONDS, Cluster, cluster
from mixing import CAPTURES, mixed
from traffic import Packet, pcap

from tlsscope.cli.run import Run
from tlsscope.pipeline import Options, Scan
from tlsscope.report import ndjson
from tlsscope.report.manner import Manner
from tlsscope.report.summary import Row, Tally

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytest.importorskip("pyarrow", reason="the extra `cluster` is not installed")

RESUMED = sorted(CAPTURES.glob("tls1*-resumed*.pcap"))
MUTUAL = sorted(CAPTURES.glob("tls1*-mutual*.pcap"))
NDJSON = Manner("ndjson")
ONE_FILE = 1  # byte: each file is a task of its own
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="/proc tells how far a worker is")
READ_SO_FAR = 2 << 20  # bytes of captures that a worker has read


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run two workers."""
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as running:
        yield running


def tlsscope(*arguments: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tlsscope", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)


def alone(inputs: list[Path], options: Options) -> bytes:
    names = list(map(str, inputs))
    run = Run(names, options, Scan(names, options))
    items: Iterator[Row] = run.items()
    return b"".join(ndjson.inline(items, Tally(run.totals)))


def on_cluster(address: str, inputs: list[Path], options: Options, most: int = ONE_FILE) -> bytes:
    from tlsscope.pipeline.cluster import ClusterScan

    names = list(map(str, inputs))
    run = Run(names, options, ClusterScan(names, options, NDJSON, address, most))
    items: Iterator[Row] = run.items()
    return b"".join(ndjson.inline(items, Tally(run.totals)))


def rotation(place: Path, packets: list[Packet], files: int) -> list[Path]:
    """Write packets as the files of one rotation."""
    place.mkdir()
    step = len(packets) // files + 1
    for number in range(files):
        (place / f"lan.pcap{number}").write_bytes(pcap(packets[number * step : (number + 1) * step]))
    return [place]


@pytest.mark.parametrize("form", ["ndjson", "json", "table"])
def test_as_of_one(two: Cluster, form: str) -> None:
    asked = ("scan", "-f", form, *RESUMED[:6], *MUTUAL[:6], CAPTURES / "missing.pcap")
    one, many = tlsscope(*asked, "--workers", "1"), tlsscope(*asked, "--cluster", two.address)
    assert (many.stdout, many.stderr, many.returncode) == (one.stdout, one.stderr, 2)


def test_a_rotation_that_is_split_is_joined_at_its_edges(two: Cluster, tmp_path: Path) -> None:
    """Connections go through one edge and through many, and are resumed before, while and after they are there."""
    inputs = rotation(tmp_path / "split", mixed([*RESUMED, *MUTUAL[:20]], 2, 2), 9)
    one = alone(inputs, Options())
    assert one.count(b'"continued_in":["') > 20
    assert one.count(b'"basis":"inherited"') >= 8
    assert on_cluster(two.address, inputs, Options()) == one
    assert on_cluster(two.address, inputs, Options(), 300_000) == one
    assert on_cluster(two.address, inputs, Options(drop_copies=True)) == alone(inputs, Options(drop_copies=True))


def test_bad_files_and_pauses_in_a_rotation(two: Cluster, tmp_path: Path) -> None:
    packets = mixed(MUTUAL[:20], 3, 2)
    half = len(packets) // 2
    packets[half:] = [one._replace(time=one.time + 1000 * 10**9) for one in packets[half:]]
    inputs = rotation(tmp_path / "split", packets, 10)
    damaged, empty, other = (inputs[0] / f"lan.pcap{number}" for number in (2, 4, 7))
    damaged.write_bytes(damaged.read_bytes()[:-100] + b"\xff" * 100)
    empty.write_bytes(pcap([]))
    other.write_bytes(b"GET / HTTP/1.1\r\n")
    assert on_cluster(two.address, inputs, Options()) == alone(inputs, Options())


def test_keys_reach_the_workers(two: Cluster, tmp_path: Path) -> None:
    """Those of a key log, and those that one capture holds and another one needs."""
    holds = CAPTURES / "tls13-mutual--openssl--openssl.pcapng"
    needs = tmp_path / "needs.pcap"
    needs.write_bytes(pcap(mixed([holds], 4)))
    log = RESUMED[-1].with_suffix(".keys")
    options = Options(keylogs=(str(log),))
    inputs = [holds, needs, RESUMED[-1]]
    one = alone(inputs, options)
    assert one.count(b'"basis":"decrypted"') >= 3
    assert on_cluster(two.address, inputs, options) == one


@NEEDS_PROC
def test_a_worker_is_killed_in_the_middle(tmp_path: Path) -> None:
    packets = mixed(MUTUAL, 1, 12)
    inputs = rotation(tmp_path / "split", packets, 8)
    one = alone(inputs, Options())
    is_over = threading.Event()
    killed_before_the_end: list[bool] = []

    def kill(victim: "subprocess.Popen[bytes]") -> None:
        before = _read(victim.pid)
        while _read(victim.pid) < before + READ_SO_FAR and not is_over.is_set():
            time.sleep(0.001)
        os.kill(victim.pid, signal.SIGKILL)
        killed_before_the_end.append(not is_over.is_set())

    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 3) as running:
        assert on_cluster(running.address, [RESUMED[0]], Options()) == alone([RESUMED[0]], Options())  # all is loaded
        killer = threading.Thread(target=kill, args=(running.workers[0],))
        killer.start()
        many = on_cluster(running.address, inputs, Options())
        is_over.set()
        killer.join()
        assert running.workers[0].wait(SECONDS) == -signal.SIGKILL
    assert killed_before_the_end == [True]
    assert many == one


def _read(worker: int) -> int:
    """Tell how many bytes a process has read."""
    told = dict(line.split(": ") for line in Path(f"/proc/{worker}/io").read_text().splitlines())
    return int(told["rchar"])


def test_parquet_from_a_cluster_is_that_of_one(two: Cluster, tmp_path: Path) -> None:
    for name, more in (("one", ("--workers", "1")), ("many", ("--cluster", two.address))):
        done = tlsscope("scan", "-f", "parquet", "-o", tmp_path / name, *more, *MUTUAL[:5])
        assert (done.returncode, done.stderr) == (0, b"")
    one, many = (
        {path.relative_to(place): path.read_bytes() for path in place.rglob("*.*") if path.is_file()}
        for place in (tmp_path / "one", tmp_path / "many")
    )
    assert many == one
    assert len(one) > 1


# What the user can mend is one line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--follow"], "--cluster goes with neither --follow, --decrypt all nor --engine tshark"),
        (["--workers", "2"], "--cluster goes with neither --workers nor --checkpoint"),
        (["-"], "--cluster reads files and URLs, and - is neither"),
    ],
)
def test_what_does_not_go_with_a_cluster(arguments: list[str], told: str) -> None:
    done = tlsscope("scan", MUTUAL[0], "--cluster", "tcp://127.0.0.1:9", *arguments)
    assert (done.returncode, done.stderr.decode(), done.stdout) == (2, f"tlsscope: {told}\n", b"")


def test_no_scheduler() -> None:
    with socket.socket() as nobody:  # has a port, and does not listen
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"
        for wrong, told in (
            (address, f"cannot reach a Dask scheduler at {address}: connection refused"),
            ("here", "here: is no address of a Dask scheduler, such as tcp://host:8786"),
        ):
            done = tlsscope("scan", MUTUAL[0], "--cluster", wrong)
            assert (done.returncode, done.stderr.decode()) == (2, f"tlsscope: {told}\n")


@NEEDS_PROC
def test_the_scheduler_ends_in_the_middle(tmp_path: Path) -> None:
    inputs = rotation(tmp_path / "split", mixed(MUTUAL, 1, 12), 8)
    (tmp_path / "cluster").mkdir()
    with cluster(tmp_path / "cluster", 1) as running:
        assert on_cluster(running.address, [RESUMED[0]], Options())  # all is loaded
        command = [sys.executable, "-m", "tlsscope", "scan", "-f", "ndjson", *map(str, inputs), "--cluster"]
        with subprocess.Popen(
            [*command, running.address], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            before = _read(running.workers[0].pid)
            while _read(running.workers[0].pid) < before + READ_SO_FAR:
                time.sleep(0.01)
            running.scheduler.kill()
            _, stderr = process.communicate(timeout=SECONDS)
    assert (process.returncode, stderr.decode()) == (2, f"tlsscope: lost the Dask scheduler at {running.address}\n")


def test_an_output_that_cannot_be_written(two: Cluster, tmp_path: Path) -> None:
    for out in (tmp_path / "none" / "out.ndjson", "file:///proc/none/out.ndjson"):
        done = tlsscope("scan", MUTUAL[0], "-f", "ndjson", "-o", out, "--cluster", two.address)
        lines = done.stderr.decode().splitlines()
        assert (done.returncode, len(lines)) == (2, 1), lines
        assert lines[0].startswith(f"tlsscope: cannot write {out}: ")


def test_a_url_that_is_not_there(two: Cluster, tmp_path: Path) -> None:
    missing = f"file://{tmp_path}/missing.pcap"
    done = tlsscope("scan", "-f", "ndjson", missing, "--cluster", two.address)
    assert (done.returncode, done.stderr.decode()) == (2, f"tlsscope: {missing}: no such file or directory\n")
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["error", "summary"]
