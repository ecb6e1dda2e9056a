"""Premaster secrets: a ClientKeyExchange and the server's RSA key, or a pre-shared key, in; the secret out.

Only where the exchange is not forward secret. A wrong guess is harmless: no record opens, no Finished fits.
"""

from collections.abc import Callable
from pathlib import Path

from tlsscope.errors import InputError
from tlsscope.wire import MalformedError, Reader

PREMASTER_LENGTH = 48


class ServerKey:
    """A server's RSA private key. Its `repr` says how long it is, no more."""

    __slots__ = ("_decrypt", "bits", "public_key")

    def __init__(self, path: str | Path) -> None:
        """Read a PEM file without a password."""
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        key = _load_private_key(path)
        if not isinstance(key, RSAPrivateKey):
            raise InputError(str(path), "not an RSA key: with any other key all exchanges are forward secret")
        padding = PKCS1v15()
        self._decrypt: Callable[[bytes], bytes] = lambda encrypted: key.decrypt(encrypted, padding)
        self.bits = key.key_size
        # SubjectPublicKeyInfo, to be compared with a certificate's
        self.public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def __repr__(self) -> str:
        return f"<ServerKey: RSA, {self.bits} bits>"

    def premaster(self, client_key_exchange: bytes) -> bytes | None:
        """Decrypt the body of an RSA ClientKeyExchange; None where it cannot be a premaster secret.

        The library answers a wrong padding with random bytes of a random length (implicit rejection), or
        refuses. The minor version inside is not judged: some clients wrote the negotiated one
        (RFC 5246 §7.4.7.1).
        """
        try:
            premaster = self._decrypt(self._encrypted(client_key_exchange))
        except (ValueError, MalformedError):
            return None
        return premaster if len(premaster) == PREMASTER_LENGTH and premaster[0] == 3 else None

    def _encrypted(self, body: bytes) -> bytes:
        if len(body) == (self.bits + 7) // 8:  # SSL 3.0 sends it without a length
            return body
        reader = Reader(body)
        encrypted = reader.vector16().rest()
        reader.end()
        return encrypted


def psk_premaster(psk: bytes, other: bytes | None = None) -> bytes:
    """RFC 4279 §2: `other` is zeros for plain PSK (None), else what RSA or Diffie-Hellman gave."""
    other = bytes(len(psk)) if other is None else other
    return len(other).to_bytes(2, "big") + other + len(psk).to_bytes(2, "big") + psk


def _load_private_key(path: str | Path) -> object:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(Path(path).read_bytes(), password=None)
    except OSError as error:
        raise InputError(str(path), f"cannot read the server's key: {error.strerror}") from None
    except TypeError:
        raise InputError(str(path), "the server's key is encrypted with a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(str(path), "not a private key in PEM form") from None
