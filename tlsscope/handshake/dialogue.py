"""The dialogue: records of both directions enter, in capture order; handshake messages leave, for an observer.

Only both directions together tell when one is sealed: after a HelloRetryRequest a TLS 1.3 client may send a dummy
ChangeCipherSpec and then a second ClientHello in clear (RFC 8446 §4.1.2, §D.4).
"""

from typing import Any, Protocol

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE_REQUEST,
    CERTIFICATE_STATUS,
    CERTIFICATE_VERIFY,
    CHANGE_CIPHER_SPEC,
    CLIENT,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    HANDSHAKE,
    HELLO_REQUEST,
    NEW_SESSION_TICKET,
    NEXT_PROTOCOL,
    SERVER,
    SERVER_HELLO,
    SERVER_HELLO_DONE,
    SERVER_KEY_EXCHANGE,
)
from tlsscope.wire import MalformedError
from .extensions import find, is_tls13, negotiated_version
from .extensions.codes import EARLY_DATA
from .reading import read

LONGEST_MESSAGE = 1 << 20  # bytes; a longer one is not put together
_HEADER = 4

# What may be in clear, by type: everything else under a handshake record's type is ciphertext.
_CLEAR = frozenset((*range(9), *range(11, 17), *range(20, 27), NEXT_PROTOCOL, 203, 254))
_FROM_SERVER = frozenset((
    HELLO_REQUEST, SERVER_HELLO, NEW_SESSION_TICKET, SERVER_KEY_EXCHANGE,
    CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_STATUS,
))  # fmt: skip
_FROM_CLIENT = frozenset((CLIENT_HELLO, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE))


class Observer(Protocol):
    """Where events go. Directions are CLIENT and SERVER."""

    told: bool
    keeps_fragments: bool  # whether encrypted fragments are wanted

    def message(
        self, direction: int, type_: int, body: bytes, value: Any, first_frame: int, frame: int, time: int
    ) -> None:
        """Take a handshake message; `value` is what its parser gave, None where it has none."""

    def malformed(self, direction: int, type_: int, length: int, frame: int, time: int, why: str) -> None:
        """Take a message that its parser refused."""

    def alert(self, direction: int, level: int, description: int, frame: int, time: int) -> None:
        """Take an alert in clear."""

    def change_cipher_spec(self, direction: int, frame: int, time: int) -> None:
        """Take a ChangeCipherSpec."""

    def sealed(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take a protected record of `size` bytes with its header."""

    def old_hello(self, direction: int, body: bytes, frame: int, time: int) -> None:
        """Take an SSL 2.0 message."""

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes."""

    def oddity(self, kind: str, direction: int, frame: int) -> None:
        """Take note of something odd: `lost`, `conflict`."""

    def bound(self, direction: int, frame: int, text: str) -> None:
        """Take note of a bound that was hit."""

    def restart(self) -> None:
        """End this session: another one begins in the same connection."""

    def roles(self, client: int) -> None:
        """Learn which direction of the connection is the client's."""

    def closed(self, ending: Any) -> None:
        """Take note of the end of the connection."""


class Dialogue:
    """Both directions of one session. `likely_client` is the direction to believe in where no message tells."""

    __slots__ = ("_assembly", "_client", "_early_data", "_first", "_likely_client", "_need", "_observer", "_sealed", "_version", "told")

    def __init__(self, observer: Observer, likely_client: int) -> None:
        self.told = False
        self._observer = observer
        self._likely_client = likely_client
        self._begin()

    def _begin(self) -> None:
        self._client = -1
        self._sealed = [False, False]
        self._assembly = [bytearray(), bytearray()]
        self._need = [0, 0]
        self._first = [0, 0]
        self._version = 0
        self._early_data = False

    def wants(self, direction: int, content_type: int) -> bool:
        """Tell whether the content of the next record is needed."""
        if content_type == HANDSHAKE:
            if self._client < 0 or self._observer.keeps_fragments:
                return True
            return not self._sealed[SERVER if direction != self._client else CLIENT]
        if content_type == APPLICATION_DATA:
            return self._observer.keeps_fragments
        return content_type in (ALERT, CHANGE_CIPHER_SPEC)

    def record(
        self, direction: int, content_type: int, version: int, size: int, fragment: bytes | None,
        first_frame: int, frame: int, time: int, after_gap: int,
    ) -> None:  # fmt: skip
        """Take one record."""
        if self._client < 0:
            self._assign_roles(direction, content_type, fragment)
        role = CLIENT if direction == self._client else SERVER
        if content_type == HANDSHAKE and fragment is not None and not self._sealed[role]:
            if self._handshake(role, fragment, version, first_frame, frame, time):
                self.told = self._observer.told
                return
            self._sealed[role] = True  # a finished handshake, seen from its middle
        elif content_type == CHANGE_CIPHER_SPEC and (not self._sealed[role] or is_tls13(self._version)):
            self._change_cipher_spec(role, frame, time)
            return
        elif content_type == ALERT and fragment is not None and len(fragment) == 2:
            self._observer.alert(role, fragment[0], fragment[1], frame, time)
            self.told = self._observer.told
            return
        if content_type <= APPLICATION_DATA:
            self._observer.sealed(role, content_type, version, size, fragment, frame, time, after_gap)
            self.told = self._observer.told

    def old_hello(self, direction: int, body: bytes, frame: int, time: int) -> None:
        """Take an SSL 2.0 message: a CLIENT-HELLO or a SERVER-HELLO."""
        if self._client < 0:
            self._set_client(direction if body[0] == 1 else 1 - direction)
        self._observer.old_hello(CLIENT if direction == self._client else SERVER, body, frame, time)

    def gap(self, direction: int, size: int, frame: int) -> None:
        """Take note of missing bytes: a message that was under way is lost."""
        if self._client < 0:
            self._set_client(self._likely_client)
        role = CLIENT if direction == self._client else SERVER
        self._assembly[role] = bytearray()
        self._need[role] = 0
        self._observer.gap(role, size, frame)

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
        """Begin anew: another ClientHello follows."""
        self._observer.restart()
        self._begin()
        self.told = False

    def closed(self, ending: Any) -> None:
        """Pass the end on."""
        if self._client < 0:
            self._set_client(self._likely_client)
        self._observer.closed(ending)

    def _role(self, direction: int) -> int:
        client = self._client if self._client >= 0 else self._likely_client
        return CLIENT if direction == client else SERVER

    def _assign_roles(self, direction: int, content_type: int, fragment: bytes | None) -> None:
        """The one that sends the ClientHello is the client; other messages tell as well."""
        client = self._likely_client
        if content_type == HANDSHAKE and fragment:
            if fragment[0] in _FROM_CLIENT:
                client = direction
            elif fragment[0] in _FROM_SERVER:
                client = 1 - direction
        self._set_client(client)

    def _set_client(self, client: int) -> None:
        self._client = client
        self._observer.roles(client)

    def _handshake(
        self, role: int, fragment: bytes, version: int, first_frame: int, frame: int, time: int
    ) -> bool:
        """Put messages together; False where the fragment is no handshake message in clear."""
        assembly = self._assembly[role]
        if not assembly:
            if fragment and not self._may_be_clear(fragment, role):
                return False
            self._first[role] = first_frame
        assembly += fragment
        if len(assembly) < self._need[role]:
            return True
        data = bytes(assembly)
        position = 0
        size = len(data)
        need = 0
        while size - position >= _HEADER:
            length = data[position + 1] << 16 | data[position + 2] << 8 | data[position + 3]
            if length > LONGEST_MESSAGE:
                self._observer.malformed(role, data[position], length, frame, time, "too long to be put together")
                position = size
                break
            if size - position - _HEADER < length:
                need = _HEADER + length
                break
            end = position + _HEADER + length
            self._message(role, data[position], data[position + _HEADER : end], version, self._first[role], frame, time)
            self._first[role] = first_frame
            position = end
        self._assembly[role] = bytearray(data[position:])
        self._need[role] = need
        return True

    def _may_be_clear(self, fragment: bytes, role: int) -> bool:
        """Ciphertext under type 22 betrays itself by a type that is none or a length that is absurd."""
        if fragment[0] not in _CLEAR:
            return False
        if len(fragment) < _HEADER:
            return True
        length = fragment[1] << 16 | fragment[2] << 8 | fragment[3]
        return length <= LONGEST_MESSAGE and (fragment[0] in _FROM_CLIENT) <= (role == CLIENT)

    def _message(
        self, role: int, type_: int, body: bytes, version: int, first_frame: int, frame: int, time: int
    ) -> None:
        try:
            value = read(type_, body, self._version or version)  # the record's, for what was seen from its middle
        except MalformedError as error:
            self._observer.malformed(role, type_, _HEADER + len(body), frame, time, str(error))
            return
        self._observer.message(role, type_, body, value, first_frame, frame, time)
        if type_ == SERVER_HELLO:
            self._version = negotiated_version(value)
            if is_tls13(self._version) and not value.is_retry:
                self._sealed = [True, True]
        elif type_ == CLIENT_HELLO:
            self._early_data = find(value.extensions, EARLY_DATA) is not None

    def _change_cipher_spec(self, role: int, frame: int, time: int) -> None:
        """From here on a direction is sealed, but in TLS 1.3, where the message means nothing (RFC 8446 §5)."""
        self._observer.change_cipher_spec(role, frame, time)
        if self._version and is_tls13(self._version):
            return
        if not self._early_data:  # its client sends the dummy at once, before the ServerHello
            self._sealed[role] = True
