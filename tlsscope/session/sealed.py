"""Protected records as messages: a Session enters; the records that may be handshake join its list of messages.

Kernel file: compiled where a C compiler is found (types in `sealed.pxd`), interpreted otherwise.
"""

from tlsscope.constants import ALERT, CHANGE_CIPHER_SPEC, CLIENT, HANDSHAKE, SERVER
from tlsscope.handshake.extensions.versions import is_tls13

from .layout import BYTE, CONTENT_TYPE, FRAME, MESSAGE, OPENED, RECORD, ROW, TIME
from .model import Session
from .spoken import IN_ORDER, Message
from .timeline import Timeline

CLIENT_RECORDS = 8  # of a TLS 1.3 client that may still be its flight
ANSWERS = 2  # server records after the client's first one: tickets, or the alert that refuses it


def list_sealed(session: Session) -> None:
    """List the protected records that belong to the handshake, or may: which of them do is for `judge` to infer."""
    rows = session.timeline or session.rows()
    version = session.version
    listed = _list_flights(rows) if version is not None and is_tls13(version) else _list_handshake(rows)
    if not listed:
        return
    if session.timeline is None or not rows.ordered:
        session.messages = sorted(rows.messages(Message), key=IN_ORDER)
        rows = session.rows()
    last = _last_message(rows)
    frame, time = session.last_frame, session.end
    if rows.cells[last + FRAME] > frame:
        session.last_frame = rows.cells[last + FRAME]
    if rows.cells[last + TIME] > time:
        session.end = rows.cells[last + TIME]


def _list_handshake(rows: Timeline) -> int:
    """Before TLS 1.3 the content type tells; count the records that were listed."""
    listed = 0
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        content_type = what >> CONTENT_TYPE & BYTE
        is_handshake = content_type in (HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC)
        if what & RECORD and not what & OPENED and is_handshake:
            rows.cells[at] = what | MESSAGE
            listed += 1
    return listed


def _list_flights(rows: Timeline) -> int:
    """In TLS 1.3 the first records of each flight may be handshake; count those that were listed."""
    listed = client = answers = 0
    for row in range(rows.count):
        at = ROW * row
        what = rows.cells[at]
        if not what & RECORD:
            continue
        direction = what & 1
        if what & OPENED:
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
        rows.cells[at] = what | MESSAGE
        listed += 1
    return listed


def _last_message(rows: Timeline) -> int:
    """Give the place of the last row that is a message; there must be one."""
    at = ROW * (rows.count - 1)
    while not rows.cells[at] & MESSAGE:
        at -= ROW
    return at
