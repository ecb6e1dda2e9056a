"""DTLS 1.3 records: sealed by the formulas of RFC 9147 §4, opened again in any order."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsscope.secrets import blocks, schedule13
from tlsscope.secrets.datagrams13 import datagram_opener13
from tlsscope.secrets.faults import SealError, UnsupportedError

SECRET = b"\x44" * 32
AES_128_GCM, CHACHA20 = 0x1301, 0x1303
KEY_LENGTHS = {AES_128_GCM: 16, CHACHA20: 32}


def expanded(label: bytes, length: int) -> bytes:
    return schedule13.expand_label("sha256", SECRET, label, b"", length, b"dtls13")


def mask_of(suite: int, sample: bytes) -> bytes:
    key = expanded(b"sn", KEY_LENGTHS[suite])
    if suite == CHACHA20:
        return Cipher(algorithms.ChaCha20(key, sample), None).encryptor().update(bytes(16))
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(sample)


def sealed(suite: int, sequence: int, inner: bytes, flags: int = 0x2E, connection_id: bytes = b"") -> bytes:
    number = sequence.to_bytes(8, "big")[-2 if flags & 8 else -1 :]
    length = (len(inner) + 16).to_bytes(2, "big") if flags & 4 else b""
    key, iv = expanded(b"key", KEY_LENGTHS[suite]), expanded(b"iv", 12)
    nonce = bytes(a ^ b for a, b in zip(sequence.to_bytes(12, "big"), iv, strict=True))
    aead = ChaCha20Poly1305(key) if suite == CHACHA20 else AESGCM(key)
    first = bytes((flags,)) + connection_id
    ciphertext = aead.encrypt(nonce, inner, first + number + length)
    hidden = bytes(a ^ b for a, b in zip(number, mask_of(suite, ciphertext[:16]), strict=False))
    return first + hidden + length + ciphertext


@pytest.mark.parametrize(
    ("name", "key", "sample", "mask"),
    [
        (  # RFC 9001 A.2
            "AES",
            "9f50449e04a0e810283a1e9933adedd2",
            "d1b1c98dd7689fb8ec11d242b123dc9b",
            "437b9aec36",
        ),
        (  # RFC 9001 A.5
            "ChaCha20",
            "25a282b9e82f06f21f488917a4fc8f1b73573685608597d0efcb076b0ab7a7a4",
            "5e5cd55c41f69080575d7999c25a5bfb",
            "aefefe7d03",
        ),
    ],
)
def test_what_hides_a_header(name: str, key: str, sample: str, mask: str) -> None:
    hide = blocks.header_mask(name, bytes.fromhex(key))
    assert hide(bytes.fromhex(sample))[:5] == bytes.fromhex(mask)


@pytest.mark.parametrize("suite", [AES_128_GCM, CHACHA20])
@pytest.mark.parametrize("flags", [0x22, 0x26, 0x2A, 0x2E], ids=["short", "length", "long number", "both"])
def test_every_form_of_the_header(suite: int, flags: int) -> None:
    opener = datagram_opener13(suite, SECRET)
    assert opener.open(sealed(suite, 0, b"finished\x16\x00\x00", flags)) == (22, b"finished")
    assert opener.open(sealed(suite, 1, b"data\x17", flags)) == (23, b"data")
    assert opener.sequence == 2


def test_a_connection_id_stands_before_the_number() -> None:
    opener = datagram_opener13(AES_128_GCM, SECRET)
    record = sealed(AES_128_GCM, 0, b"data\x17", 0x3E, b"connection")
    assert opener.open(record, connection_id_length=10) == (23, b"data")
    with pytest.raises(SealError):
        opener.open(record)


def test_disorder_loss_and_the_turn_of_a_short_number() -> None:
    opener = datagram_opener13(AES_128_GCM, SECRET)
    for sequence in (1, 0, 100, 220, 256, 255, 300):
        inner = str(sequence).encode() + b"\x17"
        assert opener.open(sealed(AES_128_GCM, sequence, inner, 0x26)) == (23, inner[:-1])
    assert opener.sequence == 301


@pytest.mark.parametrize("suite", [AES_128_GCM, CHACHA20])
def test_no_part_and_no_alteration_opens(suite: int) -> None:
    record = sealed(suite, 0, b"finished\x16")
    opener = datagram_opener13(suite, SECRET)
    for position in range(len(record)):
        altered = bytearray(record)
        altered[position] ^= 0x40
        for wrong in (record[:position], bytes(altered)):
            with pytest.raises(SealError):
                opener.open(wrong)
    assert opener.open(record) == (22, b"finished")


@given(st.binary(max_size=80))
@settings(max_examples=50)
def test_arbitrary_bytes_raise_a_seal_error_only(record: bytes) -> None:
    with pytest.raises(SealError):
        datagram_opener13(AES_128_GCM, SECRET).open(record)


def test_a_suite_or_secret_that_does_not_fit() -> None:
    with pytest.raises(UnsupportedError, match=r"none of TLS 1\.3"):
        datagram_opener13(0xC02F, SECRET)
    with pytest.raises(SealError, match="does not belong to sha384"):
        datagram_opener13(0x1302, SECRET)
