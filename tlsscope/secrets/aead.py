"""Authenticated decryption: a key and a cipher enter; a function of nonce, data and associated data leaves.

The cryptographic library is loaded with the first key. What it lacks of GCM and CCM stands in `blockmodes`.
"""

from collections.abc import Callable
from typing import Protocol

from tlsscope.secrets.faults import SealError
from tlsscope.secrets.suites import Cipher, Mode


class Decryptor(Protocol):
    """What the library's own AEAD classes offer."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Verify and decrypt, or raise `InvalidTag`."""


class Aead:
    """A key of an AEAD. Only opens."""

    __slots__ = ("_decrypt", "_refusals")

    def __init__(self, cipher: Cipher, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag

        self._decrypt: Callable[[bytes, bytes, bytes], bytes] = _decryptor(cipher, key).decrypt
        self._refusals = (InvalidTag,)

    def open(self, nonce: bytes, data: bytes, associated: bytes) -> bytes:
        """Verify the tag at the end of `data` and decrypt what is before it."""
        try:
            return self._decrypt(nonce, data, associated)
        except self._refusals:
            raise SealError("the tag does not verify") from None


def _decryptor(cipher: Cipher, key: bytes) -> Decryptor:
    from cryptography.hazmat.primitives.ciphers import aead

    if cipher.mode is Mode.CHACHA20_POLY1305:
        return aead.ChaCha20Poly1305(key)
    if cipher.algorithm == "AES":
        return aead.AESGCM(key) if cipher.mode is Mode.GCM else aead.AESCCM(key, cipher.tag_length)

    from tlsscope.secrets import blockmodes

    if cipher.mode is Mode.GCM:
        return blockmodes.Gcm(cipher.algorithm, key)
    return blockmodes.Ccm(cipher.algorithm, key, cipher.tag_length)
