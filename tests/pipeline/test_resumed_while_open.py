"""A browser resumes a session on a second connection while the first goes on: the one is known from the other."""

from pathlib import Path
from struct import pack, unpack_from

from tlsscope.pipeline import Scan
from tlsscope.session.model import Basis, Session

CAPTURES = Path(__file__).parents[2] / "captures"
HEADER, ETHERNET, IPV4 = 24, 14, 20


def interleaved(capture: bytes) -> bytes:
    """Move all that the first connection sent after its handshake behind the second connection, clock and all."""
    frames: list[tuple[bytes, bytes]] = []
    at = HEADER
    while at < len(capture):
        (length,) = unpack_from("<I", capture, at + 8)
        frames.append((capture[at : at + 16], capture[at + 16 : at + 16 + length]))
        at += 16 + length
    ports = [frozenset(unpack_from(">HH", data, ETHERNET + 4 * (data[ETHERNET] & 15))) for _, data in frames]
    first = [index for index, pair in enumerate(ports) if pair == ports[0]]
    over = next(
        index for index in first if b"\x14\x03\x03\x00\x01\x01" in frames[index][1] and is_from_server(frames[index][1])
    )
    late = [index for index in first if index > over]
    order = [index for index in range(len(frames)) if index not in late] + late
    clock = [head[:8] for head, _ in frames]
    return capture[:HEADER] + b"".join(
        clock[place] + frames[index][0][8:] + frames[index][1] for place, index in enumerate(order)
    )


def is_from_server(data: bytes) -> bool:
    source, target = unpack_from(">HH", data, ETHERNET + 4 * (data[ETHERNET] & 15))
    return bool(source < target)  # the recordings' servers have the lower port


def test_a_session_is_resumed_while_its_connection_goes_on(tmp_path: Path) -> None:
    whole = (CAPTURES / "tls12-resumed-id-mutual--openssl--openssl.pcap").read_bytes()
    assert unpack_from("<I", whole)[0] == 0xA1B2C3D4
    assert pack("<H", 0x0800)[::-1] == whole[HEADER + 16 + 12 : HEADER + 16 + 14]  # Ethernet and IPv4
    capture = tmp_path / "interleaved.pcap"
    capture.write_bytes(interleaved(whole))
    original, resumed = sorted(
        (one for one in Scan([str(capture)]) if isinstance(one, Session)), key=lambda session: session.first_frame
    )
    assert original.end_frame is not None
    assert original.end_frame > resumed.last_frame
    assert resumed.authentication is not None
    assert resumed.authentication.basis is Basis.INHERITED
    assert resumed.resumption is not None
    assert resumed.resumption.original == original.id
