"""The generated tables are current, and every lookup answers."""

import importlib
from pathlib import Path

import pytest

from tlsscope import tables

ROOT = Path(__file__).parents[2]


def test_the_committed_tables_are_those_that_the_registries_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "tools")
    made: dict[str, str] = importlib.import_module("make_tables").tables()
    committed = {path.name: path.read_text("utf-8") for path in (ROOT / "tlsscope" / "tables").glob("*.py")}
    del committed["__init__.py"]
    assert made == committed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (tables.cipher_suite_name(0x1301), "TLS_AES_128_GCM_SHA256"),
        (tables.cipher_suite_name(0xC02F), "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        (tables.cipher_suite_name(0x0700C0), "SSL_CK_DES_192_EDE3_CBC_WITH_MD5"),
        (tables.cipher_suite_name(0x1234), "unknown (0x1234)"),
        (tables.cipher_suite_name(0xFAFA), "GREASE (0xfafa)"),
        (tables.extension_name(0), "server_name"),
        (tables.extension_name(0x0A0A), "GREASE (0x0a0a)"),
        (tables.group_name(29), "x25519"),
        (tables.group_name(0x11EC), "X25519MLKEM768"),
        (tables.signature_scheme_name(0x0804), "rsa_pss_rsae_sha256"),
        (tables.alert_name(116), "certificate_required"),
        (tables.alert_name(255), "unknown (0xff)"),
        (tables.content_type_name(22), "handshake"),
        (tables.handshake_type_name(11), "certificate"),
        (tables.handshake_type_name(25), "compressed_certificate"),
        (tables.client_certificate_type_name(64), "ecdsa_sign"),
        (tables.certificate_type_name(2), "RawPublicKey"),
        (tables.certificate_compression_name(2), "brotli"),
        (tables.ec_point_format_name(0), "uncompressed"),
        (tables.psk_key_exchange_mode_name(1), "psk_dhe_ke"),
        (tables.psk_key_exchange_mode_name(0x2A), "GREASE (0x2a)"),
        (tables.psk_key_exchange_mode_name(0x0A), "unknown (0x0a)"),
        (tables.version_name(0x0002), "SSL 2.0"),
        (tables.version_name(0x0300), "SSL 3.0"),
        (tables.version_name(0x0304), "TLS 1.3"),
        (tables.version_name(0x7F1C), "TLS 1.3 (draft 28)"),
        (tables.version_name(0xFB1A), "TLS 1.3 (Facebook draft 26)"),
        (tables.version_name(0xFEFD), "DTLS 1.2"),
        (tables.version_name(0x7A7A), "GREASE (0x7a7a)"),
        (tables.version_name(0x9999), "unknown (0x9999)"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert name == expected


def test_sixteen_values_are_grease() -> None:
    assert [code for code in range(0x10000) if tables.is_grease(code)] == [
        0x0A0A, 0x1A1A, 0x2A2A, 0x3A3A, 0x4A4A, 0x5A5A, 0x6A6A, 0x7A7A,
        0x8A8A, 0x9A9A, 0xAAAA, 0xBABA, 0xCACA, 0xDADA, 0xEAEA, 0xFAFA,
    ]  # fmt: skip
    assert tables.is_grease_psk_mode(0xE4)
    assert not tables.is_grease_psk_mode(1)


def test_post_quantum() -> None:
    assert tables.is_post_quantum_group(0x11EC)  # X25519MLKEM768
    assert tables.is_post_quantum_group(0x6399)  # X25519Kyber768Draft00
    assert not tables.is_post_quantum_group(29)
    assert tables.is_post_quantum_signature(0x0905)  # ML-DSA-65
    assert not tables.is_post_quantum_signature(0x0403)


def test_every_code_has_some_name() -> None:
    for code in range(0x10000):
        assert tables.cipher_suite_name(code)
        assert tables.extension_name(code)
        assert tables.group_name(code)
        assert tables.signature_scheme_name(code)
        assert tables.version_name(code)
