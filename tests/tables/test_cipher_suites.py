"""What the name of a cipher suite says, checked by hand for one suite of each family."""

import pytest

from tlsscope.tables import CipherSuite, cipher_suite


@pytest.mark.parametrize(
    ("code", "key_exchange", "cipher", "mac", "forward_secret", "export", "hash_length", "tag_length"),
    [
        (0x0000, "NULL", "NULL", "NULL", False, False, 32, 0),
        (0x0002, "RSA", "NULL", "SHA", False, False, 32, 0),
        (0x0003, "RSA", "RC4_40", "MD5", False, True, 32, 0),
        (0x0014, "DHE_RSA", "DES40_CBC", "SHA", False, True, 32, 0),
        (0x0010, "DH_RSA", "3DES_EDE_CBC", "SHA", False, False, 32, 0),
        (0x0033, "DHE_RSA", "AES_128_CBC", "SHA", True, False, 32, 0),
        (0x0034, "DH_anon", "AES_128_CBC", "SHA", True, False, 32, 0),
        (0x0063, "DHE_DSS", "DES_CBC", "SHA", False, True, 32, 0),
        (0x008D, "PSK", "AES_256_CBC", "SHA", False, False, 32, 0),
        (0x00AB, "DHE_PSK", "AES_256_GCM", "AEAD", True, False, 48, 16),
        (0x00AC, "RSA_PSK", "AES_128_GCM", "AEAD", False, False, 32, 16),
        (0x00C6, "TLS13", "SM4_GCM", "AEAD", True, False, 32, 16),
        (0x1301, "TLS13", "AES_128_GCM", "AEAD", True, False, 32, 16),
        (0x1302, "TLS13", "AES_256_GCM", "AEAD", True, False, 48, 16),
        (0x1303, "TLS13", "CHACHA20_POLY1305", "AEAD", True, False, 32, 16),
        (0x1305, "TLS13", "AES_128_CCM_8", "AEAD", True, False, 32, 8),
        (0xC009, "ECDHE_ECDSA", "AES_128_CBC", "SHA", True, False, 32, 0),
        (0xC018, "ECDH_anon", "AES_128_CBC", "SHA", True, False, 32, 0),
        (0xC01E, "SRP_SHA_RSA", "AES_128_CBC", "SHA", True, False, 32, 0),
        (0xC028, "ECDHE_RSA", "AES_256_CBC", "SHA384", True, False, 48, 0),
        (0xC031, "ECDH_RSA", "AES_128_GCM", "AEAD", False, False, 32, 16),
        (0xC0A0, "RSA", "AES_128_CCM_8", "AEAD", False, False, 32, 8),
        (0xC0AA, "DHE_PSK", "AES_128_CCM_8", "AEAD", True, False, 32, 8),  # named TLS_PSK_DHE_…, RFC 6655
        (0xC0B5, "TLS13", "NULL", "SHA384", True, False, 48, 48),  # RFC 9150
        (0xC0B0, "ECCPWD", "AES_128_GCM", "AEAD", True, False, 32, 16),
        (0xC100, "GOSTR341112_256", "KUZNYECHIK_CTR", "OMAC", False, False, 32, 0),
        (0xC104, "TLS13", "MAGMA_MGM", "AEAD", True, False, 32, 8),  # RFC 9367
        (0xCC13, "ECDHE_RSA", "CHACHA20_POLY1305", "AEAD", True, False, 32, 16),
        (0xE013, "ECC", "SM4_CBC", "SM3", False, False, 32, 0),  # TLCP
        (0xFEFE, "RSA", "DES_CBC", "SHA", False, False, 32, 0),
    ],
)  # fmt: skip
def test_properties(
    code: int, key_exchange: str, cipher: str, mac: str,
    forward_secret: bool, export: bool, hash_length: int, tag_length: int,
) -> None:  # fmt: skip
    assert cipher_suite(code) == CipherSuite(
        key_exchange, cipher, mac, forward_secret, export, hash_length, tag_length
    )


@pytest.mark.parametrize("code", [0x00FF, 0x5600, 0x0A0A, 0xFFFF, 0x010080])
def test_what_is_no_suite_has_no_properties(code: int) -> None:
    assert cipher_suite(code) is None
