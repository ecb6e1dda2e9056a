"""RFC 8879: what is compressed comes out as it went in; what lies about its length does not come out."""

import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from handshake_vectors import uint16s, vector24
from hypothesis import given
from hypothesis import strategies as st

from tlsscope.handshake.messages import CompressedCertificate
from tlsscope.handshake.readers import compressed_certificate, decompressed_certificate
from tlsscope.wire import MalformedError

COMPRESSORS: dict[int, Callable[[bytes], bytes]] = {
    1: zlib.compress,
    2: brotli.compress,
    3: zstandard.ZstdCompressor().compress,
}
CERTIFICATE = b"\0\0\0\x09\0\0\5paper\0\0" * 40


@pytest.mark.parametrize("algorithm", COMPRESSORS)
def test_round_trip(algorithm: int) -> None:
    data = COMPRESSORS[algorithm](CERTIFICATE)
    body = uint16s(algorithm) + len(CERTIFICATE).to_bytes(3, "big") + vector24(data)
    message = compressed_certificate(body)
    assert message == CompressedCertificate(algorithm, len(CERTIFICATE), data)
    assert decompressed_certificate(message) == CERTIFICATE


@pytest.mark.parametrize("algorithm", COMPRESSORS)
@pytest.mark.parametrize("claimed", [0, 1, len(CERTIFICATE) - 1, len(CERTIFICATE) + 1, 1 << 20])
def test_a_wrong_length_is_malformed(algorithm: int, claimed: int) -> None:
    with pytest.raises(MalformedError):
        decompressed_certificate(
            CompressedCertificate(algorithm, claimed, COMPRESSORS[algorithm](CERTIFICATE))
        )


@pytest.mark.parametrize("algorithm", COMPRESSORS)
def test_a_bomb_is_not_inflated(algorithm: int) -> None:
    bomb = COMPRESSORS[algorithm](bytes(64 << 20))
    assert len(bomb) < 1 << 17
    with pytest.raises(MalformedError):
        decompressed_certificate(CompressedCertificate(algorithm, 1000, bomb))
    with pytest.raises(MalformedError, match="a compressed certificate of 16777215 bytes"):
        decompressed_certificate(CompressedCertificate(algorithm, 0xFFFFFF, bomb))


@pytest.mark.parametrize("algorithm", COMPRESSORS)
def test_data_that_are_cut_anywhere_are_malformed(algorithm: int) -> None:
    data = COMPRESSORS[algorithm](CERTIFICATE)
    for length in range(len(data)):
        with pytest.raises(MalformedError):
            decompressed_certificate(CompressedCertificate(algorithm, len(CERTIFICATE), data[:length]))


def test_an_unknown_algorithm_is_malformed() -> None:
    with pytest.raises(MalformedError, match="algorithm 9"):
        decompressed_certificate(CompressedCertificate(9, 3, b"abc"))


@given(st.sampled_from([1, 2, 3]), st.integers(0, 3000), st.binary(max_size=60))
def test_noise_is_malformed_or_as_long_as_it_claims(algorithm: int, length: int, data: bytes) -> None:
    try:
        body = decompressed_certificate(CompressedCertificate(algorithm, length, data))
    except MalformedError:
        return
    assert len(body) == length
