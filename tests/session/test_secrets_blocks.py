"""Decryption Secrets Blocks: wherever they stand in the file, in one piece or many, told or not."""

from collections.abc import Callable, Iterator
from pathlib import Path
from struct import pack, unpack

import pytest

from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Basis, Session

CAPTURES = Path(__file__).parents[2] / "captures"
WITH_BLOCK = CAPTURES / "tls13-mutual--openssl--openssl.pcapng"
SECRETS_BLOCK, TLS_KEY_LOG = 10, 0x544C534B
Block = tuple[int, bytes]


def blocks(data: bytes) -> Iterator[Block]:
    place = 0
    while place < len(data):
        kind, length = unpack("<II", data[place : place + 8])
        yield kind, data[place : place + length]
        place += length


def key_log(file: Path) -> bytes:
    [block] = [data for kind, data in blocks(file.read_bytes()) if kind == SECRETS_BLOCK]
    secrets_type, length = unpack("<II", block[8:16])
    assert secrets_type == TLS_KEY_LOG
    return block[16 : 16 + length]


def secrets_block(lines: bytes, secrets_type: int = TLS_KEY_LOG) -> bytes:
    body = pack("<II", secrets_type, len(lines)) + lines + bytes(-len(lines) % 4)
    length = pack("<I", 12 + len(body))
    return pack("<I", SECRETS_BLOCK) + length + body + length


def front(rest: list[bytes], lines: bytes) -> list[bytes]:
    return [rest[0], secrets_block(lines), *rest[1:]]


def back(rest: list[bytes], lines: bytes) -> list[bytes]:
    return [*rest, secrets_block(lines)]


def middle(rest: list[bytes], lines: bytes) -> list[bytes]:
    half = len(rest) // 2
    return [*rest[:half], secrets_block(lines), *rest[half:]]


def one_a_line(rest: list[bytes], lines: bytes) -> list[bytes]:
    single = [secrets_block(line + b"\n") for line in lines.splitlines()]
    return [*rest[:3], *single[:2], *rest[3:], *single[2:]]


def with_noise(rest: list[bytes], lines: bytes) -> list[bytes]:
    noise = b"\xff\xfe not a line\nCLIENT_RANDOM ab cd\n" + bytes(50)
    return [*rest, secrets_block(b"x" * 64, 0x57474B4C), secrets_block(noise), secrets_block(lines)]


@pytest.mark.parametrize("place", [front, middle, back, one_a_line, with_noise])
def test_wherever_they_stand(tmp_path: Path, place: Callable[[list[bytes], bytes], list[bytes]]) -> None:
    rest = [data for kind, data in blocks(WITH_BLOCK.read_bytes()) if kind != SECRETS_BLOCK]
    file = tmp_path / "made.pcapng"
    file.write_bytes(b"".join(place(rest, key_log(WITH_BLOCK))))
    [session] = [one for one in Scan([str(file)]) if isinstance(one, Session)]
    assert session.finished_verified == (True, True)


def test_without_the_block_the_sizes_speak(tmp_path: Path) -> None:
    file = tmp_path / "made.pcapng"
    file.write_bytes(b"".join(data for kind, data in blocks(WITH_BLOCK.read_bytes()) if kind != SECRETS_BLOCK))
    [session] = [one for one in Scan([str(file)]) if isinstance(one, Session)]
    assert session.authentication is not None
    assert session.authentication.basis is Basis.INFERRED


def test_half_in_the_file_and_half_beside_it(tmp_path: Path) -> None:
    rest = [data for kind, data in blocks(WITH_BLOCK.read_bytes()) if kind != SECRETS_BLOCK]
    lines = key_log(WITH_BLOCK).splitlines(keepends=True)
    mine = [line for line in lines if line.startswith(b"CLIENT")]
    (tmp_path / "keys").write_bytes(b"".join(mine))
    file = tmp_path / "made.pcapng"
    file.write_bytes(b"".join(back(rest, b"".join(line for line in lines if line not in mine))))
    found = Scan([str(file)], Options(keylogs=(str(tmp_path / "keys"),)))
    [session] = [one for one in found if isinstance(one, Session)]
    assert session.finished_verified == (True, True)


def test_their_bad_lines_are_counted_once(tmp_path: Path) -> None:
    rest = [data for kind, data in blocks(WITH_BLOCK.read_bytes()) if kind != SECRETS_BLOCK]
    file = tmp_path / "made.pcapng"
    file.write_bytes(b"".join(with_noise(rest, key_log(WITH_BLOCK))))
    scan = Scan([str(file)])
    assert len(list(scan)) == 1
    assert scan.totals.unused_key_lines == {"unknown label": 1, "wrong length": 1}
