"""GCM and CCM of our own: against published vectors, and against the library's where it has the cipher."""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsscope.secrets.blockmodes import Ccm, Gcm

KEY, NONCE = bytes(range(16)), bytes(range(50, 62))

# RFC 8998 Appendix A
SM4_KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
SM4_NONCE = bytes.fromhex("00001234567800000000abcd")
SM4_ASSOCIATED = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
SM4_PLAINTEXT = b"".join(bytes((byte,)) * 8 for byte in bytes.fromhex("aabbccddeeffeeaa"))


def test_sm4_gcm() -> None:
    sealed = bytes.fromhex(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
    assert Gcm("SM4", SM4_KEY).decrypt(SM4_NONCE, sealed, SM4_ASSOCIATED) == SM4_PLAINTEXT


def test_sm4_ccm() -> None:
    sealed = bytes.fromhex(
        "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094"
        "fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b"
        "16842d4fa186f56ab33256971fa110f4"
    )
    assert Ccm("SM4", SM4_KEY, 16).decrypt(SM4_NONCE, sealed, SM4_ASSOCIATED) == SM4_PLAINTEXT


def test_camellia_gcm() -> None:
    # The first test case of draft-kato-ipsec-camellia-gcm: all is zeros or empty.
    tag = bytes.fromhex("f5574acc3148dfcb9015200631024df9")
    assert Gcm("Camellia", bytes(16)).decrypt(bytes(12), tag, b"") == b""


@given(plaintext=st.binary(max_size=70), associated=st.binary(max_size=40))
@settings(max_examples=50)
def test_gcm_is_the_librarys(plaintext: bytes, associated: bytes) -> None:
    sealed = AESGCM(KEY).encrypt(NONCE, plaintext, associated)
    assert Gcm("AES", KEY).decrypt(NONCE, sealed, associated) == plaintext


@given(plaintext=st.binary(max_size=70), associated=st.binary(min_size=1, max_size=40))
@settings(max_examples=50)
@pytest.mark.parametrize("tag_length", [8, 16])
def test_ccm_is_the_librarys(tag_length: int, plaintext: bytes, associated: bytes) -> None:
    sealed = AESCCM(KEY, tag_length).encrypt(NONCE, plaintext, associated)
    assert Ccm("AES", KEY, tag_length).decrypt(NONCE, sealed, associated) == plaintext


@pytest.mark.parametrize("mode", [Gcm("AES", KEY), Ccm("AES", KEY, 16)], ids=["gcm", "ccm"])
@given(sealed=st.binary(max_size=60))
@settings(max_examples=30)
def test_arbitrary_bytes_do_not_open(mode: Gcm | Ccm, sealed: bytes) -> None:
    with pytest.raises(InvalidTag):
        mode.decrypt(NONCE, sealed, b"header")
