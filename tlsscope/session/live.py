"""When a session may be told though its connection goes on: an observer enters, a time leaves.

A handshake that waits (for a person who types a PIN, for a slow directory) is not over, however long it waits.
"""

from tlsscope.constants import ALERT, CHANGE_CIPHER_SPEC, CLIENT, SERVER
from tlsscope.flow.opening import SECOND
from tlsscope.handshake.extensions import find, is_tls13
from tlsscope.handshake.extensions.codes import POST_HANDSHAKE_AUTH

from .model import Session
from .observer import Observer

QUIET = SECOND  # ns after which nothing more is expected of a handshake whose flights have all been seen
LONG_QUIET = 10 * SECOND  # where the server may still ask for a certificate (RFC 8446 §4.6.2)
BUSY = 5 * SECOND  # since its last flight, where application data leaves no silence
_FATAL = 2


def ripe_at(observer: Observer) -> int | None:
    """Say when (ns since the epoch) the session may be told; None while its handshake goes on."""
    session = observer.current
    if session is None:
        return None
    if observer.told:
        return 0
    over = handshake_over(session)
    if over is None:
        return None
    hello = session.client_hello
    may_ask_later = hello is not None and find(hello.extensions, POST_HANDSHAKE_AUTH) is not None
    quiet = LONG_QUIET if may_ask_later else QUIET
    return min(_last_time(session) + quiet, over + max(quiet, BUSY))


def handshake_over(session: Session) -> int | None:
    """Give the time of the last flight's first record, None where it was not seen yet."""
    for message in session.messages:
        if message.content_type == ALERT and message.level == _FATAL:
            return message.time
    if session.version is None or session.server_hello is None:
        return None
    return _over_in_tls13(session) if is_tls13(session.version) else _over_before_tls13(session)


def _over_in_tls13(session: Session) -> int | None:
    """The client answers the server's flight (early data comes before it, RFC 8446 §2.3)."""
    server_spoke = False
    for record in session.records:
        if record.direction == SERVER:
            server_spoke = True
        elif server_spoke:
            return record.time
    return None


def _over_before_tls13(session: Session) -> int | None:
    """Both have sent ChangeCipherSpec, and something under its protection: their Finished (RFC 5246 §7.3)."""
    changed = {one.direction for one in session.messages if one.content_type == CHANGE_CIPHER_SPEC}
    first: dict[int, int] = {}
    for record in session.records:
        first.setdefault(record.direction, record.time)
    return max(first.values()) if changed == {CLIENT, SERVER} and len(first) == len(changed) else None


def _last_time(session: Session) -> int:
    return max(session.end, session.records[-1].time if session.records else 0)
