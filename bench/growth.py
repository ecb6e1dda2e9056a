"""How cost grows: `python -m bench.growth`, drawn as `docs/growth.svg`.

Enters: nothing; makes what it needs. Leaves: CPU seconds against size, CPU microseconds a connection against
their number, wall seconds against workers, peak memory against size, as a picture and as JSON.

Sizes and connections grow by streaming one capture again and again through a pipe (`peers/repeat.c`), each
time with other addresses and later times: new connections to whoever reads it.
"""

import argparse
import json
import os
from pathlib import Path
from typing import NamedTuple

from bench.measure import Cost, build, cost
from bench.programs import tlsscope
from bench.run import RESULTS, circumstances, ready

PICTURE = Path(__file__).parents[1] / "docs" / "growth.svg"
WIDTH, HEIGHT, MARGIN = 330, 250, 52
INK, LINE, GRID, PAPER = "#1f2933", "#1f6feb", "#d8dee6", "#ffffff"


class Curve(NamedTuple):
    """One panel of the picture."""

    title: str
    across: str
    up: str
    points: list[tuple[float, float]]


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description="How the cost of a scan grows.")
    parser.add_argument("--scale", type=float, default=1.0, help="of the captures that are repeated (1)")
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4, 10], help="repetitions")
    parser.add_argument("--most", type=int, default=40, help="repetitions of the short connections (40)")
    options = parser.parse_args()
    sizes = repeated("downloads", options.scale, options.times)
    counts = repeated("short", options.scale, [*options.times, options.most])
    workers = by_workers(options.scale)
    big = facts("downloads", options.scale)["bytes"] / 1e9
    many = facts("short", options.scale)["tls_sessions"]
    curves = [
        Curve("CPU against size", "GB", "CPU seconds", [(big * n, one.cpu) for n, one in sizes]),
        Curve("Cost of a connection", "thousand connections", "CPU microseconds each",
              [(many * n / 1e3, one.cpu / many / n * 1e6) for n, one in counts]),
        Curve("Workers", "workers", "wall seconds", [(n, one.wall) for n, one in workers]),
        Curve("Memory against size", "GB", "peak MB", [(big * n, one.peak_mb) for n, one in sizes]),
    ]  # fmt: skip
    about = circumstances(options.scale, 1)
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(curves, f"tlsscope on {about['machine']}, {about['date']}"))
    RESULTS.mkdir(exist_ok=True)
    found = {"about": about, "curves": [curve._asdict() for curve in curves]}
    (RESULTS / "growth.json").write_text(json.dumps(found, indent=1) + "\n")
    print(f"drawn: {PICTURE.name}; written: bench/results/growth.json")


def facts(shape: str, scale: float) -> dict[str, int]:
    """What is in a capture."""
    path = ready(shape, scale).with_suffix(".json")
    return dict(json.loads(path.read_text()))


def repeated(shape: str, scale: float, times: list[int]) -> list[tuple[int, Cost]]:
    """The cost of reading one capture so many times from a pipe."""
    capture = ready(shape, scale)
    found = []
    for n in times:
        one = cost(tlsscope(Path("-")), feed=[str(build("repeat")), str(capture), str(n)])
        print(f"{shape} x {n}: {one.cpu:.2f} s CPU, {one.wall:.2f} s, {one.peak_mb:.0f} MB", flush=True)
        found.append((n, one))
    return found


def by_workers(scale: float) -> list[tuple[int, Cost]]:
    """The cost of short connections with one worker and up to one a core."""
    capture = ready("short", scale)
    found = []
    for n in range(1, (os.cpu_count() or 1) + 1):
        one = cost(tlsscope(capture, n))
        print(f"{n} workers: {one.wall:.2f} s, {one.cpu:.2f} s CPU, {one.peak_mb:.0f} MB", flush=True)
        found.append((n, one))
    return found


def picture(curves: list[Curve], caption: str) -> str:
    """All panels side by side, two a row."""
    rows = (len(curves) + 1) // 2
    panels = "".join(panel(curve, at % 2 * WIDTH, at // 2 * HEIGHT) for at, curve in enumerate(curves))
    width, height = 2 * WIDTH, rows * HEIGHT + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="11" fill="{INK}">\n'
        f"<title>How the cost of a scan grows</title>\n"
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>\n{panels}'
        f'<text x="{width / 2:.0f}" y="{height - 8}" text-anchor="middle">{caption}</text>\n</svg>\n'
    )


def panel(curve: Curve, left: int, top: int) -> str:
    """Axes from zero, a line, a dot and a number at every measurement."""
    wide, high = WIDTH - MARGIN - 24, HEIGHT - MARGIN - 40
    most_across = ceiling(max(x for x, _ in curve.points))
    most_up = ceiling(max(y for _, y in curve.points))
    foot, start = top + 40 + high, left + MARGIN

    def place(x: float, y: float) -> tuple[float, float]:
        return start + wide * x / most_across, foot - high * y / most_up

    parts = [f'<text x="{start}" y="{top + 20}" font-size="13" font-weight="600">{curve.title}</text>']
    for tick in range(5):
        x, y = place(most_across * tick / 4, most_up * tick / 4)
        parts.append(f'<path d="M{start} {y:.1f}h{wide}" stroke="{GRID}"/>')
        parts.append(f'<text x="{start - 6}" y="{y + 4:.1f}" text-anchor="end">{most_up * tick / 4:g}</text>')
        parts.append(
            f'<text x="{x:.1f}" y="{foot + 15}" text-anchor="middle">{most_across * tick / 4:g}</text>'
        )
    middle = start + wide / 2
    parts.append(f'<text x="{middle:.0f}" y="{foot + 31}" text-anchor="middle">{curve.across}</text>')
    parts.append(f'<text x="{start}" y="{top + 34}">{curve.up}</text>')
    placed = [place(*point) for point in curve.points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    parts.append(f'<polyline points="{line}" fill="none" stroke="{LINE}" stroke-width="2"/>')
    for (x, y), (_, value) in zip(placed, curve.points, strict=True):
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{LINE}"><title>{value:.3g}</title></circle>'
        )
    return "\n".join(parts) + "\n"


def ceiling(value: float) -> float:
    """The next round number that four ticks divide well."""
    step = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 0.1
    return next(step * n for n in (1, 2, 3, 4, 5, 6, 8, 10) if step * n >= value)


if __name__ == "__main__":
    main()
