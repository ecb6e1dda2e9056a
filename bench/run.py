"""The benchmark: `python -m bench.run --scale 0.1`. Every program on every capture, one table.

Enters: captures of `make_captures` (made where they are missing). Leaves: a table on the terminal, and in
`bench/results` as Markdown and JSON. The page cache is warm: every file is read once before it is measured.
"""

import argparse
import json
import os
import platform
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.make_captures import SHAPES, capture_path, make_scaled
from bench.measure import CommandFailedError, Cost, median_cost
from bench.programs import PROGRAMS, missing, version

RESULTS = Path(__file__).with_name("results")
ONCE = {"tshark", "tshark -T ek"}
MARKS = {"downloads": 0.5, "short": 2.0, "certificates": 3.0, "mixed": 0.5, "ten": 0.25}
COLUMNS = (
    "capture",
    "program",
    "CPU s",
    "wall s",
    "peak MB",
    "sessions/s",
    "GB/s",
    "x tshark",
    "x tshark -T ek",
    "x C loop",
    "mark",
)


class Measured(NamedTuple):
    """One program on one capture: what it cost, or why not."""

    capture: str
    program: str
    cost: Cost | None
    reason: str = ""


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description="Measures tlsscope beside its peers.")
    parser.add_argument("captures", nargs="*", metavar="CAPTURE", help=f"any of {', '.join(SHAPES)} (all)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the captures (1)")
    parser.add_argument("--runs", type=int, default=3, help="the median of so many; tshark runs once (3)")
    parser.add_argument("--skip", action="append", default=[], choices=PROGRAMS, help="leave a program out")
    parser.add_argument("--only", action="append", default=[], choices=PROGRAMS, help="just this program")
    options = parser.parse_args()
    if unknown := set(options.captures) - set(SHAPES):
        parser.error(f"no such capture: {', '.join(sorted(unknown))}")
    programs = [name for name in options.only or PROGRAMS if name not in options.skip]
    captures = {name: ready(name, options.scale) for name in options.captures or SHAPES}
    measured = list(measure(captures, programs, options.runs))
    facts = {name: json.loads(path.with_suffix(".json").read_text()) for name, path in captures.items()}
    rows = list(table(measured, facts, options.scale))
    print("\n" + aligned(rows))
    print("\n".join(absences(measured, options.skip)))
    write(measured, rows, circumstances(options.scale, options.runs) | {"captures": facts})


def ready(name: str, scale: float) -> Path:
    """The capture's path, the file made if it is missing and read once."""
    path = capture_path(name, scale)
    if not path.with_suffix(".json").exists():
        make_scaled(name, scale)
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 20):
            continue
    return path


def measure(captures: dict[str, Path], programs: list[str], runs: int) -> Iterator[Measured]:
    """Everything on everything, saying how far it is."""
    reasons = {name: missing(name) for name in programs}
    for capture, path in captures.items():
        for name in programs:
            if reason := reasons[name]:
                yield Measured(capture, name, None, reason)
                continue
            try:
                result = Measured(
                    capture, name, median_cost(PROGRAMS[name](path), 1 if name in ONCE else runs)
                )
            except CommandFailedError as error:
                result = Measured(capture, name, None, str(error))
            print(
                f"{capture} {name}: {f'{result.cost.cpu:.2f} s' if result.cost else result.reason}",
                flush=True,
            )
            yield result


def table(
    measured: list[Measured], facts: dict[str, dict[str, int]], scale: float
) -> Iterator[tuple[str, ...]]:
    """The rows, ratios to tshark (how often faster) and to the C loop (how often slower) by CPU seconds."""
    cpu = {(one.capture, one.program): one.cost.cpu for one in measured if one.cost}
    for capture, program, cost, _ in measured:
        if cost is None:
            yield (capture, program, *("-",) * (len(COLUMNS) - 3), "")
            continue
        used = max(cost.cpu, 0.001)
        sessions, size = facts[capture]["tls_sessions"], facts[capture]["bytes"]
        slow, slowest, fast = (cpu.get((capture, peer)) for peer in ("tshark", "tshark -T ek", "C loop"))
        mark = f"<= {MARKS[capture]}" if program == "tlsscope" and (scale == 1 or capture == "ten") else ""
        yield (
            capture,
            program,
            f"{cost.cpu:.2f}" if cost.cpu >= 0.1 else f"{cost.cpu:.3f}",
            f"{cost.wall:.2f}",
            f"{cost.peak_mb:.0f}",
            f"{sessions / used:,.0f}" if program not in ("C loop", "tcpdump") else "",
            f"{size / used / 1e9:.2f}",
            f"{slow / used:.1f}" if slow else "",
            f"{slowest / used:.1f}" if slowest else "",
            f"{used / max(fast, 0.001):.1f}" if fast else "",
            mark,
        )


def absences(measured: list[Measured], skipped: list[str]) -> list[str]:
    """A sentence for every dash in the table."""
    reasons: dict[str, list[str]] = {f"{name}: left out by --skip": [] for name in skipped}
    for one in measured:
        if one.cost is None:
            reasons.setdefault(f"{one.program}: {one.reason}", []).append(one.capture)
    return [
        f"{reason} ({', '.join(captures)})" if captures else reason for reason, captures in reasons.items()
    ]


def aligned(rows: list[tuple[str, ...]]) -> str:
    """Text columns as wide as they need."""
    lines = [COLUMNS, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at < 2 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def write(measured: list[Measured], rows: list[tuple[str, ...]], about: dict[str, object]) -> None:
    """Results under the machine's name, for people and for programs."""
    RESULTS.mkdir(exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", f"{about['machine']} scale {about['scale']:g}".lower()).strip("-")
    programs = {one: version(one) for one in dict.fromkeys(m.program for m in measured if m.cost)}
    results = [
        {"capture": one.capture, "program": one.program, "reason": one.reason}
        | (one.cost._asdict() if one.cost else {})
        for one in measured
    ]
    complete = {"about": about, "programs": programs, "results": results}
    (RESULTS / f"{name}.json").write_text(json.dumps(complete, indent=1) + "\n")
    head = ", ".join(f"{key} {value}" for key, value in about.items() if key != "captures")
    lines = [f"| {' | '.join(row)} |" for row in (COLUMNS, ("---",) * len(COLUMNS), *rows)]
    notes = [f"- {one}: {said}" for one, said in programs.items()]
    notes += [f"- {absence}" for absence in absences(measured, [])]
    (RESULTS / f"{name}.md").write_text("\n".join([head, "", *lines, "", *notes]) + "\n")
    print(f"written: bench/results/{name}.md and .json")


def circumstances(scale: float, runs: int) -> dict[str, object]:
    """What a number is worth nothing without."""
    return {
        "machine": machine(),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "scale": scale,
        "runs": runs,
        "page cache": "warm",
    }


def machine() -> str:
    """The processor and how many of it."""
    described = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", described.read_text()) if described.exists() else None
    return f"{found[1] if found else platform.processor() or platform.machine()} ({os.cpu_count()} cores)"


if __name__ == "__main__":
    main()
