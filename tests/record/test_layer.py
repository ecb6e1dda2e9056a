"""Records as they come: cut, empty, in the old form, or none at all. Each record is written by hand."""

import pytest

from tlsscope.constants import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HANDSHAKE
from tlsscope.flow.listener import LISTENING, NOT_TLS, TOLD
from tlsscope.record.layer import RecordLayer
from tlsscope.record.sink import Sink

A, B = 0, 1
PATIENCE = 64  # chunks without a record
HELLO = bytes((1, 0, 0, 38, 3, 3)) + bytes(36)  # the header of a ClientHello, its version, and zeros
SERVER_HELLO = b"\2" + HELLO[1:]


def record(content_type: int, fragment: bytes, version: int = 0x0303) -> bytes:
    return bytes((content_type, version >> 8, version & 255)) + len(fragment).to_bytes(2, "big") + fragment


class Notebook(Sink):
    """Writes down what it is told; wants what is not application data."""

    def __init__(self) -> None:
        self.told = False
        self.weight = 0
        self.records: list[tuple[int, int, int, bytes | None]] = []
        self.frames: list[tuple[int, int]] = []
        self.notes: list[tuple[object, ...]] = []

    def wants(self, direction: int, content_type: int) -> bool:
        return content_type != APPLICATION_DATA

    def record(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        first_frame: int, frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        self.records.append((direction, content_type, size, fragment))
        self.frames.append((first_frame, frame))

    def hello(self, direction: int) -> None:
        self.notes.append(("hello", direction))

    def old_message(self, direction: int, body: bytes, frame: int, time: int) -> bool:
        self.notes.append(("old", direction, body))
        return True

    def gap(self, direction: int, size: int, frame: int) -> None:
        self.notes.append(("gap", direction, size))

    def cut(self, direction: int, size: int, frame: int) -> None:
        self.notes.append(("cut", direction, size))

    def lost(self, direction: int, frame: int) -> None:
        self.notes.append(("lost", direction))

    def conflict(self, direction: int, frame: int) -> None:
        self.notes.append(("conflict", direction))

    def bound(self, direction: int, frame: int, text: str) -> None:
        self.notes.append(("bound", direction))

    def restart(self) -> None:
        self.told = False
        self.notes.append(("restart",))

    def closed(self, ending: object) -> None:
        self.notes.append(("closed",))


def hear(*chunks: tuple[int, bytes]) -> tuple[Notebook, list[int]]:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    return notebook, [layer.chunk(direction, data, frame, 0) for frame, (direction, data) in enumerate(chunks, 1)]


def test_several_records_in_a_chunk() -> None:
    data = record(HANDSHAKE, HELLO) + record(CHANGE_CIPHER_SPEC, b"\1") + record(ALERT, b"\1\0")
    notebook, answers = hear((A, data))
    assert notebook.records == [
        (A, HANDSHAKE, 47, HELLO), (A, CHANGE_CIPHER_SPEC, 6, b"\1"), (A, ALERT, 7, b"\1\0"),
    ]  # fmt: skip
    assert answers == [LISTENING]


def test_a_record_over_several_chunks_begins_in_one_frame_and_ends_in_another() -> None:
    data = record(HANDSHAKE, HELLO)
    notebook, _ = hear((A, data[:3]), (A, data[3:20]), (A, data[20:]))
    assert notebook.records == [(A, HANDSHAKE, 47, HELLO)]
    assert notebook.frames == [(1, 3)]


def test_what_nobody_wants_is_told_by_its_size() -> None:
    data = record(HANDSHAKE, HELLO) + record(APPLICATION_DATA, bytes(100))
    notebook, _ = hear((A, data[:60]), (A, data[60:]))
    assert notebook.records[1] == (A, APPLICATION_DATA, 105, None)
    assert notebook.frames[1] == (1, 2)


def test_an_empty_record() -> None:
    """RFC 5246 §6.2.1 lets application data be empty; others send empty handshake records too."""
    notebook, _ = hear((A, record(HANDSHAKE, b"") + record(HANDSHAKE, HELLO)))
    assert [size for _, _, size, _ in notebook.records] == [5, 47]


@pytest.mark.parametrize("version", [0x0300, 0x0301, 0x0302, 0x0303, 0x0304])
def test_each_version_from_ssl_3(version: int) -> None:
    notebook, _ = hear((A, record(HANDSHAKE, HELLO, version)))
    assert len(notebook.records) == 1


def test_a_gap_inside_a_record_leaves_its_end_known() -> None:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    layer.chunk(A, record(HANDSHAKE, HELLO), 1, 0)
    broken = record(HANDSHAKE, bytes((11, 0, 0, 196)) + bytes(196))
    layer.chunk(A, broken[:50], 2, 0)
    layer.gap(A, 100, 3, 0)
    layer.chunk(A, broken[150:] + record(ALERT, b"\2\50"), 3, 0)
    assert notebook.records[1:] == [(A, ALERT, 7, b"\2\50")]
    assert ("gap", A, 100) in notebook.notes


def test_a_gap_over_a_boundary_is_passed_where_records_prove_one() -> None:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    layer.chunk(A, record(HANDSHAKE, HELLO), 1, 0)
    layer.gap(A, 500, 2, 0)
    layer.chunk(A, b"\x17\x03\x03\x00\x10" + bytes(40), 2, 0)  # like a record, but nothing follows that is one
    assert len(notebook.records) == 1
    layer.chunk(A, record(ALERT, b"\2\50") + record(ALERT, b"\1\0") + b"\x17\x03", 3, 0)
    assert notebook.records[1:] == [(A, ALERT, 7, b"\2\50"), (A, ALERT, 7, b"\1\0")]


def test_a_server_hello_proves_a_boundary_before_its_record_is_whole() -> None:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    layer.chunk(A, record(HANDSHAKE, HELLO), 1, 0)
    layer.gap(B, 500, 2, 0)
    flight = record(HANDSHAKE, SERVER_HELLO + bytes((11, 0, 1, 0)) + bytes(256))
    layer.chunk(B, flight[:100], 2, 0)
    layer.chunk(B, flight[100:], 3, 0)
    assert notebook.records[1][:3] == (B, HANDSHAKE, len(flight))


def test_bytes_that_are_no_record_lose_the_step_and_only_there() -> None:
    notebook, answers = hear((A, record(HANDSHAKE, HELLO) + b"HTTP/1.1"), (B, record(HANDSHAKE, SERVER_HELLO)))
    assert ("lost", A) in notebook.notes
    assert [direction for direction, *_ in notebook.records] == [A, B]
    assert answers == [LISTENING, LISTENING]


def test_no_record_at_all_is_no_tls() -> None:
    assert hear((A, b"\x16"), (A, b"\x03\x09ab"))[1] == [LISTENING, NOT_TLS]
    assert hear((A, b"\x16\x03\x01\xff\xff\x01"))[1] == [NOT_TLS]


def test_a_search_without_end_is_given_up() -> None:
    chunks = [(A, record(HANDSHAKE, HELLO) + b"HTTP/1.1")] + [(A, b"no record")] * PATIENCE
    answers = hear(*chunks)[1]
    assert answers[-2:] == [LISTENING, TOLD]


def test_when_all_is_told_the_rest_is_not_read() -> None:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    notebook.told = True
    notebook.record = lambda *_: None  # type: ignore[method-assign]
    layer.chunk(A, record(HANDSHAKE, HELLO), 1, 0)
    assert notebook.notes == [("restart",), ("hello", A)]


def test_a_hello_of_ssl_2_and_its_answer() -> None:
    """draft-hickman-netscape-ssl-00 §1.1: two bytes of length, or three with padding."""
    hello = bytes((1, 0, 2, 0, 3, 0, 0, 0, 16, 1, 0, 128)) + bytes(16)
    answer = bytes((4, 0, 1, 0, 2, 0, 0, 0, 3, 0, 16, 1, 0, 128)) + bytes(16)
    padded = bytes((0, len(answer) + 2, 2)) + answer + bytes(2)
    short = bytes((0x80, len(answer))) + answer
    padded = bytes((0, len(answer) + 2, 2)) + answer + bytes(2)
    for whole in (short, padded):
        notebook, _ = hear((A, bytes((0x80, len(hello))) + hello), (B, whole[:20]), (B, whole[20:]))
        assert notebook.notes == [("old", A, hello), ("old", B, answer)]


def test_what_it_holds_is_weighed() -> None:
    notebook = Notebook()
    layer = RecordLayer(notebook)
    empty = layer.weight
    layer.chunk(A, record(HANDSHAKE, bytes((11, 0, 0x3F, 0xFC)) + bytes(16_380))[:9000], 1, 0)
    assert layer.weight == empty + 9000
    notebook.weight = 500
    layer.gap(A, 1, 2, 0)
    assert layer.weight == empty + 500
