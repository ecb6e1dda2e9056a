"""Imports point against the data, and each foreign library has one door."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from sources import ROOT, imported, trees

# library: the files and rooms that may import it
DOORS: dict[str, tuple[str, ...]] = {
    "typer": ("cli/",),
    "rich": ("cli/", "report/look.py", "report/table.py", "report/ladder.py"),
    "scapy": ("capture/live", "capture/kernel_filter.py", "link/exotic"),
    "pyshark": ("witness/",),
    "lxml": ("witness/",),  # pyshark's own parser
    "packaging": ("witness/",),  # versions of tshark
    "cryptography": ("certificate/", "secrets/"),
    "asn1crypto": ("certificate/",),
    "prometheus_client": ("cli/metrics.py",),
    "brotli": ("handshake/compression.py",),
    "distributed": ("pipeline/scheduler.py",),
    "fsspec": ("capture/remote.py",),
    "pyarrow": ("report/parquet.py",),
    "zstandard": ("capture/streams.py", "handshake/compression.py"),
}
EVERYWHERE = {"msgspec", "tlsscope"}


def test_the_contracts_between_the_rooms_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", DOORS)
def test_a_foreign_library_has_one_door(library: str) -> None:
    elsewhere = [
        f"tlsscope/{name}:{line}"
        for name, tree in trees().items()
        for found, line in imported(tree)
        if found == library and not name.startswith(DOORS[library])
    ]
    assert elsewhere == []


def test_every_foreign_library_is_known_here() -> None:
    known = EVERYWHERE | set(DOORS) | set(sys.stdlib_module_names)
    unknown = {found for tree in trees().values() for found, _ in imported(tree)} - known
    assert unknown == set()


def test_no_import_hides_from_the_contracts() -> None:
    """Under TYPE_CHECKING, or by a name that is computed: the public door for lazy loading, `early` for the reverse."""
    hidden = [
        f"tlsscope/{name}:{node.lineno}"
        for name, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in {"TYPE_CHECKING", "import_module", "__import__"}
    ]
    allowed = ("tlsscope/__init__.py:", "tlsscope/cli/early.py:")
    assert [place for place in hidden if not place.startswith(allowed)] == []
