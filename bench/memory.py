"""Memory of an endless stream: `python -m bench.memory`, or with `--gigabytes 2` for less than the 20 of the mark.

Enters: nothing; makes what it needs. Leaves: a line for each capture: what was streamed through a pipe, and the peak
memory of `scan -f ndjson -`. One capture is repeated (`peers/repeat.c`), each time with other addresses and later
times: new connections to whoever reads it.
"""

import argparse
import json
from pathlib import Path

from bench.measure import build, cost
from bench.programs import tlsscope
from bench.run import ready

MARK = 150  # MB
MOST = 128  # repetitions: what `repeat` can number
SHAPES = ("downloads", "short", "certificates", "mixed")


def main() -> None:
    """Measure; fail above the mark."""
    parser = argparse.ArgumentParser(description="Peak memory of a stream of any length.")
    parser.add_argument("shapes", nargs="*", default=SHAPES, help=f"which captures ({', '.join(SHAPES)})")
    parser.add_argument("--gigabytes", type=float, default=20.0, help="to stream of each (20)")
    parser.add_argument("--scale", type=float, default=1.0, help="of the captures that are repeated (1)")
    options = parser.parse_args()
    worst = max([peak(shape, options.gigabytes, options.scale) for shape in options.shapes])
    raise SystemExit(worst > MARK)


def peak(shape: str, gigabytes: float, scale: float) -> float:
    """Stream one capture again and again; say and give the peak in MB."""
    capture = ready(shape, scale)
    size = capture.stat().st_size / 1e9
    times = max(1, min(MOST, round(gigabytes / size)))
    sessions = json.loads(capture.with_suffix(".json").read_text())["tls_sessions"]
    one = cost(tlsscope(Path("-")), feed=[str(build("repeat")), str(capture), str(times)])
    print(
        f"{shape} x {times}: {size * times:.1f} GB, {sessions * times:,} sessions: {one.peak_mb:.0f} MB at most, "
        f"{one.cpu:.1f} s CPU, {one.wall:.1f} s",
        flush=True,
    )
    return one.peak_mb


if __name__ == "__main__":
    main()
