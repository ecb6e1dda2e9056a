"""A session on the bench: what all judges look at is prepared once; a Session enters, a Case leaves."""

from tlsscope.session.model import Session

from .flight import Flight, Offers, flights, offers
from .server_flight import Request, infer_request
from .transcript import Transcript, is_tls_1_3, transcribe


class Case:
    """A session, its readable messages and, in TLS 1.3, the two flights of its sealed records."""

    __slots__ = ("offer", "request", "seen", "session", "sides")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seen: Transcript = transcribe(session)
        self.offer: Offers | None = None
        self.sides: tuple[Flight, Flight] | None = None
        self.request: Request | None = None  # by the sizes of the server's flight
        if is_tls_1_3(session.version):
            self.offer = offers(session)
            self.sides = flights(session, self.offer)
            self.request = None if self.sides is None else infer_request(self.sides[1])
