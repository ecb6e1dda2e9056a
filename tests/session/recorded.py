"""Sessions of Python's `ssl` with itself and their key logs: what is said enters a capture file, keys beside it."""

import tempfile
from pathlib import Path
from ssl import TLSVersion
from typing import NamedTuple

from handshakes import Ends, Said, ends, talk
from traffic import Connection, pcap

from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Session

HEADER = 5


class Spoken(NamedTuple):
    """What both said, and the lines of their key log."""

    said: list[Said]
    keys: list[str]


def spoken(version: TLSVersion = TLSVersion.TLSv1_3, mutual: bool = True) -> Spoken:
    """Let both ends talk, with a key log."""
    both = ends(version, mutual)
    return with_key_log(both)


def with_key_log(both: Ends) -> Spoken:
    """Talk while the client writes its key log."""
    with tempfile.TemporaryDirectory() as place:
        log = Path(place, "keys")
        both.client.keylog_filename = str(log)
        said = talk(both)
        both.client.keylog_filename = str(Path(place, "other"))  # closes the first
        lines = log.read_text(encoding="ascii").splitlines()
    return Spoken(said, [line for line in lines if not line.startswith("#")])


def told(place: Path, said: list[Said], *key_logs: list[str]) -> Session:
    """Scan what was said with key logs of these lines; there is one session."""
    return scanned(place, Connection().open().say(said).close(), *key_logs)


def scanned(place: Path, connection: Connection, *key_logs: list[str]) -> Session:
    """Scan a connection with key logs of these lines; there is one session."""
    capture = place / "made.pcap"
    capture.write_bytes(pcap(connection.packets))
    files = []
    for number, lines in enumerate(key_logs):
        file = place / f"{number}.keys"
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        files.append(str(file))
    found = list(Scan([str(capture)], Options(keylogs=tuple(files))))
    assert len(found) == 1
    assert isinstance(found[0], Session)
    return found[0]


class Record(NamedTuple):
    """A record: which of the flights it is in, its place there, its length with the header, its content type."""

    flight: int
    place: int
    size: int
    content_type: int


def records(said: list[Said], direction: int) -> list[Record]:
    """Find the records of one side."""
    found = []
    for flight, (side, data) in enumerate(said):
        place = 0
        while side == direction and place < len(data):
            size = HEADER + int.from_bytes(data[place + 3 : place + HEADER], "big")
            found.append(Record(flight, place, size, data[place]))
            place += size
    return found


def sealed(said: list[Said], direction: int) -> list[Record]:
    """Find the encrypted records of one side of TLS 1.3."""
    return [one for one in records(said, direction) if one.content_type == 23]


def spoilt(said: list[Said], record: Record) -> list[Said]:
    """Change one bit of a record's ciphertext."""
    direction, data = said[record.flight]
    changed = bytearray(data)
    changed[record.place + HEADER + 3] ^= 1
    return [*said[: record.flight], (direction, bytes(changed)), *said[record.flight + 1 :]]
