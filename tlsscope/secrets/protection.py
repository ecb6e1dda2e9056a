"""The door of the room: a suite and secrets enter, openers of records leave.

An opener takes one direction's records in order: `open(content_type, version, fragment)` gives the content
type inside and the plaintext, or raises `SealError`. `UnsupportedError` says that no key would help.
"""

from collections.abc import Callable
from struct import Struct
from typing import Protocol

from tlsscope.secrets import compression, schedule12, schedule13
from tlsscope.secrets.aead import Aead
from tlsscope.secrets.faults import SealError, UnsupportedError
from tlsscope.secrets.records import (
    AeadOpener,
    BlockOpener,
    ChaChaOpener,
    Construction,
    DirectionKeys,
    EncryptThenMacOpener,
    RecordOpener,
    StreamOpener,
)
from tlsscope.secrets.suites import Cipher, Mode, protection, protection13
from tlsscope.wire import Reader

_HEADER = Struct(">BHH")  # type, version, length: the additional data of TLS 1.3, RFC 8446 §5.2
_TRUNCATED_MAC = 10  # RFC 6066 §7
_MAC_LENGTHS = {"": 0, "md5": 16, "sha1": 20, "sha256": 32, "sha384": 48}


class Opener(Protocol):
    """One direction of a connection under one set of keys. `sequence` is the number of the next record."""

    sequence: int

    def open(self, content_type: int, version: int, fragment: bytes) -> tuple[int, bytes]:
        """Open the next record: the content type inside it and its plaintext."""


class Opener13:
    """Records of TLS 1.3 under one traffic secret.

    A record that does not open leaves all as it was: early data that the server refused can be skipped by
    trying (RFC 8446 §4.2.10).
    """

    __slots__ = ("_aead", "_cipher", "_iv", "_secret", "sequence")

    def __init__(self, cipher: Cipher, secret: bytes) -> None:
        self._cipher = cipher
        self._start(secret)

    def open(self, content_type: int, version: int, fragment: bytes) -> tuple[int, bytes]:
        """Open the next record: the content type inside it and its plaintext, without padding."""
        if len(fragment) <= self._cipher.tag_length:
            raise SealError(f"{len(fragment)} bytes are too few")
        nonce = (self._iv ^ self.sequence).to_bytes(schedule13.NONCE_LENGTH, "big")
        header = _HEADER.pack(content_type, version, len(fragment))
        inner = self._aead.open(nonce, fragment, header)
        self.sequence += 1
        unpadded = inner.rstrip(b"\0")  # RFC 8446 §5.4
        if not unpadded:
            raise SealError("nothing but padding inside")
        return unpadded[-1], unpadded[:-1]

    def update(self) -> None:
        """Go on with the next traffic secret: the sender has sent a KeyUpdate (RFC 8446 §4.6.3)."""
        self._start(schedule13.next_secret(self._cipher.hash, self._secret))

    def _start(self, secret: bytes) -> None:
        key, iv = schedule13.traffic_keys(self._cipher.hash, secret, self._cipher.key_length)
        self._secret = secret
        self._aead = Aead(self._cipher, key)
        self._iv = int.from_bytes(iv, "big")
        self.sequence = 0


def opener13(suite: int, secret: bytes) -> Opener13:
    """Make the opener of one direction from its early, handshake or application traffic secret."""
    return Opener13(protection13(suite, secret), secret)


def openers12(
    version: int,
    suite: int,
    master_secret: bytes,
    client_random: bytes,
    server_random: bytes,
    *,
    encrypt_then_mac: bool = False,
    truncated_hmac: bool = False,
    compression_method: int = compression.NULL,
) -> tuple[RecordOpener, RecordOpener]:
    """Make the client's and the server's opener for SSL 3.0 to TLS 1.2.

    For DTLS, `version` is that of the TLS it is made from. The flags say that the ServerHello took the
    extensions of RFC 7366 and RFC 6066 §7.
    """
    cipher = protection(suite)
    if cipher.is_tls13:
        raise UnsupportedError(f"cipher suite 0x{suite:04x} is one of TLS 1.3")
    mac_length = _MAC_LENGTHS[cipher.mac]
    part_lengths = mac_length, cipher.key_length, cipher.iv_length
    block = schedule12.key_block(
        version, cipher.hash, master_secret, client_random, server_random, 2 * sum(part_lengths)
    )
    make = EncryptThenMacOpener if encrypt_then_mac and cipher.mode is Mode.CBC else _OPENERS[cipher.mode]
    kept = min(mac_length, _TRUNCATED_MAC) if truncated_hmac else mac_length
    client, server = _directions(block, part_lengths)
    construction = Construction(version, cipher, kept)
    client_opener, server_opener = make(construction, client), make(construction, server)
    return (
        compression.decompressed(client_opener, compression_method),
        compression.decompressed(server_opener, compression_method),
    )


def _directions(block: bytes, lengths: tuple[int, int, int]) -> tuple[DirectionKeys, DirectionKeys]:
    # RFC 5246 §6.3: MAC keys, keys, IVs, of each pair the client's first. Where records bring their IV (since
    # TLS 1.1) the standard generates none; as the last part of the block it does no harm.
    reader = Reader(block)
    client, server = zip(*((reader.bytes(length), reader.bytes(length)) for length in lengths), strict=True)
    return DirectionKeys(*client), DirectionKeys(*server)


_OPENERS: dict[Mode, Callable[[Construction, DirectionKeys], RecordOpener]] = {
    Mode.GCM: AeadOpener,
    Mode.CCM: AeadOpener,
    Mode.CHACHA20_POLY1305: ChaChaOpener,
    Mode.CBC: BlockOpener,
    Mode.STREAM: StreamOpener,
    Mode.NULL: StreamOpener,
}
