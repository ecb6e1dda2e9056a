"""`compare` as users run it: our engine beside tshark, on one capture and between two."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))  # the truth, by configuration

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

MUTUAL = CAPTURES / "tls12-mutual--openssl--openssl.pcap"
TWO = CAPTURES / "tls12-resumed-id--java--java.pcap"  # two sessions, one behind the other
CHAIN_FRAME, CHAIN_END = 6, 1090  # of the server's certificate in MUTUAL: its frame, its last byte in it (Wireshark)
SYN = 2


def tlsscope(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tlsscope", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )


def packets(capture: Path) -> tuple[bytes, list[bytes]]:
    """Cut a classic capture into its header and its packets, each with its own header."""
    content = capture.read_bytes()
    order = "little" if content[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else "big"
    position, found = 24, []
    while position < len(content):
        end = position + 16 + int.from_bytes(content[position + 8 : position + 12], order)  # type: ignore[arg-type]
        found.append(content[position:end])
        position = end
    return content[:24], found


def write(path: Path, header: bytes, kept: list[bytes]) -> Path:
    path.write_bytes(header + b"".join(kept))
    return path


def compared(*arguments: object) -> tuple[int, dict[str, Any]]:
    done = tlsscope("compare", *arguments, "-f", "json")
    (document,) = json.loads(done.stdout)
    return done.returncode, document


def told(document: dict[str, Any]) -> list[tuple[str, str, list[int]]]:
    return [
        (found["field"], found["result"], found["frames"])
        for session in document["sessions"]
        for found in session["differences"]
    ]


def test_both_agree_on_a_plain_capture() -> None:
    status, document = compared(MUTUAL)
    assert status == 0
    assert document["unexplained"] == 0
    assert document["counts"]["session"] == {"equal": 1}
    assert told(document) == []


def test_with_keys_both_hear_the_same_decrypted_messages() -> None:
    capture = CAPTURES / "tls13-mutual--node--gnutls.pcap"
    status, document = compared(capture, "--keylog", capture.with_suffix(".keys"))
    assert status == 0
    assert document["counts"]["client_certificates"] == {"equal": 1}


def test_one_changed_byte_of_a_certificate_is_told_and_nothing_else(tmp_path: Path) -> None:
    header, frames = packets(MUTUAL)
    frame = bytearray(frames[CHAIN_FRAME - 1])
    frame[16 + CHAIN_END] ^= 1  # of the signature
    frames[CHAIN_FRAME - 1] = bytes(frame)
    status, document = compared(MUTUAL, "--against", write(tmp_path / "spoiled.pcap", header, frames))
    assert status == 1
    assert told(document) == [("server_certificates", "different", [CHAIN_FRAME])]
    assert document["packets"] == {"only_ours": [], "only_tshark": [], "changed": [[CHAIN_FRAME, CHAIN_FRAME]]}


def test_a_removed_packet_is_told_with_what_it_held(tmp_path: Path) -> None:
    header, frames = packets(MUTUAL)
    del frames[CHAIN_FRAME - 1]
    status, document = compared(MUTUAL, "--against", write(tmp_path / "shorter.pcap", header, frames))
    assert status == 1
    assert document["packets"] == {"only_ours": [[CHAIN_FRAME, CHAIN_FRAME]], "only_tshark": [], "changed": []}
    assert {result for _, result, _ in told(document)} == {"only ours"}
    assert {field for field, _, _ in told(document)} == {
        "version", "cipher_suite", "ja3s", "messages", "certificate_request", "server_certificates",
    }  # fmt: skip


def test_a_removed_session_is_told_and_nothing_else(tmp_path: Path) -> None:
    header, frames = packets(TWO)
    second_syn = [number for number, frame in enumerate(frames, 1) if frame[16 + 14 + 20 + 13] == SYN][1]
    shorter = write(tmp_path / "one.pcap", header, frames[: second_syn - 1])
    status, document = compared(TWO, "--against", shorter)
    assert status == 1
    assert document["packets"]["only_ours"] == [[second_syn, len(frames)]]
    ((field, result, (frame,)),) = told(document)
    assert (field, result) == ("session", "only ours")
    assert frame > second_syn


def test_the_other_way_round_frames_are_those_of_tsharks_capture(tmp_path: Path) -> None:
    header, frames = packets(MUTUAL)
    del frames[CHAIN_FRAME - 1]
    done = tlsscope("compare", write(tmp_path / "shorter.pcap", header, frames), "--against", MUTUAL)
    assert done.returncode == 1
    assert f"only in tshark's: frame {CHAIN_FRAME}" in done.stdout
    assert f"server_certificates: only tshark, frame {CHAIN_FRAME} of tshark's capture" in done.stdout


def test_the_same_capture_twice_has_the_same_packets() -> None:
    done = tlsscope("compare", MUTUAL, "--against", MUTUAL)
    assert done.returncode == 0
    assert "Both captures have the same packets" in done.stdout


def test_against_wants_one_capture() -> None:
    done = tlsscope("compare", MUTUAL, TWO, "--against", MUTUAL)
    assert done.returncode == 2
    assert done.stderr == "tlsscope: --against: give one capture to compare with it\n"


def test_a_capture_that_cannot_be_read_is_one_line_and_the_others_are_compared(tmp_path: Path) -> None:
    letter = tmp_path / "letter.pcap"
    letter.write_text("Dear Sir or Madam, " * 10)
    done = tlsscope("compare", letter, MUTUAL)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Agreement (1 session)" in done.stdout


def test_without_tshark_it_says_how_to_install_it() -> None:
    done = tlsscope("compare", MUTUAL, PATH="/nonexistent")
    assert done.returncode == 2
    assert "tshark was not found; install it with: apt install tshark" in done.stderr


def test_lines_fit_into_a_hundred_columns(tmp_path: Path) -> None:
    header, frames = packets(MUTUAL)
    del frames[CHAIN_FRAME - 1]
    done = tlsscope("compare", MUTUAL, "--against", write(tmp_path / "shorter.pcap", header, frames))
    told_lines = [line for line in done.stdout.splitlines() if str(tmp_path) not in line]  # a long name is one word
    assert max(map(len, told_lines)) <= 100


def test_scan_with_tshark_reports_what_both_ends_were_configured_for() -> None:
    capture = CAPTURES / "tls13-declined--go--node.pcapng"
    truth = next(one for one in INDEX["capture"] if one["file"] == capture.name)["session"][0]
    keys = CAPTURES / "tls13-declined--go--node.keys"
    done = tlsscope("scan", "--engine", "tshark", capture, "--keylog", keys, "-f", "ndjson")
    session, summary = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 0
    assert session["authentication"]["mode"] == truth["authentication"]
    assert session["authentication"]["client_certificate"] == truth["client_certificate"]
    assert session["not_visible"]["packets"] == "not-told"
    assert summary["kind"] == "summary"


def test_scan_with_tshark_gives_the_same_ids_as_ours() -> None:
    ids = [
        re.findall(r'"id":"([0-9a-f]+)"', tlsscope("scan", "--engine", engine, TWO, "-f", "ndjson").stdout)
        for engine in ("own", "tshark")
    ]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 2


def test_scan_with_tshark_refuses_what_it_cannot_pass_on() -> None:
    done = tlsscope("scan", "--engine", "tshark", MUTUAL, "--psk", "00")
    assert done.returncode == 2
    assert "--engine tshark takes key logs only" in done.stderr


def test_scan_with_tshark_cannot_read_a_pipe() -> None:
    done = tlsscope("scan", "--engine", "tshark", "-")
    assert done.returncode == 2
    assert "tshark reads files only" in done.stderr
