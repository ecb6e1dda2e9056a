"""What progress says."""

from pathlib import Path

from tlsscope.cli.progress import describe, size_of
from tlsscope.pipeline import Scan
from tlsscope.report.summary import Totals

TOTALS = Totals(bytes=50_000_000, packets=400_000, connections=1200)


def test_with_a_known_size_the_time_left_is_told() -> None:
    said = describe(TOTALS, 100_000_000, 2.0)
    assert said == "50.0 MB of 100.0 MB, 400,000 packets, 1,200 connections, 25.0 MB/s, 2 s left"


def test_without_a_size_it_is_not() -> None:
    assert describe(TOTALS, None, 2.0) == "50.0 MB, 400,000 packets, 1,200 connections, 25.0 MB/s"


def test_nothing_read_yet_divides_by_nothing() -> None:
    assert "left" not in describe(Totals(), 100, 1.0)


def test_the_size_of_a_pipe_is_not_known(tmp_path: Path) -> None:
    plain = tmp_path / "a.pcap"
    plain.write_bytes(bytes(10))
    assert size_of([str(plain), str(plain)]) == 20
    assert size_of([str(plain), "-"]) is None


def test_the_totals_are_there_with_the_first_session_and_count_nothing_twice() -> None:
    name = Path(__file__).parents[2] / "captures" / "tls12-mutual--openssl--openssl.pcap"
    scan = Scan([str(name), str(name)])
    sessions = iter(scan)
    next(sessions)
    once = (scan.totals.frames, scan.totals.bytes, scan.totals.connections)
    assert 0 < once[1] <= name.stat().st_size
    list(sessions)
    assert scan.totals.bytes == 2 * name.stat().st_size
    assert (scan.totals.frames, scan.totals.connections) == (2 * once[0], 2 * once[2])
