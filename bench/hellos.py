"""ClientHello shapes: a recorded or hand-written hello, varied as the same client would vary it.

Enters: a ClientHello message (type and length included). Leaves: another one, with its own random, session
id, key shares, tickets and server name, and for the Chrome-like shape its own GREASE and order of extensions.
"""

import struct
from random import Random
from typing import NamedTuple, Self

SERVER_NAME, SUPPORTED_GROUPS, SESSION_TICKET, PRE_SHARED_KEY = 0, 10, 35, 41
SUPPORTED_VERSIONS, KEY_SHARE = 43, 51
ENCRYPTED_CLIENT_HELLO = 65037
P_256, P_384, P_521 = 23, 24, 25
GREASE = tuple(0x0A0A + 0x1010 * step for step in range(16))


class Hello(NamedTuple):
    """A ClientHello in its parts; `random` is left out, every hello brings its own."""

    version: bytes
    session_id: bytes
    suites: bytes
    extensions: tuple[tuple[int, bytes], ...]
    greased: bool = False

    @classmethod
    def parse(cls, message: bytes) -> Self:
        """Read a recorded message. RFC 8446 §4.1.2"""
        at = 4 + 2 + 32
        session_id = message[at + 1 : at + 1 + message[at]]
        at += 1 + len(session_id)
        suites = message[at + 2 : at + 2 + int.from_bytes(message[at : at + 2], "big")]
        at += 2 + len(suites)
        at += 1 + message[at] + 2
        return cls(message[4:6], session_id, suites, tuple(split_extensions(message[at:])))

    def offers(self) -> frozenset[int]:
        """The extension types a server may answer."""
        return frozenset(kind for kind, _ in self.extensions)

    def vary(self, random: Random, server_name: str) -> tuple[bytes, bytes]:
        """Another hello of the same client: the message, and the session id it carries."""
        session_id = random.randbytes(len(self.session_id))
        hello = grease(self, random) if self.greased else self
        extensions = b"".join(
            kind.to_bytes(2, "big") + vector(fresh(kind, body, random, server_name))
            for kind, body in hello.extensions
        )
        parts = (
            hello.version,
            random.randbytes(32),
            bytes((len(session_id),)),
            session_id,
            vector(hello.suites),
            b"\x01\x00",
            vector(extensions),
        )
        return message(1, b"".join(parts)), session_id


def fresh(kind: int, body: bytes, random: Random, server_name: str) -> bytes:
    """The body of an extension as the next connection would send it."""
    if kind == SERVER_NAME:
        return vector(b"\x00" + vector(server_name.encode()))
    if kind == KEY_SHARE:
        return vector(b"".join(key_share(share, random) for share in shares(body)))
    if kind == SESSION_TICKET:
        return random.randbytes(len(body))
    if kind == PRE_SHARED_KEY:
        return pre_shared_key(body, random)
    if kind == ENCRYPTED_CLIENT_HELLO:
        config, key, payload = (random.randbytes(length) for length in (1, 32, 144))
        return body[:5] + config + body[6:8] + key + body[40:42] + payload
    return body


def split_extensions(data: bytes) -> list[tuple[int, bytes]]:
    """(type, body) of each."""
    found, at = [], 0
    while at < len(data):
        kind, length = struct.unpack_from(">HH", data, at)
        found.append((kind, data[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def shares(body: bytes) -> list[tuple[int, int]]:
    """(group, length) of every KeyShareEntry. RFC 8446 §4.2.8"""
    found, at = [], 2
    while at < len(body):
        group, length = struct.unpack_from(">HH", body, at)
        found.append((group, length))
        at += 4 + length
    return found


def key_share(share: tuple[int, int], random: Random) -> bytes:
    """A KeyShareEntry of the same group and length with random bytes for a key."""
    group, length = share
    key = b"\x00" if length == 1 else random.randbytes(length)
    if group in (P_256, P_384, P_521):
        key = b"\x04" + key[1:]
    return struct.pack(">HH", group, length) + key


def pre_shared_key(body: bytes, random: Random) -> bytes:
    """One identity, its obfuscated age and one binder, all random. RFC 8446 §4.2.11"""
    identities = int.from_bytes(body[:2], "big")
    identity = vector(random.randbytes(identities - 6)) + random.randbytes(4)
    binder = random.randbytes(len(body) - 2 - identities - 3)
    return vector(identity) + vector(bytes((len(binder),)) + binder)


def grease(hello: Hello, random: Random) -> Hello:
    """Draw GREASE values and shuffle what stands between the two GREASE extensions. RFC 8701"""
    suite, group, version, first = (random.choice(GREASE) for _ in range(4))
    last = random.choice([value for value in GREASE if value != first])
    changed = []
    for kind, body in hello.extensions:
        if kind in (SUPPORTED_GROUPS, KEY_SHARE):
            body = body[:2] + group.to_bytes(2, "big") + body[4:]
        elif kind == SUPPORTED_VERSIONS:
            body = body[:1] + version.to_bytes(2, "big") + body[3:]
        changed.append((kind, body))
    random.shuffle(changed)
    extensions = ((first, b""), *changed, (last, b"\x00"))
    return hello._replace(suites=suite.to_bytes(2, "big") + hello.suites[2:], extensions=extensions)


def chrome_like() -> Hello:
    """What a Chromium of 2024 offers, written by hand; the GREASE places are filled by `grease`."""
    empty_shares = b"\x0a\x0a\x00\x01\x00\x11\xec\x04\xc0" + bytes(1216) + b"\x00\x1d\x00\x20" + bytes(32)
    encrypted = bytes.fromhex("0000010001000020") + bytes(32) + b"\x00\x90" + bytes(144)
    extensions = (
        (SERVER_NAME, b""),
        (23, b""),
        (65281, b"\x00"),
        (10, vector(bytes.fromhex("0a0a 11ec 001d 0017 0018"))),
        (11, b"\x01\x00"),
        (SESSION_TICKET, b""),
        (16, vector(b"\x02h2\x08http/1.1")),
        (5, bytes.fromhex("0100000000")),
        (13, vector(bytes.fromhex("0403 0804 0401 0503 0805 0501 0806 0601"))),
        (18, b""),
        (KEY_SHARE, vector(empty_shares)),
        (45, b"\x01\x01"),
        (43, bytes.fromhex("06 0a0a 0304 0303")),
        (27, bytes.fromhex("02 0002")),
        (17613, vector(b"\x02h2")),
        (ENCRYPTED_CLIENT_HELLO, encrypted),
    )
    suites = "0a0a 1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"
    return Hello(b"\x03\x03", bytes(32), bytes.fromhex(suites), extensions, greased=True)


def vector(body: bytes) -> bytes:
    """opaque<0..2^16-1>"""
    return len(body).to_bytes(2, "big") + body


def message(kind: int, body: bytes) -> bytes:
    """A handshake message. RFC 8446 §4"""
    return bytes((kind,)) + len(body).to_bytes(3, "big") + body
