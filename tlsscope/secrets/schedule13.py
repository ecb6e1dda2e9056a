"""The key schedule of TLS 1.3 (RFC 8446 §7): a secret enters; keys, later secrets, verify_data leave.

DTLS 1.3 and QUIC use the same with a prefix or labels of their own. Hashes are named as `hashlib` names them.
"""

import hmac
from functools import lru_cache
from hashlib import new as new_hash

from tlsscope.constants import MESSAGE_HASH

PREFIX = b"tls13 "
DTLS_PREFIX = b"dtls13"  # RFC 9147 §5.9
NONCE_LENGTH = 12  # of every AEAD of TLS 1.3, RFC 8446 §5.3


def expand_label(
    hash_name: str, secret: bytes, label: bytes, context: bytes, length: int, prefix: bytes = PREFIX
) -> bytes:
    """HKDF-Expand-Label, RFC 8446 §7.1."""
    return _expand(hash_name, secret, _hkdf_label(prefix + label, context, length), length)


def derive_secret(hash_name: str, secret: bytes, label: bytes, transcript_hash: bytes) -> bytes:
    """Derive-Secret, RFC 8446 §7.1, from the hash of the messages so far."""
    return expand_label(hash_name, secret, label, transcript_hash, hash_length(hash_name))


def traffic_keys(
    hash_name: str, secret: bytes, key_length: int, prefix: bytes = PREFIX
) -> tuple[bytes, bytes]:
    """Key and IV of a traffic secret, RFC 8446 §7.3."""
    key = expand_label(hash_name, secret, b"key", b"", key_length, prefix)
    return key, expand_label(hash_name, secret, b"iv", b"", NONCE_LENGTH, prefix)


def next_secret(hash_name: str, secret: bytes, prefix: bytes = PREFIX) -> bytes:
    """The traffic secret after a KeyUpdate, RFC 8446 §7.2."""
    return expand_label(hash_name, secret, b"traffic upd", b"", hash_length(hash_name), prefix)


def verify_data(hash_name: str, secret: bytes, transcript_hash: bytes, prefix: bytes = PREFIX) -> bytes:
    """What a Finished must hold, RFC 8446 §4.4.4: `secret` is the sender's handshake traffic secret."""
    finished_key = expand_label(hash_name, secret, b"finished", b"", hash_length(hash_name), prefix)
    return hmac.digest(finished_key, transcript_hash, hash_name)


def message_hash(hash_name: str, client_hello: bytes) -> bytes:
    """The message that stands for the first ClientHello after a HelloRetryRequest, RFC 8446 §4.4.1."""
    digest = new_hash(hash_name, client_hello).digest()
    return bytes((MESSAGE_HASH, 0, 0, len(digest))) + digest


# From a pre-shared key downwards


def early_secret(hash_name: str, psk: bytes = b"") -> bytes:
    """The top of the schedule: of a pre-shared key, or of zeros where there is none."""
    zeros = bytes(hash_length(hash_name))
    return hmac.digest(zeros, psk or zeros, hash_name)


def handshake_secret(hash_name: str, early: bytes, shared: bytes = b"") -> bytes:
    """`shared` is the (EC)DHE secret; psk_ke has none, so that the key alone tells all (RFC 8446 §4.2.9)."""
    return _extract_next(hash_name, early, shared)


def master_secret(hash_name: str, handshake: bytes) -> bytes:
    """The secret of all application traffic secrets."""
    return _extract_next(hash_name, handshake, b"")


def external_binder(hash_name: str, psk: bytes, transcript_hash: bytes) -> bytes:
    """What the binder of an external key must be, RFC 8446 §4.2.11.2: proves which key was offered."""
    return _binder(hash_name, psk, b"ext binder", transcript_hash)


def resumption_binder(hash_name: str, psk: bytes, transcript_hash: bytes) -> bytes:
    """What the binder of a resumption key must be."""
    return _binder(hash_name, psk, b"res binder", transcript_hash)


def resumption_psk(hash_name: str, resumption_master: bytes, ticket_nonce: bytes) -> bytes:
    """The key that goes with a NewSessionTicket, RFC 8446 §4.6.1."""
    return expand_label(hash_name, resumption_master, b"resumption", ticket_nonce, hash_length(hash_name))


@lru_cache(maxsize=16)
def hash_length(hash_name: str) -> int:
    """Count the bytes of a hash."""
    return new_hash(hash_name).digest_size


def _binder(hash_name: str, psk: bytes, label: bytes, transcript_hash: bytes) -> bytes:
    empty = new_hash(hash_name).digest()
    key = derive_secret(hash_name, early_secret(hash_name, psk), label, empty)
    return verify_data(hash_name, key, transcript_hash)


def _extract_next(hash_name: str, secret: bytes, keying: bytes) -> bytes:
    salt = derive_secret(hash_name, secret, b"derived", new_hash(hash_name).digest())
    return hmac.digest(salt, keying or bytes(len(salt)), hash_name)


@lru_cache(maxsize=256)
def _hkdf_label(label: bytes, context: bytes, length: int) -> bytes:
    return length.to_bytes(2, "big") + bytes((len(label),)) + label + bytes((len(context),)) + context


def _expand(hash_name: str, secret: bytes, info: bytes, length: int) -> bytes:
    output = block = hmac.digest(secret, info + b"\x01", hash_name)  # RFC 5869 §2.3
    counter = 1
    while len(output) < length:
        counter += 1
        block = hmac.digest(secret, block + info + bytes((counter,)), hash_name)
        output += block
    return output[:length]
