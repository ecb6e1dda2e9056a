"""`tlsscope calibrate` as users run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

CAPTURES = Path(__file__).parents[2] / "captures"
SECONDS = 60


def calibrate(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tlsscope", "calibrate", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
    )


def few(folder: Path, *patterns: str) -> Path:
    for pattern in patterns:
        for file in CAPTURES.glob(pattern):
            shutil.copy(file, folder / file.name)
    return folder


def test_the_tables_name_rules_stacks_and_what_the_client_did(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    few(tmp_path / "below", "tls13-declined--python--go.*")
    few(tmp_path, "tls13-mutual--openssl--openssl.pcapng", "tls12-mutual--openssl--openssl.*")
    done = calibrate(tmp_path, "--leave-out")
    assert done.returncode == 0
    first = done.stdout.splitlines()[0]
    assert first == (
        "2 decrypted sessions of 3 captures, judged by sizes alone: 2 right, 0 wrong, 0 without an answer"
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["client-empty-certificate", "go", "declined", "1", "0", "0"] in rows
    assert ["client-certificate-verify", "openssl", "presented", "1", "0", "0"] in rows
    assert ["client-empty-certificate", "1", "0", "0.0500", "0.9900"] in rows  # one good trial assures 5 %
    assert ["python", "1", "0", "0", "0", "0"] in rows


def test_json_and_the_counts(tmp_path: Path) -> None:
    few(tmp_path, "tls13-declined--python--go.*")
    counts = tmp_path / "counts.json"
    done = calibrate(tmp_path, "-f", "json", "--write", counts)
    told = json.loads(done.stdout)
    assert (told["schema"], told["captures"], told["sessions"]) == ("tlsscope-calibration/1", 1, 1)
    assert told["totals"] == {"right": 1, "wrong": 0, "no-answer": 0}
    assert json.loads(counts.read_text())["verdicts"] == [
        ["client-empty-certificate", "python", "go", "declined", 1, 0, 0]
    ]


def test_stacks_may_be_told_by_a_truth_beside_the_capture(tmp_path: Path) -> None:
    for suffix in (".pcap", ".keys"):
        shutil.copy(CAPTURES / f"tls13-declined--python--go{suffix}", tmp_path / f"unnamed{suffix}")
    (tmp_path / "unnamed.json").write_text('{"some": "other JSON"}')
    assert "declined" in calibrate(tmp_path).stdout
    assert "unknown" in calibrate(tmp_path).stdout


def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path) -> None:
    few(tmp_path, "tls13-declined--python--go.*")
    (tmp_path / "none.pcap").write_bytes(b"no capture at all, only some text in a file")
    done = calibrate(tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout.startswith("1 decrypted sessions")
