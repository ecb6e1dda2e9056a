"""Packets lost, doubled and out of order take answers away; they never make a bold one wrong.

Truth is what decryption shows of the untouched captures (`tests/captures` and `tests/session` hold that to the
configuration of both ends). The damage is drawn with a fixed seed, so a failure can be seen again.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from struct import unpack_from
from typing import NamedTuple

import pytest

from tlsscope.constants import TLS_1_3
from tlsscope.pipeline import Options, Scan
from tlsscope.pipeline.calibrating import key_logs_beside
from tlsscope.session.model import Authentication, Basis, ClientCertificate, Mode, Session

CAPTURES = Path(__file__).parents[2] / "captures"
LAB = Path(__file__).parents[3] / "shared" / "lab"
BOLD = 0.95
ANSWERED = 0.97
CAUTIOUSLY_WRONG = 0.03  # of verdicts that are not bold
FILE_HEADER, RECORD_HEADER = 24, 16

Packets = list[bytes]  # each with its record header
Damage = Callable[[Packets, random.Random], Packets]
Ends = tuple[str, int, str, int]


class Known(NamedTuple):
    """A capture, and the true verdict of each of its sessions."""

    file: Path
    truth: dict[Ends, Authentication]


def ends(session: Session) -> Ends:
    return session.client.ip, session.client.port, session.server.ip, session.server.port


def sessions(file: Path, options: Options) -> list[Session]:
    return [one for one in Scan([str(file)], options) if isinstance(one, Session) and one.authentication is not None]


def known(folder: Path, pattern: str, limit: int) -> list[Known]:
    """Choose captures whose keys open a TLS 1.3 handshake to both Finished."""
    found = []
    files = sorted(folder.glob(pattern))
    random.Random(len(files)).shuffle(files)
    for file in files:
        truth = {
            ends(one): one.authentication
            for one in sessions(file, Options(keylogs=key_logs_beside(file)))
            if one.version == TLS_1_3 and one.authentication and one.authentication.basis is Basis.DECRYPTED
            if one.finished_verified == (True, True)
        }
        if truth and file.read_bytes()[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
            found.append(Known(file, truth))
        if len(found) == limit:
            break
    return found


def packets(data: bytes) -> Packets:
    found, place = [], FILE_HEADER
    while place < len(data):
        end = place + RECORD_HEADER + unpack_from("<I", data, place + 8)[0]
        found.append(data[place:end])
        place = end
    return found


def lose_one(whole: Packets, chance: random.Random) -> Packets:
    gone = chance.randrange(len(whole))
    return [*whole[:gone], *whole[gone + 1 :]]


def lose_some(whole: Packets, chance: random.Random) -> Packets:
    return [one for one in whole if chance.random() > 0.1] or whole[:1]


def lose_a_run(whole: Packets, chance: random.Random) -> Packets:
    first = chance.randrange(len(whole))
    return [*whole[:first], *whole[first + chance.randrange(2, 6) :]] or whole[:1]


def begin_late(whole: Packets, chance: random.Random) -> Packets:
    return whole[chance.randrange(len(whole)) :]


def end_early(whole: Packets, chance: random.Random) -> Packets:
    return whole[: chance.randrange(1, len(whole))]


def double(whole: Packets, chance: random.Random) -> Packets:
    return [one for packet in whole for one in [packet] * (1 + (chance.random() < 0.3))]


def reorder(whole: Packets, chance: random.Random) -> Packets:
    """Let some packets be overtaken by up to three later ones."""
    places = [index + (chance.uniform(1, 3.5) if chance.random() < 0.3 else 0) for index in range(len(whole))]
    return [packet for _, packet in sorted(zip(places, whole, strict=True), key=lambda pair: pair[0])]


def everything(whole: Packets, chance: random.Random) -> Packets:
    return reorder(double(lose_one(whole, chance), chance), chance)


DAMAGES: list[Damage] = [lose_one, lose_some, lose_a_run, begin_late, end_early, double, reorder, everything]


def is_wrong(said: Authentication, true: Authentication) -> bool:
    """Tell a verdict that says anything else than the truth or "unknown"."""
    if said.mode not in (true.mode, Mode.UNKNOWN):
        return True
    return said.client_certificate not in (true.client_certificate, ClientCertificate.UNKNOWN)


def verdicts(
    one: Known, damage: Damage, chance: random.Random, place: Path
) -> Iterator[tuple[Authentication, Authentication]]:
    """Damage a capture; give what is said of its sessions beside the truth."""
    data = one.file.read_bytes()
    damaged = place / "damaged.pcap"
    damaged.write_bytes(data[:FILE_HEADER] + b"".join(damage(packets(data), chance)))
    for session in sessions(damaged, Options()):
        true = one.truth.get(ends(session))
        if true is not None and session.authentication is not None:
            yield session.authentication, true


def hold(chosen: list[Known], damage: Damage, times: int, place: Path) -> Counter[str]:
    """Fail with every bold verdict that is wrong; count the others."""
    chance = random.Random(damage.__name__)
    counts: Counter[str] = Counter()
    bold = []
    for one in chosen:
        for _ in range(times):
            for said, true in verdicts(one, damage, chance, place):
                wrong = is_wrong(said, true)
                counts["unknown" if said.mode is Mode.UNKNOWN else "wrong" if wrong else "right"] += 1
                if wrong and said.confidence >= BOLD:
                    bold.append((one.file.name, said, true.mode, true.client_certificate))
    assert bold == []
    assert counts["wrong"] <= sum(counts.values()) * CAUTIOUSLY_WRONG, counts
    return counts


OURS = known(CAPTURES, "tls13-*.pcap", 40)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_on_our_captures(damage: Damage, tmp_path: Path) -> None:
    counts = hold(OURS, damage, 4, tmp_path)
    assert sum(counts.values()) > 50
    if damage in (double, reorder):
        assert counts["right"] >= 0.9 * sum(counts.values())


@pytest.mark.skipif(not LAB.exists(), reason="the shared lab captures are not beside the checkout")
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_on_many_stacks(damage: Damage, tmp_path: Path, lab: list[Known]) -> None:
    counts = hold(lab, damage, 2, tmp_path)
    assert sum(counts.values()) > 100
    if damage in (double, reorder):
        assert counts["right"] >= 0.9 * sum(counts.values())


@pytest.fixture(scope="module")
def lab() -> list[Known]:
    return [*known(LAB / "tls13", "*.pcap", 120), *known(LAB / "tls13-special", "*.pcap", 60)]


@pytest.mark.parametrize("run", range(1, 6))
def test_a_later_request_that_is_lost_anywhere(run: int, tmp_path: Path) -> None:
    """Every run of packets once: the client was asked after the handshake, and that part may be what is missing."""
    chosen = known(CAPTURES, "tls13-post-handshake-*.pcap", 9) + known(LAB / "tls13-special", "pha-*.pcap", 9)
    assert chosen
    for one in chosen:
        for first in range(len(packets(one.file.read_bytes()))):
            for said, true in verdicts(one, partial(without, first, run), random.Random(), tmp_path):
                assert said.confidence < BOLD or not is_wrong(said, true), (one.file.name, first, said)


def without(first: int, run: int, whole: Packets, _: random.Random) -> Packets:
    return [*whole[:first], *whole[first + run :]] or whole[:1]


def test_whole_unpadded_sessions_have_an_answer_and_it_is_right() -> None:
    counts: Counter[str] = Counter()
    for one in known(CAPTURES, "tls13-*.pcap", 1000):
        if "padded" in one.file.name:
            continue
        for session in sessions(one.file, Options()):
            true = one.truth.get(ends(session))
            if true is not None and session.authentication is not None:
                assert not is_wrong(session.authentication, true), one.file.name
                counts["right" if session.authentication.mode is true.mode else "unknown"] += 1
    assert sum(counts.values()) > 50
    assert counts["right"] >= ANSWERED * sum(counts.values())
