"""The kernel says the same compiled and interpreted: every capture is read by both, and told in full."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import tlsscope

PACKAGE = Path(tlsscope.__file__).parent
PROJECT = Path(__file__).parents[2]
SHARED = PROJECT.parent / "shared"
SUFFIXES = (".pcap", ".pcapng", ".cap", ".gz", ".zst")


def own_captures() -> list[str]:
    return captures_below(PROJECT / "captures")


def public_captures() -> list[str]:
    """Give the captures beside the project, where they are."""
    return captures_below(SHARED / "corpus" / "captures")


def captures_below(place: Path) -> list[str]:
    return sorted(str(path) for path in place.rglob("*") if path.suffix in SUFFIXES)


@pytest.fixture(scope="session")
def interpreted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the package without what was compiled."""
    place = tmp_path_factory.mktemp("interpreted")
    shutil.copytree(PACKAGE, place / "tlsscope", ignore=shutil.ignore_patterns("*.so", "*.pyd", "*.pxd", "__pycache__"))
    return place


def told(captures: list[str], place: Path) -> tuple[str, list[str]]:
    """Give the kernel's file and a line a capture, as told by the package in `place`."""
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__).with_name("all_sessions.py"))],
        input="\n".join(captures),
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(place), "PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    kernel, *lines = done.stdout.splitlines()
    return kernel, lines


@pytest.mark.parametrize("captures", [own_captures, public_captures])
def test_both_say_the_same(captures: object, interpreted: Path) -> None:
    names = captures()  # type: ignore[operator]
    if not names:
        pytest.skip("the public captures are not beside the project")
    kernel, compiled_says = told(names, PACKAGE.parent)
    if not kernel.endswith(tuple(EXTENSION_SUFFIXES)):
        pytest.skip("the kernel is not compiled here")
    twin, interpreted_says = told(names, interpreted)
    assert twin == str(interpreted / "tlsscope" / "link" / "decode.py")
    assert len(compiled_says) == len(names)
    for name, one, other in zip(names, compiled_says, interpreted_says, strict=True):
        assert one == other, name


@pytest.mark.parametrize("room", ["capture", "link"])
def test_the_rooms_hold_interpreted_too(room: str, interpreted: Path) -> None:
    """Run the tests of the kernel's own rooms on the files as they are written."""
    shutil.copytree(PROJECT / "tests" / room, interpreted / "tests" / room)
    shutil.copy(PROJECT / "pyproject.toml", interpreted)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{room}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=interpreted,
    )
    assert done.returncode == 0, done.stdout
