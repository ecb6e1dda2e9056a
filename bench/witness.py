"""What the second witness costs: `python -m bench.witness --scale 0.02`. tlsscope, tshark, and tlsscope through tshark.

Enters: captures of `make_captures` (made where they are missing). Leaves: a table on the terminal, and in
`bench/results`. tshark and pyshark run together with us: CPU is that of all processes, peak memory that of the largest.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.make_captures import SHAPES
from bench.measure import Cost, cost
from bench.programs import tshark, version
from bench.run import RESULTS, circumstances, ready

COLUMNS = ("capture", "program", "CPU s", "wall s", "peak MB", "sessions/s", "x own")


def _tlsscope(*words: str) -> Callable[[Path], list[str]]:
    return lambda capture: [sys.executable, "-m", "tlsscope", *words, str(capture)]


def _compare(capture: Path) -> list[str]:
    """A difference (exit status 1) is an answer too."""
    return ["sh", "-c", '"$@" || test $? = 1', "sh", *_tlsscope("compare", "-f", "json")(capture)]


PROGRAMS: dict[str, Callable[[Path], list[str]]] = {
    "tlsscope scan": _tlsscope("scan", "-f", "ndjson"),
    "tshark -T fields": tshark,
    "scan --engine tshark": _tlsscope("scan", "-f", "ndjson", "--engine", "tshark"),
    "compare": _compare,
}


class Measured(NamedTuple):
    """One program on one capture."""

    capture: str
    sessions: int
    program: str
    cost: Cost


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description="Measures the second witness beside our own engine.")
    parser.add_argument("captures", nargs="*", metavar="CAPTURE", help="any of the benchmark's (short, downloads)")
    parser.add_argument("--scale", type=float, default=0.02, help="of the captures (0.02)")
    options = parser.parse_args()
    names = options.captures or ["short", "downloads"]
    if unknown := set(names) - set(SHAPES):
        parser.error(f"no such capture: {', '.join(sorted(unknown))}")
    measured = [one for name in names for one in measure(name, options.scale)]
    about = circumstances(options.scale, 1) | {"tshark": version("tshark")}
    text = "\n".join([", ".join(f"{key} {value}" for key, value in about.items()), "", *table(measured)])
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "witness.md").write_text(text + "\n")


def measure(name: str, scale: float) -> list[Measured]:
    """All programs on one capture."""
    path = ready(name, scale)
    sessions = json.loads(path.with_suffix(".json").read_text())["tls_sessions"]
    return [Measured(name, sessions, program, cost(command(path))) for program, command in PROGRAMS.items()]


def table(measured: list[Measured]) -> list[str]:
    """The rows, in Markdown."""
    own = {one.capture: one.cost.cpu for one in measured if one.program == "tlsscope scan"}
    rows = [
        f"| {one.capture}, {one.sessions} sessions | {one.program} | {one.cost.cpu:.2f} | {one.cost.wall:.2f} "
        f"| {one.cost.peak_mb:.0f} | {one.sessions / one.cost.wall:,.0f} | {one.cost.cpu / own[one.capture]:.1f} |"
        for one in measured
    ]
    return [f"| {' | '.join(COLUMNS)} |", "|---|---|" + "---:|" * (len(COLUMNS) - 2), *rows]


if __name__ == "__main__":
    main()
