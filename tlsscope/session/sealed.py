"""Protected records as messages: a Session enters; the records that may be handshake join its list of messages.

Kernel file: compiled where a C compiler is found (types in `sealed.pxd`), interpreted otherwise.
"""

from operator import attrgetter

from tlsscope.constants import ALERT, CHANGE_CIPHER_SPEC, CLIENT, ENCRYPTED, HANDSHAKE, SERVER
from tlsscope.handshake.extensions.versions import is_tls13

from .model import Message, SealedRecord, Session

CLIENT_RECORDS = 8  # of a TLS 1.3 client that may still be its flight
ANSWERS = 2  # server records after the client's first one: tickets, or the alert that refuses it
_HANDSHAKE_TYPES = (HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC)
_FRAME = attrgetter("frame")


def list_sealed(session: Session) -> None:
    """List the protected records that belong to the handshake, or may: which of them do is for `judge` to infer."""
    chosen = _chosen(session)
    if not chosen:
        return
    messages = session.messages
    messages.extend(
        [
            Message(one.direction, one.content_type, -1, one.size, one.frame, one.time, one.frame, ENCRYPTED)
            for one in chosen
        ]
    )
    messages.sort(key=_FRAME)
    last = messages[len(messages) - 1]
    if last.frame > session.last_frame:
        session.last_frame = last.frame
    if last.time > session.end:
        session.end = last.time


def _chosen(session: Session) -> list[SealedRecord]:
    version = session.version
    if version is None or not is_tls13(version):
        return [one for one in session.records if one.content_type in _HANDSHAKE_TYPES and not one.opened]
    chosen = []
    client = answers = 0
    for one in session.records:
        direction = one.direction
        if one.opened:
            client += direction == CLIENT
            continue
        if direction == CLIENT:
            client += 1
            if client > CLIENT_RECORDS:
                continue
        elif client:
            answers += direction == SERVER
            if answers > ANSWERS:
                continue
        chosen.append(one)
    return chosen
