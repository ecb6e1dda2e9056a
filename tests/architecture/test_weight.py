"""Nothing heavy is imported before it is needed: what real runs of the program load."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT

CAPTURES = ROOT / "captures"
HEAVY = {"scapy", "pyshark", "lxml", "rich", "cryptography", "asn1crypto", "brotli", "zstandard", "asyncio"}


@functools.cache
def loaded(*arguments: str) -> set[str]:
    """Run tlsscope and tell which libraries it imported."""
    command = [sys.executable, "-X", "importtime", "-m", "tlsscope", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    modules = {line.rpartition("|")[2].strip() for line in lines}
    assert "tlsscope.cli" in modules
    return {module.partition(".")[0] for module in modules}


def scan(capture: str) -> tuple[str, ...]:
    path = CAPTURES / capture
    assert path.exists()
    return ("scan", "-f", "ndjson", str(Path("captures", capture)))


@pytest.mark.parametrize("arguments", [("--help",), ("scan", "--help"), ("show", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments) & HEAVY == set()


def test_help_loads_no_reader_of_captures() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tlsscope", "--help"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "tlsscope.flow" not in done.stderr
    assert "tlsscope.handshake" not in done.stderr


def test_a_scan_without_certificates_loads_no_cryptography() -> None:
    assert loaded(*scan("tls12-psk--openssl--openssl.pcap")) & HEAVY == set()


def test_a_scan_with_certificates_loads_cryptography_alone() -> None:
    assert loaded(*scan("tls12-mutual--openssl--openssl.pcap")) & HEAVY == {"cryptography"}
