"""What the witness's tests share: a capture of our own, and stand-ins for a tshark that misbehaves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

CAPTURES = Path(__file__).parents[2] / "captures"


@pytest.fixture
def capture() -> Path:
    """Mutual TLS 1.2, nothing encrypted before the Finished."""
    return CAPTURES / "tls12-mutual--openssl--openssl.pcap"


@pytest.fixture(autouse=True)
def _needs_tshark() -> None:
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")


@pytest.fixture
def spoiled_tshark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a script in front of the real tshark that spoils what comes out of it; `-v` is answered as ever."""
    real = shutil.which("tshark")

    def spoil(pipeline: str) -> None:
        script = tmp_path / "bin" / "tshark"
        script.parent.mkdir()
        answer_version = f'if [ "$1" = -v ]; then exec {real} -v; fi'
        script.write_text(f'#!/bin/bash\n{answer_version}\ntshark() {{ {real} "$@"; }}\n{pipeline}\n')
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(script.parent), prepend=":")

    return spoil
