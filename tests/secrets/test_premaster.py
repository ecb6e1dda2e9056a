"""Premaster secrets from a server's RSA key and from pre-shared keys."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tlsscope.errors import InputError
from tlsscope.secrets.premaster import ServerKey, psk_premaster

PREMASTER = b"\x03\x03" + b"\x77" * 46


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def written(
    path: Path,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption | None = None,
) -> Path:
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()))
    return path


@pytest.fixture
def server_key(key: rsa.RSAPrivateKey, tmp_path: Path) -> ServerKey:
    return ServerKey(written(tmp_path / "server.key", key))


def test_a_client_key_exchange_of_tls_has_a_length_and_of_ssl_3_0_none(
    key: rsa.RSAPrivateKey, server_key: ServerKey
) -> None:
    encrypted = key.public_key().encrypt(PREMASTER, PKCS1v15())
    assert server_key.premaster(b"\x01\x00" + encrypted) == PREMASTER
    assert server_key.premaster(encrypted) == PREMASTER


@pytest.mark.parametrize("wrong", [b"", b"\x01", b"\x01\x00" + b"\x00" * 256, b"\xff" * 256, b"\x00\x03abc"])
def test_what_is_no_premaster_secret_gives_none(server_key: ServerKey, wrong: bytes) -> None:
    assert server_key.premaster(wrong) is None


@pytest.mark.parametrize("content", [b"\x03\x03short", b"\x03" * 49, b"\x09\x03" + b"\x77" * 46])
def test_what_decrypts_to_something_else_gives_none(
    key: rsa.RSAPrivateKey, server_key: ServerKey, content: bytes
) -> None:
    assert server_key.premaster(key.public_key().encrypt(content, PKCS1v15())) is None


def test_the_public_key_can_be_compared_with_a_certificates(
    key: rsa.RSAPrivateKey, server_key: ServerKey
) -> None:
    expected = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert server_key.public_key == expected
    assert repr(server_key) == "<ServerKey: RSA, 2048 bits>"


def test_a_key_that_cannot_be_used_is_one_line_for_the_user(key: rsa.RSAPrivateKey, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        ServerKey(tmp_path / "absent")
    with pytest.raises(InputError, match="encrypted with a password"):
        ServerKey(written(tmp_path / "locked", key, BestAvailableEncryption(b"word")))
    with pytest.raises(InputError, match="not an RSA key"):
        ServerKey(written(tmp_path / "ec", ec.generate_private_key(ec.SECP256R1())))
    (tmp_path / "text").write_bytes(b"no key")
    with pytest.raises(InputError, match="not a private key in PEM form"):
        ServerKey(tmp_path / "text")


def test_a_plain_pre_shared_key_stands_beside_as_many_zeros() -> None:
    # RFC 4279 §2
    assert psk_premaster(b"key") == b"\x00\x03\x00\x00\x00\x00\x03key"
    assert psk_premaster(b"key", b"other") == b"\x00\x05other\x00\x03key"
