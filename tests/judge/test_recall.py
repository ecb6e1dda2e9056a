"""A verdict that is remembered is the verdict that would be given anew: whatever the sizes, the frames, the order."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from made import (
    CCM_8_SUITE,
    CCS,
    FIN,
    SHA256_SUITE,
    SHA384_SUITE,
    SUPPORTS_TLS_1_3,
    client_hello,
    sealed,
    tls12,
    tls13,
)
from test_resumption import SELECTED, offer

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import CLIENT, HANDSHAKE, SERVER
from tlsscope.handshake.messages import CertificateRequest, Extension
from tlsscope.judge.authentication import authenticate
from tlsscope.judge.case import Case
from tlsscope.judge.outcome import judge_outcome
from tlsscope.judge.recall import Recall
from tlsscope.judge.shape import shape
from tlsscope.pipeline import Scan
from tlsscope.session.model import Alert, Ending, Session
from tlsscope.session.spoken import Message, SealedRecord

VARIANTS = 12
LAB = Path(__file__).parents[3] / "shared" / "lab"
TAGS = {SHA256_SUITE: 16, SHA384_SUITE: 16, CCM_8_SUITE: 8}
# What rules compare with: alerts, empty Certificates, Finished, CertificateVerify, with Java's padding and without,
# one more or less, twice a Finished; and data.
CONTENTS = [2, 18, 3, 7, 8, 9, 15, 16, 17, 24, 25, 28, 36, 44, 46, 51, 52, 53, 60, 62, 64, 68, 76, 79, 95, 96, 112]
CONTENTS += [120, 127, 128, 129, 235, 264, 280, 287, 300, 400, 911, 2000, 3000, 16384]
FLIGHTS = ([36], [52], [68], [8, 36], [24, 52], [44], [300, 79, 36], [491, 79, 52], [800], [2], [46], [300, 264, 52])
SERVER_FLIGHTS = ([6, 1000, 264, 36], [6, 129, 1000, 264, 36], [15, 350, 79, 52], [1200], [15, 52], [2], [6, 300, 79])
PLAIN: list[Extension] = []
OFFERED = (PLAIN, PLAIN, [(49, b"")], [(42, b"")], [(17513, b"")], [(27, b"")], [(19, b"")], [(41, b"rotten")])
ENDINGS = [(Ending.FIN, CLIENT), (Ending.FIN, SERVER), (Ending.RST, CLIENT), (Ending.OPEN, None), (Ending.IDLE, None)]


def plain(session: Session) -> tuple[object, object]:
    case = Case(session)
    session.authentication = authenticate(case)
    return session.authentication, judge_outcome(case)


def recalled(session: Session, recall: Recall) -> tuple[object, object]:
    case = Case(session)
    session.authentication, judgement = recall.judge(case)
    return session.authentication, judgement.outcome(case)


def assert_the_same(sessions: list[Session]) -> float:
    """Compare each session's verdicts; give the share of those whose shape had come before."""
    recall, known, again = Recall(remembered=len(sessions)), set(), 0
    for session in sessions:
        its = shape(Case(session))
        again += its is not None and its[0] in known
        known.add(None if its is None else its[0])
        assert recalled(session, recall) == plain(session), session
    return again / len(sessions)


def some_sizes(random: Random, begin: list[int], most: int, overhead: int) -> list[int]:
    contents = begin + [random.choice(CONTENTS) for _ in range(random.randint(0, most))]
    block = random.choice((0, 0, 0, 0, 16, 53))
    if block:
        contents = [-(-(content + 1) // block) * block - 1 for content in contents]
    return [content + overhead for content in contents]


def number(random: Random, session: Session) -> None:
    """Spread the frames of a session over a capture; now and then merge two, or swap them."""
    step = random.choice(((1, 5, 1000), (1, 5, 1000), (0, 1, 5)))
    frames = [random.randint(1, 10**6)]
    for _ in range(310):
        frames.append(frames[-1] + random.choice(step))
    if random.random() < 0.1:
        first, second = random.sample(range(1, 310), 2)
        frames[first], frames[second] = frames[second], frames[first]
    for message in session.messages:
        message.frame = frames[message.frame]
    for record in session.records:
        record.frame = frames[record.frame]
    session.alerts = [
        Alert(one.direction, one.level, one.description, frames[one.frame]) for one in session.alerts
    ]
    for name in ("first_frame", "client_hello_frame", "server_hello_frame", "server_certificates_frame", "end_frame"):
        frame = getattr(session, name)
        if frame is not None:
            setattr(session, name, frames[frame])
    client, server = (None if gap is None else frames[gap] for gap in session.gap_before)
    session.gap_before = client, server


def relatives(make: Callable[[Random], Session], seed: int) -> Iterator[Session]:
    """Make sessions that differ in their frames, in a size or two, or in what is around the messages."""
    for variant in range(VARIANTS):
        session, random = make(Random(seed)), Random(VARIANTS * seed + variant)
        for record in random.sample(session.records, min(len(session.records), random.choice((0, 0, 1, 2)))):
            like = random.choice((session.records[0].size, 2 * record.size - 30, random.choice(CONTENTS) + 22))
            record.size = like
        if random.random() < 0.1:
            session.client_hello = client_hello(SUPPORTS_TLS_1_3, *random.choice(OFFERED))
        if random.random() < 0.3:
            session.client_key_exchange = random.choice((b"", None))
        surround(random, session)
        number(random, session)
        yield session


def surround(random: Random, session: Session) -> None:
    """Vary what is around the messages."""
    if random.random() < 0.2:
        session.ending, session.ended_by = random.choice(ENDINGS)
        session.end_frame = None if session.ended_by is None else session.end_frame
    if random.random() < 0.1:
        session.packets = random.choice(((0, 5), (5, 0)))
    if random.random() < 0.1:
        session.gap_before = random.choice(((3, None), (None, 5), (101, None), (None, 12)))
    if random.random() < 0.1:
        session.client_hello = session.client_hello_frame = None
    if random.random() < 0.1:
        session.anomalies.append(Anomaly(random.choice((Kind.MID_STREAM, Kind.SNAPLEN)), "odd"))
    if random.random() < 0.2:
        description = random.choice((0, 40, 41, 42, 90, 116))
        side, level = random.choice((CLIENT, SERVER)), random.choice((1, 2))
        session.alerts.append(Alert(side, level, description, random.choice((3, 8, 11, 101, 150, 201, 250))))


def some_tls13(random: Random) -> Session:
    suite = random.choice((SHA256_SUITE, SHA256_SUITE, SHA384_SUITE, CCM_8_SUITE))
    overhead = 6 + TAGS[suite]
    resumes = random.random() < 0.15
    offered = random.choice(OFFERED) if not resumes else [offer(b"identity", random.choice((0, 77)))]
    session = tls13(
        some_sizes(random, random.choice(FLIGHTS), 3, overhead) if random.random() < 0.95 else [],
        some_sizes(random, random.choice(SERVER_FLIGHTS), 1, overhead),
        suite=suite,
        offered=tuple(offered),
        selected=SELECTED if resumes else (),
        afterwards=some_sizes(random, [], 3, overhead),
    )
    if random.random() < 0.2:  # the server says something before the client is done
        session.records.sort(key=lambda record: record.frame + 95 * (record.direction == SERVER))
    if random.random() < 0.03:
        session.messages.append(Message(CLIENT, HANDSHAKE, 20, 36, 102, 0, 102, random.choice((0, 1))))
    return session


FULL = [(CLIENT, 1), (SERVER, 2), (SERVER, 11), (SERVER, 12), (SERVER, 13), (SERVER, 14), (CLIENT, 11), (CLIENT, 16)]
FULL += [(CLIENT, 15), (CLIENT, CCS), (CLIENT, FIN), (SERVER, 4), (SERVER, CCS), (SERVER, FIN)]
ANSWERS: list[tuple[bytes, ...] | None] = [None, (), (b"certificate",)]


def some_tls12(random: Random) -> Session:
    said = [one for one in FULL if random.random() < 0.95][: random.choice((14, 14, 14, 14, 9, 6, 3))]
    if random.random() < 0.3:
        said = [one for one in said if one[1] not in (13, 11, 15) or one == (SERVER, 11)]
    session = tls12(
        said,
        suite=random.choice((0xC02F, 0xC02F, 0xC02F, 0x0034, 0x008C, 0x002F, 0xFFFF)),
        version=random.choice((0x0303, 0x0303, 0x0300)),
        client=random.choice(ANSWERS),
        client_key_exchange=random.choice((b"share", b"")),
        protection=random.choice((0, 0, 0, 1)),
    )
    if (SERVER, 13) in said:
        session.certificate_request = CertificateRequest(random.choice(((1, 64), (65, 66))), (), ())
    if random.random() < 0.2:
        more: list[SealedRecord] = []
        for side, least in ((CLIENT, 200), (SERVER, 206)):
            contents = [150, random.choice((7, 1000)), 70, 264, 16][: random.randint(3, 5)]
            more += sealed(side, [content + 29 for content in contents], least, HANDSHAKE)
        session.records += more
    return session


def test_random_sessions_of_tls_1_3() -> None:
    assert assert_the_same([one for seed in range(800) for one in relatives(some_tls13, seed)]) > 0.1


def test_random_sessions_of_tls_1_2() -> None:
    assert assert_the_same([one for seed in range(400) for one in relatives(some_tls12, seed)]) > 0.2


def fixed_diffie_hellman(*types: int) -> Session:
    said = [one for one in FULL if one != (CLIENT, 15)]
    session = tls12(said, client=(b"certificate",), client_key_exchange=b"")
    session.certificate_request = CertificateRequest(types, (), ())
    return session


MAY_BE_ASKED_LATER = ((49, b""),)
UNLIKE = {
    "the second record is a Finished if the first is a padded empty Certificate": (
        tls13([58, 900, 86]),
        tls13([58, 86, 900]),
    ),
    "the first two are the same": (tls13([58, 100, 24]), tls13([58, 58, 24])),
    "an empty Certificate and a Finished come late": (
        tls13([58, 38, 900, 58], offered=MAY_BE_ASKED_LATER),
        tls13([58, 900, 38, 58], offered=MAY_BE_ASKED_LATER),
    ),
    "no record is as small as an alert without padding": (tls13([66, 900, 24]), tls13([66, 900, 900])),
    "the server's answer is one alert, or two": (
        tls13([30, 58, 900, 800], [28, 151, 1748, 286, 58], afterwards=[24], ended_by=SERVER),
        tls13([30, 58, 900, 800], [28, 151, 1748, 286, 58], afterwards=[24, 24], ended_by=SERVER),
    ),
    "the certificate that was asked for may hold the share": (fixed_diffie_hellman(1), fixed_diffie_hellman(65)),
}


@pytest.mark.parametrize(("one", "other"), UNLIKE.values(), ids=list(UNLIKE))
def test_what_a_rule_asks_for_makes_another_shape(one: Session, other: Session) -> None:
    assert str(plain(one)) != str(plain(other))
    for first, second in ((one, other), (other, one)):
        recall = Recall()
        recalled(first, recall)
        assert recalled(second, recall) == plain(second)


def test_other_frames_and_other_data_are_the_same_shape() -> None:
    first = tls13([58, 900, 24], [28, 1748, 286, 58], afterwards=[255, 4000])
    again = tls13([58, 1200, 24], [28, 1748, 286, 58], afterwards=[255, 16406, 800])
    for record in again.records:
        record.frame += 1000
    again.first_frame, again.server_hello_frame, again.end_frame = 1001, 1002, 1301
    recall = Recall()
    recall.judge(Case(first))
    its, other = shape(Case(first)), shape(Case(again))
    assert its is not None
    assert other is not None
    assert its[0] == other[0]
    verdict, _ = recall.judge(Case(again))
    assert verdict.grounds[0].frames == (1100,)


def test_sizes_that_fit_nothing_are_shown_as_they_are() -> None:
    recall = Recall()
    shown = [recall.judge(Case(tls13([74, size, 24])))[0].grounds[0].text for size in (762, 900)]
    assert "(74, 762, 24)" in shown[0]
    assert "(74, 900, 24)" in shown[1]


def test_the_memory_is_bounded() -> None:
    recall = Recall(remembered=2)
    for size in (58, 74, 66, 58):
        verdict, _ = recall.judge(Case(tls13([size, 900])))
        assert verdict == authenticate(Case(tls13([size, 900])))


@pytest.mark.skipif(not LAB.exists(), reason="the shared lab captures are not beside the checkout")
def test_the_lab() -> None:
    captures = sorted(str(path) for path in LAB.rglob("*.pcap"))
    sessions = [one for one in Scan(captures) if isinstance(one, Session)]
    random = Random(1)
    random.shuffle(sessions)
    assert assert_the_same(sessions) > 0.1
