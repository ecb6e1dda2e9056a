"""Plain values are made without pydantic; all else, and every mistake, is typer's."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer.core

from tlsscope.cli.options import Format
from tlsscope.cli.values import UNKNOWN, plain, whole

CAPTURE = Path(__file__).parents[2] / "captures" / "tls12-mutual--openssl--openssl.pcap"
SCAN = """
import sys
from tlsscope.cli import main
sys.argv = ["tlsscope", "scan", "--workers", "1", "-f", "ndjson", "-o", "/dev/null", sys.argv[1]]
try:
    main()
except SystemExit as end:
    print(end.code, "pydantic" in sys.modules)
"""


@pytest.mark.parametrize(
    ("annotation", "typed", "value"),
    [
        (str, "a", "a"),
        (list[str], ("a", "b"), ["a", "b"]),
        (Format, "json", Format.JSON),
        (Format, Format.TABLE, Format.TABLE),
        (int, 3, 3),
        (int, "3", UNKNOWN),
        (int, True, UNKNOWN),
        (Format, "JSON", UNKNOWN),
        (list[str], "a", UNKNOWN),
        (list[int], ["1"], UNKNOWN),
    ],
)
def test_what_is_plain(annotation: object, typed: object, value: object) -> None:
    assert plain(annotation, typed) == value


@pytest.mark.parametrize(
    ("typed", "bounds", "value"),
    [
        ("3", (None, None), 3),
        ("007", (None, None), 7),
        ("1", (1, 64), 1),
        ("64", (1, 64), 64),
        ("0", (1, None), UNKNOWN),
        ("65", (None, 64), UNKNOWN),
        ("-1", (None, None), UNKNOWN),
        ("1.0", (None, None), UNKNOWN),
        ("1_0", (None, None), UNKNOWN),
        ("\u0663", (None, None), UNKNOWN),  # a digit of another script
        ("9" * 19, (None, None), UNKNOWN),
        ("", (None, None), UNKNOWN),
    ],
)
def test_whole_numbers_within_bounds(typed: object, bounds: tuple[int | None, int | None], value: object) -> None:
    assert whole(typed, *bounds) == value


@pytest.mark.skipif(not hasattr(typer.core.TyperOption, "get_runtime_param"), reason="this typer has no pydantic")
def test_a_scan_does_not_load_pydantic() -> None:
    done = subprocess.run([sys.executable, "-c", SCAN, str(CAPTURE)], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["0", "False"]


def test_mistakes_are_told_by_typer() -> None:
    command = [sys.executable, "-m", "tlsscope"]
    for wrong in (
        ["scan", "-f", "xml", str(CAPTURE)],
        ["show", str(CAPTURE)],
        ["live", "--count", "many"],
        ["scan", "--workers", "0", "x"],
    ):
        done = subprocess.run([*command, *wrong], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2
        assert "Usage: tlsscope" in done.stderr
        assert "Traceback" not in done.stderr
