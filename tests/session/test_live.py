"""When a live session may be told: only what has been seen of both flights makes a handshake over."""

import pytest

from tlsscope.constants import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, CLIENT, HANDSHAKE, SERVER, TLS_1_2, TLS_1_3
from tlsscope.handshake.messages import ServerHello
from tlsscope.session.live import handshake_over
from tlsscope.session.model import Endpoint, Session
from tlsscope.session.spoken import Message, SealedRecord

HELLO = ServerHello(0x0303, bytes(32), b"", 0x1301, 0, (), b"")


def session(version: int | None) -> Session:
    ends = Endpoint("192.0.2.1", 50000), Endpoint("198.51.100.2", 443)
    made = Session("eth0", *ends, 1, 1, 0, 0, version=version)
    if version is not None:
        made.server_hello = HELLO
    return made


def sealed(direction: int, time: int, content_type: int = APPLICATION_DATA) -> SealedRecord:
    return SealedRecord(direction, content_type, 0x0303, 74, time, time)


def changed(direction: int, time: int) -> Message:
    return Message(direction, CHANGE_CIPHER_SPEC, 1, 1, time, time, time)


def test_a_client_that_waits_for_a_person_is_not_over() -> None:
    waiting = session(TLS_1_3)
    waiting.records = [sealed(SERVER, 2), sealed(SERVER, 3)]
    assert handshake_over(waiting) is None
    waiting.records.append(sealed(CLIENT, 60))
    assert handshake_over(waiting) == 60


def test_early_data_is_no_second_flight() -> None:
    """RFC 8446 §2.3: 0-RTT data comes before the server has said anything."""
    early = session(TLS_1_3)
    early.records = [sealed(CLIENT, 1), sealed(CLIENT, 2), sealed(SERVER, 3)]
    assert handshake_over(early) is None


def test_tls_1_2_is_over_with_both_finished() -> None:
    one = session(TLS_1_2)
    one.messages = [changed(CLIENT, 4)]
    one.records = [sealed(CLIENT, 4, HANDSHAKE)]
    assert handshake_over(one) is None
    one.messages.append(changed(SERVER, 5))
    assert handshake_over(one) is None
    one.records.append(sealed(SERVER, 5, HANDSHAKE))
    assert handshake_over(one) == 5


@pytest.mark.parametrize(("level", "over"), [(1, None), (2, 7)])
def test_a_fatal_alert_ends_it_and_a_warning_does_not(level: int, over: int | None) -> None:
    failed = session(None)
    failed.messages = [Message(SERVER, ALERT, 40, 2, 7, 7, 7, level=level)]
    assert handshake_over(failed) == over
