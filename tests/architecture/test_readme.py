"""What the README shows is true: its commands run, its Python runs, its files are there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line.partition("  #")[0].strip() for line in README.splitlines() if line.startswith("    tlsscope ")]
PYTHON = re.search(r"(    import tlsscope\n(?:\n|    .*\n)+)", README)


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    (tmp_path / "captures").symlink_to(ROOT / "captures")
    return tmp_path


def run(workplace: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=workplace, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_commands_to_try() -> None:
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command: str, workplace: Path) -> None:
    run(workplace, "-m", *shlex.split(command))


def test_the_python_runs(workplace: Path) -> None:
    assert PYTHON is not None
    code = "\n".join(line.removeprefix("    ") for line in PYTHON[1].splitlines())
    assert "mutual" in run(workplace, "-c", code)


def test_every_filter_finds_something_to_read(workplace: Path) -> None:
    shown = re.findall(r"^    ((?:sni|client) .*)$", README, re.MULTILINE)
    assert len(shown) == 2
    for expression in shown:
        run(workplace, "-m", "tlsscope", "scan", "captures/tls12-mutual--openssl--openssl.pcap", "--filter", expression)


def test_every_command_is_in_the_table_and_no_other(workplace: Path) -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
    helped = set(re.findall(r"^  (\w+)  +[A-Z]", run(workplace, "-m", "tlsscope", "--help"), re.MULTILINE))
    assert listed == helped - {"Usage"}


def test_every_file_that_it_points_to_is_there() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", README):
        assert (ROOT / target).is_file(), target
