"""A Dask cluster on this machine, for real: a scheduler and workers, each a process, that speak over TCP."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

SECONDS = 60


class Cluster(NamedTuple):
    """Where its scheduler listens, and its processes."""

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: list["subprocess.Popen[bytes]"]


@contextmanager
def cluster(place: Path, workers: int) -> Iterator[Cluster]:
    """Start it; nothing of it stays behind."""
    known = place / "scheduler.json"
    with ExitStack() as running:
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(known)]
        scheduler = _start(running, place, "scheduler", "scheduler", *options)
        address = _address(known)
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(place)]
        yield Cluster(
            address,
            scheduler,
            [_start(running, place, f"worker{number}", "worker", address, *options) for number in range(workers)],
        )


def _start(running: ExitStack, place: Path, name: str, role: str, *options: str) -> "subprocess.Popen[bytes]":
    log = running.enter_context((place / f"{name}.log").open("wb"))
    command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
    process = running.enter_context(subprocess.Popen(command, cwd=place, stdout=log, stderr=log))
    running.callback(process.kill)
    return process


def _address(known: Path) -> str:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if known.exists() and known.stat().st_size:
            address: str = json.loads(known.read_text())["address"]
            return address
        time.sleep(0.05)
    raise AssertionError("the scheduler did not start")
