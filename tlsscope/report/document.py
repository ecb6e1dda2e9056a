"""The document: one versioned model behind every format. Its field names are what other programs rely on.

Add fields freely, rename none. `compose` fills it, `schema` prints its JSON Schema, the formats only write.
What the session model already says in the report's own words (grounds, findings, certificates) is used as is.
No struct here can be part of a cycle, so the garbage collector need not look at them (`gc=False`).
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tlsscope.certificate.model import Certificate
from tlsscope.session.model import Authentication, Endpoint, Finding, Resumption, Severity, State

SCHEMA = "tlsscope/1"


Time = Annotated[str, Meta(description="RFC 3339, UTC, as precise as the capture")]
Version = Annotated[str, Meta(description='"SSL 3.0", "TLS 1.2", "DTLS 1.3" …, or "unknown (0x1234)"')]
Side = Annotated[str, Meta(description='"client" or "server"')]
HexCode = Annotated[str, Meta(description='a code point as "0x1301"')]
Certificates = Annotated[
    tuple[Certificate, ...],
    Meta(description="as sent, leaf first; with `--certificates reference` each holds its sha256 only"),
]


class Source(msgspec.Struct, frozen=True, gc=False):
    """The input, and the frames of the handshake in it, 1-based."""

    file: str
    first_frame: int
    last_frame: int
    continued_in: Annotated[
        tuple[str, ...] | UnsetType, Meta(description="the next files of the same stream, where it goes on there")
    ] = UNSET


class Code(msgspec.Struct, frozen=True, gc=False):
    """A code point that its registry writes in hexadecimal (suites, signature schemes), and its name."""

    code: HexCode
    name: str


class Number(msgspec.Struct, frozen=True, gc=False):
    """A code point that its registry writes in decimal (extensions, groups), and its name."""

    code: int
    name: str


class KeyExchange(msgspec.Struct, frozen=True, gc=False):
    """How the keys were agreed on: by which group, and what that protects against. None: cannot be told."""

    group: Number | None
    forward_secret: bool | None
    post_quantum: bool | None


class AlertLine(msgspec.Struct, frozen=True, gc=False, rename={"sender": "from"}):
    """An alert; level and description are null where it is encrypted."""

    sender: Side
    level: str | None
    description: str | None
    encrypted: bool
    frame: int


class OutcomeLine(msgspec.Struct, frozen=True, gc=False):
    """How the handshake ended, who ended it, and one sentence why."""

    state: State
    by: Side | None
    reason: str | None
    alerts: tuple[AlertLine, ...] = ()


class Request(msgspec.Struct, frozen=True, gc=False):
    """The server's CertificateRequest."""

    authorities: tuple[str, ...]
    signature_algorithms: tuple[Code, ...]
    certificate_types: tuple[str, ...]
    frame: int | None


class HelloClient(msgspec.Struct, frozen=True, gc=False):
    """The (first) ClientHello: what the client said that it supports, in wire order."""

    frame: int | None
    version: Version
    versions: tuple[Version, ...]
    random: str
    session_id: str
    cipher_suites: tuple[Code, ...]
    extensions: tuple[Number, ...]
    groups: tuple[Number, ...]
    key_shares: tuple[Number, ...]
    signature_algorithms: tuple[Code, ...]
    alpn: tuple[str, ...]
    ech: Annotated[str | None, Meta(description='"outer" (sent, or greased: they look alike) or "inner"')]
    early_data: bool
    post_handshake_auth: bool
    ja3: str | None  # null for a hello in the form of SSL 2.0
    ja3_text: str | None
    ja4: str


class HelloServer(msgspec.Struct, frozen=True, gc=False):
    """The ServerHello: what the server chose. `retry` tells that a HelloRetryRequest came before it."""

    frame: int | None
    version: Version
    random: str
    session_id: str
    extensions: tuple[Number, ...]
    retry: bool
    downgrade: Annotated[str | None, Meta(description="what the random's last bytes admit, RFC 8446 §4.1.3")]
    ja3s: str


class MessageLine(msgspec.Struct, frozen=True, gc=False, rename={"sender": "from"}):
    """A message, or a record that stayed encrypted (named `encrypted`, with the size of the whole record)."""

    frame: int
    time: Time
    sender: Side
    name: str
    length: int
    protection: Annotated[str, Meta(description='"clear", "decrypted" or "encrypted"')]
    step: Annotated[str | None, Meta(description="of the one-way (1-5) or the mutual (1-9) handshake")]
    description: str | UnsetType = UNSET  # alerts only
    content_type: str | UnsetType = UNSET  # encrypted records only: what the outer header says


class Directions(msgspec.Struct, frozen=True, gc=False):
    """A count for each direction of the whole connection."""

    client: int
    server: int


class AnomalyLine(msgspec.Struct, frozen=True, gc=False, rename={"sender": "from"}):
    """Something odd on the wire or in the capture."""

    kind: str
    sender: Side | None
    frame: int | None
    text: str


class SessionDocument(msgspec.Struct, gc=False, tag_field="kind", tag="session"):
    """One TLS session."""

    id: str
    source: Source
    transport: str
    protocol: str
    carrier: str | None
    encapsulation: tuple[str, ...]
    client: Endpoint
    server: Endpoint
    start: Time
    end: Time
    duration: float
    version: Version | None
    cipher_suite: Code | None
    key_exchange: KeyExchange | None
    server_name: str | None
    alpn: str | None
    authentication: Authentication | None
    outcome: OutcomeLine | None
    resumption: Resumption | None
    certificate_request: Request | None
    server_certificates: Certificates
    client_certificates: Certificates
    client_hello: HelloClient | None
    server_hello: HelloServer | None
    messages: tuple[MessageLine, ...]
    bytes: Directions
    packets: Directions
    not_visible: Annotated[
        dict[str, str],
        Meta(description="why a field is empty: encrypted, one-direction, truncated, mid-stream, lost or not-told"),
    ]
    anomalies: tuple[AnomalyLine, ...]
    findings: tuple[Finding, ...]


class CertificateReference(msgspec.Struct, frozen=True, gc=False):
    """What stands for a certificate in a session under `--certificates reference`."""

    sha256: str


class CertificateLine(Certificate, frozen=True, gc=False, tag_field="kind", tag="certificate"):
    """A certificate of its own, with `--certificates reference`."""


class InventoryLine(Certificate, frozen=True, gc=False, kw_only=True, tag_field="kind", tag="certificate"):
    """A certificate of the inventory: where it was seen, and how often."""

    roles: Annotated[dict[str, int], Meta(description='"server leaf", "client chain" …, and how often each')]
    sessions: int
    endpoints: Annotated[tuple[str, ...], Meta(description="servers that sent it, clients that proved by it")]
    files: tuple[str, ...]


class FindingLine(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag="finding"):
    """A finding beside its session, for programs that read line by line."""

    session: str
    rule: str
    severity: Severity
    text: str
    reference: str
    frames: tuple[int, ...]


class ErrorLine(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag="error"):
    """An input that could not be read (further)."""

    source: str
    message: str


class Inference(msgspec.Struct, frozen=True, gc=False):
    """How often the verdict from sizes alone agreed with the decrypted truth, where both were to be had.

    `silent` counts the decrypted sessions about which the sizes said nothing.
    """

    compared: int
    agreed: int
    silent: int


class CaptureAnomaly(msgspec.Struct, frozen=True, gc=False):
    """Something odd in a capture as a whole, such as its end inside a record."""

    source: str
    kind: str
    frame: int | None
    text: str


class SummaryLine(msgspec.Struct, frozen=True, gc=False, tag_field="kind", tag="summary"):
    """The whole run in counts; always the last line."""

    inputs: int
    errors: int
    packets: Annotated[int, Meta(description="without duplicates, where those are dropped")]
    bytes: int
    connections: int
    sessions: int
    modes: dict[str, int]
    versions: dict[str, int]
    outcomes: dict[str, int]
    anomalies: dict[str, int]
    findings: dict[str, int]
    bounds: Annotated[dict[str, int], Meta(description="tables of ours that were full, and how often")]
    captures: tuple[CaptureAnomaly, ...]
    unused_key_lines: Annotated[dict[str, int], Meta(description="of key logs, by reason")]
    inference: Inference | None
    duplicates: Annotated[int, Meta(description="packets dropped with `--dedup`")] = 0


def tool() -> str:
    """Name the program and its version."""
    from importlib import metadata  # here, for it takes its time

    return f"tlsscope {metadata.version('tlsscope')}"
