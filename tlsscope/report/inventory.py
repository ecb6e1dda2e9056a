"""The certificate inventory: its lines enter, a table, NDJSON or one JSON object leaves."""

from collections.abc import Iterable, Iterator

import msgspec

from .document import SCHEMA, InventoryLine, tool
from .grid import Column, Grid
from .identity import common_name, identity
from .look import Look
from .text import harmless_json

_encode = msgspec.json.Encoder().encode


def table(lines: Iterable[InventoryLine], look: Look) -> Iterator[str]:
    """Write a line of text for each certificate."""
    grid = Grid(COLUMNS, look)
    yield grid.head()
    yield from map(grid.row, lines)


def ndjson(lines: Iterable[InventoryLine]) -> Iterator[bytes]:
    """Write a line of JSON for each certificate."""
    for line in lines:
        yield harmless_json(_encode(line)) + b"\n"


def json(lines: Iterable[InventoryLine]) -> Iterator[bytes]:
    """Write one object."""
    yield _encode({"schema": SCHEMA, "tool": tool()})[:-1] + b',"certificates":['
    comma = b"\n"
    for line in lines:
        yield comma + harmless_json(_encode(line))
        comma = b",\n"
    yield b"]}\n"


def _digest(line: InventoryLine, width: int) -> tuple[str, str]:
    return line.sha256[:width], "faint"


def _who(line: InventoryLine, _width: int) -> tuple[str, str]:
    return identity(line), ""


def _issuer(line: InventoryLine, _width: int) -> tuple[str, str]:
    return "(itself)" if line.self_signed else common_name(line.issuer) or line.issuer or "", ""


def _until(line: InventoryLine, width: int) -> tuple[str, str]:
    return (line.not_after or "?")[:width], ""


def _key(line: InventoryLine, _width: int) -> tuple[str, str]:
    key = line.public_key
    return ("", "") if key is None else (f"{key.algorithm} {key.curve or key.bits or ''}".rstrip(), "")


def _roles(line: InventoryLine, _width: int) -> tuple[str, str]:
    return ", ".join(f"{role} {count:,}" for role, count in line.roles.items()), ""


def _places(line: InventoryLine, _width: int) -> tuple[str, str]:
    return ", ".join(line.endpoints), ""


_ANY = range(1000)
COLUMNS: tuple[Column[InventoryLine], ...] = (
    Column("sha256", 12, 16, 1, _digest, _ANY),
    Column("speaks of", 20, 60, 3, _who, _ANY),
    Column("issuer", 12, 40, 2, _issuer, _ANY),
    Column("until", 10, 10, 0, _until, _ANY),
    Column("key", 8, 16, 1, _key, range(100, 1000)),
    Column("seen as", 13, 40, 2, _roles, _ANY),
    Column("where", 16, 60, 2, _places, range(120, 1000)),
)
