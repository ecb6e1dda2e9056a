"""Live capture under load: a replay over a veth enters; the highest rate at which each program loses nothing leaves.

    python -m bench.live                                # all programs, table below docs
    python -m bench.live --soak 3600                    # tlsscope alone, its memory drawn over time

Needs root, tcpreplay, and bench/data/short.pcap (`python -m bench.make_captures`). Replay and program have a core each,
and go before what else runs there; what the kernel does to bring a packet into the ring, the core of the replay does. A
capture that is too short for the seconds is sent again, from other addresses.
A rate counts where the program saw every packet that was sent, and was idle within two seconds of the last one: tshark
loses nothing at any rate, for its dumpcap has the disk for a buffer; it comes later and later.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
NAMES = ("tlsscope-bench-a", "tlsscope-bench-b")
# Before what else runs there. Linux shares a core between sessions first (autogroups), then by niceness within each.
BEFORE_ALL = 'if [ -w /proc/self/autogroup ]; then echo -20 > /proc/self/autogroup; fi; exec nice -n -15 "$@"'
FIRST = ("setsid", "sh", "-c", BEFORE_ALL, "sh")
LATE = 2.0  # seconds
STEPS = 5  # of bisection
LOWEST, HIGHEST = 2_000, 800_000  # packets/s
RATED = re.compile(r"Rated: .*?([\d.]+) pps")
SENT = re.compile(r"Actual: (\d+) packets")


class Program(NamedTuple):
    """One program: its command (the interface is va), and what it says at its end: packets seen, sessions."""

    command: tuple[str, ...]
    seen: Callable[[str, str], tuple[int, int]]
    ready: float = 2.0  # seconds until it listens


class Outcome(NamedTuple):
    """One replay."""

    rate: float  # packets/s that tcpreplay reached
    sent: int
    seen: int
    sessions: int
    late: float
    cpu: float

    @property
    def is_lossless(self) -> bool:
        return self.seen >= self.sent and self.late <= LATE


def tlsscope_seen(out: str, _err: str) -> tuple[int, int]:
    summary = json.loads(out.splitlines()[-1])
    return summary["packets"], summary["sessions"]


def counted(pattern: str) -> Callable[[str, str], tuple[int, int]]:
    def seen(_out: str, err: str) -> tuple[int, int]:
        found = re.search(pattern, err)
        return (int(found[1]) if found else 0), 0

    return seen


def tshark_seen(out: str, _err: str) -> tuple[int, int]:
    """Its last line begins with the number of the last frame."""
    lines = out.splitlines()
    return (int(lines[-1].split()[0]) if lines else 0), 0


PROGRAMS = {
    "tlsscope": Program((sys.executable, "-m", "tlsscope", "live", "-i", "va", "-f", "ndjson"), tlsscope_seen),
    "dumpcap": Program(("dumpcap", "-i", "va", "-w", "/dev/null", "-B", "64"), counted(r"(\d+)/\d+ \(pcap")),
    "tcpdump": Program(("tcpdump", "-i", "va", "-w", "/dev/null", "-B", "65536"), counted(r"(\d+) packets captured")),
    "tshark": Program(("tshark", "-i", "va", "-B", "64", "-T", "fields", "-e", "frame.number", "-e",
                       "tls.handshake.extensions_server_name"), tshark_seen, 4.0),
}  # fmt: skip


@contextmanager
def wire() -> Iterator[None]:
    """Lay a veth between two namespaces."""
    try:
        for name in NAMES:
            subprocess.run(["ip", "netns", "add", name], check=True)
        ip = ["ip", "-n", NAMES[0]]
        subprocess.run([*ip, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", NAMES[1]], check=True)
        for name, device in zip(NAMES, ("va", "vb"), strict=True):
            subprocess.run(["ip", "-n", name, "link", "set", device, "mtu", "9000", "up"], check=True)
        yield
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def start(program: Program, out: Path) -> subprocess.Popen[bytes]:
    command = ["ip", "netns", "exec", NAMES[0], *FIRST, "taskset", "-c", "0", *program.command]
    with out.open("wb") as file, out.with_suffix(".err").open("wb") as err:
        process = subprocess.Popen(command, stdout=file, stderr=err, stdin=subprocess.DEVNULL, cwd=HERE.parent)
    time.sleep(program.ready)
    return process


def replay(capture: Path, rate: int, packets: int) -> tuple[float, int]:
    """Send; give the rate that was reached and the number of packets."""
    command = sender(capture, rate, f"--limit={packets}")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    rated, sent = RATED.search(done.stdout), SENT.search(done.stdout)
    assert rated is not None
    assert sent is not None
    return float(rated[1]), int(sent[1])


def sender(capture: Path, rate: int, *more: str) -> list[str]:
    return [
        *("ip", "netns", "exec", NAMES[1], *FIRST, "taskset", "-c", "1"),
        *("tcpreplay", "-i", "vb", "-K", "--loop=1000000", "--unique-ip", f"--pps={rate}", *more, str(capture)),
    ]


def attempt(program: Program, capture: Path, rate: int, seconds: float, folder: Path) -> Outcome:
    """Replay once at a rate."""
    out = folder / "out"
    process = start(program, out)
    before = cpu_seconds(process.pid)
    reached, sent = replay(capture, rate, int(rate * seconds))
    ended = time.monotonic()
    settle(process)
    late = max(time.monotonic() - ended - 1.0, 0.0)  # that it was quiet for a second was waited for
    cpu = cpu_seconds(process.pid) - before
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    seen, sessions = program.seen(out.read_text(), out.with_suffix(".err").read_text())
    return Outcome(reached, sent, seen, sessions, late, cpu)


def settle(process: subprocess.Popen[bytes]) -> None:
    """Wait until the program has been idle for a second, or is hopelessly late."""
    quiet = 0
    before = cpu_seconds(process.pid)
    deadline = time.monotonic() + 3 * LATE
    while quiet < 4 and time.monotonic() < deadline:
        time.sleep(0.25)
        now = cpu_seconds(process.pid)
        quiet = quiet + 1 if now - before < 0.05 else 0
        before = now


def cpu_seconds(pid: int) -> float:
    """Add up a process and its living children."""
    ticks = 0
    for one in (pid, *children(pid)):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def highest(name: str, capture: Path, seconds: float, folder: Path) -> Outcome | None:
    """Find the highest lossless rate by doubling and bisection."""
    program = PROGRAMS[name]
    low, high, best = 0, 0, None
    rate = 16 * LOWEST
    for _ in range(20):
        found = attempt(program, capture, rate, seconds, folder)
        print(f"  {name} {rate:,}/s (reached {found.rate:,.0f}): saw {found.seen:,} of {found.sent:,}, "
              f"{found.late:.1f} s late", file=sys.stderr)  # fmt: skip
        if found.is_lossless and found.rate > 0.8 * rate:
            low, best = rate, found
        elif found.is_lossless:
            return found  # the replay itself can do no more
        else:
            high = rate
        if high == 0:
            rate = min(2 * rate, HIGHEST)
        elif high - low < high / 10 or rate < LOWEST:
            break
        else:
            rate = (low + high) // 2
    return best


def table(results: dict[str, Outcome | None]) -> str:
    lines = ["| program | packets/s | sessions/s | CPU s per million packets |", "| --- | --- | --- | --- |"]
    for name, found in results.items():
        if found is None:
            lines.append(f"| {name} | below {LOWEST:,} | | |")
            continue
        sessions = f"{found.sessions * found.rate / found.sent:,.0f}" if found.sessions else ""
        lines.append(f"| {name} | {found.rate:,.0f} | {sessions} | {found.cpu / found.sent * 1e6:.2f} |")
    return "\n".join(lines)


def soak(capture: Path, seconds: float, rate: int, picture: Path, folder: Path) -> None:
    """Replay in a loop; sample the memory every second; draw it."""
    program = PROGRAMS["tlsscope"]
    process = start(program._replace(command=(*program.command, "-o", "/dev/null")), folder / "out")
    pid = (children(process.pid) or [process.pid])[-1]
    sleepy = sender(capture, rate, "--timer=nano")  # at low rates it need not spin
    replaying = subprocess.Popen(sleepy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    points = []
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        time.sleep(1)
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        points.append((time.monotonic() - begun, pages * os.sysconf("SC_PAGE_SIZE") / 1e6))
    replaying.terminate()
    replaying.wait()
    process.send_signal(signal.SIGUSR1)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.wait(30)
    print((folder / "out.err").read_text().strip().splitlines()[-1])
    half = len(points) // 2
    most = [max(y for _, y in part) for part in (points[:half], points[half:])]
    print(f"memory: {points[0][1]:.0f} MB at first, at most {most[0]:.0f} and {most[1]:.0f} MB in the two halves")
    picture.write_text(drawing(points))


def drawing(points: list[tuple[float, float]]) -> str:
    """Draw memory over time."""
    width, height, left, below = 800, 300, 60, 40
    last, most = points[-1][0], max(y for _, y in points) * 1.2
    line = " ".join(
        f"{left + x / last * (width - left - 20):.1f},{height - below - y / most * (height - below - 20):.1f}"
        for x, y in points
    )
    marks = "".join(
        f'<text x="{left - 8}" y="{height - below - part * (height - below - 20) + 4:.0f}" text-anchor="end">'
        f"{most * part:.0f}</text>" for part in (0, 0.5, 1)
    )  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12"><rect width="{width}" height="{height}" fill="white"/>'
        f'<polyline points="{line}" fill="none" stroke="#0a6" stroke-width="1.5"/>{marks}'
        f'<text x="{left}" y="15">resident memory, MB</text>'
        f'<text x="{width - 20}" y="{height - 12}" text-anchor="end">{last:.0f} s</text></svg>\n'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure live capture over a veth.")
    parser.add_argument("--capture", type=Path, default=HERE / "data" / "short.pcap")
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--programs", default=",".join(PROGRAMS))
    parser.add_argument("--soak", type=float, default=0.0)
    parser.add_argument("--rate", type=int, default=20_000, help="packets/s of the soak")
    parser.add_argument("--picture", type=Path, default=HERE.parent / "docs" / "live-memory.svg")
    arguments = parser.parse_args()
    folder = HERE / "data" / "live"
    folder.mkdir(parents=True, exist_ok=True)
    with wire():
        if arguments.soak:
            soak(arguments.capture, arguments.soak, arguments.rate, arguments.picture, folder)
            return
        results = {
            name: highest(name, arguments.capture, arguments.seconds, folder)
            for name in arguments.programs.split(",")
            if shutil.which(PROGRAMS[name].command[0])
        }
    print(table(results))


if __name__ == "__main__":
    main()
