"""Pipes and growing files: sessions are told as they complete, not at the end."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import handshakes
import pytest
from traffic import CLIENT_END, SECOND, START, Connection, Packet, pcap

SECONDS = 20  # that a test waits for a line
HEADER = 24  # bytes of a pcap's header
Line = dict[str, Any]


def connection(number: int, *, closed: bool = True) -> list[Packet]:
    """Make a connection; the next one begins ten seconds later."""
    one = Connection((CLIENT_END[0], 50_000 + number), time=START + 10 * number * SECOND)
    one.open().say(handshakes.tls12())
    return one.close().packets if closed else one.packets


def records(packets: list[Packet]) -> bytes:
    return pcap(packets)[HEADER:]


class Output:
    """The lines of a process, as they come."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def next(self) -> Line:
        """Give the next line that is no finding."""
        while True:
            line: Line = json.loads(self._lines.get(timeout=SECONDS))
            if line["kind"] != "finding":
                return line

    def is_silent(self) -> bool:
        return self._lines.empty()

    def end(self) -> tuple[int, list[Line]]:
        """Wait for the end; give its status and the lines that were left."""
        status = self.process.wait(SECONDS)
        self._reader.join()
        left = []
        while not self._lines.empty():
            left.append(json.loads(self._lines.get()))
        return status, [one for one in left if one["kind"] != "finding"]


@contextmanager
def scan(*arguments: object, stdin: int | None = None) -> Iterator[Output]:
    command = [sys.executable, "-m", "tlsscope", "scan", "-f", "ndjson", *map(str, arguments)]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process:
        output = Output(process)
        try:
            yield output
        finally:
            process.kill()


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    with path.open("ab", buffering=0) as file:
        yield file


def test_a_pipe_tells_what_is_complete() -> None:
    with scan("-", stdin=subprocess.PIPE) as output:
        pipe = output.process.stdin
        assert pipe is not None
        pipe.write(pcap(connection(0)))
        pipe.flush()
        assert output.next()["client"]["port"] == 50_000  # though nothing more comes, and nothing ends
        pipe.write(records(connection(1)) + records(connection(2)))
        pipe.flush()
        assert output.next()["client"]["port"] == 50_001
        assert output.next()["client"]["port"] == 50_002
        pipe.close()
        status, (summary,) = output.end()
    assert (status, summary["kind"], summary["sessions"]) == (0, "summary", 3)


def test_a_named_pipe_gives_the_same_as_the_file(tmp_path: Path) -> None:
    packets = [packet for number in range(30) for packet in connection(number)]
    (tmp_path / "a.pcap").write_bytes(pcap(packets))
    pipe = tmp_path / "b.pcap"
    os.mkfifo(pipe)
    with scan(pipe) as output:
        pipe.write_bytes(pcap(packets))
        _, from_pipe = output.end()
    with scan(tmp_path / "a.pcap") as output:
        _, from_file = output.end()
    assert len(from_file) == 31
    assert [without_file(one) for one in from_pipe] == [without_file(one) for one in from_file]


def without_file(line: Line) -> Line:
    return line | {"source": {**line.get("source", {}), "file": ""}}


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_a_growing_file_is_followed_until_a_signal(tmp_path: Path, end: int) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"")  # its writer has only just begun
    with scan("--follow", path) as output, writing(path) as file:
        first = pcap(connection(0, closed=False))
        file.write(first[:1000])
        file.write(first[1000:])
        one = output.next()
        assert (one["client"]["port"], one["outcome"]["state"]) == (50_000, "established")
        file.write(records(connection(1)))
        assert output.next()["client"]["port"] == 50_001
        file.write(records(connection(2, closed=False)))
        file.write(b"\0\0\0")  # a record that is not whole yet
        assert output.next()["client"]["port"] == 50_002
        output.process.send_signal(end)
        status, (summary,) = output.end()
    assert (status, summary["sessions"]) == (0, 3)
    assert summary["anomalies"]["truncated-capture"] == 1


def test_a_file_that_grows_no_more_ends_after_idle_seconds(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(connection(0)))
    with scan("--follow", "--idle", "0.5", path) as output:
        status, (session, summary) = output.end()
    assert (status, session["kind"], summary["kind"]) == (0, "session", "summary")


def test_the_next_file_of_a_rotation_is_followed(tmp_path: Path) -> None:
    packets = connection(0, closed=False)
    half = len(packets) // 2
    (tmp_path / "a_00001.pcap").write_bytes(pcap(packets[:half]))
    with scan("--follow", "--idle", "3", tmp_path / "a_00001.pcap") as output:
        with writing(tmp_path / "a_00002.pcap") as file:
            file.write(pcap(packets[half:]))
            one = output.next()
            assert one["source"]["file"] == str(tmp_path / "a_00001.pcap")
            assert one["source"]["continued_in"] == [str(tmp_path / "a_00002.pcap")]
            file.write(records(connection(1)))
            other = output.next()
        assert other["source"]["file"] == str(tmp_path / "a_00002.pcap")
        status, (summary,) = output.end()
    assert (status, summary["sessions"]) == (0, 2)


def test_a_bad_file_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(b"GET / HTTP/1.1\r\n")
    with scan("--follow", tmp_path / "a.pcap", tmp_path / "none.pcap") as output:
        status, (error, other, summary) = output.end()
    assert (status, error["kind"], other["kind"], summary["errors"]) == (2, "error", "error", 2)
