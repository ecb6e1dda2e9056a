"""Where the time of a scan goes: `python -m bench.profile bench/data/short.pcap`.

Enters: a capture. Leaves: CPU seconds of the scan cut off after each stage, each in a process of its own, and
what every stage adds. A tracing profiler charges compiled loops wrongly; `--perf` samples the scan instead.
"""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measure import BUILT, CommandFailedError, median_cost
from bench.programs import tlsscope
from tlsscope.capture.frames import Frames
from tlsscope.capture.source import open_capture
from tlsscope.flow.listener import LISTENING, TOLD, Closing, Listener
from tlsscope.flow.opening import Limits
from tlsscope.flow.table import ConnectionTable
from tlsscope.link.decode import Decoder
from tlsscope.link.segments import Segments


class Deaf(Listener):
    """Has heard enough at the first chunk."""

    answer = TOLD

    def chunk(self, direction: int, data: bytes, frame: int, time: int) -> int:  # noqa: ARG002
        """Answer the same, always."""
        return self.answer

    def gap(self, direction: int, size: int, frame: int, time: int) -> int:  # noqa: ARG002
        """Answer the same, always."""
        return self.answer

    def conflict(self, direction: int, frame: int) -> None:
        """Not interested."""

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Not interested."""

    def closed(self, ending: Closing) -> None:
        """Not interested."""


class Patient(Deaf):
    """Wants every byte to the end."""

    answer = LISTENING


def start(capture: Path) -> None:
    """The interpreter and the imports of the stages."""


def read(capture: Path) -> None:
    """read(), and the walk over the file's records."""
    for _ in open_capture(str(capture)).windows():
        continue


def decode(capture: Path) -> None:
    """And link, IP and TCP headers."""
    for _ in windows(capture):
        continue


def connections(capture: Path) -> None:
    """And the table of connections, of which each is told at its first bytes."""
    through_table(capture, Deaf)


def delivery(capture: Path) -> None:
    """And every byte of every TLS connection in order."""
    through_table(capture, Patient)


def through_table(capture: Path, listener: Callable[[], Listener]) -> None:
    """Give all segments to a table with such listeners."""
    table = ConnectionTable(lambda _: listener(), Limits())
    for buffer, frames, segments in windows(capture):
        table.take(buffer, frames, segments)
    table.finish()


def windows(capture: Path) -> Iterator[tuple[memoryview, Frames, Segments]]:
    """Decoded, window by window."""
    opened, decoder, segments = open_capture(str(capture)), Decoder(), Segments()
    for frames in opened.windows():
        buffer = memoryview(opened.buffer)
        decoder.decode(buffer, frames, [one.link_type for one in opened.interfaces], segments)
        yield buffer, frames, segments


STAGES = {stage.__name__: stage for stage in (start, read, decode, connections, delivery)}


def main() -> None:
    """Time the stages, or be one of them."""
    parser = argparse.ArgumentParser(description="Where the time of a scan goes.")
    parser.add_argument("capture", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--perf", action="store_true", help="sample the scan with perf instead")
    parser.add_argument("--stage", choices=STAGES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        STAGES[options.stage](options.capture)
    elif options.perf:
        sample(options.capture)
    else:
        report(options.capture, options.runs)


def report(capture: Path, runs: int) -> None:
    """One line a stage. The scan has imports of its own, and stops listening when a handshake is over."""
    before = 0.0
    print(f"{'stage':12}{'CPU s':>8}{'adds':>8}{'peak MB':>9}")
    for name, stage in STAGES.items():
        command = [sys.executable, "-m", "bench.profile", str(capture), "--stage", name]
        cost = median_cost(command, runs)
        print(f"{name:12}{cost.cpu:8.2f}{cost.cpu - before:8.2f}{cost.peak_mb:9.0f}  {stage.__doc__}")
        before = cost.cpu
    try:
        cost = median_cost(tlsscope(capture), runs)
    except CommandFailedError as error:
        print(f"scan: {error}")
        return
    print(f"{'scan':12}{cost.cpu:8.2f}{'':8}{cost.peak_mb:9.0f}  All of it, handshakes to NDJSON.")


def sample(capture: Path) -> None:
    """The functions that take the most time, ours, the interpreter's and the kernel's."""
    if not shutil.which("perf"):
        raise SystemExit("perf is not installed here")
    data = str(BUILT / "perf.data")
    record = ["perf", "record", "-q", "-o", data, "--", *tlsscope(capture)]
    subprocess.run(record, stdout=subprocess.DEVNULL, check=True)
    command = ["perf", "report", "-i", data, "--stdio", "--percent-limit", "0.5", "--sort", "dso,symbol"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
