"""One capture through tshark instead of our own rooms: its name enters, Sessions leave that can be judged and reported.

tshark does not tell all: how many packets and bytes a connection had, and the names in a CertificateRequest, stay
empty and are listed as not told.
"""

from collections.abc import Iterator
from pathlib import Path

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import CLIENT, ENCRYPTED, SERVER
from tlsscope.errors import InputError, TlsscopeError
from tlsscope.session.identity import identity
from tlsscope.session.model import Session
from tlsscope.session.sealed import list_sealed
from tlsscope.witness.testimony import Witness

from .options import Options, Totals

NOT_TOLD = "not-told"


def read_through_tshark(name: str, options: Options, totals: Totals) -> Iterator[Session]:
    """Yield tshark's sessions of one capture, unjudged. Raises InputError where tshark fails or packets are lost."""
    if options.server_keys or options.psks or options.drop_copies:
        raise TlsscopeError("--engine tshark takes key logs only: no server's keys or PSKs, and it drops no copies")
    witness = Witness(Path(name), [Path(keylog) for keylog in options.keylogs])
    for testimony in witness:
        totals.connections += 1
        yield _completed(testimony.session)
    totals.frames += witness.frames or 0
    totals.bytes += Path(name).stat().st_size
    if witness.cut_short:
        totals.anomalies.append((name, Anomaly(Kind.TRUNCATED_CAPTURE, "the capture ends in the middle of a packet")))
    if witness.lost:
        raise InputError(name, f"{witness.lost} packets were lost on the way from tshark")


def _completed(session: Session) -> Session:
    """Give a session the form of ours: its id, encrypted records chosen as ours are, reasons for what is empty."""
    session.id = identity(session)
    session.messages = [message for message in session.messages if message.protection != ENCRYPTED]
    session.alerts = [alert for alert in session.alerts if alert.protection != ENCRYPTED]
    list_sealed(session)
    for direction in (CLIENT, SERVER):
        frame = session.gap_before[direction]
        if frame is not None:
            session.anomalies.append(Anomaly(Kind.GAP, "bytes are missing before this frame", frame, direction))
    if session.client_hello is None and session.gap_before == (None, None):
        session.anomalies.append(Anomaly(Kind.MID_STREAM, "no ClientHello was seen", session.first_frame))
    session.not_visible |= {"packets": NOT_TOLD, "bytes": NOT_TOLD}
    if session.certificate_request is not None:
        session.not_visible["certificate_request.authorities"] = NOT_TOLD
    return session
