"""What decryption tells: plaintext of opened records enters; messages, alerts and facts join the Session."""

from typing import NamedTuple

from tlsscope.anomalies import Anomaly, Kind
from tlsscope.constants import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    CLIENT_HELLO,
    DECRYPTED,
    HANDSHAKE,
    SERVER_HELLO,
)
from tlsscope.handshake.reading import read
from tlsscope.wire import MalformedError

from .facts import add_to_facts
from .model import Alert, Message, SealedRecord, Session

LONGEST_MESSAGE = 1 << 20
MOST_MESSAGES = 512
_HEADER = 4
_HELLOS = (CLIENT_HELLO, SERVER_HELLO)  # inside the encryption they belong to a renegotiation


class Plain(NamedTuple):
    """One handshake message inside the encryption; `raw` has its header too."""

    type: int
    raw: bytes


class Decrypted:
    """Puts handshake messages of one session together and adds them to its facts."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._assembly = [b"", b""]
        self._first_frame = [0, 0]
        self._messages: list[Message] = []

    def take(self, record: SealedRecord, content_type: int, plaintext: bytes) -> list[Plain]:
        """Take an opened record; give the handshake messages that it completes."""
        record.opened = True
        direction = record.direction
        if content_type == ALERT and len(plaintext) == 2:
            self._alert(record, plaintext[0], plaintext[1])
        elif content_type == CHANGE_CIPHER_SPEC:
            self._list(
                Message(
                    direction, CHANGE_CIPHER_SPEC, 1, 1, record.frame, record.time, record.frame, DECRYPTED
                )
            )
        if content_type != HANDSHAKE:
            return []
        if not self._assembly[direction]:
            self._first_frame[direction] = record.frame
        data = self._assembly[direction] + plaintext
        messages = []
        position = 0
        while len(data) - position >= _HEADER:
            length = int.from_bytes(data[position + 1 : position + _HEADER], "big")
            end = position + _HEADER + length
            if length > LONGEST_MESSAGE:
                self._session.anomalies.append(
                    Anomaly(
                        Kind.MALFORMED_MESSAGE, "a decrypted message is too long", record.frame, direction
                    )
                )
                end = len(data)
            elif end > len(data):
                break
            else:
                messages.append(Plain(data[position], data[position:end]))
                self._message(record, messages[-1])
            self._first_frame[direction] = record.frame
            position = end
        self._assembly[direction] = data[position:]
        return messages

    def finish(self) -> None:
        """Join the decrypted messages with the clear ones, in the order of their frames."""
        self._session.messages.extend(self._messages)
        self._session.messages.sort(key=lambda message: message.frame)

    def _message(self, record: SealedRecord, message: Plain) -> None:
        session = self._session
        first = self._first_frame[record.direction]
        self._list(
            Message(
                record.direction,
                HANDSHAKE,
                message.type,
                len(message.raw),
                record.frame,
                record.time,
                first,
                DECRYPTED,
            )
        )
        body = message.raw[_HEADER:]
        if message.type in _HELLOS:
            return
        try:
            value = read(message.type, body, session.version or record.version)
        except MalformedError as error:
            text = f"decrypted handshake message of type {message.type}: {error}"
            session.anomalies.append(Anomaly(Kind.MALFORMED_MESSAGE, text, record.frame, record.direction))
            return
        add_to_facts(session, record.direction, message.type, body, value, record.frame)

    def _alert(self, record: SealedRecord, level: int, description: int) -> None:
        self._session.alerts.append(Alert(record.direction, level, description, record.frame, DECRYPTED))
        self._list(
            Message(
                record.direction,
                ALERT,
                description,
                2,
                record.frame,
                record.time,
                record.frame,
                DECRYPTED,
                level,
            )
        )

    def _list(self, message: Message) -> None:
        if len(self._messages) < MOST_MESSAGES:
            self._messages.append(message)
