"""Why a field is empty: a Session enters, the fields that the capture could not show leave.

Kernel file: compiled where a C compiler is found (types in `visibility.pxd`), interpreted otherwise.

A field that is missing here and empty in the session is absent: it was not on the wire. Reasons: `encrypted`,
`one-direction`, `truncated` (the capture kept less than the wire carried), `mid-stream`, `lost`; of another program's
account also `not-told`.
"""

from tlsscope.anomalies import Kind
from tlsscope.constants import CHANGE_CIPHER_SPEC, CLIENT, DECRYPTED, FINISHED, HANDSHAKE, SERVER
from tlsscope.handshake.extensions import find, is_tls13
from tlsscope.handshake.extensions.codes import ALPN, PRE_SHARED_KEY
from tlsscope.handshake.messages import ClientHello, ServerHello

from .model import Session

ENCRYPTED, ONE_DIRECTION = "encrypted", "one-direction"
TRUNCATED, MID_STREAM, LOST = "truncated", "mid-stream", "lost"

_NEITHER = (None, None)
_SERVER_FIELDS = ("server_hello", "version", "cipher_suite", "key_exchange", "alpn")

_CUT = {Kind.TRUNCATED_CAPTURE: TRUNCATED, Kind.SNAPLEN: TRUNCATED, Kind.GAP: LOST, Kind.LOST_RECORDS: LOST}


def not_visible(session: Session) -> dict[str, str]:
    """Give the reason for every empty field that may have been on the wire."""
    found = dict(session.not_visible)
    if session.anomalies or 0 in session.packets:  # else nothing is missing
        for direction in (SERVER, CLIENT):
            reason = _missing(session, direction)
            if reason is not None:
                found.update(dict.fromkeys(_empty(session, direction), reason))
    if is_sealed(session):
        found.update(dict.fromkeys(_sealed(session), ENCRYPTED))
    return found


def is_sealed(session: Session) -> bool:
    """Tell whether the protocol encrypts what follows the ServerHello, RFC 8446 §4.3."""
    return session.version is not None and is_tls13(session.version)


def is_decrypted(session: Session, direction: int) -> bool:
    """Tell whether one side's encrypted handshake was opened to its end."""
    if session.encrypted_extensions is None and session.finished_verified == _NEITHER:
        return False
    return any(
        message.protection == DECRYPTED and message.direction == direction and message.type == FINISHED
        for message in session.messages
    )


def _missing(session: Session, direction: int) -> str | None:
    """Tell why messages of one direction may be missing; None where all were seen."""
    if session.packets[direction] == 0 and any(session.packets):
        return ONE_DIRECTION
    if not session.anomalies:
        return None
    if _finished(session, direction):
        return None
    kinds = {anomaly.kind for anomaly in session.anomalies if anomaly.direction in (None, direction)}
    if Kind.MID_STREAM in kinds and _began_before(session, direction):
        return MID_STREAM
    if Kind.ONE_DIRECTION in kinds and not any(one.direction == direction for one in session.messages):
        return ONE_DIRECTION
    return next((reason for kind, reason in _CUT.items() if kind in kinds), None)


def _began_before(session: Session, direction: int) -> bool:
    """Tell whether a side's hello may lie before the capture; one that begins at it has missed nothing."""
    return session.client_hello is None and (direction == CLIENT or session.server_hello is None)


def _finished(session: Session, direction: int) -> bool:
    """Tell whether a side was seen up to its ChangeCipherSpec, so that what it did not say is absent."""
    gap = session.gap_before[direction]
    return any(
        message.content_type == CHANGE_CIPHER_SPEC
        or (message.content_type == HANDSHAKE and message.type == FINISHED)
        for message in session.messages
        if message.direction == direction and (gap is None or message.frame < gap)
    )


def _empty(session: Session, direction: int) -> list[str]:
    if direction == CLIENT:
        empty = ["client_certificates"] if session.client_certificates is None else []
        return empty if session.client_hello else [*empty, "client_hello", "server_name"]
    empty = []
    if session.server_hello is None:
        empty.extend(_SERVER_FIELDS)
    if session.server_certificates is None:
        empty.append("server_certificates")
    if session.certificate_request is None:
        empty.append("certificate_request")
    return empty


def _sealed(session: Session) -> list[str]:
    """List what TLS 1.3 hides and no key opened; a PSK handshake has no certificates, RFC 8446 §2.2."""
    empty = []
    if session.encrypted_extensions is None and _says(session.client_hello, ALPN):
        empty.append("alpn")
    if _says(session.server_hello, PRE_SHARED_KEY):
        return empty
    server_open, client_open = is_decrypted(session, SERVER), is_decrypted(session, CLIENT)
    asked = not server_open or session.certificate_request is not None
    if session.server_certificates is None and not server_open:
        empty.append("server_certificates")
    if session.certificate_request is None and not server_open:
        empty.append("certificate_request")
    if session.client_certificates is None and not client_open and asked:
        empty.append("client_certificates")
    return empty


def _says(hello: ClientHello | ServerHello | None, extension: int) -> bool:
    """Tell whether a hello has an extension; one that was not seen may have had it."""
    return hello is None or find(hello.extensions, extension) is not None
