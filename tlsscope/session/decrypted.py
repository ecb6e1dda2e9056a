"""What decryption tells: plaintext of opened records enters; messages, alerts and facts join the Session.

The same of records that a suite protected without encrypting them: their messages are in clear.
"""

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
from .model import Alert, Session
from .spoken import IN_ORDER, Message, SealedRecord

LONGEST_MESSAGE = 1 << 20
MOST_MESSAGES = 512
MOST_ANOMALIES = 64
_HEADER = 4
_HELLOS = (CLIENT_HELLO, SERVER_HELLO)  # inside the encryption they belong to a renegotiation

_TOO_MANY = Anomaly(Kind.BOUND_HIT, "more messages were decrypted than are listed", None)


class Plain(NamedTuple):
    """One handshake message inside the encryption; `raw` has its header too."""

    type: int
    raw: bytes


class Decrypted:
    """Puts handshake messages of one session together and adds them to its facts."""

    def __init__(self, session: Session, protection: int = DECRYPTED) -> None:
        self._session = session
        self._protection = protection  # DECRYPTED, or CLEAR where there was nothing to decrypt
        self._assembly = (bytearray(), bytearray())
        self._need = [0, 0]  # bytes of the message under way: until they are there, nothing is copied
        self._first_frame = [0, 0]
        self._messages: list[Message] = []

    def take(self, record: SealedRecord, content_type: int, plaintext: bytes) -> list[Plain]:
        """Take an opened record; give the handshake messages that it completes."""
        record.opened = True
        direction = record.direction
        if content_type == ALERT and len(plaintext) == 2:
            self._alert(record, plaintext[0], plaintext[1])
        elif content_type == CHANGE_CIPHER_SPEC:
            self._list(self._listed(record, CHANGE_CIPHER_SPEC, 1, 1, record.frame))
        if content_type != HANDSHAKE:
            return []
        assembly = self._assembly[direction]
        if not assembly:
            self._first_frame[direction] = record.frame
        assembly += plaintext
        return self._whole(record) if len(assembly) >= self._need[direction] else []

    def _whole(self, record: SealedRecord) -> list[Plain]:
        """Cut off the messages that are whole; what is left waits for the next record."""
        direction = record.direction
        data = bytes(self._assembly[direction])
        messages = []
        position = need = 0
        while len(data) - position >= _HEADER:
            length = int.from_bytes(data[position + 1 : position + _HEADER], "big")
            end = position + _HEADER + length
            if length > LONGEST_MESSAGE:
                self._odd(Kind.MALFORMED_MESSAGE, "a decrypted message is too long", record)
                end = len(data)
            elif end > len(data):
                need = end - position
                break
            else:
                messages.append(Plain(data[position], data[position:end]))
                self._message(record, messages[-1])
            self._first_frame[direction] = record.frame
            position = end
        del self._assembly[direction][:position]
        self._need[direction] = need
        return messages

    def finish(self) -> None:
        """Join the decrypted messages with the clear ones, in the order of their frames."""
        session = self._session
        if not self._messages:
            return
        session.messages.extend(self._messages)
        session.messages.sort(key=IN_ORDER)
        last = session.messages[-1]
        if last.frame > session.last_frame:
            session.last_frame, session.end = last.frame, last.time

    def _message(self, record: SealedRecord, message: Plain) -> None:
        session = self._session
        first = self._first_frame[record.direction]
        self._list(self._listed(record, HANDSHAKE, message.type, len(message.raw), first))
        body = message.raw[_HEADER:]
        if message.type in _HELLOS:
            return
        try:
            value = read(message.type, body, session.version or record.version)
        except MalformedError as error:
            word = "decrypted " if self._protection == DECRYPTED else ""
            text = f"{word}handshake message of type {message.type}: {error}"
            self._odd(Kind.MALFORMED_MESSAGE, text, record)
            return
        add_to_facts(session, record.direction, message.type, body, value, record.frame)

    def _alert(self, record: SealedRecord, level: int, description: int) -> None:
        alerts = self._session.alerts
        if len(alerts) < MOST_MESSAGES:
            alerts.append(Alert(record.direction, level, description, record.frame, self._protection))
        self._list(self._listed(record, ALERT, description, 2, record.frame, level))

    def _list(self, message: Message) -> None:
        if len(self._messages) < MOST_MESSAGES:
            self._messages.append(message)
        elif _TOO_MANY not in self._session.anomalies:
            self._session.anomalies.append(_TOO_MANY)

    def _odd(self, kind: Kind, text: str, record: SealedRecord) -> None:
        if len(self._session.anomalies) < MOST_ANOMALIES:
            self._session.anomalies.append(Anomaly(kind, text, record.frame, record.direction))

    def _listed(
        self, record: SealedRecord, content_type: int, kind: int, length: int, first_frame: int, level: int = 0
    ) -> Message:
        return Message(
            record.direction, content_type, kind, length, record.frame, record.time, first_frame,
            self._protection, level, record.order,
        )  # fmt: skip
