"""The table: one line a session, in any width, whatever the names say."""

import re

import msgspec
import pytest
from made_sessions import mutual_tls12, one_way_tls13, unseen

from tlsscope.constants import SERVER
from tlsscope.report.document import Inference, SummaryLine
from tlsscope.report.look import Look, coloured, look, plain
from tlsscope.report.summary import Item, Tally, Totals
from tlsscope.report.table import rows, summary
from tlsscope.report.text import columns
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Endpoint, Mode, Outcome, State

HOSTILE = "\x1b[2J\u202e[bold]例え\n.example".encode()


def drawn(items: list[Item], width: int) -> list[str]:
    return list(rows(items, Tally(Totals), look(width, plain, "utf-8")))


def test_a_line_says_who_proved_what() -> None:
    _, one_way, mutual = drawn([one_way_tls13(), mutual_tls12()], 200)
    for said in ("192.0.2.1:50000 → 192.0.2.2:443", "example.com", "TLS 1.3", "AES_128_GCM", "established"):
        assert said in one_way
    assert "one-way inferred 0.99" in one_way
    assert "mutual observed" in mutual
    assert "spiffe://example.org/alice" in mutual


def test_at_80_columns_the_basis_is_a_mark() -> None:
    _, one_way, mutual = drawn([one_way_tls13(), mutual_tls12()], 80)
    assert "one-way .99" in one_way
    assert "mutual obs" in mutual
    assert "192.0.2.1 → 192.0.2.2:8443" in mutual
    assert one_way.endswith("✓")


@pytest.mark.parametrize("width", [80, 100, 119, 120, 139, 140, 160, 200])
def test_no_line_is_wider_than_asked(width: int) -> None:
    long = mutual_tls12(server_name=b"a" * 250)
    long.client = Endpoint("2001:db8:1111:2222:3333:4444:5555:6666", 65535)
    long.server = Endpoint("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff", 65535)
    long.outcome = Outcome(State.FAILED, SERVER, "the server sent bad_certificate " * 5)
    lines = drawn([one_way_tls13(), long, one_way_tls13(server_name=HOSTILE), unseen()], width)
    assert len(lines) == 5
    assert max(map(columns, lines)) <= width
    assert all(line.isprintable() for line in lines)


def test_a_hostile_name_is_spelled_out() -> None:
    assert "\\x1b[2J" in drawn([one_way_tls13(server_name=HOSTILE)], 200)[1]


def test_a_certificate_that_was_sent_but_not_seen_says_so() -> None:
    session = one_way_tls13()
    presented = ClientCertificate.PRESENTED
    session.authentication = Authentication(Mode.MUTUAL, Basis.INFERRED, 0.99, presented, ())
    assert "(encrypted)" in drawn([session], 120)[1]


def test_colours_change_no_width() -> None:
    sessions: list[Item] = [one_way_tls13(), mutual_tls12()]
    coloured_look = Look(120, coloured(), str)
    for line, bare in zip(rows(sessions, Tally(Totals), coloured_look), drawn(sessions, 120), strict=True):
        assert "\x1b[" in line
        assert re.sub("\x1b\\[[0-9;]*m", "", line).rstrip() == bare


def test_the_summary_for_people() -> None:
    line = SummaryLine(
        inputs=2, errors=1, packets=1234, bytes=9, connections=3, sessions=3,
        modes={"mutual": 2, "one-way": 1}, versions={"TLS 1.2": 3}, outcomes={}, anomalies={"gap": 1},
        findings={}, bounds={}, captures=(), unused_key_lines={"malformed": 1}, inference=None,
    )  # fmt: skip
    assert list(summary(line, look(80, plain, "utf-8"))) == [
        "3 sessions from 2 inputs (1 could not be read): 1,234 packets",
        "  modes     mutual 2, one-way 1",
        "  versions  TLS 1.2 3",
        "  anomalies gap 1",
        "  key lines not used: malformed 1",
    ]
    compared = msgspec.structs.replace(line, inference=Inference(20, 19, 3))
    *_, last, _ = summary(compared, look(80, plain, "utf-8"))
    assert last == "  inference agreed with decryption in 19 of 20 sessions, silent about 3"
