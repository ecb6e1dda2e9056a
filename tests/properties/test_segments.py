"""However the same bytes come in segments, the facts are the same; whatever is missing, nothing is invented."""

from typing import Any

import handshakes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from traffic import WORD, Connection, Packet, sessions

from tlsscope.constants import CLEAR, CLIENT, SERVER
from tlsscope.session.model import Session

TALKS = {
    "TLS 1.2": handshakes.tls12(),
    "TLS 1.2, mutual": handshakes.tls12(mutual=True),
    "TLS 1.3": handshakes.tls13(),
    "TLS 1.3, mutual": handshakes.tls13(mutual=True),
    "TLS 1.3, retried": handshakes.retried(),
    "one after another": (*handshakes.tls12(), *handshakes.tls13(), *handshakes.tls12(mutual=True)),
}
SETTLED = 3  # packets of the TCP handshake, which stay where they are
SINGLE = sorted(set(TALKS) - {"one after another"})
talks, single_talks = st.sampled_from(sorted(TALKS)), st.sampled_from(SINGLE)
quick = settings(max_examples=60, deadline=None)


def facts(session: Session) -> dict[str, Any]:
    """What does not depend on how the bytes came."""
    return {
        "ends": (session.client, session.server),
        "version": session.version,
        "hellos": (session.client_hello, session.second_client_hello, session.retry, session.server_hello),
        "certificates": (session.server_certificates, session.client_certificates),
        "request": session.certificate_request,
        "keys": (session.server_key_exchange, session.client_key_exchange),
        "alerts": [(alert.direction, alert.description) for alert in session.alerts],
        "messages": [said(session, direction) for direction in (CLIENT, SERVER)],
        "records": [sealed(session, direction) for direction in (CLIENT, SERVER)],
        "anomalies": session.anomalies,
    }


def said(session: Session, direction: int) -> list[tuple[int, int, int]]:
    """Messages in clear."""
    return [
        (message.content_type, message.type, message.length)
        for message in session.messages
        if message.direction == direction and message.protection == CLEAR
    ]


def sealed(session: Session, direction: int) -> list[tuple[int, int]]:
    return [(one.content_type, one.size) for one in session.records if one.direction == direction]


def all_facts(packets: list[Packet]) -> list[dict[str, Any]]:
    return [facts(session) for session in sessions(packets)]


def whole(talk: str) -> list[dict[str, Any]]:
    found = all_facts(Connection().open().say(TALKS[talk], size=1 << 15).close().packets)
    assert len(found) == (3 if talk == "one after another" else 1)
    return found


@quick
@given(talks, st.integers(12, 3000))
def test_segments_of_any_size(talk: str, size: int) -> None:
    assert all_facts(Connection().open().say(TALKS[talk], size).close().packets) == whole(talk)


@pytest.mark.parametrize("talk", SINGLE)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
def test_tiny_segments(talk: str, size: int) -> None:
    assert all_facts(Connection().open().say(TALKS[talk], size).close().packets) == whole(talk)


@quick
@given(single_talks, st.integers(1, 6), st.integers(20, 800), st.randoms(use_true_random=False))
def test_disorder_in_a_window(talk: str, window: int, size: int, random: Any) -> None:
    packets = Connection().open().say(TALKS[talk], size).close().packets
    mixed = packets[:SETTLED]
    for start in range(SETTLED, len(packets), window):
        part = packets[start : start + window]
        random.shuffle(part)
        mixed += part
    found, expected = all_facts(mixed), whole(talk)
    for one, other in zip(found, expected, strict=True):
        for sizes, all_sizes in zip(one.pop("records"), other.pop("records"), strict=True):
            assert sizes == all_sizes[: len(sizes)]  # when there were enough of them depends on the order
    assert found == expected


@quick
@given(talks, st.integers(20, 800), st.randoms(use_true_random=False))
def test_copies_change_nothing(talk: str, size: int, random: Any) -> None:
    packets = Connection().open().say(TALKS[talk], size).close().packets
    copied = list(packets)
    for packet in random.sample(packets, 5):
        at = packets.index(packet)
        copied.insert(random.randint(copied.index(packet) + 1, min(len(copied), at + 40)), packet)
    assert all_facts(copied) == whole(talk)


@quick
@given(talks, st.integers(20, 1400), st.data())
def test_the_loss_of_a_packet_invents_nothing(talk: str, size: int, data: st.DataObject) -> None:
    packets = Connection().open().say(TALKS[talk], size).close().packets
    lost = data.draw(st.integers(0, len(packets) - 1))
    expected = whole(talk)
    for found in all_facts(packets[:lost] + packets[lost + 1 :]):
        for certificates in found["certificates"]:
            assert certificates in [None, *[part for one in expected for part in one["certificates"]]]
        for direction in (CLIENT, SERVER):
            possible = {message for one in expected for message in one["messages"][direction]}
            assert set(found["messages"][direction]) <= possible


@quick
@given(talks, st.integers(20, 1400), st.integers(0, 4000), st.integers(0, 4000))
def test_sequence_numbers_wrap_around(talk: str, size: int, before_client: int, before_server: int) -> None:
    numbers = (WORD - before_client, WORD - before_server)
    assert all_facts(Connection(numbers=numbers).open().say(TALKS[talk], size).close().packets) == whole(talk)


@quick
@given(talks, st.integers(1, 50))
def test_windows_of_any_size(talk: str, rows: int) -> None:
    packets = Connection().open().say(TALKS[talk], 200).close().packets
    assert [facts(one) for one in sessions(packets, rows=rows)] == whole(talk)


@quick
@given(single_talks, st.integers(12, 1400), st.sampled_from([CLIENT, SERVER]))
def test_one_direction_alone(talk: str, size: int, direction: int) -> None:
    """What one side says in clear is told without the other."""
    packets = Connection().open().say(TALKS[talk], size).close().packets
    port = 50123 if direction == CLIENT else 443
    alone = [packet for packet in packets if int.from_bytes(packet.data[34:36], "big") == port]
    (found,) = all_facts(alone)
    (expected,) = whole(talk)
    assert found["messages"][1 - direction] == []
    assert found["ends"] == expected["ends"]
    assert found["messages"][direction] == expected["messages"][direction]
    assert found["certificates"][direction] is None
    assert found["certificates"][1 - direction] == expected["certificates"][1 - direction]
