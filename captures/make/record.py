"""Record scenarios: names (or parts of names) go in; captures, key logs and their index entries come out.

    python captures/make/record.py --work DIRECTORY [NAME ...]

DIRECTORY keeps the PKI and the compiled peers between runs. All of it runs in a network namespace of its own.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import HERE, command_lines
from files import without_machine
from index import CAPTURES, read_digests, read_entries, session_entry, write_index
from model import End, Run, Scenario
from pki import digests, make_pki
from processes import PATIENCE, RecordingError, free_port, listening, process, wait_until
from scenarios import SCENARIOS
from stacks import origin

INSIDE = "CAPTURES_INSIDE_NAMESPACE"
REQUEST = b"GET /answer HTTP/1.0\r\n\r\n"
SETTLE = 0.5  # seconds that the last packets get


def main() -> None:
    """Enter the namespace, prepare, and record what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    if INSIDE not in os.environ:
        _enter_namespace()
    # Packets as on an Ethernet: loopback alone would put a whole flight into one.
    loopback = [
        "ip",
        "link",
        "set",
        "dev",
        "lo",
        "up",
        "mtu",
        "1500",
        "gso_max_size",
        "1500",
        "gso_max_segs",
        "1",
    ]
    subprocess.run(loopback, check=True, timeout=10)
    pki, built = _prepare(arguments.work.resolve())
    wanted = [each for each in SCENARIOS if _matches(each, arguments.names)]
    known = digests(pki)
    if read_digests() not in ({}, known) and len(wanted) < len(SCENARIOS):
        sys.exit("the index was recorded with another PKI: record everything anew")
    failed: list[str] = []
    for scenario in wanted:
        print(scenario.file_name, flush=True)
        try:
            entry = _record(scenario, pki, built)
        except RecordingError as error:
            failed.append(f"{scenario.file_name}: {error}")
            continue
        write_index({**read_entries(), scenario.file_name: entry}, known)
    _prune({each.file_name for each in SCENARIOS}, known)
    sys.exit("\n".join(failed) or 0)


def _enter_namespace() -> None:
    os.environ[INSIDE] = "1"
    # The process namespace makes sure that nothing outlives the recorder.
    command = [
        "unshare",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        sys.executable,
        *sys.argv,
    ]
    os.execvp(command[0], command)


def _matches(scenario: Scenario, names: list[str]) -> bool:
    return not names or any(name in scenario.file_name for name in names)


def _prepare(work: Path) -> tuple[Path, Path]:
    pki, built = work / "pki", work / "built"
    if not pki.exists():
        make_pki(pki)
    built.mkdir(parents=True, exist_ok=True)
    _build(built / "Peer.class", "javac", "-d", str(built), str(HERE / "peers" / "Peer.java"))
    _build(built / "peer-go", "go", "build", "-o", str(built / "peer-go"), str(HERE / "peers" / "peer.go"))
    node24 = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(built / "node24"),
        "node@24",
    ]
    _build(built / "node24", *node24)
    return pki, built


def _build(product: Path, *command: str) -> None:
    if not product.exists():
        environment = {**os.environ, "GO111MODULE": "off"}
        subprocess.run(command, check=True, timeout=300, env=environment)


def _record(scenario: Scenario, pki: Path, built: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        port = free_port()
        runs = [
            _run(scenario, role, end, port, pki, scratch, built)
            for role, end in (("server", scenario.server), ("client", scenario.client))
        ]
        raw = scratch / "raw"
        with _capturing(raw, port, scenario.form), _serving(runs[0]):
            _run_client(runs[1])
            time.sleep(SETTLE)
        keys = _merge_keys(runs)
        if bool(keys) != scenario.keylog:
            raise RecordingError(f"key log expected: {scenario.keylog}, got {len(keys)} bytes")
        return _keep(scenario, raw, keys, port, pki)


def _run(scenario: Scenario, role: str, end: End, port: int, pki: Path, scratch: Path, built: Path) -> Run:
    return Run(
        end=end,
        role=role,
        version=end.version or scenario.version,
        port=port,
        ip_version=scenario.ip_version,
        server_name=scenario.server_name,
        connections=scenario.connections,
        pki=pki,
        scratch=scratch,
        built=built,
        keylog=scratch / f"{role}.keys",
    )


@contextmanager
def _capturing(file: Path, port: int, form: str) -> Iterator[None]:
    if form == "pcapng":
        command = ["dumpcap", "-q", "-n", "-B", "16", "-i", "lo", "-f", f"tcp port {port}", "-w", str(file)]
        ready = b"File:"
    else:
        precision = "nano" if form == "nanosecond" else "micro"
        command = [
            "tcpdump",
            "-Z",
            "root",
            "-i",
            "lo",
            "-U",
            "-s",
            "65535",
            "-B",
            "65536",
            "--immediate-mode",
        ]
        command += [f"--time-stamp-precision={precision}", "-w", str(file), "tcp", "port", str(port)]
        ready = b"listening on"
    log = file.with_suffix(".log")
    with log.open("wb") as stream, process(command, stdout=stream, stderr=stream, end=signal.SIGINT):
        wait_until(lambda: ready in log.read_bytes(), command)
        yield
        time.sleep(SETTLE)
    if form != "pcapng" and b"\n0 packets dropped by kernel" not in log.read_bytes():
        raise RecordingError(f"packets were lost: {log.read_text()}")


@contextmanager
def _serving(run: Run) -> Iterator[None]:
    (command,) = command_lines(run)
    log = run.scratch / "server.log"
    with log.open("wb") as stream:
        environment = _environment(run)
        # An open standard input that never speaks: some servers end with it.
        with process(
            command, stdin=subprocess.PIPE, stdout=stream, stderr=stream, env=environment, cwd=run.scratch
        ) as started:
            wait_until(lambda: listening(run.port) or started.poll() is not None, command)
            if started.poll() is not None:
                raise RecordingError(f"{' '.join(command)} ended:\n{log.read_text()}")
            yield
    _tell(run, command, log.read_bytes())


def _run_client(run: Run) -> None:
    for command in command_lines(run):
        pipe = subprocess.PIPE
        with process(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, env=_environment(run), cwd=run.scratch
        ) as started:
            try:
                output, _ = started.communicate(REQUEST, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                started.kill()
                output = b"ended by the recorder\n" + started.communicate()[0]
        _tell(run, command, output)


def _tell(run: Run, command: list[str], output: bytes) -> None:
    if "CAPTURES_TALK" in os.environ:
        print(run.role, " ".join(command), output.decode(errors="replace")[-1500:], sep="\n", flush=True)


def _environment(run: Run) -> dict[str, str]:
    own = {key: value.format(peers=HERE / "peers") for key, value in run.end.environment.items()}
    logs_by_environment = run.end.stack in ("gnutls", "nss", "curl")
    return {**os.environ, **({"SSLKEYLOGFILE": str(run.keylog)} if logs_by_environment else {}), **own}


def _merge_keys(runs: list[Run]) -> str:
    """The secrets that either end logged, each once."""
    lines: dict[str, None] = {}
    for run in runs:
        if run.keylog.exists():
            lines |= dict.fromkeys(line for line in run.keylog.read_text().splitlines() if line[:1].isalpha())
    return "".join(f"{line}\n" for line in lines)


def _keep(scenario: Scenario, raw: Path, keys: str, port: int, pki: Path) -> dict[str, object]:
    file = CAPTURES / scenario.file_name
    entry: dict[str, object] = {"file": file.name}
    key_file = file.with_suffix(".keys")
    key_file.unlink(missing_ok=True)
    if scenario.form == "pcapng-keys":
        secrets = raw.with_suffix(".keys")
        secrets.write_text(keys)
        inject = ["--inject-secrets", f"tls,{secrets}", "--capture-comment", scenario.note or scenario.name]
        subprocess.run(["editcap", "-F", "pcapng", *inject, str(raw), str(file)], check=True, timeout=30)
        entry["keylog"] = file.name  # inside it, as a Decryption Secrets Block
    else:
        data = raw.read_bytes()
        file.write_bytes(without_machine(data) if scenario.form == "pcapng" else data)
        if keys:
            key_file.write_text(keys)
            entry["keylog"] = key_file.name
    if scenario.keep_server_key:
        shutil.copyfile(pki / f"{scenario.server.chain}.key", file.with_suffix(".key"))
        entry["server_key"] = file.with_suffix(".key").name
    entry["origin"] = origin(scenario)
    if scenario.note:
        entry["note"] = scenario.note
    entry["session"] = [session_entry(each, port, scenario.ip_version) for each in scenario.truth]
    return entry


def _prune(known: set[str], certificates: dict[str, str]) -> None:
    """Forget recordings of scenarios that are no more; what `odd.py` made has its own rules."""
    entries = read_entries()
    for name, entry in list(entries.items()):
        if name not in known and "derived_from" not in entry:
            del entries[name]
            for file in CAPTURES.glob(f"{Path(name).stem}.*"):
                file.unlink()
    write_index(entries, certificates)


if __name__ == "__main__":
    main()
