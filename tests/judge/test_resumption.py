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
