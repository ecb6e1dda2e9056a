"""The command line as users run it: a process, its output, its exit status."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))  # the truth, by configuration
MUTUAL = CAPTURES / "tls12-mutual--nginx--gnutls.pcap"
ONE_WAY = CAPTURES / "tls13-one-way--nginx--java.pcap"
CLIENT_P384 = INDEX["certificates"]["client-p384"]
SECONDS = 60


def tlsscope(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tlsscope", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def server_port(capture: Path) -> int:
    told = next(one for one in INDEX["capture"] if one["file"] == capture.name)
    return int(told["session"][0]["server_port"])


def writer(pipe: Path, process: subprocess.Popen[bytes]) -> BinaryIO:
    """Open a pipe once the process reads it; a process that ends before is a failure, not a wait without end."""
    while process.poll() is None:
        try:
            number = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.01)
            continue
        os.set_blocking(number, True)
        return os.fdopen(number, "wb")
    pytest.fail(f"ended with {process.returncode} before it read the pipe")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_scan_tells_who_proved_what() -> None:
    done = tlsscope("scan", MUTUAL, ONE_WAY, "-f", "ndjson")
    assert done.returncode == 0
    assert done.stderr == ""
    mutual, one_way, summary = lines(done.stdout)
    assert mutual["authentication"]["mode"] == "mutual"
    assert mutual["server"]["port"] == server_port(MUTUAL)
    assert mutual["client_certificates"][0]["sha256"] == CLIENT_P384
    assert one_way["authentication"]["mode"] == "one-way"
    assert one_way["not_visible"]["server_certificates"] == "encrypted"
    assert (summary["kind"], summary["sessions"], summary["inputs"]) == ("summary", 2, 2)


def test_the_table_is_data_and_its_summary_is_not() -> None:
    done = tlsscope("scan", MUTUAL, COLUMNS="100")
    assert done.stdout.splitlines()[0].split()[0] == "id"
    assert "mutual obs" in done.stdout
    assert "\x1b" not in done.stdout
    assert "1 session from 1 input" in done.stderr


def test_an_output_that_is_not_utf8_is_plain_ascii() -> None:
    done = tlsscope("scan", MUTUAL, COLUMNS="100", PYTHONIOENCODING="ascii")
    assert done.stdout.isascii()
    assert " > " in done.stdout


def test_an_unreadable_input_is_told_and_the_others_are_read() -> None:
    done = tlsscope("scan", "no-such.pcap", MUTUAL, "-f", "ndjson")
    assert done.returncode == 2
    assert done.stderr == "tlsscope: no-such.pcap: no such file or directory\n"
    assert [line["kind"] for line in lines(done.stdout)] == ["error", "session", "summary"]


def test_a_filter_keeps_what_fits() -> None:
    wanted = f"auth == mutual and server.port == {server_port(MUTUAL)}"
    done = tlsscope("scan", MUTUAL, ONE_WAY, "-f", "ndjson", "--filter", wanted)
    assert [line.get("version") for line in lines(done.stdout)] == ["TLS 1.2", None]


def test_a_wrong_filter_is_one_line_and_nothing_is_read() -> None:
    done = tlsscope("scan", "no-such.pcap", "--filter", "auht == mutual")
    assert done.returncode == 2
    assert done.stderr == 'tlsscope: filter: unknown field "auht"; did you mean auth? (at character 1)\n'
    assert done.stdout == ""


def test_json_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    done = tlsscope("scan", MUTUAL, "-f", "json", "-o", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(out.read_text())["sessions"][0]["version"] == "TLS 1.2"
    assert list(tmp_path.iterdir()) == [out]


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    done = tlsscope("scan", MUTUAL, "-o", tmp_path / "none" / "report.json")
    assert done.returncode == 2
    assert done.stderr.startswith("tlsscope: cannot write")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "tlsscope", "scan", str(MUTUAL), "-f", "ndjson"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, timeout=SECONDS, check=False)
    assert done.returncode == 2
    assert done.stderr == b"tlsscope: cannot write standard output: No space left on device\n"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    many = [str(MUTUAL)] * 200
    command = [sys.executable, "-m", "tlsscope", "scan", *many, "-f", "ndjson"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"kind":"session"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_no_half_written_file(tmp_path: Path, number: int, status: int) -> None:
    pipe, out = tmp_path / "in.pcap", tmp_path / "out.ndjson"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "tlsscope", "scan", str(pipe), "-f", "ndjson", "-o", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process, writer(pipe, process) as feed:
        feed.write(MUTUAL.read_bytes())
        feed.flush()
        while process.poll() is None and not any(path.suffix == ".part" for path in tmp_path.iterdir()):
            time.sleep(0.01)
        process.send_signal(number)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(SECONDS) == status
    assert [path.name for path in tmp_path.iterdir()] == ["in.pcap"]


def test_what_comes_through_a_pipe_is_told_at_once(tmp_path: Path) -> None:
    """A capture and a pipe: the first session is told while the second is still to come."""
    pipe = tmp_path / "in.pcap"
    os.mkfifo(pipe)
    command = [sys.executable, "-m", "tlsscope", "scan", str(MUTUAL), str(pipe), "-f", "ndjson"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with writer(pipe, process) as feed:
            assert json.loads(process.stdout.readline())["authentication"]["mode"] == "mutual"
            feed.write(ONE_WAY.read_bytes())
        assert [line["kind"] for line in lines(process.stdout.read().decode())] == ["session", "summary"]
        assert process.wait(SECONDS) == 0


def test_show_by_number_by_id_and_by_filter() -> None:
    by_number = tlsscope("show", MUTUAL, "1")
    assert by_number.returncode == 0
    assert "certificate_verify" in by_number.stdout
    assert "mutual, observed" in by_number.stdout
    identity = by_number.stdout.split()[1]
    assert tlsscope("show", MUTUAL, identity[:8]).stdout == by_number.stdout
    assert tlsscope("show", MUTUAL, "auth == mutual").stdout == by_number.stdout


def test_show_of_nothing_is_one_line() -> None:
    done = tlsscope("show", MUTUAL, "99")
    assert (done.returncode, done.stderr) == (2, f'tlsscope: no session "99" in {MUTUAL}\n')


def test_certs_lists_each_once_and_exports_them(tmp_path: Path) -> None:
    done = tlsscope("certs", MUTUAL, MUTUAL, "-f", "ndjson", "--export", tmp_path / "pem")
    assert done.returncode == 0
    inventory = {line["sha256"]: line for line in lines(done.stdout)}
    assert len(inventory) == 3  # server-ecdsa; client-p384 and intermediate-1
    assert inventory[CLIENT_P384]["roles"] == {"client leaf": 2}
    exported = {path.name for path in (tmp_path / "pem").iterdir()}
    assert exported == {f"{digest}.pem" for digest in inventory}
    pem = (tmp_path / "pem" / f"{CLIENT_P384}.pem").read_text()
    assert pem.startswith("-----BEGIN CERTIFICATE-----\n")


def test_schema_prints_the_committed_schema() -> None:
    committed = CAPTURES.parent / "tlsscope" / "report" / "schema.json"
    assert tlsscope("schema").stdout == committed.read_text(encoding="utf-8")


def test_doctor_tells_what_is_there() -> None:
    done = tlsscope("doctor")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert {"tlsscope", "python", "kernel", "msgspec", "tshark", "capture"} <= set(names)
    assert "but for" not in done.stdout, "the kernel is compiled whole, or not at all"
    assert done.returncode == 0


@pytest.mark.parametrize("arguments", [["--help"], ["scan", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    probe = (
        "import sys\n"
        "from tlsscope.cli import app\n"
        f"try: app({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'scapy', 'pyshark', 'rich', 'cryptography', 'asn1crypto'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version_is_told() -> None:
    done = tlsscope("--version")
    assert done.returncode == 0
    assert done.stdout == f"tlsscope {version('tlsscope')}\n"


def test_a_usage_mistake_is_told_without_traceback() -> None:
    done = tlsscope("scan", "--format", "yaml", MUTUAL)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_our_own_fault_is_one_line_and_a_traceback_on_request() -> None:
    probe = (
        "from tlsscope.cli.console import guarded\n"
        "@guarded\n"
        "def broken() -> int: raise KeyError('x')\n"
        "broken()\n"
    )
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("tlsscope: bug: KeyError: 'x'")
    assert done.stderr.count("\n") == 1
    wordy = {**os.environ, "TLSSCOPE_TRACEBACK": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False, env=wordy)
    assert "Traceback" in done.stderr


def test_a_wrong_key_is_told_without_the_key() -> None:
    done = tlsscope("scan", MUTUAL, "--psk", "secret!")
    assert (done.returncode, done.stderr) == (2, "tlsscope: --psk: a key in hexadecimal expected\n")


def test_keys_open_what_is_encrypted() -> None:
    capture = CAPTURES / "tls13-mutual--node--gnutls.pcap"
    done = tlsscope("scan", capture, "--keylog", capture.with_suffix(".keys"), "-f", "ndjson")
    session = lines(done.stdout)[0]
    assert (session["authentication"]["mode"], session["authentication"]["basis"]) == ("mutual", "decrypted")
    assert session["client_certificates"]
    assert session["not_visible"] == {}
