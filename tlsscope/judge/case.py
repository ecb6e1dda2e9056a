"""A session on the bench: what all judges look at is prepared once; a Session enters, a Case leaves.

What nobody asks for where the verdict is remembered, waits until somebody does.
Kernel file: compiled where a C compiler is found (types in `case.pxd`), interpreted otherwise.
"""

from tlsscope.handshake.extensions.codes import PRE_SHARED_KEY
from tlsscope.handshake.extensions.keys import Identity, pre_shared_key, selected_identity
from tlsscope.handshake.extensions.opening import find
from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.session.model import Session
from tlsscope.wire import MalformedError

from .flight import Flight, Offers, flights, offers
from .server_flight import Request, infer_request
from .transcript import Transcript, transcribe


class Case:
    """A session, its readable messages and, in TLS 1.3, the two flights of its sealed records."""

    __slots__ = ("_pre_shared_key", "_request", "_seen", "hello", "is_tls_1_3", "offer", "rows", "session", "sides")

    def __init__(self, session: Session) -> None:
        version, timeline = session.version, session.timeline
        self.session = session
        self.rows = session.rows() if timeline is None else timeline
        self.hello = session.second_client_hello or session.client_hello  # the last one
        self.is_tls_1_3 = version is not None and is_tls13(version)
        self.offer: Offers | None = None
        self.sides: tuple[Flight, Flight] | None = None
        self._seen: Transcript | None = None
        self._request: tuple[Request | None] | None = None  # None: not asked for yet
        self._pre_shared_key: tuple[Identity | None] | None = None  # the same
        if self.is_tls_1_3:
            self.offer = offers(self.hello)
            self.sides = flights(session, self.rows, self.offer)

    def offered(self, code: int) -> bytes | None:
        """Give the body of an extension of the last ClientHello; of one that comes twice the first counts."""
        return None if self.hello is None else find(self.hello.extensions, code)

    @property
    def seen(self) -> Transcript:
        """The messages that can be read."""
        if self._seen is None:
            self._seen = transcribe(self.session)
        return self._seen

    @property
    def request(self) -> Request | None:
        """What the sizes of the server's flight tell of a request."""
        if self._request is None:
            self._request = (None if self.sides is None else infer_request(self.sides[1]),)
        return self._request[0]

    @property
    def pre_shared_key(self) -> Identity | None:
        """The identity that the server selected, or the client's first where it selected none, and its age."""
        if self._pre_shared_key is None:
            self._pre_shared_key = (self._find_pre_shared_key(),)
        return self._pre_shared_key[0]

    def _find_pre_shared_key(self) -> Identity | None:
        body = self.offered(PRE_SHARED_KEY)
        server = self.session.server_hello
        answer = None if server is None else find(server.extensions, PRE_SHARED_KEY)
        if body is None:
            return None
        try:
            identities = pre_shared_key(body).identities
            index = 0 if answer is None else selected_identity(answer)
        except MalformedError:
            return None
        return identities[index] if index < len(identities) else None
