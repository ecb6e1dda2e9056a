"""Record protection of SSL 3.0 to TLS 1.2: sealed fragments enter, plaintext leaves, or `SealError`.

One class a construction (RFC 5246 §6.2.3): authenticated encryption, block or stream cipher with a MAC.
`open` counts the records; `open_at` is told the number: in DTLS epoch and number come with the record.
"""

import hmac
from abc import ABC, abstractmethod
from hashlib import new as new_hash
from struct import Struct

import msgspec

from tlsscope.constants import SSL_3_0, TLS_1_1
from tlsscope.secrets import blocks
from tlsscope.secrets.aead import Aead
from tlsscope.secrets.faults import SealError
from tlsscope.secrets.suites import Cipher, Mode

_PSEUDO_HEADER = Struct(">QBHH")  # sequence number, type, version, length: what MAC and AEAD cover besides
_SSL3_HEADER = Struct(">QBH")  # without the version
_EXPLICIT_NONCE = 8


class Construction(msgspec.Struct, frozen=True):
    """What both directions have in common. `version` is one of TLS: DTLS gives the one it is made from."""

    version: int
    cipher: Cipher
    mac_length: int  # as sent: truncated_hmac cuts it


class DirectionKeys:
    """One direction's part of the key block; no `Struct`, for that would show it."""

    __slots__ = ("iv", "key", "mac_key")

    def __init__(self, mac_key: bytes, key: bytes, iv: bytes) -> None:
        self.mac_key = mac_key
        self.key = key
        self.iv = iv


class RecordOpener(ABC):
    """One direction. `sequence` is the number of the next record; a record that fails does not advance it."""

    __slots__ = ("sequence",)

    def __init__(self) -> None:
        self.sequence = 0

    def open(self, content_type: int, version: int, fragment: bytes) -> tuple[int, bytes]:
        """Open the next record: its content type and its plaintext."""
        plaintext = self.open_at(self.sequence, content_type, version, fragment)
        self.sequence += 1
        return content_type, plaintext

    @abstractmethod
    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""


class AeadOpener(RecordOpener):
    """GCM (RFC 5288) and CCM (RFC 6655): the nonce is a salt and eight bytes that the record brings."""

    __slots__ = ("_aead", "_overhead", "_salt")

    def __init__(self, construction: Construction, keys: DirectionKeys) -> None:
        super().__init__()
        self._aead = Aead(construction.cipher, keys.key)
        self._salt = keys.iv
        self._overhead = _EXPLICIT_NONCE + construction.cipher.tag_length

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        length = len(fragment) - self._overhead
        if length < 0:
            raise SealError(f"{len(fragment)} bytes are too few")
        header = _PSEUDO_HEADER.pack(sequence, content_type, version, length)
        nonce = self._salt + fragment[:_EXPLICIT_NONCE]
        return self._aead.open(nonce, fragment[_EXPLICIT_NONCE:], header)


class ChaChaOpener(RecordOpener):
    """ChaCha20-Poly1305 (RFC 7905): the nonce is the IV and the record's number, exclusive or."""

    __slots__ = ("_aead", "_iv", "_tag_length")

    def __init__(self, construction: Construction, keys: DirectionKeys) -> None:
        super().__init__()
        self._aead = Aead(construction.cipher, keys.key)
        self._iv = int.from_bytes(keys.iv, "big")
        self._tag_length = construction.cipher.tag_length

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        length = len(fragment) - self._tag_length
        if length < 0:
            raise SealError(f"{len(fragment)} bytes are too few")
        header = _PSEUDO_HEADER.pack(sequence, content_type, version, length)
        return self._aead.open((self._iv ^ sequence).to_bytes(12, "big"), fragment, header)


class StreamOpener(RecordOpener):
    """RC4 and NULL with a MAC (RFC 5246 §6.2.3.1). RC4 runs through all records: a loss ends it."""

    __slots__ = ("_decrypt", "_mac")

    def __init__(self, construction: Construction, keys: DirectionKeys) -> None:
        super().__init__()
        self._mac = _Mac(construction, keys.mac_key)
        cipher = construction.cipher
        self._decrypt: blocks.Transform = (
            bytes if cipher.mode is Mode.NULL else blocks.stream_decryptor(cipher.algorithm, keys.key)
        )

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        return self._mac.strip(sequence, content_type, version, self._decrypt(fragment))


class BlockOpener(RecordOpener):
    """CBC, the MAC inside (RFC 5246 §6.2.3.2).

    One decryptor runs through all records. Until TLS 1.0 that is how it is: the IV is the block before.
    Since TLS 1.1 the first block of a record is its IV: what it decrypts to is dropped.
    """

    __slots__ = ("_block", "_decrypt", "_explicit_iv", "_is_ssl3", "_mac")

    def __init__(self, construction: Construction, keys: DirectionKeys) -> None:
        super().__init__()
        self._is_ssl3 = construction.version == SSL_3_0
        self._block = len(keys.iv)
        self._explicit_iv = self._block if construction.version >= TLS_1_1 else 0
        self._decrypt = blocks.cbc_decryptor(construction.cipher.algorithm, keys.key, keys.iv)
        self._mac = _Mac(construction, keys.mac_key)

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        return self._mac.strip(sequence, content_type, version, self._unpadded(fragment))

    def _unpadded(self, fragment: bytes) -> bytes:
        if len(fragment) % self._block or len(fragment) <= self._explicit_iv:
            raise SealError(f"{len(fragment)} bytes are no whole blocks")
        padded = self._decrypt(fragment)[self._explicit_iv :]
        padding = padded[-1] + 1
        if padding > len(padded):
            raise SealError("the padding does not fit")
        if self._is_ssl3:  # RFC 6101 §5.2.3.2: any bytes, within one block
            if padding > self._block:
                raise SealError("the padding does not fit")
        elif padded.count(padded[-1:], len(padded) - padding) != padding:
            raise SealError("the padding is not as it must be")
        return padded[: len(padded) - padding]


class EncryptThenMacOpener(BlockOpener):
    """CBC, the MAC outside and over the ciphertext (RFC 7366)."""

    __slots__ = ()

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        return self._unpadded(self._mac.strip(sequence, content_type, version, fragment))


class _Mac:
    """The MAC at the end of a fragment: HMAC (RFC 5246 §6.2.3.1), or SSL 3.0's own (RFC 6101 §5.2.3.1)."""

    __slots__ = ("_hash", "_is_ssl3", "_key", "_length")

    def __init__(self, construction: Construction, key: bytes) -> None:
        self._hash = construction.cipher.mac
        self._key = key
        self._length = construction.mac_length
        self._is_ssl3 = construction.version == SSL_3_0

    def strip(self, sequence: int, content_type: int, version: int, data: bytes) -> bytes:
        """Verify the MAC at the end and return what is before it."""
        length = len(data) - self._length
        if length < 0:
            raise SealError(f"{len(data)} bytes are too few")
        content, mac = data[:length], data[length:]
        if self._length and not hmac.compare_digest(mac, self._of(sequence, content_type, version, content)):
            raise SealError("the MAC does not verify")
        return content

    def _of(self, sequence: int, content_type: int, version: int, content: bytes) -> bytes:
        if self._is_ssl3:
            header = _SSL3_HEADER.pack(sequence, content_type, len(content))
            return self._ssl3_mac(header + content)
        header = _PSEUDO_HEADER.pack(sequence, content_type, version, len(content))
        return hmac.digest(self._key, header + content, self._hash)[: self._length]

    def _ssl3_mac(self, data: bytes) -> bytes:
        pad = 48 if self._hash == "md5" else 40
        inner = new_hash(self._hash, self._key + b"\x36" * pad + data, usedforsecurity=False).digest()
        return new_hash(self._hash, self._key + b"\x5c" * pad + inner, usedforsecurity=False).digest()
