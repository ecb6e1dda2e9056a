"""A session on the bench: what all judges look at is prepared once; a Session enters, a Case leaves.

What nobody asks for where the verdict is remembered, waits until somebody does.
Kernel file: compiled where a C compiler is found (types in `case.pxd`), interpreted otherwise.
"""

from tlsscope.handshake.extensions.codes import PRE_SHARED_KEY
from tlsscope.handshake.extensions.keys import Identity, pre_shared_key, selected_identity
from tlsscope.handshake.extensions.opening import find
from tlsscope.handshake.extensions.versions import is_tls13
from tlsscope.handshake.messages import Extension
from tlsscope.session.model import Session
from tlsscope.wire import MalformedError

from .flight import NO_HELLO, Flight, Offers, flights, offers
from .server_flight import Request, infer_request
from .transcript import Transcript, transcribe


class Case:
    """A session, its readable messages and, in TLS 1.3, the two flights of its sealed records."""

    __slots__ = (
        "_pre_shared_key", "_request", "_seen", "answers", "extensions", "first_hello", "hello", "is_tls_1_3", "offer",
        "rows", "server_hello", "session", "sides", "suite", "version",
    )  # fmt: skip

    def __init__(self, session: Session) -> None:
        timeline, version, asking, answering = (
            session.timeline, session.version, session.client_hello, session.server_hello,
        )  # fmt: skip
        last = session.second_client_hello or asking
        self.session = session
        self.rows = session.rows() if timeline is None else timeline
        self.version = version
        self.is_tls_1_3 = version is not None and is_tls13(version)
        self.first_hello = asking
        self.hello = last
        self.extensions: tuple[Extension, ...] = () if last is None else last.extensions
        self.server_hello = answering
        self.suite = None if answering is None else answering.cipher_suite
        self.answers: tuple[Extension, ...] = () if answering is None else answering.extensions
        self.offer: Offers | None = None
        self.sides: tuple[Flight, Flight] | None = None
        self._seen: Transcript | None = None
        self._request: tuple[Request | None] | None = None  # None: not asked for yet
        self._pre_shared_key: tuple[Identity | None] | None = None  # the same
        if self.is_tls_1_3:
            self.offer = NO_HELLO if last is None else offers(self.extensions)
            self.sides = flights(session, self.rows, self.suite, self.offer)

    def offered(self, code: int) -> bytes | None:
        """Give the body of an extension of the last ClientHello; of one that comes twice the first counts."""
        return find(self.extensions, code)

    def answered(self, code: int) -> bytes | None:
        """Give the body of an extension of the ServerHello."""
        return find(self.answers, code)

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
        answer = self.answered(PRE_SHARED_KEY)
        if body is None:
            return None
        try:
            identities = pre_shared_key(body).identities
            index = 0 if answer is None else selected_identity(answer)
        except MalformedError:
            return None
        return identities[index] if index < len(identities) else None
