"""A session on the bench: what all judges look at is prepared once; a Session enters, a Case leaves.

What nobody asks for where the verdict is remembered, waits until somebody does.
"""

from functools import cached_property

from tlsscope.handshake.extensions import codes, find, pre_shared_key, selected_identity
from tlsscope.session.model import Session
from tlsscope.wire import MalformedError

from .flight import Flight, Offers, flights, offers
from .server_flight import Request, infer_request
from .transcript import Transcript, is_tls_1_3, transcribe


class Case:
    """A session, its readable messages and, in TLS 1.3, the two flights of its sealed records."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hello = session.second_client_hello or session.client_hello  # the last one
        self.is_tls_1_3 = is_tls_1_3(session.version)
        self.offer: Offers | None = None
        self.sides: tuple[Flight, Flight] | None = None
        if self.is_tls_1_3:
            self.offer = offers(self.hello)
            self.sides = flights(session, self.offer)

    def offered(self, code: int) -> bytes | None:
        """Give the body of an extension of the last ClientHello; of one that comes twice the first counts."""
        return None if self.hello is None else find(self.hello.extensions, code)

    @cached_property
    def seen(self) -> Transcript:
        """The messages that can be read."""
        return transcribe(self.session)

    @cached_property
    def request(self) -> Request | None:
        """What the sizes of the server's flight tell of a request."""
        return None if self.sides is None else infer_request(self.sides[1])

    @cached_property
    def pre_shared_key(self) -> tuple[bytes, int] | None:
        """The identity that the server selected, or the client's first where it selected none, and its age."""
        body = self.offered(codes.PRE_SHARED_KEY)
        server = self.session.server_hello
        answer = None if server is None else find(server.extensions, codes.PRE_SHARED_KEY)
        if body is None:
            return None
        try:
            identities = pre_shared_key(body).identities
            index = 0 if answer is None else selected_identity(answer)
        except MalformedError:
            return None
        return identities[index] if index < len(identities) else None
