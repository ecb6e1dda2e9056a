"""The dialogue: records of both directions enter, in capture order; handshake messages leave, for an observer.

Only both directions together tell when one is sealed: after a HelloRetryRequest a TLS 1.3 client may send a dummy
ChangeCipherSpec and then a second ClientHello in clear (RFC 8446 §4.1.2, §D.4). Compiled where a C compiler is found
(types in `dialogue.pxd`), interpreted otherwise.
"""

from typing import Any

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CHANGE_CIPHER_SPEC,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    HANDSHAKE,
    SERVER,
    SERVER_HELLO,
    SSL_2_0,
)
from tlsscope.flow.listener import Closing
from tlsscope.record.sink import Sink
from tlsscope.slices import piece
from tlsscope.wire import MalformedError

from . import readers
from .clear import FROM_CLIENT, FROM_SERVER, HEADER, LONGEST_MESSAGE, fits, may_come_from
from .events import EventSink
from .extensions.codes import EARLY_DATA
from .extensions.opening import find
from .extensions.versions import is_tls13, negotiated_version, selects_raw_public_keys
from .messages import HELLO_RETRY_REQUEST_RANDOM, Extension, ServerHello
from .reading import read
from .salvage import salvaged
from .side import Side
from .sslv2 import OLD_CLIENT_HELLO, OLD_CLIENT_MASTER_KEY, OLD_SERVER_HELLO


class Dialogue(Sink):
    """Both directions of one connection. `likely_client` is the direction to believe in where no message tells."""

    __slots__ = (
        "_certain", "_client", "_client_side", "_likely_client", "_observer", "_offered", "_raw_keys",
        "_server_side", "_version",
    )  # fmt: skip

    def __init__(self, observer: EventSink, likely_client: int) -> None:
        self.told = False
        self.weight = 0
        self._observer = observer
        self._likely_client = likely_client
        self._client = -1
        self._certain = False  # whether a message told who is the client
        self._client_side = Side()
        self._server_side = Side()
        self._begin()
        self._client_side.trusted = self._server_side.trusted = observer.seen_from_start

    def _begin(self) -> None:
        """Know nothing of a session yet."""
        self._client_side.begin()
        self._server_side.begin()
        self._version = 0
        self._offered: tuple[Extension, ...] = ()  # extensions of the ClientHello
        self._raw_keys = (False, False)

    # -- what the record layer says -----------------------------------------------------------------------

    def wants(self, direction: int, content_type: int) -> bool:
        """Tell whether the content of the next record is needed."""
        if content_type == HANDSHAKE:
            if self._client < 0 or self._observer.keeps_fragments:
                return True
            return not (self._client_side if direction == self._client else self._server_side).sealed
        if content_type == APPLICATION_DATA:
            return self._observer.keeps_fragments
        return content_type in (ALERT, CHANGE_CIPHER_SPEC)

    def record(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        first_frame: int, frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take one record."""
        if not self._certain:
            self._learn_roles(direction, content_type, fragment)
        role = CLIENT if direction == self._client else SERVER
        side = self._side(role)
        observer = self._observer
        if content_type == HANDSHAKE and fragment is not None and not side.sealed:
            if not self._handshake(side, role, fragment, version, first_frame, frame, time):
                observer.sealed(role, content_type, version, size, fragment, frame, time, after_gap)
        elif content_type == CHANGE_CIPHER_SPEC and fragment is not None and len(fragment) == 1:
            self._change_cipher_spec(role, frame, time)
        elif content_type == ALERT and fragment is not None and len(fragment) == 2:
            observer.alert(role, fragment[0], fragment[1], frame, time)
        elif content_type <= APPLICATION_DATA:
            observer.sealed(role, content_type, version, size, fragment, frame, time, after_gap)
        self.told = observer.told
        self.weight = observer.weight + self._client_side.weight() + self._server_side.weight()

    def hello(self, direction: int) -> None:
        """Open a direction again: the next record is a ClientHello in clear, of this session or of another."""
        if self._client != direction:
            if self._certain:
                self._begin()  # the ends change places
                self._set_client(direction)
            else:
                self._tell_client(direction)
        self._certain = True
        client = self._client_side
        client.trusted = True
        if client.sealed:
            client.sealed = False
            client.forget()

    def old_message(self, direction: int, body: bytes, frame: int, time: int) -> bool:
        """Take a message of SSL 2.0; True where what follows is SSL 2.0 too."""
        if self._client < 0:
            self._tell_client(direction if body[0] == OLD_CLIENT_HELLO else 1 - direction)
        role = CLIENT if direction == self._client else SERVER
        observer = self._observer
        hello = None
        try:
            if self._side(role).sealed:
                observer.sealed(role, HANDSHAKE, SSL_2_0, 2 + len(body), None, frame, time, 0)
            elif body[0] == OLD_CLIENT_HELLO:
                hello = readers.sslv2_client_hello(body[1:])
                observer.message(CLIENT, CLIENT_HELLO, body[1:], hello, frame, frame, time)
            elif body[0] == OLD_SERVER_HELLO:
                observer.old_server_hello(readers.sslv2_server_hello(body[1:]), len(body), frame, time)
            elif body[0] == OLD_CLIENT_MASTER_KEY:
                observer.message(role, CLIENT_KEY_EXCHANGE, body[1:], None, frame, frame, time)
                self._client_side.sealed = self._server_side.sealed = True
        except MalformedError as error:
            observer.malformed(role, body[0], frame, str(error))
        self.told = observer.told
        self.weight = observer.weight
        return hello is None or hello.legacy_version == SSL_2_0

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""
        self._observer.gap(self._lose(direction), size, frame)

    def cut(self, direction: int, size: int, frame: int) -> None:
        """Take note of bytes that the capture did not keep."""
        self._observer.cut(self._lose(direction), size, frame)

    def lost(self, direction: int, frame: int) -> None:
        """Take note that no record was where one was due."""
        self._observer.oddity("lost", self._role(direction), frame)

    def conflict(self, direction: int, frame: int) -> None:
        """Take note of a retransmission with other bytes."""
        self._observer.oddity("conflict", self._role(direction), frame)

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit; direction -1 for the whole connection."""
        self._observer.bound(direction if direction < 0 else self._role(direction), frame, text)

    def restart(self) -> None:
        """Listen again after all was told."""
        self._observer.restart()
        self._begin()
        self.told = False

    def closed(self, ending: Closing) -> None:
        """Pass the end on."""
        if self._client < 0:
            self._set_client(self._likely_client)
        self._observer.closed(ending)

    # -- who is who ---------------------------------------------------------------------------------------

    def _role(self, direction: int) -> int:
        client = self._client if self._client >= 0 else self._likely_client
        return CLIENT if direction == client else SERVER

    def _side(self, role: int) -> Side:
        return self._server_side if role else self._client_side

    def _learn_roles(self, direction: int, content_type: int, fragment: bytes | None) -> None:
        """The one that sends the ClientHello is the client; other messages tell as well. Until one does, guess."""
        if content_type == HANDSHAKE and fragment and (self._client_side.trusted or fits(fragment)):
            if fragment[0] in FROM_CLIENT:
                self._tell_client(direction)
            elif fragment[0] in FROM_SERVER:
                self._tell_client(1 - direction)
        if self._client < 0:
            self._set_client(self._likely_client)

    def _tell_client(self, client: int) -> None:
        """Take what a message tells; a wrong guess is mended."""
        self._certain = True
        if self._client == 1 - client:
            self._client_side, self._server_side = self._server_side, self._client_side
            self._observer.swap_roles()
        self._set_client(client)

    def _set_client(self, client: int) -> None:
        self._client = client
        self._observer.roles(client)

    # -- messages out of records --------------------------------------------------------------------------

    def _handshake(
        self, side: Side, role: int, fragment: bytes, version: int, first_frame: int, frame: int, time: int
    ) -> bool:
        """Put messages together; False where the fragment is no handshake message in clear."""
        data = fragment
        if side.assembly is None:
            if fragment and not (may_come_from(role, fragment) and (side.trusted or fits(fragment))):
                return False  # ciphertext: what comes after a ChangeCipherSpec that may not have been captured
            side.first = first_frame
        else:
            side.assembly += fragment
            if len(side.assembly) < side.need:
                return True
            data = bytes(side.assembly)
        self._messages(side, role, data, version, first_frame, frame, time)
        return True

    def _messages(
        self, side: Side, role: int, data: bytes, version: int, first_frame: int, frame: int, time: int
    ) -> None:
        """Take the messages that are whole; what is left waits for the next record, which begins in `first_frame`."""
        position, size, need = 0, len(data), 0
        while size - position >= HEADER:
            type_ = data[position]
            length = data[position + 1] << 16 | data[position + 2] << 8 | data[position + 3]
            if length > LONGEST_MESSAGE:
                self._observer.message(role, type_, b"", None, side.first, frame, time)
                self._observer.malformed(role, type_, frame, f"{length} bytes are too long to be put together")
                position = size
                break
            end = position + HEADER + length
            if end > size:
                need = HEADER + length
                break
            self._message(side, role, type_, piece(data, position + HEADER, end), version, frame, time)
            side.first = first_frame
            position = end
        side.assembly = bytearray(piece(data, position, size)) if position < size else None
        side.need = need

    def _lose(self, direction: int) -> int:
        """Drop the message that was under way: bytes of it are missing."""
        if self._client < 0:
            self._set_client(self._likely_client)
        role = CLIENT if direction == self._client else SERVER
        self._side(role).lose()
        return role

    # -- what messages mean for what comes after them -----------------------------------------------------

    def _message(self, side: Side, role: int, type_: int, body: bytes, version: int, frame: int, time: int) -> None:
        fault = None
        try:
            value = self._read(role, type_, body, version)
        except MalformedError as error:
            value, fault = salvaged(type_, body), str(error)
        begins = self._observer.message(role, type_, body, value, side.first, frame, time)
        if fault is not None:
            self._observer.malformed(role, type_, frame, fault)
        if type_ == CLIENT_HELLO:
            if begins:
                first = side.first
                self._begin()
                side.first = first
            self._offered = () if value is None else value.extensions
        elif type_ == SERVER_HELLO:
            self._server_side.trusted = True
            if value is not None:
                self._server_hello(value)

    def _server_hello(self, hello: ServerHello) -> None:
        self._version = negotiated_version(hello)
        if is_tls13(self._version):
            if hello.random != HELLO_RETRY_REQUEST_RANDOM:
                self._client_side.sealed = self._server_side.sealed = True
        else:
            self._raw_keys = selects_raw_public_keys(hello.extensions)

    def _read(self, role: int, type_: int, body: bytes, version: int) -> Any:
        """Parse what is needed; `version` is that of the record. Raises MalformedError."""
        if type_ == CERTIFICATE and self._raw_keys[role]:
            return readers.raw_public_key(body, self._version)
        return read(type_, body, self._version or version)

    def _change_cipher_spec(self, role: int, frame: int, time: int) -> None:
        """From here on a direction is sealed, but in TLS 1.3, where the message means nothing (RFC 8446 §5)."""
        self._observer.change_cipher_spec(role, frame, time)
        if self._version:
            if is_tls13(self._version):
                return
        elif find(self._offered, EARLY_DATA) is not None:  # its client sends the dummy at once, before the ServerHello
            return
        self._side(role).seal()
