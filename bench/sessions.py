"""TLS sessions: recorded flights with everything that differs between connections made different.

Enters: `templates.json`, chains of certificates, a random. Leaves: flights of bytes, (side, data), where
side 0 is the client. Signatures, Finished and application data are random bytes of the right form and length:
it takes the keys to tell.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.hellos import KEY_SHARE, Hello, chrome_like, message, split_extensions, vector

TEMPLATES = Path(__file__).with_name("templates.json")
SERVER_HELLO, NEW_TICKET, CERTIFICATE, SERVER_KEY_EXCHANGE = 2, 4, 11, 12
CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE = 15, 16
RENEGOTIATION_INFO = 65281
AES_128_GCM_SHA256 = b"\x13\x01"
FINISHED_SHA384, FINISHED_SHA256 = 4 + 48 + 1 + 16, 4 + 32 + 1 + 16  # sealed: message, inner type, tag
RECORD_LIMIT = 16384
SUITES = {
    b"\x13\x02": (b"\x13\x01", b"\x13\x01", b"\x13\x02"),
    b"\xc0\x2c": (b"\xc0\x2b", b"\xc0\x2c"),
    b"\xc0\x30": (b"\xc0\x2f", b"\xc0\x30"),
}
NOISE = Random(20).randbytes(1 << 22)
Flights = list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Record:
    """A recorded record: its clear body, or the length of what was sealed."""

    kind: int
    version: bytes
    body: bytes
    sealed: int


@dataclass(frozen=True, slots=True)
class Template:
    """One kind of handshake."""

    name: str
    flights: tuple[tuple[int, tuple[Record, ...]], ...]

    @property
    def is_tls13(self) -> bool:
        """Whether certificates are hidden."""
        return self.name.startswith("tls13")

    @property
    def own_hello(self) -> Hello | None:
        """A resumed session must send the hello it was recorded with: it holds the ticket."""
        return Hello.parse(self.flights[0][1][0].body) if self.name.endswith("resumed") else None


def load() -> tuple[dict[str, Template], list[Hello]]:
    """The templates by name, and the shapes of hello."""
    recorded = json.loads(TEMPLATES.read_text())
    templates = {
        name: Template(name, read_flights(flights)) for name, flights in recorded["handshakes"].items()
    }
    hellos = [Hello.parse(bytes.fromhex(text)) for text in recorded["hellos"].values()]
    return templates, [chrome_like(), chrome_like(), *hellos]


def read_flights(flights: list[dict[str, Any]]) -> tuple[tuple[int, tuple[Record, ...]], ...]:
    """JSON to records."""
    return tuple(
        (
            int(flight["from"] == "server"),
            tuple(
                Record(
                    record["type"],
                    bytes.fromhex(record["version"]),
                    bytes.fromhex(record.get("body", "")),
                    record.get("length", 0),
                )
                for record in flight["records"]
            ),
        )
        for flight in flights
    )


class Session:
    """One handshake to be."""

    def __init__(self, random: Random, template: Template, hello: Hello, name: str) -> None:
        self.random = random
        self.template = template
        self.hello = template.own_hello or hello
        self.name = name
        self.session_id = b""
        self.suite = b""

    def flights(self, server_chain: list[bytes], client_chain: list[bytes]) -> Flights:
        """The handshake's bytes."""
        chains = (client_chain, server_chain)
        return [
            (side, b"".join(self.record(record, chains[side]) for record in records))
            for side, records in self.template.flights
        ]

    def record(self, record: Record, chain: list[bytes]) -> bytes:
        """A record of this session in the place of a recorded one."""
        if record.sealed:
            body = self.random.randbytes(self.sealed_length(record.sealed))
        elif record.kind == 22:
            body = self.message(record.body, chain)
        else:
            body = record.body
        return bytes((record.kind,)) + record.version + vector(body)

    def sealed_length(self, recorded: int) -> int:
        """All was recorded with SHA-384; another hash makes another Finished."""
        has_other_hash = self.suite == AES_128_GCM_SHA256 and recorded == FINISHED_SHA384
        return FINISHED_SHA256 if has_other_hash else recorded

    def message(self, recorded: bytes, chain: list[bytes]) -> bytes:
        """A handshake message of this session in the place of a recorded one."""
        kind, body, random = recorded[0], recorded[4:], self.random
        if kind == 1:
            hello, self.session_id = self.hello.vary(random, self.name)
            return hello
        if kind == SERVER_HELLO:
            return message(kind, self.server_hello(body))
        if kind == CERTIFICATE:
            return certificate_message(chain)
        if kind == SERVER_KEY_EXCHANGE:  # curve and point, algorithm, signature. RFC 8422 §5.4
            point = 4 + body[3]
            algorithm, signature = body[point : point + 2], signature_like(body[point + 2 :], random)
            return message(kind, body[:4] + random.randbytes(body[3]) + algorithm + signature)
        if kind == CERTIFICATE_VERIFY:
            return message(kind, body[:2] + signature_like(body[2:], random))
        if kind == CLIENT_KEY_EXCHANGE:
            return message(kind, body[:1] + random.randbytes(len(body) - 1))
        if kind == NEW_TICKET:
            return message(kind, body[:6] + random.randbytes(len(body) - 6))
        return recorded

    def server_hello(self, body: bytes) -> bytes:
        """Answer this client: its session id, one of its suites, and no extension it did not offer."""
        at = 35 + body[34]
        session_id, suite = body[35:at], body[at : at + 2]
        if session_id:  # recorded from a server that echoed the client's
            session_id = self.session_id
        suite = self.suite = self.random.choice([one for one in SUITES[suite] if one in self.hello.suites])
        offered = self.hello.offers() | {RENEGOTIATION_INFO}
        extensions = b"".join(
            kind.to_bytes(2, "big") + vector(fresh(kind, value, self.random))
            for kind, value in split_extensions(body[at + 5 :])
            if kind in offered
        )
        head = body[:2] + self.random.randbytes(32) + bytes((len(session_id),))
        return head + session_id + suite + b"\x00" + vector(extensions)


def fresh(kind: int, value: bytes, random: Random) -> bytes:
    """The server's key share is new, the rest is as recorded."""
    return value[:4] + random.randbytes(len(value) - 4) if kind == KEY_SHARE else value


def signature_like(recorded: bytes, random: Random) -> bytes:
    """A vector with random bytes in the form of an RSA or a DER coded ECDSA signature."""
    if len(recorded) > 200:
        return vector(random.randbytes(len(recorded) - 2))
    integers = b"".join(b"\x02\x20\x01" + random.randbytes(31) for _ in range(2))
    return vector(b"\x30\x44" + integers)


def certificate_message(chain: list[bytes]) -> bytes:
    """RFC 5246 §7.4.2"""
    listed = b"".join(len(der).to_bytes(3, "big") + der for der in chain)
    return message(CERTIFICATE, len(listed).to_bytes(3, "big") + listed)


def application_data(random: Random, length: int) -> bytes:
    """Sealed records of up to 16 KB."""
    return b"".join(
        b"\x17\x03\x03" + vector(slice_of_noise(random, min(RECORD_LIMIT, length - at) + 17))
        for at in range(0, length, RECORD_LIMIT)
    )


def close_notify(random: Random, template: Template) -> bytes:
    """A sealed alert, which TLS 1.3 dresses up as application data."""
    if template.is_tls13:
        return b"\x17\x03\x03" + vector(random.randbytes(19))
    return b"\x15\x03\x03" + vector(random.randbytes(26))


def slice_of_noise(random: Random, length: int) -> bytes:
    """Cheap random bytes for what is never looked at: up to 64 KB."""
    at = int(random.random() * ((1 << 22) - 65536))
    return NOISE[at : at + length]
