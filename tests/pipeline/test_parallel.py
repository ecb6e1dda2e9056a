"""However many share the work, and whatever ties sessions together: the report is the same, byte for byte."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from mixing import CAPTURES, mixed
from traffic import pcap

from tlsscope.cli.run import Run
from tlsscope.pipeline import Engine, Options, Scan
from tlsscope.pipeline.parallel import ParallelScan
from tlsscope.pipeline.plan import EVERYBODY, WORTH_A_WORKER, Part, Plan, plan
from tlsscope.report import json, ndjson, table
from tlsscope.report.look import look, plain
from tlsscope.report.manner import Drawing, Manner
from tlsscope.report.summary import Row, Tally
from tlsscope.report.written import Written
from tlsscope.session.model import Session

RESUMED = sorted(CAPTURES.glob("tls1*-resumed*.pcap"))
OTHERS = sorted(CAPTURES.glob("tls1*-mutual*.pcap"))[:20]
WITH_KEYS = CAPTURES / "tls13-mutual--openssl--openssl.pcapng"
DECRYPTED = b'"basis":"decrypted"'
LOOK = look(160, plain, "utf-8")


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a capture in which many sessions resume others, four times each."""
    path = tmp_path_factory.mktemp("mixed") / "mixed.pcap"
    path.write_bytes(pcap(mixed([*RESUMED, *OTHERS], 1, 4)))
    return path


def keys(place: Path, captures: Iterable[Path]) -> str:
    """Write a key log that knows full handshakes only: who resumes one is opened by what that one told."""
    logs = [path.with_suffix(".keys") for path in captures if path.with_suffix(".keys").exists()]
    log = place / "full.keys"
    log.write_text("".join(f"{path.read_text().splitlines()[0]}\n" for path in logs))
    return str(log)


def report(inputs: Iterable[object], manner: Manner, workers: int = 1, options: Options | None = None) -> bytes:
    names = list(map(str, inputs))
    options = options or Options()
    if workers == 1:
        return b"".join(written(Run(names, options, Scan(names, options)), manner, names))
    planned = plan(names, options, workers)
    assert planned is not None
    scan = ParallelScan(planned, options, manner)
    return b"".join(written(Run(names, options, scan), manner, names))


def written(run: Run[Session] | Run[Written], manner: Manner, names: list[str]) -> Iterator[bytes]:
    items: Iterator[Row] = run.items()
    tally = Tally(run.totals)
    if manner.form == "table":
        yield from (f"{row}\n".encode() for row in table.rows(items, tally, LOOK))
        yield from (f"{line}\n".encode() for line in table.summary(tally.line(), LOOK))
    elif manner.form == "json":
        yield from (json.inline if manner.inline else json.reference)(items, tally, names)
    else:
        yield from (ndjson.inline if manner.inline else ndjson.reference)(items, tally)


NDJSON = Manner("ndjson")
MANNERS = {
    "ndjson": NDJSON,
    "ndjson, certificates apart": Manner("ndjson", inline=False),
    "json": Manner("json"),
    "json, certificates apart": Manner("json", inline=False),
    "table": Manner("table", drawing=Drawing.of(LOOK)),
}


@pytest.mark.parametrize("name", MANNERS)
def test_a_capture_is_split_by_connection(capture: Path, name: str) -> None:
    manner = MANNERS[name]
    alone = report([capture], manner)
    assert report([capture], manner, 3) == alone
    assert alone.count(b"\n") > 200


def test_sessions_are_resumed_whoever_read_the_first(capture: Path) -> None:
    sessions = [one for one in Scan([str(capture)]) if isinstance(one, Session)]
    linked = [one for one in sessions if one.resumption is not None and one.resumption.original is not None]
    ends = {one.id: one.last_frame if one.end_frame is None else one.end_frame for one in sessions}
    early = [one for one in linked if one.resumption and ends[one.resumption.original or ""] > one.last_frame]
    assert len(linked) > 20
    assert len(early) > 3  # while the first goes on
    assert report([capture], NDJSON, 5) == report([capture], NDJSON)


def test_a_secret_opens_what_resumes_whoever_read_the_first(capture: Path, tmp_path: Path) -> None:
    options = Options(keylogs=(keys(tmp_path, RESUMED),))
    opened = [
        one
        for one in Scan([str(capture)], options)
        if isinstance(one, Session) and one.finished_verified == (True, True) and one.resumption is not None
    ]
    assert len([one for one in opened if one.version is not None and one.version < 0x0304]) > 10
    assert report([capture], NDJSON, 3, options) == report([capture], NDJSON, 1, options)


def test_what_shares_a_frame_keeps_its_order_where_keys_do_not_fit(tmp_path: Path) -> None:
    sealed_then_clear = CAPTURES / "odd-lost-server-segment.pcap"
    options = Options(keylogs=(keys(tmp_path, OTHERS),))
    alone = report([sealed_then_clear], NDJSON, 1, options)
    assert report([sealed_then_clear], NDJSON, 2, options) == alone
    assert report([sealed_then_clear], NDJSON).splitlines()[0] == alone.splitlines()[0]


def test_captures_are_dealt_out(tmp_path: Path) -> None:
    """With damaged ones, one that is missing and one that holds its keys, which open sessions of later ones too."""
    for path in sorted(CAPTURES.glob("tls1[23]-*.pcap*")):
        shutil.copy(path, tmp_path)
    (tmp_path / "tls12-bad.pcap").write_bytes(b"GET / HTTP/1.1\r\n")
    broken = tmp_path / "tls12-broken.pcap"
    whole = (CAPTURES / "tls12-mutual--nginx--gnutls.pcap").read_bytes()
    broken.write_bytes(whole[: len(whole) // 2] + b"\xff" * 4000)
    for number in range(4):
        (tmp_path / f"tls13-without-keys{number}a.pcap").write_bytes(pcap(mixed([WITH_KEYS], number)))
    inputs = [tmp_path, tmp_path / "missing.pcap", tmp_path / "fits-nothing*.pcap"]
    alone = report(inputs, NDJSON)
    planned = plan(map(str, inputs), Options(), 2)
    assert planned is not None
    assert {part.owner for part in planned.parts if isinstance(part, Part)} >= {0, 1}
    assert report(inputs, NDJSON, 2) == alone
    assert alone.count(b'"kind":"error"') == 4
    assert alone.count(DECRYPTED) > 4


def test_a_capture_and_its_keys_among_others(capture: Path, tmp_path: Path) -> None:
    """The large one is split, the small ones are dealt out, and keys in the first open what comes later."""
    small = tmp_path / "without-keys.pcap"
    small.write_bytes(pcap(mixed([WITH_KEYS], 4)))
    inputs = [WITH_KEYS, capture, small, capture, WITH_KEYS]
    alone = report(inputs, NDJSON)
    assert alone.count(DECRYPTED) == 3
    assert report(inputs, NDJSON, 3) == alone


def test_a_rotation_is_one_stream_for_all(tmp_path: Path) -> None:
    packets = mixed([*RESUMED, *OTHERS], 2)
    step = len(packets) // 5
    for number in range(5):
        (tmp_path / f"lan.pcap{number}").write_bytes(pcap(packets[number * step : (number + 1) * step]))
    options = Options(keylogs=(keys(tmp_path, RESUMED),))
    whole = report([tmp_path], NDJSON, 1, options)
    assert b'"continued_in":["' in whole
    assert report([tmp_path], NDJSON, 3, options) == whole
    (tmp_path / "lan.pcap2").write_bytes(pcap(packets[2 * step : 3 * step])[:-100] + b"\xff" * 100)
    assert report([tmp_path], NDJSON, 3, options) == report([tmp_path], NDJSON, 1, options)


def test_a_filter_and_copies(capture: Path, tmp_path: Path) -> None:
    packets = mixed(RESUMED, 3)
    twice = tmp_path / "twice.pcap"
    twice.write_bytes(pcap([packet for packet in packets for _ in range(2)]))
    options = Options(drop_copies=True)
    inherited = Manner("ndjson", wanted="auth == mutual and auth.basis == inherited")
    for manner in (NDJSON, inherited):
        alone = report([twice], NDJSON, 1, options).splitlines(keepends=True)
        shared = report([twice], manner, 2, options).splitlines(keepends=True)
        if manner is NDJSON:
            assert shared == alone
        else:
            fitting = [one for one in alone if b'"mode":"mutual","basis":"inherited"' in one]
            assert [one for one in shared if one.startswith(b'{"kind":"session"')] == fitting
            assert fitting


# Who shares


def test_one_worker_reads_what_cannot_be_shared(tmp_path: Path, capture: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for inputs in (["-"], [str(pipe)], [str(capture), "-"], [f"{tmp_path}/odd\udcff.pcap"], []):
        assert plan(inputs, Options(), 4) is None
    for options in (Options(follow=True), Options(engine=Engine.TSHARK), Options(follow_all=True)):
        assert plan([str(capture)], options, 4) is None
    assert plan([str(capture)], Options(), 1) is None


def test_by_default_it_is_shared_where_there_are_many_handshakes(
    tmp_path: Path, capture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tlsscope.pipeline.plan.cores", lambda: 4)
    assert plan([str(capture)], Options(), None) is None
    large = tmp_path / "large.pcap"
    whole = capture.read_bytes()
    sessions = sum(isinstance(one, Session) for one in Scan([str(capture)]))
    times = 3 * WORTH_A_WORKER // sessions + 1
    with large.open("wb") as file:
        file.write(whole[:24])
        for _ in range(times):
            file.write(whole[24:])
    assert plan([str(large)], Options(), None) == Plan([Part([str(large)], EVERYBODY)], 3)


def test_large_downloads_are_not_shared_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tlsscope.pipeline.plan.cores", lambda: 4)
    download = tmp_path / "download.pcap"
    with download.open("wb") as file:
        file.truncate(1 << 30)
    assert plan([str(download)], Options(), None) is None
