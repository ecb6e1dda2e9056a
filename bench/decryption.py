"""What keys cost, and what inference costs without them: `python -m bench.decryption [--sessions 10000]`.

Enters: two captures of `captures/` (a TLS 1.3 and a TLS 1.2 session, mutual both, with keys), repeated on other ports.
Leaves: CPU seconds of a scan without keys and with them, with a key log of a million lines, and the share of inference.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from struct import pack, unpack_from

from tlsscope.judge.case import Case
from tlsscope.judge.recall import Recall
from tlsscope.judge.transcript import is_tls_1_3
from tlsscope.pipeline import InputFailure, Options, Scan
from tlsscope.report import ndjson
from tlsscope.report.summary import Tally, Totals
from tlsscope.secrets.keylog import KeyLog

CAPTURES = Path(__file__).parents[1] / "captures"
RECORDED = ("tls13-mutual-ed25519--openssl--openssl", "tls12-mutual--openssl--openssl")
FILE_HEADER, RECORD_HEADER, ETHERNET = 24, 16, 14
LINES = 1_000_000


def main() -> None:
    """Measure, one line a figure."""
    parser = argparse.ArgumentParser(description="What keys cost.")
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("captures", nargs="*", type=Path, help="further captures, for the share of inference")
    options = parser.parse_args()
    sessions = options.sessions
    for capture in options.captures:
        print(f"{capture.name}: inference takes {inference_share(capture):.1%} of a scan")
    with tempfile.TemporaryDirectory() as place:
        for name in RECORDED:
            capture, keys = Path(place, f"{name}.pcap"), str(CAPTURES / f"{name}.keys")
            repeat(CAPTURES / f"{name}.pcap", capture, sessions)
            sealed, _ = timed(lambda capture=capture: scan(capture, Options()))  # type: ignore[misc]
            opened, verified = timed(lambda capture=capture, keys=keys: scan(capture, Options((keys,))))  # type: ignore[misc]
            print(f"{name}: {sessions:,} sessions, {verified:,} with both Finished verified")
            print(f"  without keys {sealed:6.2f} s CPU, {sealed / sessions * 1e6:6.0f} us a session")
            print(f"  with keys    {opened:6.2f} s CPU, {opened / sessions * 1e6:6.0f} us a session")
            print(f"  inference takes {inference_share(capture):.1%} of a scan without keys")
        log = Path(place, "million.keys")
        seconds, found = timed(lambda: load(million(log)))
        print(f"key log of {LINES:,} lines, one in ten bad: {seconds:.2f} s CPU, {found:,} sessions")


def repeat(source: Path, target: Path, times: int) -> None:
    """Repeat a capture with other client ports and addresses, a session after the other."""
    data = source.read_bytes()
    body = data[FILE_HEADER:]
    client = _client_end(body)
    with target.open("wb") as file:
        file.write(data[:FILE_HEADER])
        for number in range(times):
            file.write(_moved(body, client, 1024 + number % 60_000, number // 60_000))


def _client_end(body: bytes) -> bytes:
    """Read the client's port off the first packet, its SYN."""
    at = RECORD_HEADER + ETHERNET
    return body[at + _ip_header(body, at) :][:2]


def _ip_header(body: bytes, at: int) -> int:
    return (body[at] & 15) * 4 if body[at] >> 4 == 4 else 40


def _moved(body: bytes, client: bytes, port: int, turn: int) -> bytes:
    """Give the client another port, and the packets a later time."""
    moved = bytearray(body)
    place = 0
    while place < len(body):
        seconds, length = unpack_from("<I", body, place)[0], unpack_from("<I", body, place + 8)[0]
        moved[place : place + 4] = pack("<I", seconds + turn * 3600)
        tcp = place + RECORD_HEADER + ETHERNET + _ip_header(body, place + RECORD_HEADER + ETHERNET)
        side = tcp if body[tcp : tcp + 2] == client else tcp + 2
        moved[side : side + 2] = port.to_bytes(2, "big")
        place += RECORD_HEADER + length
    return bytes(moved)


def scan(capture: Path, options: Options) -> int:
    """Scan; count the sessions whose Finished both verify."""
    verified = 0
    for one in Scan([str(capture)], options):
        if isinstance(one, InputFailure):
            sys.exit(f"{one.source}: {one.message}")
        verified += one.finished_verified == (True, True)
    return verified


def inference_share(capture: Path) -> float:
    """Give the part of a `scan -f ndjson` that goes into inferring verdicts from sizes, shapes that recur included."""
    whole, _ = timed(lambda: write(capture))
    recall, inferring = Recall(), 0.0
    for one in Scan([str(capture)]):
        if not isinstance(one, InputFailure) and is_tls_1_3(one.version):
            before = time.perf_counter()
            recall.judge(Case(one))
            inferring += time.perf_counter() - before
    return inferring / whole


def write(capture: Path) -> int:
    """Write the report of a scan to nowhere; count its bytes."""
    scan = Scan([str(capture)])
    sessions = (one for one in scan if not isinstance(one, InputFailure))
    return sum(map(len, ndjson.inline(sessions, Tally(Totals))))


def million(log: Path) -> Path:
    """Write a key log of other people's sessions, in which every tenth line is bad."""
    chance = random.Random(4)
    with log.open("w", encoding="ascii") as file:
        for number in range(LINES):
            secret = chance.randbytes(48 if number % 10 else 47).hex()
            file.write(f"CLIENT_RANDOM {chance.randbytes(32).hex()} {secret}\n")
    return log


def load(log: Path) -> int:
    """Load a key log; count its sessions."""
    keys = KeyLog()
    keys.add_file(log)
    return len(keys)


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Give the CPU seconds of a piece of work, and its result."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


if __name__ == "__main__":
    main()
