"""Processes with an end, and ports: a command goes in; its process is gone when the block is left."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 12  # seconds that a process may take to start, and a client to end


class RecordingError(Exception):
    """A scenario that could not be recorded."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def process(
    command: list[str], end: int = signal.SIGTERM, **options: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command for the length of a block."""
    started = subprocess.Popen(command, **options)
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(end)
        try:
            started.wait(3)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until(condition: Callable[[], bool], command: list[str]) -> None:
    """Look often, for a while."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RecordingError(f"not ready in time: {' '.join(command)}")
        time.sleep(0.05)


def listening(port: int) -> bool:
    """Whether a socket listens, without knocking: a knock would be in the capture."""
    wanted = f":{port:04X}"
    tables = (Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()).splitlines()
    rows = [line.split() for line in tables]
    return any(row[1].endswith(wanted) and row[3] == "0A" for row in rows)
