"""Resumed sessions have the mode of the session they resume, if that one was seen."""

from made import CCS, FIN, SHA384_SUITE, client_hello, server_hello, tls12, tls13

from tlsscope.constants import CLIENT, SERVER
from tlsscope.judge import Resumptions, judge
from tlsscope.session.model import Basis, ClientCertificate, Mode, ResumptionKind, Session

MUTUAL = [
    (CLIENT, 1),
    (SERVER, 2),
    (SERVER, 11),
    (SERVER, 12),
    (SERVER, 13),
    (SERVER, 14),
    (CLIENT, 11),
    (CLIENT, 16),
    (CLIENT, 15),
    (CLIENT, CCS),
    (CLIENT, FIN),
    (SERVER, CCS),
    (SERVER, FIN),
]
ABBREVIATED = [(CLIENT, 1), (SERVER, 2), (SERVER, CCS), (SERVER, FIN), (CLIENT, CCS), (CLIENT, FIN)]
SUITE = 0xC02F


def mutual(session_id: bytes = b"", tickets: tuple[bytes, ...] = ()) -> Session:
    session = tls12(MUTUAL, client=(b"certificate",))
    session.id = "first"
    session.server_hello = server_hello(SUITE, session_id=session_id)
    session.tickets = tickets
    return session


def resumed(session_id: bytes = b"", ticket: bytes = b"") -> Session:
    session = tls12(ABBREVIATED)
    session.id = "second"
    extensions = ((35, ticket),) if ticket else ()
    session.client_hello = client_hello(*extensions, session_id=session_id)
    session.server_hello = server_hello(SUITE, session_id=session_id)
    return session


def judged(*sessions: Session) -> Session:
    resumptions = Resumptions()
    for session in sessions:
        judge(session, resumptions)
    return sessions[-1]


def test_by_session_id() -> None:
    last = judged(mutual(session_id=b"i" * 32), resumed(session_id=b"i" * 32))
    assert last.resumption is not None
    assert (last.resumption.kind, last.resumption.accepted, last.resumption.original) == (
        ResumptionKind.SESSION_ID,
        True,
        "first",
    )
    assert last.authentication is not None
    assert (last.authentication.mode, last.authentication.basis) == (Mode.MUTUAL, Basis.INHERITED)
    assert last.authentication.confidence == 1.0
    assert "first" in last.authentication.grounds[0].text


def test_by_ticket() -> None:
    last = judged(mutual(tickets=(b"ticket" * 50,)), resumed(b"made by the client", b"ticket" * 50))
    assert last.resumption is not None
    assert last.resumption.kind is ResumptionKind.TICKET
    assert last.authentication is not None
    assert last.authentication.client_certificate is ClientCertificate.PRESENTED


def test_a_chain_of_resumptions() -> None:
    middle = resumed(b"", b"ticket one")
    middle.tickets = (b"ticket two",)
    last = judged(mutual(tickets=(b"ticket one",)), middle, resumed(b"", b"ticket two"))
    assert last.authentication is not None
    assert last.authentication.mode is Mode.MUTUAL


def test_an_original_that_was_not_seen() -> None:
    last = judged(mutual(session_id=b"i" * 32), resumed(session_id=b"j" * 32))
    assert last.authentication is not None
    assert last.authentication.mode is Mode.UNKNOWN
    assert last.resumption is not None
    assert last.resumption.original is None


def test_a_refused_ticket_inherits_nothing() -> None:
    full = tls12([item for item in MUTUAL if item not in ((SERVER, 13), (CLIENT, 11), (CLIENT, 15))])
    full.client_hello = client_hello((35, b"ticket one"))
    last = judged(mutual(tickets=(b"ticket one",)), full)
    assert last.resumption is not None
    assert last.resumption.accepted is False
    assert last.authentication is not None
    assert (last.authentication.mode, last.authentication.basis) == (Mode.ONE_WAY, Basis.OBSERVED)


def test_an_id_that_two_different_sessions_got_says_nothing() -> None:
    one_way = tls12([item for item in MUTUAL if item not in ((SERVER, 13), (CLIENT, 11), (CLIENT, 15))])
    one_way.server_hello = server_hello(SUITE, session_id=b"i" * 32)
    last = judged(mutual(session_id=b"i" * 32), one_way, resumed(session_id=b"i" * 32))
    assert last.authentication is not None
    assert last.authentication.mode is Mode.UNKNOWN


def offer(identity: bytes, age: int) -> tuple[int, bytes]:
    """pre_shared_key in a ClientHello, RFC 8446 §4.2.11: one identity, one binder."""
    entry = len(identity).to_bytes(2, "big") + identity + age.to_bytes(4, "big")
    return 41, len(entry).to_bytes(2, "big") + entry + b"\0\x21\x20" + bytes(32)


SELECTED = ((41, b"\0\0"),)


def test_by_a_decrypted_ticket() -> None:
    first = tls13([513, 101, 74, 59], suite=SHA384_SUITE)
    first.id, first.psk_identities = "first", (b"identity",)
    second = tls13([74, 59], suite=SHA384_SUITE, offered=(offer(b"identity", 77),), selected=SELECTED)
    last = judged(first, second)
    assert last.authentication is not None
    assert (last.authentication.mode, last.authentication.basis) == (Mode.MUTUAL, Basis.INHERITED)
    assert last.authentication.requested is False


def test_by_the_size_of_a_ticket() -> None:
    first = tls13([513, 101, 74, 59], [28, 151, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[735, 735, 85])
    second = tls13([74, 59], suite=SHA384_SUITE, offered=(offer(bytes(688), 77),), selected=SELECTED)
    last = judged(first, second)
    assert last.authentication is not None
    assert (last.authentication.mode, last.authentication.grounds[0].rule) == (Mode.MUTUAL, "ticket-size")
    assert last.authentication.confidence < 0.95


def test_a_size_that_fits_two_kinds_of_session_says_nothing() -> None:
    first = tls13([513, 101, 74, 59], [28, 151, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[735, 735])
    other = tls13([74, 59], [28, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[735, 735])
    second = tls13([74, 59], suite=SHA384_SUITE, offered=(offer(bytes(688), 77),), selected=SELECTED)
    last = judged(first, other, second)
    assert last.authentication is not None
    assert last.authentication.mode is Mode.UNKNOWN


def test_an_external_key_has_no_age() -> None:
    last = judged(tls13([58, 59], offered=(offer(b"Client_identity", 0),), selected=SELECTED))
    assert last.authentication is not None
    assert (last.authentication.mode, last.authentication.client_certificate) == (
        Mode.PSK,
        ClientCertificate.NOT_REQUESTED,
    )


def test_the_table_is_bounded() -> None:
    resumptions = Resumptions(remembered=3)
    for number in range(10):
        judge(mutual(session_id=bytes([number]) * 32), resumptions)
    assert resumptions.forgotten == 7
    oldest, newest = resumed(session_id=bytes([0]) * 32), resumed(session_id=bytes([9]) * 32)
    for session in (oldest, newest):
        judge(session, resumptions)
    assert oldest.authentication is not None
    assert newest.authentication is not None
    assert (oldest.authentication.mode, newest.authentication.mode) == (Mode.UNKNOWN, Mode.MUTUAL)


# A session may be resumed while it goes on: its connection ends, and it is judged, only later


def mode(session: Session) -> Mode | None:
    return None if session.authentication is None else session.authentication.mode


def test_the_original_goes_on() -> None:
    resumptions = Resumptions()
    original, second = mutual(session_id=b"i" * 32), resumed(session_id=b"i" * 32)
    resumptions.learn(original)
    judge(second, resumptions)
    assert (mode(second), second.resumption and second.resumption.original) == (Mode.MUTUAL, "first")
    assert original.authentication is None  # it will be judged in its own time
    judge(original, resumptions)
    third = resumed(session_id=b"i" * 32)
    judge(third, resumptions)
    assert mode(third) is Mode.MUTUAL


def test_what_is_judged_at_last_counts() -> None:
    resumptions = Resumptions()
    original = mutual(tickets=(b"ticket",))
    resumptions.learn(original)
    original.client_certificates = ()
    judge(original, resumptions)
    second = resumed(b"", b"ticket")
    judge(second, resumptions)
    assert (second.authentication and second.authentication.client_certificate) is ClientCertificate.DECLINED


def test_until_then_it_counts_as_it_was_when_its_handshake_was_over() -> None:
    resumptions = Resumptions()
    original = mutual(tickets=(b"ticket",))
    resumptions.learn(original)
    original.messages.clear()
    second = resumed(b"", b"ticket")
    judge(second, resumptions)
    assert mode(second) is Mode.MUTUAL


def test_a_chain_of_sessions_that_go_on() -> None:
    resumptions = Resumptions()
    first, middle = mutual(tickets=(b"ticket one",)), resumed(b"", b"ticket one")
    middle.tickets = (b"ticket two",)
    judge(first, resumptions)
    resumptions.learn(middle)
    last = resumed(b"", b"ticket two")
    judge(last, resumptions)
    assert mode(last) is Mode.MUTUAL


def test_sessions_that_resume_each_other_in_a_circle_say_nothing() -> None:
    resumptions = Resumptions()
    one, other = resumed(b"", b"ticket one"), resumed(b"", b"ticket two")
    one.tickets, other.tickets = (b"ticket two",), (b"ticket one",)
    resumptions.learn(one)
    resumptions.learn(other)
    last = resumed(b"", b"ticket one")
    judge(last, resumptions)
    assert mode(last) is Mode.UNKNOWN


def test_an_id_that_a_judged_session_had_and_another_got_says_nothing() -> None:
    resumptions = Resumptions()
    one_way = tls12([item for item in MUTUAL if item not in ((SERVER, 13), (CLIENT, 11), (CLIENT, 15))])
    one_way.server_hello = server_hello(SUITE, session_id=b"i" * 32)
    judge(one_way, resumptions)
    resumptions.learn(mutual(session_id=b"i" * 32))
    last = resumed(session_id=b"i" * 32)
    judge(last, resumptions)
    assert mode(last) is Mode.UNKNOWN


def test_an_abbreviated_handshake_that_goes_on_does_not_hide_its_original() -> None:
    resumptions = Resumptions()
    original, second = mutual(session_id=b"i" * 32), resumed(session_id=b"i" * 32)
    resumptions.learn(original)
    resumptions.learn(second)
    third = resumed(session_id=b"i" * 32)
    judge(third, resumptions)
    assert mode(third) is Mode.MUTUAL


def test_a_ticket_by_size_of_a_session_that_goes_on() -> None:
    resumptions = Resumptions()
    first = tls13([513, 101, 74, 59], [28, 151, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[735, 735, 85])
    first.id = "first"
    resumptions.learn(first)
    second = tls13([74, 59], suite=SHA384_SUITE, offered=(offer(bytes(688), 77),), selected=SELECTED)
    judge(second, resumptions)
    assert mode(second) is Mode.MUTUAL
    judge(first, resumptions)
    other = tls13([74, 59], [28, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[735, 735])
    other.id = "other"
    resumptions.learn(other)
    third = tls13([74, 59], suite=SHA384_SUITE, offered=(offer(bytes(688), 77),), selected=SELECTED)
    judge(third, resumptions)
    assert mode(third) is Mode.UNKNOWN


def test_what_was_learned_is_bounded_too() -> None:
    resumptions = Resumptions(remembered=3)
    for number in range(10):
        resumptions.learn(mutual(session_id=bytes([number]) * 32))
    assert resumptions.forgotten == 7
