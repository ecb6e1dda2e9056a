"""The inference on captures of real stacks, without their keys: never boldly wrong, almost never without an answer.

Truth was read from the decrypted handshakes and the configuration of both ends. Skipped where these captures are not
beside the checkout.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tlsscope.judge import infer_authentication
from tlsscope.judge.calibration import Calibration, Result, Stacks, totals
from tlsscope.pipeline import Scan
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Mode, Session

LAB = Path(__file__).parents[3] / "shared" / "lab"
FAMILIES = ("tls13", "tls13-special", "starttls")
DID = {
    "mutual": ClientCertificate.PRESENTED,
    "post-handshake-mutual": ClientCertificate.PRESENTED,
    "one-way": ClientCertificate.NOT_REQUESTED,
    "requested-no-cert": ClientCertificate.DECLINED,
    "post-handshake-no-cert": ClientCertificate.DECLINED,
}
ANSWERED = 0.97

pytestmark = pytest.mark.skipif(not LAB.exists(), reason="the shared lab captures are not beside the checkout")


def sessions_with_truth(family: str) -> Iterator[tuple[Path, Session, dict[str, Any]]]:
    for answers in sorted((LAB / family).glob("*.json")):
        told = [one for one in Scan([str(answers.with_suffix(".pcap"))]) if isinstance(one, Session)]
        by_client = {f"{one.client.ip}:{one.client.port}": one for one in told}
        for truth in json.loads(answers.read_text(encoding="utf-8"))["sessions"]:
            if truth["version"] == "TLS 1.3" and truth["auth"] in DID and truth["client"] in by_client:
                yield answers, by_client[truth["client"]], truth


def true_verdict(truth: dict[str, Any]) -> Authentication:
    certificate = DID[truth["auth"]]
    mode = Mode.MUTUAL if certificate is ClientCertificate.PRESENTED else Mode.ONE_WAY
    return Authentication(
        mode,
        Basis.DECRYPTED,
        1.0,
        certificate,
        (),
        requested=certificate is not ClientCertificate.NOT_REQUESTED,
        sent=mode is Mode.MUTUAL,
        accepted=truth["established"],
    )


def test_no_bold_errors_and_few_silences() -> None:
    plain, padded = Calibration(), Calibration()
    for family in FAMILIES:
        for path, session, truth in sessions_with_truth(family):
            table = padded if path.name.startswith("pad") else plain
            stacks = Stacks(truth["stack_server"], truth["stack_client"])
            table.add(infer_authentication(session), true_verdict(truth), stacks, path.stem)
    assert plain.bold_errors == padded.bold_errors == []
    without, with_padding = totals(plain.trials()), totals(padded.trials())
    assert without[Result.WRONG] == with_padding[Result.WRONG] == 0
    assert sum(without.values()) > 400
    assert without[Result.RIGHT] >= ANSWERED * sum(without.values())


def test_outcomes() -> None:
    sessions = incomplete = 0
    for family in FAMILIES:
        for path, session, truth in sessions_with_truth(family):
            assert session.outcome is not None
            state = session.outcome.state.value
            sessions += 1
            incomplete += state == "incomplete"
            assert state in ("established" if truth["established"] else "failed", "incomplete"), path.stem
    assert incomplete < sessions / 100
