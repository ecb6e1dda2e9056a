"""Suites with the NULL cipher: what follows a ChangeCipherSpec is in clear, a MAC behind it (RFC 5246 §6.2.3.1).

Python's `ssl` says it to itself; what is expected is what both ends were made to say.
"""

from functools import cache
from pathlib import Path
from ssl import TLSVersion

import pytest
from handshakes import Said, ends
from recorded import HEADER, Spoken, told, with_key_log

from tlsscope.constants import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT,
    DECRYPTED,
    ENCRYPTED,
    FINISHED,
    HANDSHAKE,
    SERVER,
)
from tlsscope.session.model import Basis, Mode, Session, State
from tlsscope.session.spoken import Message

CLOSE_NOTIFY = 0
MAC = 20  # SHA-1
OTHER_KEYS = [f"CLIENT_RANDOM {'ab' * 32} {'cd' * 48}"]


@cache
def authenticated_only(mutual: bool = False) -> Spoken:
    """A session of ECDHE_ECDSA_WITH_NULL_SHA."""
    both = ends(TLSVersion.TLSv1_2, mutual)
    for end in both:
        end.set_ciphers("ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0")
    return with_key_log(both)


def after_the_change(session: Session) -> list[Message]:
    changed = min(one.frame for one in session.messages if one.content_type == CHANGE_CIPHER_SPEC)
    return [one for one in session.messages if one.frame >= changed and one.type in (FINISHED, CLOSE_NOTIFY, -1)]


@pytest.mark.parametrize("mutual", [False, True], ids=["one-way", "mutual"])
def test_the_finished_and_the_goodbyes_are_read(tmp_path: Path, mutual: bool) -> None:
    session = told(tmp_path, authenticated_only(mutual).said)
    told_last = after_the_change(session)
    assert [(one.direction, one.content_type, one.type, one.length, one.protection) for one in told_last] == [
        (CLIENT, HANDSHAKE, FINISHED, 16, CLEAR),
        (SERVER, HANDSHAKE, FINISHED, 16, CLEAR),
        (SERVER, ALERT, CLOSE_NOTIFY, 2, CLEAR),
        (CLIENT, ALERT, CLOSE_NOTIFY, 2, CLEAR),
    ]  # fmt: skip
    assert [(one.direction, one.level, one.description, one.protection) for one in session.alerts] == [
        (SERVER, 1, CLOSE_NOTIFY, CLEAR), (CLIENT, 1, CLOSE_NOTIFY, CLEAR),
    ]  # fmt: skip
    assert not any(record.fragment for record in session.records)


@pytest.mark.parametrize("mutual", [False, True], ids=["one-way", "mutual"])
def test_the_verdict_is_that_of_the_clear_handshake(tmp_path: Path, mutual: bool) -> None:
    session = told(tmp_path, authenticated_only(mutual).said)
    assert session.authentication is not None
    assert session.outcome is not None
    assert session.authentication.mode is (Mode.MUTUAL if mutual else Mode.ONE_WAY)
    assert session.authentication.basis is Basis.OBSERVED
    assert session.outcome.state is State.ESTABLISHED
    assert session.blind is None


def test_with_its_keys_the_macs_and_the_finished_are_checked(tmp_path: Path) -> None:
    spoken = authenticated_only()
    session = told(tmp_path, spoken.said, spoken.keys)
    assert session.finished_verified == (True, True)
    assert {one.protection for one in after_the_change(session)} == {DECRYPTED}
    assert len(after_the_change(session)) == 4


def test_keys_of_another_session_hide_nothing(tmp_path: Path) -> None:
    session = told(tmp_path, authenticated_only().said, OTHER_KEYS)
    assert {one.protection for one in after_the_change(session)} == {CLEAR}
    assert len(after_the_change(session)) == 4
    assert session.anomalies == []


def test_a_record_that_no_message_fills_stays_sealed(tmp_path: Path) -> None:
    """What it holds is not what the suite promised: it is listed, and nothing is said of its content."""
    spoiled: list[Said] = [
        (direction, _with_length_of_finished(flight, 13)) for direction, flight in authenticated_only().said
    ]
    session = told(tmp_path, spoiled)
    last = after_the_change(session)
    kinds = [(one.type, one.length, one.protection) for one in last if one.content_type == HANDSHAKE]
    assert kinds == [(-1, HEADER + 16 + MAC, ENCRYPTED)] * 2


def _with_length_of_finished(flight: bytes, length: int) -> bytes:
    """Let the Finished, which comes last in its flight, claim another length."""
    at = flight.find(b"\x16\x03\x03\0\x24\x14\0\0\x0c") + HEADER
    return flight if at < HEADER else flight[: at + 3] + bytes((length,)) + flight[at + 4 :]
