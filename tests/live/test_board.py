"""The live view: what keys do, and that nothing from the wire reaches the terminal as it is."""

import pytest

from tlsscope.report.look import look, plain
from tlsscope.report.text import columns
from tlsscope.report.watch import Board, Gauge
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Endpoint, Mode, Session

NOW = 1_800_000_000_000_000_000
GAUGE = Gauge("eth0", 3661.0, 1234.0, 5.5, 7, 1, 100_000_000, "eth0 went down; waiting for it")


def session(number: int, mode: Mode) -> Session:
    verdict = Authentication(mode, Basis.OBSERVED, 1.0, ClientCertificate.UNKNOWN, ())
    ends = Endpoint("192.0.2.1", 50000 + number), Endpoint("198.51.100.2", 443)
    return Session("eth0", *ends, number, number, NOW, NOW, id=f"{number:016x}", authentication=verdict)


def board() -> Board:
    made = Board()
    for number, mode in enumerate((Mode.MUTUAL, Mode.ONE_WAY, Mode.MUTUAL, Mode.UNKNOWN)):
        made.add(session(number, mode))
    return made


def drawn(made: Board, width: int = 100, height: int = 24) -> list[str]:
    return made.lines(GAUGE, look(width, plain, "utf-8"), height)


def rows(made: Board) -> list[str]:
    return [line for line in drawn(made)[5:-1] if line]


@pytest.mark.parametrize("width", [40, 80, 100, 160])
@pytest.mark.parametrize("height", [3, 8, 24])
def test_a_screen_has_its_size(width: int, height: int) -> None:
    lines = drawn(board(), width, height)
    assert len(lines) == min(height, 24)
    if width >= 80:
        assert max(map(columns, lines)) <= width


def test_the_head_tells_rates_losses_and_notices() -> None:
    head = "\n".join(drawn(board())[:4])
    for said in ("01:01:01", "1,234 packets/s", "5.5 sessions/s", "7 dropped", "1 with gaps", "mutual 2", "went down"):
        assert said in head


def test_the_newest_session_comes_first_and_pause_keeps_the_picture() -> None:
    made = board()
    assert rows(made)[0].startswith("00000000")
    assert ":50003" not in rows(made)[1]
    made.press("p")
    made.add(session(9, Mode.PSK))
    assert len(rows(made)) == 4
    made.press("p")
    assert len(rows(made)) == 5


def test_a_filter_is_typed_and_its_mistakes_are_said_below() -> None:
    made = board()
    for key in ("/", *"auth == mutul", "enter"):
        made.press(key)
    assert "mutual?" in drawn(made)[-1]
    for key in ("backspace", "backspace", *"ual", "enter"):
        made.press(key)
    assert len(rows(made)) == 2
    assert "only auth == mutual" in drawn(made, 160)[-1]


def test_sorting_by_verdict_groups_equal_ones() -> None:
    made = board()
    made.press("s")
    assert [row.split()[6] for row in rows(made)] == ["mutual", "mutual", "one-way", "unknown"]


def test_the_chosen_session_opens_as_a_ladder_and_closes_again() -> None:
    made = board()
    rows(made)
    made.press("down")
    assert rows(made)[1].startswith(">")
    made.press("enter")
    assert "session 0000000000000002" in rows(made)[0]
    assert made.press("q")
    assert len(rows(made)) == 4
    assert not made.press("q")


def test_names_from_the_wire_are_made_harmless() -> None:
    made = Board()
    hostile = session(1, Mode.MUTUAL)
    hostile.encapsulation = ("\x1b[2J",)
    hostile.file = "\x1b]0;owned\x07"
    made.add(hostile)
    made.press("enter")
    for width in (80, 160):
        assert "\x1b" not in "".join(drawn(made, width))
    rows(made)
    made.press("enter")
    assert "\x1b" not in "".join(drawn(made))
