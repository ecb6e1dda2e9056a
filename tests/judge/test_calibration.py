"""Confidence comes from trials: tables, bounds and the data file."""

import msgspec
import pytest
from made import SHA384_SUITE, tls13

from tlsscope.judge import infer_authentication
from tlsscope.judge.calibration import (
    Calibration,
    Result,
    Stacks,
    Trials,
    data_file,
    leave_out,
    measurements,
    merged,
    rows,
    totals,
)
from tlsscope.judge.confidence import ARGUMENTS, CEILINGS, Measurements, confidence, lower_bound
from tlsscope.judge.confidence import measurements as committed
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Mode

OPENSSL, GO = Stacks("OpenSSL", "OpenSSL"), Stacks("OpenSSL", "Go")


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
    assert table.add(blind, truth(ClientCertificate.DECLINED), OPENSSL, "a.pcap") is Result.RIGHT
    assert table.add(blind, truth(ClientCertificate.PRESENTED), OPENSSL, "b.pcap") is Result.WRONG
    padded = infer_authentication(tls13([277, 277, 277]))
    assert table.add(padded, truth(ClientCertificate.DECLINED), OPENSSL, "c.pcap") is Result.NO_ANSWER
    assert totals(table.trials()) == {Result.RIGHT: 1, Result.WRONG: 1, Result.NO_ANSWER: 1}
    assert table.bold_errors == ["b.pcap"]
    assert [tuple(row)[:3] for row in rows(table.trials())] == [
        ("client-empty-certificate", "OpenSSL", "declined"),
        ("client-empty-certificate", "OpenSSL", "presented"),
        ("client-padded", "OpenSSL", "declined"),
    ]


def test_each_ground_is_measured_by_what_it_claims() -> None:
    table = Calibration()
    blind = infer_authentication(tls13([30, 74, 59], [28, 151, 1748, 286, 74], suite=SHA384_SUITE))
    table.add(blind, truth(ClientCertificate.PRESENTED), OPENSSL, "a.pcap")
    rules = measurements(table.trials()).rules
    assert (rules["client-empty-certificate"].right, rules["client-empty-certificate"].wrong) == (0, 1)
    assert (rules["server-flight-request"].right, rules["server-flight-request"].wrong) == (1, 0)


def test_a_stack_left_out_is_judged_by_the_others_trials() -> None:
    table = Calibration()
    finished_first = infer_authentication(tls13([58]))
    for _ in range(60):  # 0.05 ** (1 / 60) is 0.951
        table.add(finished_first, truth(ClientCertificate.NOT_REQUESTED), Stacks("Java", "Java"), "a.pcap")
    table.add(finished_first, truth(ClientCertificate.DECLINED), GO, "b.pcap")
    by_stack = {one.stack: one for one in leave_out(table.trials())}
    assert tuple(by_stack["Go"])[1:] == (0, 1, 0, 1, 1)  # bold by Java's trials, and wrong
    assert tuple(by_stack["Java"])[1:] == (60, 0, 0, 0, 0)  # one trial, and a wrong one, makes nobody bold
    assert tuple(by_stack["OpenSSL"])[1:] == (0, 1, 0, 1, 1)  # the server's


def test_trials_add_up() -> None:
    one, other = Calibration(), Calibration()
    one.add(infer_authentication(tls13([58])), truth(ClientCertificate.NOT_REQUESTED), OPENSSL, "a.pcap")
    other.add(infer_authentication(tls13([58])), truth(ClientCertificate.NOT_REQUESTED), OPENSSL, "b.pcap")
    both = merged([one.trials(), other.trials()])
    assert both.sessions == 2
    assert [tuple(row) for row in rows(both)] == [("client-finished-first", "OpenSSL", "not-requested", 2, 0, 0)]


def test_an_inferred_verdict_is_no_truth() -> None:
    blind = infer_authentication(tls13([58]))
    assert Calibration().add(blind, blind, OPENSSL, "a.pcap") is None


def test_the_data_file_can_be_read_back() -> None:
    table = Calibration()
    table.add(infer_authentication(tls13([58])), truth(ClientCertificate.NOT_REQUESTED), OPENSSL, "a.pcap")
    assert msgspec.json.decode(data_file(table.trials()), type=Measurements) == measurements(table.trials())
    assert msgspec.json.decode(msgspec.json.encode(table.trials()), type=Trials) == table.trials()


def test_the_committed_file_holds_known_rules_and_no_errors_of_the_certain_ones() -> None:
    for rule, measured in committed().rules.items():
        assert rule in CEILINGS
        assert measured.confidence == lower_bound(measured.right, measured.wrong)
    for rule, ceiling in CEILINGS.items():
        assert 0 < confidence(rule) <= ceiling
    assert set(ARGUMENTS) <= set(CEILINGS)


def test_no_rule_is_beyond_99_percent() -> None:
    assert max(map(confidence, CEILINGS)) <= 0.99
