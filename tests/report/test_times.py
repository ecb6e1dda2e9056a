"""Times as precise as the capture's clock, no more and no less."""

from tlsscope.report.times import duration, rfc3339

START = 1_795_255_200_000_000_001  # 2026-11-21T10:00:00.000000001Z, by `date -u -d @1795255200`


def test_a_time_has_the_digits_of_its_clock() -> None:
    assert rfc3339(START, 9) == "2026-11-21T10:00:00.000000001Z"
    assert rfc3339(START + 1_500_000, 6) == "2026-11-21T10:00:00.001500Z"
    assert rfc3339(START, 3) == "2026-11-21T10:00:00.000Z"
    assert rfc3339(START, 0) == "2026-11-21T10:00:00Z"


def test_a_clock_past_the_year_9999_does_not_stop_the_report() -> None:
    assert rfc3339(2**63 * 1000, 6).startswith("9999-12-31T23:59:59")


def test_a_duration_is_in_seconds() -> None:
    assert duration(START, START + 18_000_000) == 0.018
    assert duration(START, START + 1, 9) == 1e-9
