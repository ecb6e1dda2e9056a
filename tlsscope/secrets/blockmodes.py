"""GCM and CCM built on a bare block cipher, for what the library has no AEAD of: Camellia and SM4.

A key enters; a decryptor leaves. Slow beside the library's own, but these suites are rare.
"""

import hmac
from functools import reduce

from tlsscope.secrets import blocks

_BLOCK = 16
_REDUCTION = 0xE1 << 120  # x^128 + x^7 + x^2 + x + 1, bits reversed (NIST SP 800-38D §6.3)


class Gcm:
    """Galois/Counter Mode with nonces of 12 bytes and tags of 16, NIST SP 800-38D."""

    __slots__ = ("_encrypt", "_hash_key")

    def __init__(self, algorithm: str, key: bytes) -> None:
        self._encrypt = blocks.block_encryptor(algorithm, key)
        self._hash_key = int.from_bytes(self._encrypt(bytes(_BLOCK)), "big")

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Verify and decrypt, or raise `InvalidTag`."""
        ciphertext, tag = data[:-16], data[-16:]
        counters = b"".join(nonce + number.to_bytes(4, "big") for number in range(1, len(data) // _BLOCK + 2))
        stream = self._encrypt(counters)
        expected = _xor(self._hash(associated_data, ciphertext), stream)
        _verify(expected, tag)
        return _xor(ciphertext, stream[_BLOCK:])

    def _hash(self, associated: bytes, ciphertext: bytes) -> bytes:
        bits = (len(associated) * 8).to_bytes(8, "big") + (len(ciphertext) * 8).to_bytes(8, "big")
        whole = _padded(associated) + _padded(ciphertext) + bits
        parts = (int.from_bytes(whole[i : i + _BLOCK], "big") for i in range(0, len(whole), _BLOCK))
        digest = reduce(lambda sofar, part: _multiply(sofar ^ part, self._hash_key), parts, 0)
        return digest.to_bytes(_BLOCK, "big")


class Ccm:
    """Counter with CBC-MAC with nonces of 12 bytes, RFC 3610."""

    __slots__ = ("_algorithm", "_encrypt", "_key", "_tag_length")

    def __init__(self, algorithm: str, key: bytes, tag_length: int) -> None:
        self._algorithm = algorithm
        self._key = key
        self._tag_length = tag_length
        self._encrypt = blocks.block_encryptor(algorithm, key)

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Verify and decrypt, or raise `InvalidTag`."""
        ciphertext, tag = data[: -self._tag_length], data[-self._tag_length :]
        counters = b"".join(
            b"\x02" + nonce + number.to_bytes(3, "big") for number in range(len(data) // _BLOCK + 2)
        )
        stream = self._encrypt(counters)
        plaintext = _xor(ciphertext, stream[_BLOCK:])
        _verify(_xor(self._mac(nonce, plaintext, associated_data)[: self._tag_length], stream), tag)
        return plaintext

    def _mac(self, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
        # RFC 3610 §2.2: with associated data, tag length, and 3 bytes for the message's length
        flags = 0x40 | (self._tag_length - 2) // 2 << 3 | 2
        first = bytes((flags,)) + nonce + len(plaintext).to_bytes(3, "big")
        prefixed = len(associated).to_bytes(2, "big") + associated
        chain = blocks.cbc_encryptor(self._algorithm, self._key, bytes(_BLOCK))
        return chain(first + _padded(prefixed) + _padded(plaintext))[-_BLOCK:]


def _multiply(left: int, right: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ _REDUCTION if right & 1 else right >> 1
    return product


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _BLOCK)


def _xor(data: bytes, stream: bytes) -> bytes:
    length = len(data)
    number = int.from_bytes(data, "big") ^ int.from_bytes(stream[:length], "big")
    return number.to_bytes(length, "big")


def _verify(expected: bytes, tag: bytes) -> None:
    from cryptography.exceptions import InvalidTag

    if not hmac.compare_digest(expected, tag):
        raise InvalidTag
