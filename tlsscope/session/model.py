"""The Session: what was on the wire between one client and one server, and containers for what `judge` says of it.

The facts hold integers (code points, directions, nanoseconds since the epoch) and bytes; `report` turns them into
names. `None` means "not seen"; why it was not seen stands in `not_visible`. The fields from `authentication` on are
opinions: filled by `judge`, never by the rooms below it.
"""

from enum import StrEnum

import msgspec

from tlsscope.anomalies import Anomaly
from tlsscope.constants import CLEAR
from tlsscope.handshake.messages import CertificateRequest, ClientHello, ServerHello

from .layout import AFTER_GAP, OPENED
from .timeline import Timeline


class Endpoint(msgspec.Struct, frozen=True, gc=False):
    """An address and port; `ip` in the canonical text form (RFC 5952 for IPv6)."""

    ip: str
    port: int


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


class Alert(msgspec.Struct, frozen=True, gc=False):
    """An alert; `level` and `description` are None where it is encrypted (told by its content type or its size)."""

    direction: int
    level: int | None
    description: int | None
    frame: int
    protection: int = CLEAR


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


class Ending(StrEnum):
    """How the connection under a session ended, as far as the capture shows."""

    OPEN = "open"
    FIN = "fin"
    RST = "rst"
    IDLE = "idle"


class Mode(StrEnum):
    """Who proved what to whom."""

    ONE_WAY = "one-way"
    MUTUAL = "mutual"
    ANONYMOUS = "anonymous"
    PSK = "psk"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """Where a verdict comes from."""

    OBSERVED = "observed"
    DECRYPTED = "decrypted"
    INFERRED = "inferred"
    INHERITED = "inherited"


class ClientCertificate(StrEnum):
    """What the client did when asked for a certificate."""

    NOT_REQUESTED = "not-requested"
    DECLINED = "declined"
    PRESENTED = "presented"
    UNKNOWN = "unknown"


class Ground(msgspec.Struct, frozen=True, gc=False):
    """One reason for a verdict: the rule's id, a sentence for people, the frames it looked at."""

    rule: str
    text: str
    frames: tuple[int, ...] = ()


class Authentication(msgspec.Struct, frozen=True, gc=False):
    """The verdict. `requested`, `sent` and `accepted` state the three facts apart; None where unknown."""

    mode: Mode
    basis: Basis | None
    confidence: float
    client_certificate: ClientCertificate
    grounds: tuple[Ground, ...]
    requested: bool | None = None
    sent: bool | None = None
    accepted: bool | None = None


class State(StrEnum):
    """How the handshake ended."""

    ESTABLISHED = "established"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """How the handshake ended, who ended it (a direction), and one sentence why."""

    state: State
    by: int | None = None
    reason: str | None = None


class ResumptionKind(StrEnum):
    """What a client resumed by."""

    SESSION_ID = "session-id"
    TICKET = "ticket"
    PSK = "psk"


class Resumption(msgspec.Struct, frozen=True, gc=False):
    """An attempt to resume; `original` is the id of the session it resumes, where that is in the capture."""

    kind: ResumptionKind
    accepted: bool | None
    original: str | None = None


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Finding(msgspec.Struct, frozen=True, gc=False):
    """One opinion about a session: a rule's id, how much it matters, a sentence, and where it is written."""

    rule: str
    severity: Severity
    text: str
    reference: str
    frames: tuple[int, ...] = ()


class Session(msgspec.Struct, gc=False):
    """One TLS session: the handshake between one client and one server, with what is known of its surroundings.

    `messages` are in capture order; `records` are the protected ones, up to the decision. Straight from the wire both are
    one timeline of rows; they become lists when they are first asked for, and the lists are the truth from then on.
    """

    # where
    file: str
    client: Endpoint  # the one that sent (or must have sent) the ClientHello
    server: Endpoint
    first_frame: int  # in which the first message is complete, 1-based, as Wireshark counts
    last_frame: int
    start: int  # ns since the epoch, of first_frame
    end: int
    id: str = ""  # the same for the same traffic on every run
    transport: str = "tcp"  # tcp | udp | eap
    protocol: str = "TLS"  # TLS | DTLS | QUIC | SSLv2
    carrier: str | None = None
    encapsulation: tuple[str, ...] = ()
    time_digits: int = 6  # decimal places of the capture's clock
    continued_in: tuple[str, ...] = ()  # later files of the same stream; frames count on from `file`

    # what was said
    client_hello: ClientHello | None = None  # the first one
    client_hello_frame: int | None = None
    second_client_hello: ClientHello | None = None  # after a HelloRetryRequest
    retry: ServerHello | None = None  # the HelloRetryRequest
    server_hello: ServerHello | None = None
    server_hello_frame: int | None = None
    version: int | None = None  # negotiated; a TLS 1.3 draft as 0x7fxx
    server_key_exchange: bytes | None = None
    client_key_exchange: bytes | None = None
    server_certificates: tuple[bytes, ...] | None = None  # DER, leaf first; None: no Certificate message seen
    server_certificates_frame: int | None = None
    client_certificates: tuple[bytes, ...] | None = None  # (): an empty Certificate message
    client_certificates_frame: int | None = None
    server_raw_public_key: bytes | None = None  # SubjectPublicKeyInfo in a certificate's place, RFC 7250
    client_raw_public_key: bytes | None = None
    certificate_request: CertificateRequest | None = None
    certificate_request_frame: int | None = None
    client_certificate_verify_frame: int | None = None
    client_signature_scheme: int | None = None  # of the client's CertificateVerify
    server_signature_scheme: int | None = None  # of ServerKeyExchange or CertificateVerify
    ocsp_response: bytes | None = None  # stapled
    encrypted_extensions: tuple[tuple[int, bytes], ...] | None = None  # decrypted only
    tickets: tuple[bytes, ...] = ()  # from NewSessionTicket messages, clear or decrypted
    psk_identities: tuple[bytes, ...] = ()  # derived for tickets: what a later ClientHello would offer
    timeline: Timeline | None = None  # None where the lists are the truth
    alerts: list[Alert] = msgspec.field(default_factory=list)
    transcript: list[tuple[int, int, bytes]] = msgspec.field(default_factory=list)  # clear, for decryption
    post_handshake: bool = False  # the server asked for a certificate after the handshake (decrypted)
    finished_verified: tuple[bool | None, bool | None] = (None, None)  # by direction; None: not decrypted

    # around it
    ending: Ending = Ending.OPEN
    ended_by: int | None = None  # direction of the first FIN or RST
    end_frame: int | None = None  # of that FIN or RST
    gap_before: tuple[int | None, int | None] = (None, None)  # first frame after a gap, by direction
    bytes: tuple[int, int] = (0, 0)  # TCP payload by direction, of the whole connection
    packets: tuple[int, int] = (0, 0)
    not_visible: dict[str, str] = msgspec.field(default_factory=dict)
    anomalies: list[Anomaly] = msgspec.field(default_factory=list)

    # what judge says of it
    authentication: Authentication | None = None
    blind: Authentication | None = None  # where keys opened the session: what inference says without them
    outcome: Outcome | None = None
    resumption: Resumption | None = None
    findings: tuple[Finding, ...] = ()

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

    def copy(self) -> "Session":
        """Give the session as it is now; what comes later is not in the copy."""
        return msgspec.structs.replace(
            self,
            timeline=None if self.timeline is None else self.timeline.copy(),
            alerts=self.alerts[:],
            anomalies=self.anomalies[:],
            _messages=None if self._messages is None else self._messages[:],
            _records=None if self._records is None else self._records[:],
        )

    def spell_out(self) -> None:
        """Turn the rows into lists, which are the truth from now on."""
        timeline = self.timeline
        if timeline is not None:
            self._messages = timeline.messages(Message)
            self._records = timeline.records(SealedRecord)
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
        for one in self._messages or ():
            rows.message(
                one.direction, one.content_type, one.type, one.length, one.frame, one.time, one.first_frame,
                one.protection, one.level,
            )  # fmt: skip
        for each in self._records or ():
            marks = each.after_gap * AFTER_GAP | each.opened * OPENED
            rows.record(each.direction, each.content_type, each.version, each.size, each.frame, each.time, marks)
        return rows
