"""Compressed records of old versions, RFC 3749."""

import zlib

import pytest
from sealing import TLS_1_0, MacSealer, sides

from tlsscope.secrets.faults import SealError, UnsupportedError
from tlsscope.secrets.protection import openers12
from tlsscope.secrets.records import RecordOpener

MASTER, RANDOMS = b"\x11" * 48, (b"\x22" * 32, b"\x33" * 32)
RSA_WITH_AES_128_CBC_SHA = 0x002F


def pair() -> tuple[MacSealer, RecordOpener]:
    client, _ = sides(TLS_1_0, "sha256", MASTER, RANDOMS, (20, 16, 16))
    opener, _ = openers12(TLS_1_0, RSA_WITH_AES_128_CBC_SHA, MASTER, *RANDOMS, compression_method=1)
    return MacSealer(TLS_1_0, "AES", "sha1", client), opener


def test_one_stream_runs_through_the_records() -> None:
    sealer, opener = pair()
    deflater = zlib.compressobj()
    for message in (b"verify data!" * 3, b"verify data!" * 2, b"x" * (1 << 14)):
        compressed = deflater.compress(message) + deflater.flush(zlib.Z_SYNC_FLUSH)
        assert opener.open(22, TLS_1_0, sealer.seal(22, TLS_1_0, compressed)) == (22, message)


def test_a_bomb_stops_at_the_length_of_a_record() -> None:
    sealer, opener = pair()
    with pytest.raises(SealError, match="more than a record may hold"):
        opener.open(22, TLS_1_0, sealer.seal(22, TLS_1_0, zlib.compress(bytes(1 << 20))))


def test_what_does_not_inflate() -> None:
    sealer, opener = pair()
    with pytest.raises(SealError, match="does not inflate"):
        opener.open(22, TLS_1_0, sealer.seal(22, TLS_1_0, b"\xff" * 20))


def test_an_unknown_method() -> None:
    with pytest.raises(UnsupportedError, match="compression method 64 is not known"):
        openers12(TLS_1_0, RSA_WITH_AES_128_CBC_SHA, MASTER, *RANDOMS, compression_method=64)
