"""Who ended a handshake and why. Truth: what the servers and clients were configured to refuse."""

from made import CCS, FIN, SHA384_SUITE, tls12, tls13

from tlsscope.constants import CLIENT, SERVER
from tlsscope.judge import Resumptions, judge
from tlsscope.session.model import Alert, Ending, Outcome, Session, State

HELLOS = [(CLIENT, 1), (SERVER, 2)]
ASKED = [*HELLOS, (SERVER, 11), (SERVER, 12), (SERVER, 13), (SERVER, 14)]
FINISHED = [(CLIENT, CCS), (CLIENT, FIN), (SERVER, CCS), (SERVER, FIN)]
SERVER_ASKS = [28, 151, 1748, 286, 74]


def outcome(session: Session) -> Outcome:
    judge(session, Resumptions())
    assert session.outcome is not None
    return session.outcome


def reason(session: Session) -> str:
    return outcome(session).reason or ""


def test_both_finished() -> None:
    assert (
        outcome(tls12([*ASKED, (CLIENT, 11), (CLIENT, 16), *FINISHED], client=())).state is State.ESTABLISHED
    )


def test_a_goodbye_after_the_handshake_is_no_failure() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), *FINISHED]
    late = Alert(SERVER, 2, 80, frame=99)
    assert outcome(tls12(said, client=(), alerts=[late])).state is State.ESTABLISHED


def test_the_server_refuses_an_unknown_authority() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), (CLIENT, 15), (CLIENT, CCS), (CLIENT, FIN)]
    ended = outcome(tls12(said, client=(b"certificate",), alerts=[Alert(SERVER, 2, 48, 12)]))
    assert (ended.state, ended.by) == (State.FAILED, SERVER)
    assert "unknown_ca" in (ended.reason or "")


def test_the_server_requires_a_certificate() -> None:
    said = [*ASKED, (CLIENT, 11), (CLIENT, 16), (CLIENT, CCS), (CLIENT, FIN)]
    sentence = reason(tls12(said, client=(), alerts=[Alert(SERVER, 2, 40, 10)]))
    assert "required a client certificate and the client sent none" in sentence


def test_the_server_refuses_the_client_hello() -> None:
    ended = outcome(tls12([(CLIENT, 1)], alerts=[Alert(SERVER, 2, 70, 2)]))
    assert (ended.state, ended.by) == (State.FAILED, SERVER)
    assert "refused the ClientHello: protocol_version" in (ended.reason or "")


def test_the_client_refuses_the_servers_certificate() -> None:
    ended = outcome(tls12([*HELLOS, (SERVER, 11), (SERVER, 14)], alerts=[Alert(CLIENT, 2, 42, 5)]))
    assert (ended.state, ended.by) == (State.FAILED, CLIENT)


def test_a_browser_that_asks_its_user_first() -> None:
    ended = outcome(tls12(ASKED, ending=Ending.FIN, ended_by=CLIENT))
    assert (ended.state, ended.by) == (State.FAILED, CLIENT)
    assert "asked for a certificate" in (ended.reason or "")


def test_a_reset_without_an_alert() -> None:
    ended = outcome(tls12(HELLOS, ending=Ending.RST, ended_by=SERVER))
    assert (ended.state, ended.by) == (State.FAILED, SERVER)
    assert "reset the connection" in (ended.reason or "")


def test_the_capture_ends_within_the_handshake() -> None:
    assert outcome(tls12(ASKED, ending=Ending.OPEN, ended_by=None)).state is State.INCOMPLETE


def test_missing_bytes_are_no_failure() -> None:
    session = tls12(ASKED)
    session.gap_before = (6, None)
    assert outcome(session).state is State.INCOMPLETE


def test_one_direction_is_no_failure() -> None:
    session = tls12([(CLIENT, 1), (CLIENT, 16), (CLIENT, CCS), (CLIENT, FIN)])
    session.packets = (5, 0)
    assert outcome(session).state is State.INCOMPLETE


# TLS 1.3 without keys


def test_tls_1_3_goes_on() -> None:
    session = tls13([30, 74, 59, 24], SERVER_ASKS, suite=SHA384_SUITE, afterwards=[303, 303, 262, 24])
    assert outcome(session).state is State.ESTABLISHED


def test_the_client_believes_that_it_succeeded() -> None:
    session = tls13([30, 74, 105], SERVER_ASKS, suite=SHA384_SUITE, afterwards=[24], ended_by=SERVER)
    ended = outcome(session)
    assert (ended.state, ended.by) == (State.FAILED, SERVER)
    assert ended.reason == (
        "the server required a client certificate and the client sent none: "
        "the client believes that the handshake succeeded"
    )


def test_a_sealed_refusal_of_a_certificate() -> None:
    ended = outcome(
        tls13([485, 101, 74, 75], SERVER_ASKS, suite=SHA384_SUITE, afterwards=[24], ended_by=SERVER)
    )
    assert (ended.state, ended.by) == (State.FAILED, SERVER)
    assert "refused the client's certificate" in (ended.reason or "")


def test_javas_alert_is_larger() -> None:
    server = [70, 195, 1764, 302, 90]
    ended = outcome(tls13([30, 74, 79], server, suite=SHA384_SUITE, afterwards=[40], ended_by=SERVER))
    assert ended.state is State.FAILED


def test_a_goodbye_of_a_server_without_tickets_looks_like_a_refusal() -> None:
    # OpenSSL's client leaves at once, slapd answers with close_notify: not a refusal
    session = tls13([30, 74, 23], SERVER_ASKS, suite=SHA384_SUITE, afterwards=[24], ended_by=CLIENT)
    session.end_frame = 150
    assert outcome(session).state is State.INCOMPLETE


def test_not_asked_cannot_be_refused_for_it() -> None:
    session = tls13([74, 23], [28, 1748, 286, 74], suite=SHA384_SUITE, afterwards=[24], ended_by=SERVER)
    assert outcome(session).state is State.ESTABLISHED


def test_the_client_gives_up_with_a_sealed_alert() -> None:
    ended = outcome(tls13([24], SERVER_ASKS, suite=SHA384_SUITE))
    assert (ended.state, ended.by) == (State.FAILED, CLIENT)


def test_a_decrypted_alert_names_the_reason() -> None:
    session = tls13([30, 74, 105], SERVER_ASKS, suite=SHA384_SUITE, afterwards=[24], ended_by=SERVER)
    session.alerts.append(Alert(SERVER, 2, 116, 200, protection=1))
    assert "certificate_required" in reason(session)


def test_silence_after_an_answer_is_undecided() -> None:
    session = tls13([30, 74], SERVER_ASKS, suite=SHA384_SUITE, ending=Ending.OPEN, ended_by=None)
    assert outcome(session).state is State.INCOMPLETE
