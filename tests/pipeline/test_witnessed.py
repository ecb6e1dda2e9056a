"""Sessions through tshark, judged as ours: held to what both ends were configured for."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tlsscope.pipeline import Engine, InputFailure, Options, Scan
from tlsscope.session.model import Session

CAPTURES = Path(__file__).parents[2] / "captures"
INDEX = tomllib.loads((CAPTURES / "index.toml").read_text(encoding="utf-8"))
EVERY = 8
ENTRIES = [entry for entry in INDEX["capture"] if not entry["file"].startswith("odd")][::EVERY]

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def through_tshark(file: Path, *keylogs: Path) -> list[Session]:
    options = Options(keylogs=tuple(map(str, keylogs)), engine=Engine.TSHARK)
    told = list(Scan([str(file)], options))
    assert not any(isinstance(one, InputFailure) for one in told)
    return sorted((one for one in told if isinstance(one, Session)), key=lambda session: session.first_frame)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_the_verdict_is_that_of_the_configuration(entry: dict[str, Any]) -> None:
    file = CAPTURES / entry["file"]
    keys = file.with_suffix(".keys")
    told = through_tshark(file, *([keys] if keys.exists() else []))
    assert len(told) == len(entry["session"])
    for session, truth in zip(told, entry["session"], strict=True):
        assert session.authentication is not None
        assert session.outcome is not None
        assert session.authentication.mode == truth["authentication"]
        assert session.outcome.state == truth["outcome"]


def test_tls_13_without_keys_is_inferred_from_the_sizes_that_tshark_shows() -> None:
    (session,) = through_tshark(CAPTURES / "tls13-mutual--nginx--nss.pcap")
    assert session.authentication is not None
    assert session.authentication.mode == "mutual"
    assert session.authentication.basis == "inferred"


def test_a_resumption_is_followed_to_the_session_whose_ticket_it_offers() -> None:
    capture = CAPTURES / "tls13-resumed-psk--openssl--openssl.pcap"
    first, second = through_tshark(capture, capture.with_suffix(".keys"))
    assert second.resumption is not None
    assert second.resumption.original == first.id


def test_a_capture_cut_short_is_told(tmp_path: Path) -> None:
    cut = tmp_path / "cut.pcap"
    cut.write_bytes((CAPTURES / "tls12-mutual--openssl--openssl.pcap").read_bytes()[:-7])
    scan = Scan([str(cut)], Options(engine=Engine.TSHARK))
    assert len(list(scan)) == 1
    ((name, anomaly),) = scan.totals.anomalies
    assert name == str(cut)
    assert anomaly.kind == "truncated-capture"
