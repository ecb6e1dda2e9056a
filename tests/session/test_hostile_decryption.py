"""A peer whose keys we have may still be hostile: many tiny records, endless messages. What they cost stays linear."""

from contextlib import suppress
from pathlib import Path
from ssl import MemoryBIO, SSLWantReadError, TLSVersion

from handshakes import NAME, Said, ends
from recorded import Spoken
from test_following import told

from tlsscope.anomalies import Kind
from tlsscope.constants import ALERT, APPLICATION_DATA, CLIENT, HANDSHAKE, SERVER, TLS_1_2
from tlsscope.session.decrypted import MOST_MESSAGES, Decrypted, Plain
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.spoken import SealedRecord

MANY = 100_000


def tiny(count: int, place: Path) -> Spoken:
    """Shake hands, then send so many records of one byte, one flight a thousand."""
    both = ends(TLSVersion.TLSv1_3)
    both.client.keylog_filename = str(place / "tiny.log")
    into, out = (MemoryBIO(), MemoryBIO()), (MemoryBIO(), MemoryBIO())
    client = both.client.wrap_bio(into[CLIENT], out[CLIENT], server_hostname=NAME)
    server = both.server.wrap_bio(into[SERVER], out[SERVER], server_side=True)
    said: list[Said] = []
    for end, direction in ((client, CLIENT), (server, SERVER), (client, CLIENT), (server, SERVER)):
        with suppress(SSLWantReadError):
            end.do_handshake()
        said.append((direction, out[direction].read()))
        into[1 - direction].write(said[-1][1])
    for _ in range(count // 1000):
        for _ in range(1000):
            client.write(b"x")
        said.append((CLIENT, out[CLIENT].read()))
    both.client.keylog_filename = str(place / "other.log")
    return Spoken(said, (place / "tiny.log").read_text(encoding="ascii").splitlines())


def test_a_session_of_many_tiny_records(tmp_path: Path) -> None:
    spoken = tiny(MANY, tmp_path)
    for follow_all in (False, True):
        session = told(tmp_path, spoken, follow_all=follow_all)
        assert session.finished_verified == (True, True)
        assert session.anomalies == []
        assert len(session.records) <= 128


def empty() -> Session:
    here = Endpoint("192.0.2.1", 1)
    return Session("made.pcap", here, here, 1, 1, 0, 0, version=TLS_1_2)


def record(frame: int) -> SealedRecord:
    return SealedRecord(CLIENT, APPLICATION_DATA, 0x0303, 30, frame, frame)


class Counting(Decrypted):
    """Counts how often the pieces are put together, which copies all of them."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.copies = 0

    def _whole(self, record: SealedRecord) -> list[Plain]:
        self.copies += 1
        return super()._whole(record)


def test_a_message_in_many_pieces_is_put_together_once() -> None:
    pieces = 40_000
    decrypted = Counting(empty())
    message = bytes((11,)) + (pieces - 4).to_bytes(3, "big") + bytes(pieces - 4)
    taken = [decrypted.take(record(i), HANDSHAKE, message[i : i + 1]) for i in range(pieces)]
    assert [len(one.raw) for one in taken[-1]] == [pieces]
    assert decrypted.copies == 5  # for each byte of the header, which says the length, and for the whole


def test_endless_messages_and_alerts_are_bounded_and_it_is_said() -> None:
    session = empty()
    decrypted = Decrypted(session)
    for frame in range(5_000):
        decrypted.take(record(frame), HANDSHAKE, b"\x18\x00\x00\x01\x00")  # KeyUpdate
        decrypted.take(record(frame), ALERT, b"\x01\x00")
    decrypted.finish()
    assert len(session.messages) == MOST_MESSAGES
    assert len(session.alerts) == MOST_MESSAGES
    assert [one.kind for one in session.anomalies].count(Kind.BOUND_HIT) == 1
    assert len(session.anomalies) < 100
