"""Two network namespaces with a veth between them, and TLS peers (OpenSSL) in them: nothing leaves this machine."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

SECONDS = 20
SERVER_ADDRESS = "10.77.0.1"
_ports = itertools.count(4430)
started: list[subprocess.Popen[bytes]] = []


class Network(NamedTuple):
    """The names of two namespaces; `a` has the server and the watch on interface `va`, `b` the clients on `vb`."""

    a: str
    b: str


def why_not() -> str | None:
    """Say why no network can be made here; None where it can."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "network namespaces need root on Linux"
    if shutil.which("ip") is None or shutil.which("openssl") is None:
        return "ip (iproute2) or openssl is not installed"
    tried = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "this system makes no network namespaces"


@contextmanager
def network() -> Iterator[Network]:
    """Make both, and clean up."""
    made = Network(f"tlsscope-{os.getpid()}-a", f"tlsscope-{os.getpid()}-b")
    try:
        for name in made:
            _ip("netns", "add", name)
            _ip("-n", name, "link", "set", "lo", "up")
        connect(made)
        yield made
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def connect(made: Network) -> None:
    """Lay the wire between them."""
    _ip("-n", made.a, "link", "add", "va", "type", "veth", "peer", "name", "vb", "netns", made.b)
    for name, device, address in ((made.a, "va", SERVER_ADDRESS), (made.b, "vb", "10.77.0.2")):
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", device)
        _ip("-n", name, "link", "set", device, "up")


def ip(name: str, *words: str) -> None:
    """Run ip(8) in a namespace."""
    _ip("-n", name, *words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=SECONDS)


def inside(name: str, *command: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a program in a namespace."""
    started.append(subprocess.Popen(["ip", "netns", "exec", name, *command], **options))
    return started[-1]


def end_all() -> None:
    """End what a test that failed left behind."""
    while started:
        process = started.pop()
        process.kill()
        process.wait(SECONDS)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


class Case(NamedTuple):
    """One configuration of both ends, and what it must be told to be."""

    server: str
    client: str
    mode: str
    client_certificate: str = "not-requested"


_SIGNED = "-cert server.pem -key server.key"
_OWN = "-cert client.pem -key client.key"
CASES = {
    "1.2 one-way": Case(f"-tls1_2 {_SIGNED}", "", "one-way"),
    "1.2 mutual": Case(f"-tls1_2 {_SIGNED} -Verify 1 -CAfile client.pem", _OWN, "mutual", "presented"),
    "1.2 declined": Case(f"-tls1_2 {_SIGNED} -verify 1 -CAfile client.pem", "", "one-way", "declined"),
    "1.3 one-way": Case(f"-tls1_3 {_SIGNED}", "", "one-way"),
    "1.3 mutual": Case(f"-tls1_3 {_SIGNED} -Verify 1 -CAfile client.pem", _OWN, "mutual", "presented"),
    "1.3 declined": Case(f"-tls1_3 {_SIGNED} -verify 1 -CAfile client.pem", "", "one-way", "declined"),
    "anonymous": Case(
        "-tls1_2 -nocert -cipher ADH-AES128-SHA256:@SECLEVEL=0",
        "-tls1_2 -cipher ADH-AES128-SHA256:@SECLEVEL=0", "anonymous",
    ),
    "psk": Case(
        "-tls1_2 -nocert -psk 1a2b3c4d -cipher PSK-AES128-CBC-SHA256",
        "-tls1_2 -psk 1a2b3c4d -cipher PSK-AES128-CBC-SHA256", "psk",
    ),
}  # fmt: skip


def issue(folder: Path) -> None:
    """Make certificates of both ends, each signed by itself."""
    for name in ("server", "client"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", f"/CN={name}.example", "-keyout", f"{name}.key", "-out", f"{name}.pem"],
            cwd=folder, check=True, capture_output=True, timeout=SECONDS,
        )  # fmt: skip


class Conversation:
    """A server and a client that finished their handshake, and talk no more until `end`."""

    def __init__(self, made: Network, folder: Path, case: Case, address: str = SERVER_ADDRESS) -> None:
        self.port = next(_ports)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "cwd": folder}
        listening = ["openssl", "s_server", "-accept", str(self.port), "-naccept", "1", *case.server.split()]
        self._server = inside(made.a, *listening, **pipes)
        _wait_for(self._server, b"ACCEPT")
        connecting = ["openssl", "s_client", "-connect", f"{address}:{self.port}", *case.client.split()]
        self._client = inside(made.a if address == "127.0.0.1" else made.b, *connecting, **pipes)
        _wait_for(self._client, b"SSL handshake has read")

    def end(self) -> None:
        """Let the client say goodbye."""
        for one in (self._client, self._server):
            one.communicate(timeout=SECONDS)


def _wait_for(process: subprocess.Popen[bytes], word: bytes) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if word in line:
            return
    raise AssertionError(f"{process.args!r} ended before it said {word!r}")


class Watched:
    """`tlsscope live` at work, with NDJSON on its standard output."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.said: list[str] = []
        command = [sys.executable, "-m", "tlsscope", "live", "-f", "ndjson", *arguments]
        root = Path(__file__).parents[2]
        self.process = inside(
            name, *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root, stdin=subprocess.DEVNULL
        )
        self.until("watching")

    def until(self, word: str) -> str:
        """Read what it says until it says this."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.append(line.decode())
            if word in self.said[-1]:
                return self.said[-1]
        raise AssertionError(f"ended before it said {word!r}: {self.said}")

    def session(self) -> dict[str, Any]:
        """Wait for the next session."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, Any] = json.loads(line)
            if told["kind"] == "session":
                return told
        raise AssertionError("ended before a session was told")

    def end(self, number: int = signal.SIGINT) -> list[dict[str, Any]]:
        """Send a signal and take all that is left."""
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> list[dict[str, Any]]:
        """Wait for its end, and take all that is left."""
        out, err = self.process.communicate(timeout=SECONDS)
        self.said += err.decode().splitlines()
        return [line for line in map(json.loads, out.splitlines()) if line["kind"] != "finding"]


def settled(seconds: float = 0.3) -> None:
    """Let the kernel hand over a block that is not full."""
    time.sleep(seconds)
