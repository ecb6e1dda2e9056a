"""Messages straight from rows: one clock for all, and the time that people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tlsscope.report.buffer import TextBuffer
from tlsscope.report.fragments import text
from tlsscope.report.rows import Clock, write_span
from tlsscope.report.times import duration, rfc3339, second

NOON = 1_795_262_400_000_000_000  # 2026-11-21T12:00:00Z


def told(clock: Clock, time: int, digits: int) -> str:
    out = TextBuffer()
    clock.write(out, time, digits)
    return out.cut(0).decode().strip('"')


@pytest.mark.parametrize(
    ("digits", "written"),
    [(0, "2026-11-21T12:00:01Z"), (3, "2026-11-21T12:00:01.002Z"), (9, "2026-11-21T12:00:01.002003004Z")],
)
def test_a_time_has_the_digits_of_its_clock(digits: int, written: str) -> None:
    assert told(Clock(second), NOON + 1_002_003_004, digits) == written


@given(some.lists(some.tuples(some.integers(0, 2**62), some.integers(0, 9)), max_size=20))
def test_a_clock_that_remembers_says_the_same(times: list[tuple[int, int]]) -> None:
    clock = Clock(second)
    for time, digits in [*times, *times]:
        assert told(clock, time, digits) == rfc3339(time, digits)


@given(some.integers(0, 2**51) | some.integers(0, 10**7).map(lambda count: count * 1000), some.integers(0, 9))
def test_a_span_is_written_as_its_float_or_left_alone(span: int, digits: int) -> None:
    out = TextBuffer()
    written = write_span(out, span, digits)
    assert out.cut(0) == (text(duration(0, span, digits)) if written else b"")


def test_a_span_of_whole_microseconds_is_written() -> None:
    out = TextBuffer()
    assert write_span(out, 50_102_000, 6)
    assert out.cut(0) == b"0.050102"
