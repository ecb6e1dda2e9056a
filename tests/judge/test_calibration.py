"""Confidence comes from trials: tables, bounds and the data file."""

import msgspec
import pytest
from made import SHA384_SUITE, tls13

from tlsscope.judge import infer_authentication
from tlsscope.judge.calibration import Calibration, Result
from tlsscope.judge.confidence import ARGUMENTS, CEILINGS, Measurements, confidence, lower_bound, measurements
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Mode


def truth(certificate: ClientCertificate) -> Authentication:
    mode = Mode.MUTUAL if certificate is ClientCertificate.PRESENTED else Mode.ONE_WAY
    asked = certificate is not ClientCertificate.NOT_REQUESTED
    return Authentication(
        mode, Basis.DECRYPTED, 1.0, certificate, (), requested=asked, sent=mode is Mode.MUTUAL
    )


@pytest.mark.parametrize(
    ("right", "wrong", "bound"),
    [
        (59, 0, 0.05 ** (1 / 59)),  # no errors: the bound has a closed form
        (299, 0, 0.05 ** (1 / 299)),
        (0, 5, 0.0),
        (19, 1, 0.7839),  # Clopper-Pearson tables, one-sided 95 %
    ],
)
def test_bounds(right: int, wrong: int, bound: float) -> None:
    assert lower_bound(right, wrong) == pytest.approx(bound, abs=2e-4)


def test_right_wrong_and_no_answer() -> None:
    table = Calibration()
    client, server = [30, 74, 59], [28, 151, 1748, 286, 74]
    blind = infer_authentication(tls13(client, server, suite=SHA384_SUITE))
    assert table.add(blind, truth(ClientCertificate.DECLINED), "OpenSSL", "a.pcap") is Result.RIGHT
    assert table.add(blind, truth(ClientCertificate.PRESENTED), "OpenSSL", "b.pcap") is Result.WRONG
    padded = infer_authentication(tls13([277, 277, 277]))
    assert table.add(padded, truth(ClientCertificate.DECLINED), "OpenSSL", "c.pcap") is Result.NO_ANSWER
    assert table.totals() == {Result.RIGHT: 1, Result.WRONG: 1, Result.NO_ANSWER: 1}
    assert table.bold_errors == ["b.pcap"]
    assert [tuple(row)[:3] for row in table.rows()] == [
        ("client-empty-certificate", "OpenSSL", "declined"),
        ("client-empty-certificate", "OpenSSL", "presented"),
        ("client-padded", "OpenSSL", "declined"),
    ]


def test_each_ground_is_measured_by_what_it_claims() -> None:
    table = Calibration()
    blind = infer_authentication(tls13([30, 74, 59], [28, 151, 1748, 286, 74], suite=SHA384_SUITE))
    table.add(blind, truth(ClientCertificate.PRESENTED), "a stack", "a.pcap")
    rules = table.measurements().rules
    assert (rules["client-empty-certificate"].right, rules["client-empty-certificate"].wrong) == (0, 1)
    assert (rules["server-flight-request"].right, rules["server-flight-request"].wrong) == (1, 0)


def test_an_inferred_verdict_is_no_truth() -> None:
    blind = infer_authentication(tls13([58]))
    assert Calibration().add(blind, blind, "a stack", "a.pcap") is None


def test_the_data_file_can_be_read_back() -> None:
    table = Calibration()
    table.add(infer_authentication(tls13([58])), truth(ClientCertificate.NOT_REQUESTED), "a stack", "a.pcap")
    assert msgspec.json.decode(table.data_file(), type=Measurements) == table.measurements()


def test_the_committed_file_holds_known_rules_and_no_errors_of_the_certain_ones() -> None:
    for rule, measured in measurements().rules.items():
        assert rule in CEILINGS
        assert measured.confidence == lower_bound(measured.right, measured.wrong)
    for rule, ceiling in CEILINGS.items():
        assert 0 < confidence(rule) <= ceiling
    assert set(ARGUMENTS) <= set(CEILINGS)


def test_no_rule_is_beyond_99_percent() -> None:
    assert max(map(confidence, CEILINGS)) <= 0.99
