"""What was said in a session: a timeline of rows from the wire, which leaves as lists of messages and records."""

from collections.abc import Iterator
from heapq import merge
from operator import attrgetter

import msgspec

from tlsscope.constants import CLEAR

from .layout import AFTER_GAP, OPENED
from .timeline import Timeline

IN_ORDER = attrgetter("frame", "order")


class Message(msgspec.Struct, gc=False):
    """One handshake message, alert or ChangeCipherSpec, or one record that stayed encrypted, in capture order."""

    direction: int  # CLIENT or SERVER
    content_type: int  # of the record, as on the wire; of the inner plaintext when decrypted
    type: int  # handshake type for HANDSHAKE; alert description for ALERT; -1 where encrypted
    length: int  # clear or decrypted: the message with its 4-byte header; encrypted: the whole record with its 5
    frame: int  # the frame in which it was complete, 1-based
    time: int  # of that frame, ns since the epoch
    first_frame: int  # the frame in which it began
    protection: int = CLEAR  # CLEAR, DECRYPTED or ENCRYPTED
    level: int = 0  # alerts: 1 warning, 2 fatal
    order: int = 0  # in which it came, among messages and records that share its frame


class SealedRecord(msgspec.Struct, gc=False):
    """A protected record kept for decryption and for inference: `size` counts its 5-byte header too.

    `fragment` is the ciphertext (without the header), kept only where keys may open it, else empty.
    `after_gap` tells that bytes are missing in this direction before it.
    """

    direction: int
    content_type: int
    version: int
    size: int
    frame: int
    time: int
    fragment: bytes = b""
    after_gap: bool = False
    opened: bool = False  # its content is known
    order: int = 0  # as in Message


class Spoken(msgspec.Struct, gc=False, kw_only=True):
    """All that was said, in capture order, and the protected records up to the decision.

    Straight from the wire both are one timeline of rows. They become lists when they are first asked for, and the lists
    are the truth from then on.
    """

    timeline: Timeline | None = None  # None where the lists are the truth
    _messages: list[Message] | None = None
    _records: list[SealedRecord] | None = None

    @property
    def messages(self) -> list[Message]:
        """All that was said, in capture order; as long as it goes on, a copy of what was said so far."""
        if self.timeline is not None:
            if self.timeline.grows:
                return self.timeline.messages(Message)
            self.spell_out()
        if self._messages is None:
            self._messages = []
        return self._messages

    @messages.setter
    def messages(self, messages: list[Message]) -> None:
        self.spell_out()
        self._messages = messages

    @property
    def records(self) -> list[SealedRecord]:
        """The protected records, up to the decision, for decryption and for inference; copies as long as it goes on."""
        if self.timeline is not None:
            if self.timeline.grows:
                return self.timeline.records(SealedRecord)
            self.spell_out()
        if self._records is None:
            self._records = []
        return self._records

    @records.setter
    def records(self, records: list[SealedRecord]) -> None:
        self.spell_out()
        self._records = records

    def spell_out(self) -> None:
        """Turn the rows into lists, which are the truth from now on."""
        timeline = self.timeline
        if timeline is not None:
            self._messages = timeline.messages(Message)
            self._records = timeline.records(SealedRecord)
            if not timeline.ordered:  # some frames came late
                self._messages.sort(key=IN_ORDER)
                self._records.sort(key=IN_ORDER)
            self.timeline = None

    def note_opened(self, records: list[SealedRecord]) -> None:
        """Take note of which `records` were opened, where they are copies."""
        if self.timeline is not None:
            self.timeline.note_opened([one.opened for one in records])

    def drop_ciphertext(self) -> None:
        """Forget the fragments of all records."""
        if self.timeline is not None:
            self.timeline.fragments = []
        for record in self._records or ():
            record.fragment = b""

    def rows(self) -> Timeline:
        """Give the timeline; one made of the lists where they are the truth."""
        if self.timeline is not None:
            return self.timeline
        rows = Timeline()
        said: Iterator[Message | SealedRecord] = merge(self._messages or (), self._records or (), key=IN_ORDER)
        for one in said:
            if isinstance(one, Message):
                rows.message(
                    one.direction, one.content_type, one.type, one.length, one.frame, one.time, one.first_frame,
                    one.protection, one.level,
                )  # fmt: skip
            else:
                marks = one.after_gap * AFTER_GAP | one.opened * OPENED
                rows.record(one.direction, one.content_type, one.version, one.size, one.frame, one.time, marks)
        return rows
