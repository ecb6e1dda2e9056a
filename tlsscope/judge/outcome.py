"""How the handshake ended, who ended it and why: a session with its authentication enters, an Outcome leaves.

Before TLS 1.3 it can be read; in TLS 1.3 a refusal is an encrypted alert after the client believes that it
is done.
"""

from typing import NamedTuple

from tlsscope.constants import APPLICATION_DATA, CLIENT, FINISHED, HANDSHAKE, SERVER
from tlsscope.session.model import Alert, ClientCertificate, Ending, Mode, Outcome, Session, State
from tlsscope.tables import alert_name

from .case import Case
from .rows import is_alert
from .server_flight import reactions, said_goodbye, went_on
from .transcript import Transcript, is_tls_1_3

CLOSE_NOTIFY, USER_CANCELED, CERTIFICATE_REQUIRED = 0, 90, 116
NOT_FATAL = frozenset((CLOSE_NOTIFY, USER_CANCELED))
FATAL = 2
NAMES = ("client", "server")
BELIEVES = "the client believes that the handshake succeeded"
LIKE_GOODBYE = (
    "the client ended at once, and the server said but one alert, encrypted: its goodbye, or a refusal"
)

PRESENTED, DECLINED = ClientCertificate.PRESENTED, ClientCertificate.DECLINED
ESTABLISHED = Outcome(State.ESTABLISHED)


def judge_outcome(case: Case) -> Outcome:
    """Tell how the handshake of a session ended, whose authentication is judged."""
    session, seen = case.session, case.seen
    if session.server_hello is None and not any(seen.change_cipher_spec):
        return _failed_by_alert(session, session.alerts) or _broken_off(session, seen)
    if is_tls_1_3(session.version):
        return _sealed(case)
    return _clear(session, seen)


def _clear(session: Session, seen: Transcript) -> Outcome:
    """TLS 1.2 and before: both Finished (sealed, but of their own content type) make it established."""
    finished = [_finished_frame(session, seen, side) for side in (CLIENT, SERVER)]
    both = None not in finished
    if not both and _one_direction_is_done(session, finished):
        return ESTABLISHED
    early = [alert for alert in session.alerts if not both or alert.frame < max(filter(None, finished))]
    failed = _failed_by_alert(session, early)
    if failed is not None:
        return failed
    return ESTABLISHED if both else _broken_off(session, seen)


def _finished_frame(session: Session, seen: Transcript, side: int) -> int | None:
    """Find a side's Finished: decrypted, or its first sealed handshake record."""
    for record in session.records:
        if record.direction == side and record.content_type == HANDSHAKE:
            return record.frame
    return seen.frame(side, FINISHED)


def _one_direction_is_done(session: Session, finished: list[int | None]) -> bool:
    """Tell that data follows a Finished where the other direction is not in the capture."""
    for side in (CLIENT, SERVER):
        alone = finished[side] is not None and not any(message.direction != side for message in session.messages)
        if alone and any(record.content_type == APPLICATION_DATA for record in session.records):
            return True
    return False


class Sealed(NamedTuple):
    """What a TLS 1.3 handshake shows after the client began its flight."""

    client_began: int | None  # frame of the client's first record
    server_went_on: int | None  # first record of the server after it that is no alert
    server_alert: int | None  # record of an alert's size, if nothing else follows the client's flight
    client_alert_only: bool
    closing: bool  # the client said goodbye before the server's alert


def _sealed(case: Case) -> Outcome:
    session, seen = case.session, case.seen
    view = _view(case)
    for alert in session.alerts:
        if _is_fatal(session, alert) and not _came_late(view, alert):
            return _failed(session, alert)
    if view.client_alert_only and session.gap_before[CLIENT] is None:
        return Outcome(State.FAILED, CLIENT, "the client gave up with an encrypted alert instead of its Finished")
    if view.server_went_on is not None:
        return ESTABLISHED
    if view.client_began is None or _is_unproved(session):
        return _broken_off(session, seen)
    return _no_more_from_the_server(session, view)


def _is_unproved(session: Session) -> bool:
    """Tell a client that began its flight with a certificate and never came to its proof and its Finished."""
    verdict = session.authentication
    return verdict is not None and verdict.client_certificate is PRESENTED and verdict.mode is Mode.UNKNOWN


def _view(case: Case) -> Sealed:
    session, seen, sides, request = case.session, case.seen, case.sides, case.request
    decrypted = seen.frame(CLIENT, FINISHED)
    if sides is None:
        ticket = _ticket_frame(session, decrypted)
        return Sealed(decrypted, ticket, None, client_alert_only=False, closing=False)
    client, server = sides
    began = client.frames[0] if client.frames else decrypted
    on = went_on(client, server, request) or _ticket_frame(session, decrypted)
    later = reactions(client, server, request)
    alert = server.frames[later[0]] if later and on is None else None
    only = len(client.contents) == 1 and is_alert(client.contents[0])
    closing = alert is not None and (
        said_goodbye(client, 1, alert)
        or (session.ended_by == CLIENT and session.end_frame is not None and session.end_frame < alert)
    )
    return Sealed(began, on, alert, client_alert_only=only, closing=closing)


def _ticket_frame(session: Session, after: int | None) -> int | None:
    """Find decrypted proof that the server went on: any message of its own after the client's Finished."""
    if after is None:
        return None
    for message in session.messages:
        if message.direction == SERVER and message.frame > after and message.content_type == HANDSHAKE:
            return message.frame
    return None


def _no_more_from_the_server(session: Session, view: Sealed) -> Outcome:
    """After the client's flight there is an alert's size, or nothing: whether it had been asked decides."""
    if not _is_whole(session):
        return _cut_short(session)
    asked = session.authentication
    certificate = ClientCertificate.UNKNOWN if asked is None else asked.client_certificate
    if view.server_alert is not None and not view.closing and certificate in (PRESENTED, DECLINED):
        return Outcome(State.FAILED, SERVER, _refusal(certificate))
    if view.server_alert is not None and certificate in (PRESENTED, DECLINED):
        return Outcome(State.INCOMPLETE, None, LIKE_GOODBYE)
    if certificate is ClientCertificate.UNKNOWN and view.server_alert is None:
        return _cut_short(session)
    if certificate in (PRESENTED, DECLINED) and session.ending not in (Ending.FIN, Ending.RST):
        return Outcome(State.INCOMPLETE, None, "the capture does not show how the server took the client's answer")
    if session.ended_by == SERVER and view.server_alert is None and certificate in (PRESENTED, DECLINED):
        return Outcome(
            State.ESTABLISHED,
            None,
            "the server closed the connection without an answer, which may be a refusal",
        )
    return ESTABLISHED


def _refusal(certificate: ClientCertificate) -> str:
    if certificate is DECLINED:
        return f"the server required a client certificate and the client sent none: {BELIEVES}"
    return f"the server most likely refused the client's certificate, with an encrypted alert: {BELIEVES}"


def _is_fatal(session: Session, alert: Alert) -> bool:
    """RFC 8446 §6: in TLS 1.3 the level says nothing; all alerts but two end the connection."""
    if alert.description is None:
        return False
    if is_tls_1_3(session.version):
        return alert.description not in NOT_FATAL
    return alert.level == FATAL


def _came_late(view: Sealed, alert: Alert) -> bool:
    """Tell an alert that came when the handshake was over for the side that sent it."""
    if alert.direction == CLIENT:
        return view.client_began is not None and not view.client_alert_only and alert.frame > view.client_began
    return view.server_went_on is not None and alert.frame > view.server_went_on


def _failed_by_alert(session: Session, alerts: list[Alert]) -> Outcome | None:
    for alert in alerts:
        if _is_fatal(session, alert):
            return _failed(session, alert)
    return None


def _failed(session: Session, alert: Alert) -> Outcome:
    """Put an alert into the sentence that a person needs."""
    verdict = session.authentication
    certificate = ClientCertificate.UNKNOWN if verdict is None else verdict.client_certificate
    name = "unknown" if alert.description is None else alert_name(alert.description)
    if alert.direction == SERVER and session.server_hello is None:
        return Outcome(State.FAILED, SERVER, f"the server refused the ClientHello: {name}")
    if alert.direction == SERVER and (alert.description == CERTIFICATE_REQUIRED or certificate is DECLINED):
        text = f"the server required a client certificate and the client sent none: {name}"
        return Outcome(State.FAILED, SERVER, f"{text}; {BELIEVES}" if is_tls_1_3(session.version) else text)
    if alert.direction == SERVER and certificate is PRESENTED:
        return Outcome(State.FAILED, SERVER, f"the server refused after the client had shown its certificate: {name}")
    spoken = alert.direction == CLIENT and session.server_hello is not None
    after = " the server's certificate or parameters" if spoken else ""
    return Outcome(State.FAILED, alert.direction, f"the {NAMES[alert.direction]} refused{after}: {name}")


def _broken_off(session: Session, seen: Transcript) -> Outcome:
    """Neither done nor refused: somebody hung up, or the capture ended."""
    side = session.ended_by
    if side is None or session.ending not in (Ending.FIN, Ending.RST):
        return _cut_short(session)
    if not _is_whole(session):
        return _cut_short(session)
    how = "reset" if session.ending is Ending.RST else "closed"
    if side == CLIENT and seen.request() is not None and seen.client_certificate() is None:
        why = "when it was asked for a certificate, as browsers do while they ask their user"
    elif session.server_hello is None:
        why = "before the server had answered the ClientHello"
    else:
        why = "before the handshake was done"
    return Outcome(State.FAILED, side, f"the {NAMES[side]} {how} the connection without an alert, {why}")


def _is_whole(session: Session) -> bool:
    """Tell whether absence counts: both directions are there from the start, and no byte is missing."""
    sides = {message.direction for message in session.messages}
    began = session.client_hello is not None
    return began and session.gap_before == (None, None) and (len(sides) > 1 or session.packets[SERVER] > 0)


def _cut_short(session: Session) -> Outcome:
    if 0 in session.packets and len({message.direction for message in session.messages}) < 2:
        return Outcome(State.INCOMPLETE, None, "one direction of the handshake is not in the capture")
    if any(gap is not None for gap in session.gap_before):
        return Outcome(State.INCOMPLETE, None, "bytes that would tell are missing from the capture")
    return Outcome(State.INCOMPLETE, None, "the capture does not show the handshake's end")
