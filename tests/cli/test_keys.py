"""Keys on the command line: what they open is told, what they are never is; bad ones are counted, or end it."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))
MUTUAL = CAPTURES / "tls13-mutual--gnutls--tlslite.pcap"
WITH_RSA_KEY = CAPTURES / "tls12-rsa-kx--openssl--gnutls.pcap"
WITH_PSK = CAPTURES / "tls13-external-psk-only--openssl--gnutls.pcap"
WITH_BLOCK = CAPTURES / "tls13-mutual--openssl--openssl.pcapng"
PSK = next(one["session"][0]["psk"] for one in INDEX["capture"] if one["file"] == WITH_PSK.name)
SECONDS = 60


def tlsscope(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "tlsscope", *map(str, arguments)],
        capture_output=True,
        timeout=SECONDS,
        check=False,
        env={**os.environ, "TLSSCOPE_TRACEBACK": "1", "COLUMNS": "200"},
    )


def keys(capture: Path) -> Path:
    return capture.with_suffix(".keys")


def secrets() -> set[bytes]:
    """Every secret of the key logs in use, the external key, and lines of the server's private key."""
    lines = [line.split() for one in (MUTUAL, WITH_RSA_KEY) for line in keys(one).read_bytes().splitlines()]
    found = {line[2].lower() for line in lines if len(line) == 3 and not line[0].startswith(b"#")}
    logged = re.compile(rb"_SECRET(?:_0)? [0-9a-fA-F]{64} ([0-9a-fA-F]+)")
    found |= {secret.lower() for secret in logged.findall(raw(WITH_BLOCK))}
    private = [line for line in raw(WITH_RSA_KEY.with_suffix(".key")).splitlines() if b"-----" not in line]
    return found | {PSK.encode().lower()} | {line.lower() for line in private if len(line) > 20}


def raw(file: Path) -> bytes:
    return file.read_bytes()


SERVER_KEY = ("--server-key", WITH_RSA_KEY.with_suffix(".key"))
COMMANDS: list[tuple[object, ...]] = [
    ("scan", MUTUAL, "--keylog", keys(MUTUAL)),
    ("scan", MUTUAL, "--keylog", keys(MUTUAL), "-f", "json"),
    ("scan", MUTUAL, "--keylog", keys(MUTUAL), "-f", "ndjson"),
    ("scan", WITH_RSA_KEY, *SERVER_KEY, "-f", "json"),
    ("scan", WITH_PSK, "--psk", PSK, "-f", "json"),
    ("scan", WITH_BLOCK, "-f", "json"),
    ("show", MUTUAL, "1", "--keylog", keys(MUTUAL)),
    ("show", WITH_RSA_KEY, "1", *SERVER_KEY),
    ("show", WITH_PSK, "1", "--psk", PSK),
    ("show", WITH_BLOCK, "1"),
    ("certs", MUTUAL, "--keylog", keys(MUTUAL)),
    ("calibrate", MUTUAL, "-f", "json"),
    # and what goes wrong
    ("scan", WITH_PSK, "--psk", f"{PSK}0"),
    ("scan", WITH_PSK, "--psk", f"x{PSK}"),
    ("scan", MUTUAL, "--keylog", MUTUAL),
    ("scan", MUTUAL, "--server-key", keys(MUTUAL)),
    ("scan", keys(MUTUAL)),
    ("scan", WITH_RSA_KEY.with_suffix(".key")),
    ("show", MUTUAL, "9", "--keylog", keys(MUTUAL)),
]


def brief(command: tuple[object, ...]) -> str:
    return " ".join(str(part).rpartition("/")[2][:24] for part in command)


@pytest.mark.parametrize("command", COMMANDS, ids=brief)
def test_no_secret_is_ever_printed(command: tuple[object, ...]) -> None:
    done = tlsscope(*command)
    said = (done.stdout + done.stderr).lower()
    assert said
    assert len(secrets()) > 10
    assert [secret for secret in secrets() if secret in said] == []


def test_the_summary_says_how_often_sizes_alone_agreed() -> None:
    captures = sorted(one for one in CAPTURES.glob("tls13-*.pcap") if keys(one).exists())
    logs = [part for one in captures for part in ("--keylog", keys(one))]
    table = tlsscope("scan", *captures, *logs)
    told = re.search(rb"inference +agreed with decryption in ([0-9]+) of ([0-9]+) sessions", table.stderr)
    assert told is not None
    assert told[1] == told[2]
    assert int(told[2]) > 50
    document = json.loads(tlsscope("scan", *captures, *logs, "-f", "json").stdout)
    inference = document["summary"]["inference"]
    assert inference["agreed"] == inference["compared"] == int(told[2])
    assert inference["silent"] < inference["compared"] / 20


def test_without_keys_there_is_nothing_to_agree_with() -> None:
    assert json.loads(tlsscope("scan", MUTUAL, "-f", "json").stdout)["summary"]["inference"] is None
    assert b"inference" not in tlsscope("scan", MUTUAL).stderr


RANDOM, SECRET, OTHER = "ab" * 32, "cd" * 48, "ef" * 48
BAD_LINES = [
    (f"CLIENT_RANDOM {RANDOM}", "not three fields"),
    (f"SOMETHING_ELSE {RANDOM} {SECRET}", "unknown label"),
    (f"CLIENT_RANDOM {RANDOM} {SECRET[:-2]}zz", "not hexadecimal"),
    (f"CLIENT_RANDOM {RANDOM} {SECRET[:-2]}", "wrong length"),
    (f"CLIENT_RANDOM {RANDOM} {OTHER}", "disagrees with an earlier line"),
    (f"CLIENT_TRAFFIC_SECRET_1 {RANDOM} {SECRET}", "a later traffic secret, which is derived instead"),
]


def test_lines_that_give_nothing_are_counted_and_told(tmp_path: Path) -> None:
    log = tmp_path / "bad.keys"
    good = f"CLIENT_RANDOM {RANDOM} {SECRET}"
    log.write_text("\n".join(["# a comment", "", good, good, *[line for line, _ in BAD_LINES for _ in range(3)], ""]))
    done = tlsscope("scan", MUTUAL, "--keylog", log, "-f", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["summary"]["unused_key_lines"] == {why: 3 for _, why in BAD_LINES}
    table = tlsscope("scan", MUTUAL, "--keylog", log)
    assert all(f"{why} 3".encode() in table.stderr for _, why in BAD_LINES)


@pytest.mark.parametrize("option", ["--keylog", "--server-key"])
def test_a_missing_key_file_ends_it_in_one_line(tmp_path: Path, option: str) -> None:
    done = tlsscope("scan", MUTUAL, option, tmp_path / "none")
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert b"none" in done.stderr


def test_a_server_key_that_is_none_ends_it_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key")
    done = tlsscope("scan", WITH_RSA_KEY, "--server-key", tmp_path / "key")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
