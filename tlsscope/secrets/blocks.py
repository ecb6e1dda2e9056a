"""Bare block and stream ciphers: an algorithm's name and a key enter, a function on bytes leaves.

The cryptographic library is loaded with the first key. Its obsolete ciphers are asked for by name:
old captures have them, and versions of the library differ in where they keep them, or whether.
"""

from collections.abc import Callable
from typing import Any

from tlsscope.secrets.faults import UnsupportedError

Transform = Callable[[bytes], bytes]

_CLASSES = {"3DES": "TripleDES", "DES": "TripleDES", "RC4": "ARC4"}  # where the library's name is another


def block_encryptor(name: str, key: bytes) -> Transform:
    """Encrypt blocks one by one (ECB)."""
    from cryptography.hazmat.primitives.ciphers.modes import ECB

    return _cipher(name, key, ECB()).encryptor().update  # type: ignore[no-any-return]  # noqa: S305


def cbc_encryptor(name: str, key: bytes, iv: bytes) -> Transform:
    """Encrypt whole blocks; each call goes on where the last one stopped."""
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return _cipher(name, key, CBC(iv)).encryptor().update  # type: ignore[no-any-return]


def cbc_decryptor(name: str, key: bytes, iv: bytes) -> Transform:
    """Decrypt whole blocks; each call goes on where the last one stopped."""
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    return _cipher(name, key, CBC(iv)).decryptor().update  # type: ignore[no-any-return]


def stream_decryptor(name: str, key: bytes) -> Transform:
    """Decrypt bytes; each call goes on where the last one stopped."""
    return _cipher(name, key, None).decryptor().update  # type: ignore[no-any-return]


def header_mask(name: str, key: bytes) -> Transform:
    """Make of 16 bytes of ciphertext what hides a header: RFC 9147 §4.2.3, for QUIC RFC 9001 §5.4."""
    if name != "ChaCha20":
        return block_encryptor(name, key)

    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

    # The sample is counter and nonce at once.
    return lambda sample: Cipher(ChaCha20(key, sample), None).encryptor().update(bytes(16))


def _cipher(name: str, key: bytes, mode: Any) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.decrepit.ciphers import algorithms as obsolete
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

    class_name = _CLASSES.get(name, name)
    algorithm = getattr(obsolete, class_name, None) or getattr(algorithms, class_name, None)
    if algorithm is None:
        raise UnsupportedError(f"{name}: the cryptographic library has no such cipher")
    # DES is Triple DES with one key thrice.
    cipher = Cipher(algorithm(key * 3 if name == "DES" else key), mode)
    try:
        cipher.decryptor()
    except UnsupportedAlgorithm:
        raise UnsupportedError(f"{name}: the cryptographic library was built without it") from None
    return cipher
