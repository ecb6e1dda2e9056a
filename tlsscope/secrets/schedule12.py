"""The key schedules of SSL 3.0 to TLS 1.2: premaster secret in; master secret, key block, verify_data out.

`hash_name` is the suite's PRF hash; only TLS 1.2 uses it (RFC 5246 §5), before it there are MD5 and SHA-1.
"""

import hmac
from hashlib import md5, sha1
from hashlib import new as new_hash

from tlsscope.constants import CLIENT, SSL_3_0, TLS_1_2

MASTER_SECRET_LENGTH = 48
VERIFY_DATA_LENGTH = 12

_FINISHED = (b"client finished", b"server finished")
_SSL3_SENDERS = (b"CLNT", b"SRVR")
_PAD_1, _PAD_2 = b"\x36" * 48, b"\x5c" * 48  # for MD5; SHA-1 takes 40 of them, RFC 6101 §5.2.3.1


def prf(version: int, hash_name: str, secret: bytes, label: bytes, seed: bytes, length: int) -> bytes:
    """The PRF of TLS 1.2 (RFC 5246 §5), or of TLS 1.0 and 1.1 (RFC 2246 §5)."""
    if version >= TLS_1_2:
        return _p_hash(hash_name, secret, label + seed, length)
    half = (len(secret) + 1) // 2
    left = _p_hash("md5", secret[:half], label + seed, length)
    right = _p_hash("sha1", secret[len(secret) - half :], label + seed, length)
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def master_secret(
    version: int, hash_name: str, premaster: bytes, client_random: bytes, server_random: bytes
) -> bytes:
    """RFC 5246 §8.1, RFC 6101 §6.1."""
    randoms = client_random + server_random
    if version == SSL_3_0:
        return _ssl3_expand(premaster, randoms, MASTER_SECRET_LENGTH)
    return prf(version, hash_name, premaster, b"master secret", randoms, MASTER_SECRET_LENGTH)


def extended_master_secret(version: int, hash_name: str, premaster: bytes, messages: bytes) -> bytes:
    """RFC 7627 §4: `messages` from the ClientHello up to and with the ClientKeyExchange."""
    session_hash = _transcript_hash(version, hash_name, messages)
    return prf(version, hash_name, premaster, b"extended master secret", session_hash, MASTER_SECRET_LENGTH)


def key_block(
    version: int, hash_name: str, master: bytes, client_random: bytes, server_random: bytes, length: int
) -> bytes:
    """RFC 5246 §6.3, RFC 6101 §6.2.2: here the server's random comes first."""
    randoms = server_random + client_random
    if version == SSL_3_0:
        return _ssl3_expand(master, randoms, length)
    return prf(version, hash_name, master, b"key expansion", randoms, length)


def verify_data(version: int, hash_name: str, master: bytes, sender: int, messages: bytes) -> bytes:
    """What a Finished must hold, RFC 5246 §7.4.9: `messages` are all before it, their headers included."""
    if version == SSL_3_0:
        return _ssl3_finished(master, _SSL3_SENDERS[sender != CLIENT], messages)
    transcript = _transcript_hash(version, hash_name, messages)
    return prf(version, hash_name, master, _FINISHED[sender != CLIENT], transcript, VERIFY_DATA_LENGTH)


def _transcript_hash(version: int, hash_name: str, messages: bytes) -> bytes:
    if version >= TLS_1_2:
        return new_hash(hash_name, messages).digest()
    return md5(messages, usedforsecurity=False).digest() + sha1(messages, usedforsecurity=False).digest()


def _p_hash(hash_name: str, secret: bytes, seed: bytes, length: int) -> bytes:
    output, chain = b"", seed
    while len(output) < length:
        chain = hmac.digest(secret, chain, hash_name)
        output += hmac.digest(secret, chain + seed, hash_name)
    return output[:length]


def _ssl3_expand(secret: bytes, randoms: bytes, length: int) -> bytes:
    output, turn = b"", 0
    while len(output) < length:  # MD5(secret + SHA1("A" + secret + randoms)) + MD5(… "BB" …) + …
        turn += 1
        salt = bytes((0x40 + turn,)) * turn
        inner = sha1(salt + secret + randoms, usedforsecurity=False).digest()
        output += md5(secret + inner, usedforsecurity=False).digest()
    return output[:length]


def _ssl3_finished(master: bytes, sender: bytes, messages: bytes) -> bytes:
    # RFC 6101 §5.6.9
    digests = b""
    for name, pad_length in (("md5", 48), ("sha1", 40)):
        inner = new_hash(name, messages + sender + master + _PAD_1[:pad_length], usedforsecurity=False)
        outer = new_hash(name, master + _PAD_2[:pad_length] + inner.digest(), usedforsecurity=False)
        digests += outer.digest()
    return digests
