"""Messages straight from rows: one clock for all, and the time that people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tlsscope.report.rows import Clock
from tlsscope.report.times import rfc3339, second

NOON = 1_795_262_400_000_000_000  # 2026-11-21T12:00:00Z


@pytest.mark.parametrize(
    ("digits", "written"),
    [(0, "2026-11-21T12:00:01Z"), (3, "2026-11-21T12:00:01.002Z"), (9, "2026-11-21T12:00:01.002003004Z")],
)
def test_a_time_has_the_digits_of_its_clock(digits: int, written: str) -> None:
    assert Clock(second).write(NOON + 1_002_003_004, digits) == written


@given(some.lists(some.tuples(some.integers(0, 2**62), some.integers(0, 9)), max_size=20))
def test_a_clock_that_remembers_says_the_same(times: list[tuple[int, int]]) -> None:
    clock = Clock(second)
    for time, digits in [*times, *times]:
        assert clock.write(time, digits) == rfc3339(time, digits)
