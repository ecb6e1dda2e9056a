"""Parquet: items enter; files leave, by name and bytes, for a directory partitioned by the day on which sessions began.

Columns are the fields that are asked for most; the whole document of a session stands in the last one. The summary and
the errors come last, as `_summary.json`, which readers of Parquet pass over: where it is, the directory is whole.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from tlsscope.errors import TlsscopeError
from tlsscope.session.model import Session

from .document import SCHEMA, ErrorLine, tool
from .lines import SessionWriter
from .parts import WHOLE
from .summary import Row, Tally

try:
    import pyarrow as pa
    from pyarrow import parquet
except ImportError as missing:
    raise TlsscopeError("-f parquet needs pyarrow: pip install 'tlsscope[cluster]'") from missing

MOST_ROWS, MOST_BYTES = 50_000, 256 << 20  # that wait for a file
NO_DAY = "__HIVE_DEFAULT_PARTITION__"  # Hive's own word
SUMMARY = "_summary.json"

TEXT, PORT, COUNT = pa.string(), pa.uint16(), pa.int64()
COLUMNS: tuple[tuple[str, str, Any], ...] = (  # name, path in the document, type
    ("id", "id", TEXT),
    ("file", "source.file", TEXT),
    ("first_frame", "source.first_frame", COUNT),
    ("last_frame", "source.last_frame", COUNT),
    ("start", "start", pa.timestamp("us", "UTC")),
    ("duration", "duration", pa.float64()),
    ("transport", "transport", TEXT),
    ("protocol", "protocol", TEXT),
    ("client_ip", "client.ip", TEXT),
    ("client_port", "client.port", PORT),
    ("server_ip", "server.ip", TEXT),
    ("server_port", "server.port", PORT),
    ("version", "version", TEXT),
    ("cipher_suite", "cipher_suite.name", TEXT),
    ("group", "key_exchange.group.name", TEXT),
    ("server_name", "server_name", TEXT),
    ("alpn", "alpn", TEXT),
    ("mode", "authentication.mode", TEXT),
    ("basis", "authentication.basis", TEXT),
    ("confidence", "authentication.confidence", pa.float64()),
    ("client_certificate", "authentication.client_certificate", TEXT),
    ("outcome", "outcome.state", TEXT),
    ("outcome_by", "outcome.by", TEXT),
    ("resumption", "resumption.kind", TEXT),
    ("resumed_session", "resumption.original", TEXT),
    ("server_certificate_sha256", "server_certificates.0.sha256", TEXT),
    ("client_certificate_sha256", "client_certificates.0.sha256", TEXT),
    ("ja3", "client_hello.ja3", TEXT),
    ("ja4", "client_hello.ja4", TEXT),
    ("ja3s", "server_hello.ja3s", TEXT),
    ("bytes_client", "bytes.client", COUNT),
    ("bytes_server", "bytes.server", COUNT),
    ("anomalies", "anomalies.*.kind", pa.list_(TEXT)),
    ("findings", "findings.*.rule", pa.list_(TEXT)),
    ("document", "", TEXT),
)
_PATHS = [(name, path.split(".")) for name, path, _ in COLUMNS]
_SCHEMA = pa.schema([(name, kind) for name, _, kind in COLUMNS])


def files(items: Iterable[Row], tally: Tally) -> Iterator[tuple[str, bytes]]:
    """Write all sessions; files of a day are numbered through the run."""
    waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
    errors: list[ErrorLine] = []
    rows = size = number = 0
    write = SessionWriter(WHOLE).write
    for item in tally.watch(items):
        if isinstance(item, ErrorLine):
            errors.append(item)
            continue
        line = write(item) if isinstance(item, Session) else item.text.partition(b"\n")[0]
        row = _row(line)
        day = NO_DAY if row["start"] is None else f"{row['start']:%Y-%m-%d}"
        waiting[day].append(row)
        rows, size = rows + 1, size + len(line)
        if rows == MOST_ROWS or size >= MOST_BYTES:
            yield from _written(waiting, number)
            waiting.clear()
            rows = size = 0
            number += 1
    yield from _written(waiting, number)
    told = {"schema": SCHEMA, "tool": tool(), "errors": errors, "summary": tally.line()}
    yield SUMMARY, msgspec.json.encode(told) + b"\n"


def _written(waiting: dict[str, list[dict[str, Any]]], number: int) -> Iterator[tuple[str, bytes]]:
    for day, rows in sorted(waiting.items()):
        file = io.BytesIO()
        parquet.write_table(pa.Table.from_pylist(rows, _SCHEMA), file, compression="zstd")
        yield f"day={day}/part-{number:05}.parquet", file.getvalue()


def _row(line: bytes) -> dict[str, Any]:
    document = msgspec.json.decode(line)
    row = {name: _at(document, path) for name, path in _PATHS}
    row["start"] = _moment(document["start"])
    row["document"] = line.decode()
    return row


def _at(node: Any, path: list[str]) -> Any:
    """Follow a path; None where it leads nowhere."""
    for number, step in enumerate(path):
        if step == "*":
            return [_at(one, path[number + 1 :]) for one in node]
        if isinstance(node, list):
            node = node[int(step)] if len(node) > int(step) else None
        elif isinstance(node, dict):
            node = node.get(step)
        else:
            return None
    return node


def _moment(text: str) -> datetime | None:
    """Read a time, to microseconds; None for one that no calendar has."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
