"""Captures and reports that lie elsewhere, by URL: served over HTTP on this machine, in files, in memory."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from mixing import CAPTURES, mixed
from traffic import pcap

from tlsscope.pipeline import InputFailure, Scan
from tlsscope.session.model import Session

pytest.importorskip("aiohttp", reason="the extra `cluster` is not installed")
fsspec = pytest.importorskip("fsspec", reason="the extra `cluster` is not installed")

SMALL = CAPTURES / "tls12-mutual--nginx--gnutls.pcap"
SECONDS = 60


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Serve a directory; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def tlsscope(*arguments: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tlsscope", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)


def told(*inputs: str) -> list[Session | InputFailure]:
    return list(Scan(inputs))


def sessions(*inputs: str) -> list[str]:
    return [one.id for one in told(*inputs) if isinstance(one, Session)]


def test_over_http(tmp_path: Path, served: str) -> None:
    """A plain one, a packed one, and one that is larger than what is read at once."""
    large = tmp_path / "large.pcap"
    large.write_bytes(pcap(mixed(sorted(CAPTURES.glob("tls1*-mutual*.pcap")), 1, 8)))
    assert large.stat().st_size > 1 << 21
    (tmp_path / "small.pcap.gz").write_bytes(gzip.compress(SMALL.read_bytes()))
    for name in ("large.pcap", "small.pcap.gz"):
        here = tlsscope("scan", "-f", "ndjson", tmp_path / name)
        there = tlsscope("scan", "-f", "ndjson", f"{served}/{name}")
        assert (there.returncode, there.stderr) == (0, b"")
        assert there.stdout == here.stdout.replace(str(tmp_path).encode(), served.encode())
        assert there.stdout.count(b'"kind":"session"') > 0


def test_what_is_not_there(tmp_path: Path, served: str) -> None:
    nobody = "http://127.0.0.1:9/a.pcap"
    missing = f"{served}/missing.pcap"
    for url, why in ((missing, "no such file or directory"), ("nonsense://a/b.pcap", "protocol not known: nonsense")):
        done = tlsscope("scan", "-f", "ndjson", url)
        assert (done.returncode, done.stderr.decode()) == (2, f"tlsscope: {url}: {why}\n")
    done = tlsscope("scan", "-f", "ndjson", nobody)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert done.stderr.decode().startswith(f"tlsscope: {nobody}: connect")


def test_a_rotation_by_url_is_one_stream(tmp_path: Path) -> None:
    packets = mixed(sorted(CAPTURES.glob("tls13-*.pcap"))[:12], 1)
    for number in range(3):
        part = packets[number * len(packets) // 3 : (number + 1) * len(packets) // 3]
        (tmp_path / f"lan.pcap{number}").write_bytes(pcap(part))
    here = sessions(str(tmp_path))
    assert sessions(f"file://{tmp_path}/") == here
    assert sessions(f"file://{tmp_path}/*.pcap*") == here
    assert any(one.continued_in for one in told(f"file://{tmp_path}/") if isinstance(one, Session))


def test_patterns_that_fit_nothing() -> None:
    assert told("memory://no/*.pcap") == [InputFailure("memory://no/*.pcap", "fits no file")]
    assert told("memory://no/") == [InputFailure("memory://no/", "is a directory without captures")]


def test_a_report_to_a_url_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out.ndjson"
    done = tlsscope("scan", "-f", "ndjson", SMALL, "-o", f"file://{out}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert out.read_bytes() == tlsscope("scan", "-f", "ndjson", SMALL).stdout
    failed = tmp_path / "failed.ndjson"
    tlsscope("scan", "-f", "ndjson", SMALL, "--filter", "nonsense ~", "-o", f"file://{failed}")
    assert not failed.exists()


# Parquet


def test_a_directory_of_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `cluster` is not installed")
    captures = sorted(CAPTURES.glob("tls12-mutual*.pcap"))[:5]
    out = tmp_path / "out"
    done = tlsscope("scan", "-f", "parquet", "-o", out, *captures, CAPTURES / "missing.pcap")
    assert done.returncode == 2
    lines = tlsscope("scan", "-f", "ndjson", *captures).stdout.decode().splitlines()
    documents = {json.loads(line)["id"]: line for line in lines if json.loads(line)["kind"] == "session"}
    table = parquet.read_table(out).to_pylist()
    assert {row["id"]: row["document"] for row in table} == documents
    for row in table:
        document = json.loads(row["document"])
        assert row["mode"] == "mutual"
        assert row["server_port"] == document["server"]["port"]
        assert row["server_certificate_sha256"] == document["server_certificates"][0]["sha256"]
        assert row["findings"] == [one["rule"] for one in document["findings"]]
        assert f"{row['start']:%Y-%m-%d}" == str(row["day"]) == document["start"][:10]
    summary = json.loads((out / "_summary.json").read_text())
    assert summary["summary"]["sessions"] == len(table)
    assert [one["message"] for one in summary["errors"]] == ["no such file or directory"]


def test_parquet_to_a_url(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="the extra `cluster` is not installed")
    done = tlsscope("scan", "-f", "parquet", "-o", f"file://{tmp_path}/out", SMALL)
    assert (done.returncode, done.stderr) == (0, b"")
    assert parquet.read_table(tmp_path / "out").num_rows == len(sessions(str(SMALL)))


def test_where_parquet_may_not_go(tmp_path: Path) -> None:
    (tmp_path / "of another run").touch()
    file = tmp_path / "of another run"
    for out, why in (
        ([], "-f parquet fills a directory: name it, or a URL, by -o"),
        (["-o", tmp_path], f"cannot write {tmp_path}: it is not empty"),
        (["-o", f"file://{tmp_path}"], f"cannot write file://{tmp_path}: it is not empty"),
        (["-o", file], f"cannot write {file}: file exists"),
    ):
        done = tlsscope("scan", "-f", "parquet", SMALL, *out)
        assert (done.returncode, done.stderr.decode().lower()) == (2, f"tlsscope: {why}\n".lower())


def test_a_url_in_python() -> None:
    with fsspec.open("memory://captures/a.pcap", "wb") as file:
        file.write(SMALL.read_bytes())
    assert sessions("memory://captures/a.pcap") == sessions(str(SMALL))
    assert sessions("memory://captures/") == sessions(str(SMALL))
