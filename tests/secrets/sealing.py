"""The sender's side, as the RFCs write it, for the tests: plaintext in, sealed fragments out.

It shares the key schedule with the program (which has vectors of its own), nothing of the protection.
"""

import hmac
import struct
from hashlib import md5, sha1
from typing import Any

from cryptography.hazmat.decrepit.ciphers import algorithms as obsolete
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from tlsscope.secrets import schedule12

SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2 = 0x0300, 0x0301, 0x0302, 0x0303


def header(sequence: int, content_type: int, version: int, length: int) -> bytes:
    return struct.pack(">QBHH", sequence, content_type, version, length)


def cut(block: bytes, *lengths: int) -> list[bytes]:
    parts = []
    for length in lengths:
        parts.append(block[:length])
        block = block[length:]
    return parts


def sides(
    version: int, prf_hash: str, master: bytes, randoms: tuple[bytes, bytes], lengths: tuple[int, int, int]
) -> list[tuple[bytes, bytes, bytes]]:
    """MAC key, key and IV: the client's, the server's. RFC 5246 §6.3."""
    block = schedule12.key_block(version, prf_hash, master, *randoms, 2 * sum(lengths))
    mac, key, iv = lengths
    parts = cut(block, mac, mac, key, key, iv, iv)
    return [(parts[0], parts[2], parts[4]), (parts[1], parts[3], parts[5])]


class AeadSealer:
    """RFC 5288, RFC 6655: salt and explicit nonce."""

    def __init__(self, aead: AESGCM | AESCCM, salt: bytes, tag_length: int) -> None:
        self.aead, self.salt, self.tag_length, self.sequence = aead, salt, tag_length, 0

    def seal(self, content_type: int, version: int, plaintext: bytes) -> bytes:
        explicit = (0xA0B0C0D0E0F00000 + self.sequence).to_bytes(8, "big")
        data = header(self.sequence, content_type, version, len(plaintext))
        self.sequence += 1
        return explicit + self.aead.encrypt(self.salt + explicit, plaintext, data)


class ChaChaSealer:
    """RFC 7905."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        self.aead, self.iv, self.sequence = ChaCha20Poly1305(key), iv, 0

    def seal(self, content_type: int, version: int, plaintext: bytes) -> bytes:
        padded = self.sequence.to_bytes(12, "big")
        nonce = bytes(a ^ b for a, b in zip(padded, self.iv, strict=True))
        data = header(self.sequence, content_type, version, len(plaintext))
        self.sequence += 1
        return self.aead.encrypt(nonce, plaintext, data)


class MacSealer:
    """Block, stream and NULL ciphers of RFC 5246 §6.2.3.1 and §6.2.3.2, RFC 6101 §5.2.3, RFC 7366."""

    def __init__(
        self,
        version: int,
        algorithm: str,
        mac: str,
        keys: tuple[bytes, bytes, bytes],
        *,
        encrypt_then_mac: bool = False,
        mac_length: int | None = None,
    ) -> None:
        self.version, self.algorithm, self.mac, self.sequence = version, algorithm, mac, 0
        self.mac_key, self.key, self.iv = keys
        self.encrypt_then_mac, self.mac_length = encrypt_then_mac, mac_length
        self.stream = Cipher(obsolete.ARC4(self.key), None).encryptor() if algorithm == "RC4" else None

    def seal(self, content_type: int, version: int, plaintext: bytes) -> bytes:
        if self.encrypt_then_mac:
            sealed = self._encrypt(plaintext)
            sealed += self._mac(content_type, version, sealed)
        else:
            sealed = self._encrypt(plaintext + self._mac(content_type, version, plaintext))
        self.sequence += 1
        return sealed

    def _mac(self, content_type: int, version: int, content: bytes) -> bytes:
        if not self.mac:
            return b""
        if self.version == SSL_3_0:
            hashing, pad = (md5, 48) if self.mac == "md5" else (sha1, 40)
            fields = struct.pack(">QBH", self.sequence, content_type, len(content))
            inner = hashing(self.mac_key + b"\x36" * pad + fields + content).digest()
            return hashing(self.mac_key + b"\x5c" * pad + inner).digest()
        fields = header(self.sequence, content_type, version, len(content))
        return hmac.digest(self.mac_key, fields + content, self.mac)[: self.mac_length]

    def _encrypt(self, content: bytes) -> bytes:
        if self.algorithm == "NULL":
            return content
        if self.stream is not None:
            return self.stream.update(content)
        block = len(self.iv)
        padding = block - (len(content) + 1) % block
        if self.version == SSL_3_0:  # any bytes, less than a block
            padded = content + b"\x5a" * (padding % block) + bytes((padding % block,))
        else:  # more than is needed is allowed
            padding += 2 * block
            padded = content + bytes((padding,)) * (padding + 1)
        if self.version >= TLS_1_1:
            iv = bytes((self.sequence % 256,)) * block
            return iv + self._cbc(iv, padded)
        sealed = self._cbc(self.iv, padded)
        self.iv = sealed[-block:]
        return sealed

    def _cbc(self, iv: bytes, padded: bytes) -> bytes:
        return Cipher(block_algorithm(self.algorithm, self.key), modes.CBC(iv)).encryptor().update(padded)


def block_algorithm(name: str, key: bytes) -> Any:
    if name in ("AES", "SM4"):
        return getattr(algorithms, name)(key)
    if name == "DES":
        return obsolete.TripleDES(key + key + key)
    class_name = "TripleDES" if name == "3DES" else name  # releases differ in what they count as obsolete
    return (getattr(obsolete, class_name, None) or getattr(algorithms, class_name))(key)
