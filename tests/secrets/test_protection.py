"""Records of every construction open again, and nothing that was altered does."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st
from sealing import (
    SSL_3_0,
    TLS_1_0,
    TLS_1_1,
    TLS_1_2,
    AeadSealer,
    ChaChaSealer,
    MacSealer,
    sides,
)

from tlsscope.secrets import schedule13
from tlsscope.secrets.faults import SealError, UnsupportedError
from tlsscope.secrets.protection import Opener, opener13, openers12

MASTER, CLIENT_RANDOM, SERVER_RANDOM = b"\x11" * 48, b"\x22" * 32, b"\x33" * 32
RANDOMS = CLIENT_RANDOM, SERVER_RANDOM
FINISHED, DATA, EMPTY = (22, b"\x14\x00\x00\x0cverify data!"), (23, b"x" * 1000), (23, b"")

Sealer = AeadSealer | ChaChaSealer | MacSealer

# suite, algorithm, PRF hash, MAC, its length, key length, IV length
MAC_SUITES = {
    "AES_128_CBC_SHA": (0x002F, "AES", "sha256", "sha1", 20, 16, 16),
    "AES_256_CBC_SHA": (0x0035, "AES", "sha256", "sha1", 20, 32, 16),
    "AES_128_CBC_SHA256": (0x003C, "AES", "sha256", "sha256", 32, 16, 16),
    "AES_256_CBC_SHA384": (0xC028, "AES", "sha384", "sha384", 48, 32, 16),
    "CAMELLIA_128_CBC_SHA": (0x0041, "Camellia", "sha256", "sha1", 20, 16, 16),
    "CAMELLIA_256_CBC_SHA384": (0xC077, "Camellia", "sha384", "sha384", 48, 32, 16),
    "3DES_EDE_CBC_SHA": (0x000A, "3DES", "sha256", "sha1", 20, 24, 8),
    "DES_CBC_SHA": (0x0009, "DES", "sha256", "sha1", 20, 8, 8),
    "IDEA_CBC_SHA": (0x0007, "IDEA", "sha256", "sha1", 20, 16, 8),
    "SEED_CBC_SHA": (0x0096, "SEED", "sha256", "sha1", 20, 16, 16),
    "RC4_128_MD5": (0x0004, "RC4", "sha256", "md5", 16, 16, 0),
    "RC4_128_SHA": (0x0005, "RC4", "sha256", "sha1", 20, 16, 0),
    "NULL_MD5": (0x0001, "NULL", "sha256", "md5", 16, 0, 0),
    "NULL_SHA256": (0x003B, "NULL", "sha256", "sha256", 32, 0, 0),
}
BLOCK_SUITES = [name for name, row in MAC_SUITES.items() if row[6]]

# suite, AEAD, PRF hash, key length, tag length
AEAD_SUITES: dict[str, tuple[int, Callable[[bytes], AESGCM | AESCCM], str, int, int]] = {
    "AES_128_GCM_SHA256": (0xC02F, AESGCM, "sha256", 16, 16),
    "AES_256_GCM_SHA384": (0xC030, AESGCM, "sha384", 32, 16),
    "AES_128_CCM": (0xC0AC, lambda key: AESCCM(key, 16), "sha256", 16, 16),
    "AES_256_CCM": (0xC0AD, lambda key: AESCCM(key, 16), "sha256", 32, 16),
    "AES_128_CCM_8": (0xC0AE, lambda key: AESCCM(key, 8), "sha256", 16, 8),
    "AES_256_CCM_8": (0xC0AF, lambda key: AESCCM(key, 8), "sha256", 32, 8),
}

SUITES_13: dict[str, tuple[int, Callable[[bytes], AESGCM | AESCCM | ChaCha20Poly1305], str, int]] = {
    "AES_128_GCM_SHA256": (0x1301, AESGCM, "sha256", 16),
    "AES_256_GCM_SHA384": (0x1302, AESGCM, "sha384", 32),
    "CHACHA20_POLY1305_SHA256": (0x1303, ChaCha20Poly1305, "sha256", 32),
    "AES_128_CCM_SHA256": (0x1304, lambda key: AESCCM(key, 16), "sha256", 16),
    "AES_128_CCM_8_SHA256": (0x1305, lambda key: AESCCM(key, 8), "sha256", 16),
}


def mac_pair(
    version: int, name: str, *, encrypt_then_mac: bool = False, cut: int | None = None
) -> list[Sealer]:
    _, algorithm, prf_hash, mac, mac_length, key_length, iv_length = MAC_SUITES[name]
    both = sides(version, prf_hash, MASTER, RANDOMS, (mac_length, key_length, iv_length))
    return [
        MacSealer(version, algorithm, mac, keys, encrypt_then_mac=encrypt_then_mac, mac_length=cut)
        for keys in both
    ]


def assert_all_open(sealers: list[Sealer], openers: tuple[Opener, Opener], version: int) -> None:
    for sealer, opener in zip(sealers, openers, strict=True):
        for number, (content_type, plaintext) in enumerate((FINISHED, DATA, EMPTY, DATA)):
            assert opener.sequence == number
            fragment = sealer.seal(content_type, version, plaintext)
            assert opener.open(content_type, version, fragment) == (content_type, plaintext)


@pytest.mark.parametrize(
    ("version", "name"),
    [(version, name) for version in (TLS_1_0, TLS_1_1, TLS_1_2) for name in MAC_SUITES]
    + [(SSL_3_0, name) for name, row in MAC_SUITES.items() if row[3] in ("md5", "sha1")],
)
def test_suites_with_a_mac(version: int, name: str) -> None:
    openers = openers12(version, MAC_SUITES[name][0], MASTER, *RANDOMS)
    assert_all_open(mac_pair(version, name), openers, version)


@pytest.mark.parametrize("name", BLOCK_SUITES)
@pytest.mark.parametrize("version", [TLS_1_0, TLS_1_2])
def test_encrypt_then_mac(version: int, name: str) -> None:
    openers = openers12(version, MAC_SUITES[name][0], MASTER, *RANDOMS, encrypt_then_mac=True)
    assert_all_open(mac_pair(version, name, encrypt_then_mac=True), openers, version)


def test_encrypt_then_mac_is_no_matter_of_stream_ciphers() -> None:
    # RFC 7366 §3: only for block ciphers, whatever the ServerHello says
    openers = openers12(TLS_1_2, MAC_SUITES["RC4_128_SHA"][0], MASTER, *RANDOMS, encrypt_then_mac=True)
    assert_all_open(mac_pair(TLS_1_2, "RC4_128_SHA"), openers, TLS_1_2)


def test_a_truncated_mac() -> None:
    openers = openers12(TLS_1_1, MAC_SUITES["AES_128_CBC_SHA"][0], MASTER, *RANDOMS, truncated_hmac=True)
    assert_all_open(mac_pair(TLS_1_1, "AES_128_CBC_SHA", cut=10), openers, TLS_1_1)


@pytest.mark.parametrize("name", AEAD_SUITES)
def test_aead_suites_of_tls_1_2(name: str) -> None:
    suite, aead, prf_hash, key_length, tag_length = AEAD_SUITES[name]
    both = sides(TLS_1_2, prf_hash, MASTER, RANDOMS, (0, key_length, 4))
    sealers: list[Sealer] = [AeadSealer(aead(key), salt, tag_length) for _, key, salt in both]
    assert_all_open(sealers, openers12(TLS_1_2, suite, MASTER, *RANDOMS), TLS_1_2)


def test_chacha20_poly1305_in_tls_1_2() -> None:
    both = sides(TLS_1_2, "sha256", MASTER, RANDOMS, (0, 32, 12))
    sealers: list[Sealer] = [ChaChaSealer(key, iv) for _, key, iv in both]
    assert_all_open(sealers, openers12(TLS_1_2, 0xCCA8, MASTER, *RANDOMS), TLS_1_2)


def test_no_cipher_and_no_mac_at_all() -> None:
    client, _ = openers12(TLS_1_0, 0x0000, MASTER, *RANDOMS)
    assert client.open(22, TLS_1_0, b"as it is") == (22, b"as it is")


def sealed13(name: str, secret: bytes, sequence: int, inner: bytes) -> bytes:
    """RFC 8446 §5.2 and §5.3."""
    _, aead, hash_name, key_length = SUITES_13[name]
    key, iv = schedule13.traffic_keys(hash_name, secret, key_length)
    nonce = bytes(a ^ b for a, b in zip(sequence.to_bytes(12, "big"), iv, strict=True))
    tag_length = 8 if "CCM_8" in name else 16
    data = b"\x17\x03\x03" + (len(inner) + tag_length).to_bytes(2, "big")
    return aead(key).encrypt(nonce, inner, data)


def secret13(name: str) -> bytes:
    return b"\x44" * (48 if "SHA384" in name else 32)


@pytest.mark.parametrize("name", SUITES_13)
def test_suites_of_tls_1_3_with_padding_and_a_key_update(name: str) -> None:
    secret = secret13(name)
    opener = opener13(SUITES_13[name][0], secret)
    assert opener.open(23, 0x0303, sealed13(name, secret, 0, b"finished\x16")) == (22, b"finished")
    padded = sealed13(name, secret, 1, b"data\x00\x17" + bytes(99))
    assert opener.open(23, 0x0303, padded) == (23, b"data\x00")
    opener.update()
    following = schedule13.next_secret(SUITES_13[name][2], secret)
    assert opener.open(23, 0x0303, sealed13(name, following, 0, b"\x17")) == (23, b"")


def test_refused_early_data_is_skipped_by_trying() -> None:
    # RFC 8446 §4.2.10: the server drops what does not open under the handshake keys.
    name, handshake = "AES_128_GCM_SHA256", b"\x44" * 32
    opener = opener13(0x1301, handshake)
    for sequence in range(3):
        with pytest.raises(SealError):
            opener.open(23, 0x0303, sealed13(name, b"\x55" * 32, sequence, b"early\x17"))
    assert opener.open(23, 0x0303, sealed13(name, handshake, 0, b"finished\x16")) == (22, b"finished")


def test_a_record_of_nothing_but_padding_counts_as_a_record() -> None:
    name, secret = "AES_128_GCM_SHA256", b"\x44" * 32
    opener = opener13(0x1301, secret)
    with pytest.raises(SealError, match="nothing but padding"):
        opener.open(23, 0x0303, sealed13(name, secret, 0, bytes(20)))
    assert opener.open(23, 0x0303, sealed13(name, secret, 1, b"x\x17")) == (23, b"x")


def test_a_datagram_is_opened_at_the_number_it_brings() -> None:
    # DTLS 1.2 seals with epoch and sequence number (RFC 6347 §4.1.2.1) under the keys of TLS 1.2.
    sealer = mac_pair(TLS_1_2, "AES_128_CBC_SHA")[0]
    client, _ = openers12(TLS_1_2, MAC_SUITES["AES_128_CBC_SHA"][0], MASTER, *RANDOMS)
    number = sealer.sequence = 1 << 48 | 5
    fragment = sealer.seal(22, 0xFEFD, b"finished")
    assert client.open_at(number, 22, 0xFEFD, fragment) == b"finished"
    with pytest.raises(SealError):
        client.open_at(number + 1, 22, 0xFEFD, fragment)


def opener_and_fragment(name: str) -> tuple[Opener, int, bytes]:
    if name in SUITES_13:
        secret = secret13(name)
        return opener13(SUITES_13[name][0], secret), 0x0303, sealed13(name, secret, 0, b"finished\x16")
    if name in AEAD_SUITES:
        suite, aead, prf_hash, key_length, tag_length = AEAD_SUITES[name]
        _, key, salt = sides(TLS_1_2, prf_hash, MASTER, RANDOMS, (0, key_length, 4))[0]
        sealer: Sealer = AeadSealer(aead(key), salt, tag_length)
        return openers12(TLS_1_2, suite, MASTER, *RANDOMS)[0], TLS_1_2, sealer.seal(23, TLS_1_2, b"some data")
    base, _, variant = name.partition("+")
    sealer = mac_pair(TLS_1_2, base, encrypt_then_mac=bool(variant))[0]
    opener, _ = openers12(TLS_1_2, MAC_SUITES[base][0], MASTER, *RANDOMS, encrypt_then_mac=bool(variant))
    return opener, TLS_1_2, sealer.seal(23, TLS_1_2, b"some data")


# SSL 3.0 is left out: its MAC does not cover the padding.
ALTERABLE = [
    "AES_128_GCM_SHA256",
    "CHACHA20_POLY1305_SHA256",
    "AES_128_CCM_8_SHA256",
    "AES_256_GCM_SHA384",
    "AES_256_CCM",
    "AES_128_CBC_SHA",
    "3DES_EDE_CBC_SHA",
    "AES_256_CBC_SHA384+encrypt_then_mac",
    "RC4_128_MD5",
    "NULL_SHA256",
]


@pytest.mark.parametrize("name", ALTERABLE)
def test_no_part_of_a_fragment_opens(name: str) -> None:
    _, version, fragment = opener_and_fragment(name)
    for length in range(len(fragment)):
        opener, _, _ = opener_and_fragment(name)
        with pytest.raises(SealError):
            opener.open(23, version, fragment[:length])
        assert opener.sequence == 0


@pytest.mark.parametrize("name", ALTERABLE)
def test_no_altered_fragment_opens(name: str) -> None:
    _, version, fragment = opener_and_fragment(name)
    for position in range(len(fragment)):
        opener, _, _ = opener_and_fragment(name)
        altered = bytearray(fragment)
        altered[position] ^= 0x80
        with pytest.raises(SealError):
            opener.open(23, version, bytes(altered))


@pytest.mark.parametrize("name", ALTERABLE)
@given(fragment=st.binary(max_size=200))
@settings(max_examples=30)
def test_arbitrary_bytes_raise_a_seal_error_only(name: str, fragment: bytes) -> None:
    opener, version, _ = opener_and_fragment(name)
    with pytest.raises(SealError):
        opener.open(23, version, fragment)


@pytest.mark.parametrize(
    ("content_type", "version"),
    [(22, TLS_1_2), (23, TLS_1_1)],
    ids=["another type", "another version"],
)
@pytest.mark.parametrize("name", ["AES_256_CCM", "AES_128_CBC_SHA", "NULL_SHA256"])
def test_the_header_is_protected_too(name: str, content_type: int, version: int) -> None:
    opener, _, fragment = opener_and_fragment(name)
    with pytest.raises(SealError):
        opener.open(content_type, version, fragment)


@pytest.mark.parametrize(
    ("suite", "sentence"),
    [
        (0xC050, "ARIA_128_GCM with AEAD: the cryptographic library has no such cipher"),
        (0xCC13, "CHACHA20_POLY1305 with AEAD: a draft"),
        (0x0003, "RC4_40 with MD5: the shortened keys of export suites are not derived"),
        (0xC0B4, "NULL with SHA256: integrity-only suites"),
        (0xE013, "SM4_CBC with SM3: a suite of TLCP"),
        (0x0A0A, "cipher suite 0x0a0a is not known"),
        (0x1301, r"cipher suite 0x1301 is one of TLS 1\.3"),
    ],
)
def test_what_cannot_be_opened_says_why(suite: int, sentence: str) -> None:
    with pytest.raises(UnsupportedError, match=sentence):
        openers12(TLS_1_2, suite, MASTER, *RANDOMS)


def test_a_suite_and_a_secret_that_do_not_belong_to_tls_1_3() -> None:
    with pytest.raises(UnsupportedError, match=r"0xc02f is none of TLS 1\.3"):
        opener13(0xC02F, b"s" * 32)
    with pytest.raises(SealError, match="a secret of 32 bytes does not belong to sha384"):
        opener13(0x1302, b"s" * 32)
