"""Whatever is cut off, turned over or made up: the program goes on, and fails by InputError alone."""

from pathlib import Path

import handshakes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from traffic import Connection, pcap, sessions

from tlsscope.constants import CLIENT, SERVER
from tlsscope.judge import Resumptions, judge
from tlsscope.pipeline import InputFailure, Scan
from tlsscope.report.compose import document

TALKS = (handshakes.tls12(mutual=True), handshakes.tls13(), handshakes.retried())
OWN = sorted(path for path in (Path(__file__).parents[2] / "captures").glob("*.pcap*") if path.stat().st_size < 20_000)
noise = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
changes = st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=12)


def changed(data: bytes, spots: list[tuple[int, int]]) -> bytes:
    spoiled = bytearray(data)
    for place, value in spots:
        spoiled[place % len(spoiled)] = value
    return bytes(spoiled)


def survives(data: bytes, place: Path) -> None:
    place.write_bytes(data)
    for told in Scan([str(place)]):
        if not isinstance(told, InputFailure):
            document(told)


@noise
@given(st.sampled_from(OWN), changes, st.integers(0, 1 << 20))
def test_a_spoiled_and_cut_capture(tmp_path: Path, capture: Path, spots: list[tuple[int, int]], stop: int) -> None:
    data = changed(capture.read_bytes(), spots)
    survives(data[: len(data) - stop % 400], tmp_path / capture.name)


@noise
@given(st.sampled_from(TALKS), changes, st.integers(1, 1400))
def test_spoiled_bytes_of_both_ends(talk: handshakes.Talk, spots: list[tuple[int, int]], size: int) -> None:
    said = [(direction, changed(data, spots)) for direction, data in talk]
    for session in sessions(Connection().open().say(said, size).close().packets):
        judge(session, Resumptions())
        document(session)


@noise
@given(st.lists(st.tuples(st.sampled_from([CLIENT, SERVER]), st.binary(min_size=1, max_size=80)), max_size=8))
def test_bytes_made_up_after_a_hello(said: list[tuple[int, bytes]]) -> None:
    hello = handshakes.tls13()[0]
    for session in sessions(Connection().open().say([hello, *said]).packets):
        judge(session, Resumptions())
        document(session)


@noise
@given(st.lists(st.tuples(st.sampled_from([CLIENT, SERVER]), st.integers(0, 255), st.binary(max_size=60)), max_size=8))
def test_records_and_messages_made_up(said: list[tuple[int, int, bytes]]) -> None:
    made = [
        (direction, b"\x16\x03\x03" + (4 + len(body)).to_bytes(2, "big") + bytes((kind, 0, 0, len(body))) + body)
        for direction, kind, body in said
    ]
    for session in sessions(Connection().open().say(made).packets):
        judge(session, Resumptions())
        document(session)


@noise
@given(changes, st.integers(0, 5000))
def test_spoiled_packets(tmp_path: Path, spots: list[tuple[int, int]], stop: int) -> None:
    data = changed(pcap(Connection().open().say(TALKS[0], 300).close().packets), [(40 + at, to) for at, to in spots])
    survives(data[: len(data) - stop], tmp_path / "made.pcap")
