"""Who is the client: what was said enters, the endpoints leave in their roles; and a wrong guess is taken back.

Anybody may send a Certificate; who may say the other messages is told by RFC 5246 §7.4 and RFC 8446 §4.
"""

from msgspec.structs import replace

from tlsscope.constants import (
    CERTIFICATE_REQUEST,
    CLEAR,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    HANDSHAKE,
    NEW_SESSION_TICKET,
    SERVER,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
)
from tlsscope.session.model import Endpoint, Session

from .frames import Frame, Utterance

SAID_BY_SERVER = (SERVER_HELLO, NEW_SESSION_TICKET, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, SERVER_HELLO_DONE)
SAID_BY_CLIENT = (CLIENT_HELLO, CLIENT_KEY_EXCHANGE)
_OF_A_SIDE = ("certificates", "certificates_frame", "signature_scheme")


def guess(frame: Frame, utterance: Utterance) -> tuple[Endpoint, Endpoint]:
    """Tell client from server by who may say what; where anyone may, by the lower port."""
    if utterance.type in SAID_BY_CLIENT:
        return frame.source, frame.destination
    if utterance.type in SAID_BY_SERVER or frame.source.port < frame.destination.port:
        return frame.destination, frame.source
    return frame.source, frame.destination


def are_wrong(session: Session, utterance: Utterance, direction: int) -> bool:
    """Tell whether a guess, made without a hello, is refuted by a message in clear."""
    if session.client_hello is not None or session.server_hello is not None:
        return False
    if utterance.content_type != HANDSHAKE or utterance.protection != CLEAR:
        return False
    return utterance.type in (SAID_BY_CLIENT if direction == SERVER else SAID_BY_SERVER)


def turn_round(session: Session) -> None:
    """Make the client the server, in all that is told so far."""
    session.client, session.server = session.server, session.client
    for message in session.messages:
        message.direction = 1 - message.direction
    for record in session.records:
        record.direction = 1 - record.direction
    session.alerts = [replace(alert, direction=1 - alert.direction) for alert in session.alerts]
    session.gap_before = session.gap_before[::-1]
    for name in _OF_A_SIDE:
        client, server = getattr(session, f"client_{name}"), getattr(session, f"server_{name}")
        setattr(session, f"client_{name}", server)
        setattr(session, f"server_{name}", client)
