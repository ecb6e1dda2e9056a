"""Which sealed record is which: real sizes, named as far as a rule of the verdict goes and no further.

Truth: what decryption shows of the same captures, message by message.
"""

from pathlib import Path

import pytest
from made import SHA384_SUITE, tls13

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CERTIFICATE_REQUEST,
    CERTIFICATE_VERIFY,
    DECRYPTED,
    ENCRYPTED,
    ENCRYPTED_EXTENSIONS,
    FINISHED,
    HANDSHAKE,
    TLS_1_3,
)
from tlsscope.judge import Resumptions, judge, name_records
from tlsscope.judge.naming import Held
from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Session

CAPTURES = Path(__file__).parents[2] / "captures"
LAB = Path(__file__).parents[3] / "shared" / "lab"


def named(session: Session) -> list[tuple[int, Held | None]]:
    """Judge, then give size and name of each sealed record."""
    judge(session, Resumptions())
    names = name_records(session)
    return [
        (one.length, names.get(place)) for place, one in enumerate(session.messages) if one.protection == ENCRYPTED
    ]


def handshake(*messages: int, padding: int = 0, part: bool = False) -> Held:
    return Held((HANDSHAKE,), messages, padding, part)


DATA, AN_ALERT = Held((APPLICATION_DATA,)), Held((ALERT,))


def test_a_mutual_handshake_in_a_record_each() -> None:
    flight = [28, 151, 1748, 286, 74]
    assert named(tls13([947, 286, 74, 46, 24], flight, suite=SHA384_SUITE, afterwards=[255, 255])) == [
        (28, handshake(ENCRYPTED_EXTENSIONS)),
        (151, handshake(CERTIFICATE_REQUEST)),
        (1748, handshake(CERTIFICATE)),
        (286, handshake(CERTIFICATE_VERIFY)),
        (74, handshake(FINISHED)),
        (947, handshake(CERTIFICATE)),
        (286, handshake(CERTIFICATE_VERIFY)),
        (74, handshake(FINISHED)),
        (46, DATA),
        (24, AN_ALERT),
        (255, Held((HANDSHAKE, APPLICATION_DATA), (4,))),
        (255, Held((HANDSHAKE, APPLICATION_DATA), (4,))),
    ]


def test_java_pads_each_record() -> None:
    records = named(tls13([529, 117, 90, 93, 40], suite=SHA384_SUITE))
    assert [held and held.padding for _, held in records[:3]] == [16, 16, 16]
    assert [held and held.messages for _, held in records[:3]] == [(CERTIFICATE,), (CERTIFICATE_VERIFY,), (FINISHED,)]


def test_a_certificate_cut_into_records() -> None:
    records = named(tls13([534, 534, 534, 286, 58, 60]))
    assert records[0] == (534, handshake(CERTIFICATE, part=True))
    assert records[3:5] == [(286, handshake(CERTIFICATE_VERIFY)), (58, handshake(FINISHED))]


def test_a_flight_in_one_record() -> None:
    assert named(tls13([628, 670, 24]))[0] == (628, handshake(CERTIFICATE, CERTIFICATE_VERIFY, FINISHED))


@pytest.mark.parametrize(
    "client",
    [[277, 277, 277], [74, 74, 127, 74], [61, 99], []],
    ids=["padded", "padded to a Finished", "odd sizes", "nothing"],
)
def test_where_no_rule_answers_nothing_has_a_name(client: list[int]) -> None:
    assert all(held is None for _, held in named(tls13(client, suite=SHA384_SUITE)))


def test_contradictions_name_nothing() -> None:
    records = named(tls13([74, 46], [28, 151, 1748, 286, 74], suite=SHA384_SUITE))
    assert all(held is None for _, held in records)


def sessions(capture: Path, options: Options) -> list[Session]:
    return [one for one in Scan([str(capture)], options) if isinstance(one, Session)]


def check(capture: Path) -> tuple[int, int]:
    """Compare each name with what decryption shows in that frame; give how many were named, and how many were not."""
    keys = capture.with_suffix(".keys")
    opened = sessions(capture, Options(keylogs=(str(keys),)))
    count = silent = 0
    for sealed, truth in zip(sessions(capture, Options()), opened, strict=True):
        if sealed.version != TLS_1_3 or truth.finished_verified != (True, True):
            continue
        names = name_records(sealed)
        for place, message in enumerate(sealed.messages):
            held = names.get(place)
            silent += held is None and message.protection == ENCRYPTED
            if held is None or APPLICATION_DATA in held.content_types:
                continue
            count += 1
            true = {
                one.type if one.content_type == HANDSHAKE else -one.content_type
                for one in truth.messages
                if one.protection == DECRYPTED
                and one.direction == message.direction
                and one.first_frame <= message.frame <= one.frame
            }
            assert set(held.messages or (-ALERT,)) <= true, (capture.name, message, held)
    return count, silent


def test_names_are_what_decryption_shows() -> None:
    captures = sorted(CAPTURES.glob("tls13-*.pcap"))
    checked = [check(capture) for capture in captures if capture.with_suffix(".keys").is_file()]
    assert sum(count for count, _ in checked) > 300
    assert sum(count for count, _ in checked) > 3 * sum(silent for _, silent in checked)


@pytest.mark.skipif(not LAB.exists(), reason="the shared lab captures are not beside the checkout")
@pytest.mark.parametrize("family", ["tls13", "tls13-special", "starttls"])
def test_names_are_what_decryption_shows_of_many_stacks(family: str) -> None:
    captures = [capture for capture in sorted((LAB / family).glob("*.pcap")) if capture.with_suffix(".keys").is_file()]
    assert sum(check(capture)[0] for capture in captures) > 100
