"""Nothing that a frame may hold raises: noise, cuts and flipped bytes, for every link type and every door."""

import random
from struct import pack

import pytest
from frame_bytes import Packet, decode, decode_all, ethernet, ipv4, ipv6, tcp, udp
from hypothesis import given, settings
from hypothesis import strategies as st

from tlsscope.link import tunnels
from tlsscope.link.exotic import RARE_LINKS

KERNEL_LINKS = [0, 1, 12, 14, 101, 108, 113, 228, 229, 276]
LINKS = [*KERNEL_LINKS, *RARE_LINKS, 147, 65535]
ETHERTYPES = [0x8100, 0x88A8, 0x9100, 0x8847, 0x8848, 0x8864, 0x88E7, 0x8909, 0x8926, 0x0806, 46, 1500]
PORTS = [2152, 3544, 4789, 6081, 8472]
TRANSPORTS = [4, 17, 41, 47, 6, 1]

SEGMENT = ipv4(tcp(b"\x16\x03\x01\0\0"))
FRAMES = [
    ethernet(pack(">HHHH", 1, 0x8100, 2, 0x0800) + SEGMENT, 0x88A8),
    ethernet(b"\x11\0\0\1" + pack(">H", 2 + len(SEGMENT)) + b"\0\x21" + SEGMENT, 0x8864),
    ethernet(pack(">II", 16 << 12, 17 << 12 | 0x100) + bytes(4) + ethernet(SEGMENT), 0x8847),
    ethernet(ipv4(b"\xb0\0\x88\xbe" + bytes(12) + bytes(8) + ethernet(SEGMENT), 47)),
    ethernet(ipv4(udp(b"\x08" + bytes(7) + ethernet(SEGMENT), 4789), 17)),
    ethernet(ipv4(udp(b"\x03\0\x65\x58" + bytes(16) + ethernet(SEGMENT), 6081), 17)),
    ethernet(ipv4(udp(b"\x34\xff\0\x60" + bytes(7) + b"\x85\x01\0\0\0" + SEGMENT, 2152), 17)),
    ethernet(ipv6(b"\x2c\0" + bytes(6) + b"\x06\0\0\0\0\0\0\0" + tcp(b"data"), 0), 0x86DD),
    ethernet(ipv4(udp(b"\0\1\2\2" + bytes(13) + bytes(8) + ipv6(tcp(b"data")), 3544), 17)),
]


@pytest.mark.parametrize("link_type", LINKS)
@given(st.binary(max_size=120))
@settings(max_examples=60, deadline=None)
def test_noise(link_type: int, noise: bytes) -> None:
    decoder = decode(noise, link_type).decoder
    assert decoder.malformed + decoder.other + decoder.fragments + decoder.unknown_link <= 1


@pytest.mark.parametrize("protocol", ETHERTYPES)
@given(st.binary(max_size=120))
@settings(max_examples=40, deadline=None)
def test_noise_behind_an_ethertype(protocol: int, noise: bytes) -> None:
    inside(tunnels.ethertype(protocol, noise), noise)
    decode(ethernet(noise, protocol))


@pytest.mark.parametrize("port", PORTS)
@given(st.binary(max_size=120))
@settings(max_examples=40, deadline=None)
def test_noise_behind_a_port(port: int, noise: bytes) -> None:
    datagram = udp(noise, port)
    inside(tunnels.transport(17, datagram), datagram)
    decode(ethernet(ipv4(datagram, 17)))


@pytest.mark.parametrize("transport", TRANSPORTS)
@given(st.binary(max_size=120))
@settings(max_examples=40, deadline=None)
def test_noise_behind_a_transport(transport: int, noise: bytes) -> None:
    inside(tunnels.transport(transport, noise), noise)
    decode(ethernet(ipv4(noise, transport)))
    decode(ethernet(ipv6(noise, transport), 0x86DD))


def inside(found: tunnels.Inner | None, data: bytes) -> None:
    """What is found lies inside of what was given."""
    if found is not None:
        assert 0 <= found.offset <= found.stop <= len(data)


@pytest.mark.parametrize("frame", FRAMES)
def test_every_cut(frame: bytes) -> None:
    assert len(decode(frame).segments) == 1
    for cut in range(len(frame)):
        for segment in decode(frame[:cut], original=len(frame)).segments:
            assert frame.endswith(segment.payload) or segment.payload in frame


@pytest.mark.parametrize("frame", FRAMES)
def test_every_byte_spoiled(frame: bytes) -> None:
    for at in range(len(frame)):
        for value in (0x00, 0x01, 0x45, 0x7F, 0x80, 0xFF):
            spoiled = frame[:at] + bytes([value]) + frame[at + 1 :]
            for segment in decode(spoiled).segments:
                assert segment.payload in spoiled


def test_fragments_of_noise() -> None:
    dice = random.Random(5)
    packets = []
    for _ in range(3000):
        noise = dice.randbytes(dice.randrange(64))
        fragment = dice.randrange(4) | dice.choice((0, 0x2000))
        if dice.random() < 0.5:
            packets.append(Packet(ipv4(noise, identification=dice.randrange(9), fragment=fragment), 101))
        else:
            offset = 8 * dice.randrange(4) | dice.randrange(8)
            packets.append(Packet(ipv6(pack(">BBHI", 6, 0, offset, dice.randrange(9)) + noise, 44), 101))
    assert decode_all(packets).decoder.fragments > 0
