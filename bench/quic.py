"""A QUIC client's first datagram, with a ClientHello that can be read.

Enters: a seeded random. Leaves: 1200 bytes, protected as RFC 9001 §5 says.
"""

import functools
from random import Random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from bench.hellos import Hello, chrome_like, vector

INITIAL_SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001 §5.2
TRANSPORT_PARAMETERS = 57
DATAGRAM, TAG = 1200, 16
HEADER_PROTECTION_SAMPLE = 4  # bytes after the start of the packet number


@functools.cache
def quic_hello() -> Hello:
    """The Chrome-like hello, with transport parameters and without the key share that fills a datagram."""
    small = {10: vector(bytes.fromhex("0a0a 001d 0017 0018")), 43: bytes.fromhex("04 0a0a 0304")}
    small[51] = vector(bytes.fromhex("0a0a 0001 00 001d 0020") + bytes(32))
    small[16] = vector(b"\x02h3")
    hello = chrome_like()
    dropped = (35, 65281, 23, 11)
    kept = [(kind, small.get(kind, body)) for kind, body in hello.extensions if kind not in dropped]
    parameters = (TRANSPORT_PARAMETERS, bytes.fromhex("01048000ea60 0404802625a0 0f00"))
    return hello._replace(session_id=b"", extensions=(*kept, parameters))


def client_initial(random: Random) -> bytes:
    """One Initial packet with one CRYPTO frame and padding."""
    destination = random.randbytes(8)
    hello, _ = quic_hello().vary(random, f"h3-{random.randrange(10000)}.example")
    header = b"\xc0\x00\x00\x00\x01\x08" + destination + b"\x00\x00"
    rest = DATAGRAM - len(header) - 2
    header += (0x4000 | rest).to_bytes(2, "big") + b"\x00"  # packet number 0 in one byte
    frame = b"\x06\x00" + (0x4000 | len(hello)).to_bytes(2, "big") + hello
    return protect(destination, header, frame.ljust(rest - 1 - TAG, b"\x00"))


def protect(destination: bytes, header: bytes, payload: bytes) -> bytes:
    """Seal the payload, then mask the first byte and the packet number. RFC 9001 §5.3, §5.4"""
    extract = HMAC(INITIAL_SALT, hashes.SHA256())
    extract.update(destination)
    secret = expand(extract.finalize(), b"client in", 32)
    key, nonce = expand(secret, b"quic key", 16), expand(secret, b"quic iv", 12)
    mask_key = expand(secret, b"quic hp", 16)
    sealed = AESGCM(key).encrypt(nonce, payload, header)
    sample = sealed[HEADER_PROTECTION_SAMPLE - 1 :][:16]
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(sample)
    return bytes((header[0] ^ mask[0] & 0x0F,)) + header[1:-1] + bytes((header[-1] ^ mask[1],)) + sealed


def expand(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context. RFC 8446 §7.1"""
    full = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes((len(full),)) + full + b"\x00"
    return HKDFExpand(hashes.SHA256(), length, info).derive(secret)
