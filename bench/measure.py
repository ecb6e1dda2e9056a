"""What a command costs: CPU of its whole process tree, wall clock, peak memory of its largest process.

Enters: a command. Leaves: a `Cost`, as `peers/cost.c` counts it.
"""

import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PEERS = Path(__file__).with_name("peers")
BUILT = Path(__file__).with_name("data")
Command = Sequence[str | Path]


class Cost(NamedTuple):
    """Seconds, seconds, megabytes."""

    cpu: float
    wall: float
    peak_mb: float


class CommandFailedError(Exception):
    """The command ended badly: what it cost is no answer."""


def build(name: str) -> Path:
    """Compile `peers/NAME.c` into the data folder, if that is not done."""
    source, built = PEERS / f"{name}.c", BUILT / name
    if not built.exists() or built.stat().st_mtime < source.stat().st_mtime:
        BUILT.mkdir(exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", built, source], check=True)
    return built


def cost(command: Command, feed: Command | None = None) -> Cost:
    """Run once, output thrown away; `feed` is a command whose output it reads (its cost is not counted)."""
    with tempfile.NamedTemporaryFile("r") as answer:
        measured = [build("cost"), answer.name, *command]
        if feed is None:
            ended = subprocess.run(
                measured,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
            )
        else:
            with subprocess.Popen(feed, stdout=subprocess.PIPE) as source:
                ended = subprocess.run(
                    measured,
                    stdin=source.stdout,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    check=False,
                )
        if ended.returncode:
            last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise CommandFailedError(f"exit {ended.returncode}: {' '.join(last)}")
        user, system, wall, kilobytes = map(float, answer.read().split())
    return Cost(user + system, wall, kilobytes / 1024)


def median_cost(command: Command, runs: int) -> Cost:
    """The median of each column over several runs."""
    costs = [cost(command) for _ in range(runs)]
    return Cost(*(statistics.median(column) for column in zip(*costs, strict=True)))
