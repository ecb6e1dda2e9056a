"""The Session: what was on the wire between one client and one server, and containers for what `judge` says of it.

The facts hold integers (code points, directions, nanoseconds since the epoch) and bytes; `report` turns them into
names. `None` means "not seen"; why it was not seen stands in `not_visible`. The fields from `authentication` on are
opinions: filled by `judge`, never by the rooms below it.
"""

from copy import copy
from enum import StrEnum

import msgspec

from tlsscope.anomalies import Anomaly
from tlsscope.constants import CLEAR
from tlsscope.handshake.messages import CertificateRequest, ClientHello, ServerHello

from .spoken import Spoken


class Endpoint(msgspec.Struct, frozen=True, gc=False):
    """An address and port; `ip` in the canonical text form (RFC 5952 for IPv6)."""

    ip: str
    port: int


class Alert(msgspec.Struct, frozen=True, gc=False):
    """An alert; `level` and `description` are None where it is encrypted (told by its content type or its size)."""

    direction: int
    level: int | None
    description: int | None
    frame: int
    protection: int = CLEAR


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


class Session(Spoken, gc=False, eq=False):
    """One TLS session: the handshake between one client and one server, with what is known of its surroundings.

    Its `messages` and `records` are in `Spoken`.
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

    def __eq__(self, other: object) -> bool:
        """Tell whether the same is known, in rows or in lists."""
        if not isinstance(other, Session):
            return NotImplemented
        self.spell_out()
        other.spell_out()
        return msgspec.structs.astuple(self) == msgspec.structs.astuple(other)

    __hash__ = None  # type: ignore[assignment]

    def copy(self) -> "Session":
        """Give the session as it is now; what comes later is not in the copy."""
        now = copy(self)
        now.alerts, now.anomalies = self.alerts[:], self.anomalies[:]
        if self.timeline is not None:
            now.timeline = self.timeline.copy()
        if self._messages is not None:
            now._messages = self._messages[:]
        if self._records is not None:
            now._records = self._records[:]
        return now
