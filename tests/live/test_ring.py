"""The ring's layout, by hand from linux/if_packet.h: blocks, packets, VLAN tags, interfaces."""

import struct
from collections.abc import Sequence

from tlsscope.capture.frames import CAPACITY, Frames
from tlsscope.capture.kernel_filter import kernel_filter
from tlsscope.capture.ring import RingWalker

BLOCK = 1 << 18
ETHERNET, LOOPBACK, NONE = 1, 772, 65534
FRAME = bytes(range(12)) + b"\x08\x00" + b"payload"


def packet(frame: bytes, index: int = 3, layer: int = ETHERNET, tag: tuple[int, int] | None = None) -> bytes:
    """tpacket3_hdr (48 bytes), sockaddr_ll (20), room, frame; the first word says where the next one begins."""
    status = 1 | (0 if tag is None else 1 << 4 | 1 << 6)
    kind, control = tag or (0, 0)
    start = 80
    size = (start + len(frame) + 15) & ~15
    header = struct.pack(
        "=IIIIIIHHIIHH8x", size, 1_800_000_000, 999, len(frame), len(frame) + 1, status, start, 0, 0, control, kind, 0
    )
    address = struct.pack("=HHiHBB8x", 17, 0, index, layer, 0, 6)
    return (header + address).ljust(start, b"\xee") + frame + bytes(size - start - len(frame))


def ring(blocks: Sequence[Sequence[bytes]]) -> tuple[RingWalker, memoryview]:
    memory = bytearray(BLOCK * len(blocks))
    for number, packets in enumerate(blocks):
        filled = int(bool(packets))
        head = struct.pack("=IIIIII", 1, 48, filled, len(packets), 48, 0).ljust(48, b"\0")
        body = head + b"".join(packets)
        memory[number * BLOCK : number * BLOCK + len(body)] = body
    view = memoryview(memory)
    walker = RingWalker(view, view.cast("H"), view.cast("I"), BLOCK)
    walker.place(3, 0)
    return walker, view


def seen(view: memoryview, frames: Frames) -> list[bytes]:
    rows = range(frames.count)
    return [bytes(view[frames.offset[row] : frames.offset[row] + frames.captured[row]]) for row in rows]


def test_frames_point_into_the_block_which_then_goes_back() -> None:
    walker, view = ring([[packet(FRAME), packet(FRAME[::-1])], []])
    frames = Frames()
    assert walker.ready()
    assert not walker.walk(frames)
    assert seen(view, frames) == [FRAME, FRAME[::-1]]
    assert list(frames.time[:2]) == [1_800_000_000_000_000_999] * 2
    assert list(frames.original[:2]) == [len(FRAME) + 1] * 2
    assert walker.take_bytes() == 2 * len(FRAME)
    walker.release()
    assert view.cast("I")[2] == 0
    assert not walker.ready()


def test_a_tag_that_the_card_took_off_is_put_back() -> None:
    walker, view = ring([[packet(FRAME, tag=(0x88A8, 0x2064)), packet(FRAME)]])
    frames = Frames()
    walker.ready()
    walker.walk(frames)
    assert seen(view, frames) == [FRAME[:12] + b"\x88\xa8\x20\x64" + FRAME[12:], FRAME]
    assert list(frames.original[:2]) == [len(FRAME) + 5, len(FRAME) + 1]


def test_what_has_no_addresses_gets_no_tag() -> None:
    walker, view = ring([[packet(b"short", tag=(0x8100, 1)), packet(FRAME, layer=NONE, tag=(0x8100, 1))]])
    frames = Frames()
    walker.ready()
    walker.walk(frames)
    assert seen(view, frames) == [b"short", FRAME]


def test_the_walk_stops_at_a_stranger_among_the_interfaces() -> None:
    walker, _view = ring([[packet(FRAME), packet(FRAME, index=9, layer=LOOPBACK), packet(FRAME)]])
    frames = Frames()
    walker.ready()
    assert walker.walk(frames)
    assert (frames.count, walker.unplaced, walker.link_layer) == (1, 9, LOOPBACK)
    walker.place(9, 1)
    assert not walker.walk(frames)
    assert list(frames.interface[:2]) == [1, 0]


def test_a_block_of_many_packets_leaves_in_windows() -> None:
    small = packet(b"")
    walker, _view = ring([[small] * (BLOCK // len(small) - 1)])
    frames = Frames()
    walker.ready()
    total = 0
    more = True
    while more:
        more = walker.walk(frames)
        total += frames.count
        assert frames.count <= CAPACITY
    assert total == BLOCK // len(small) - 1


def test_frames_keep_their_length_where_the_filter_is_empty() -> None:
    program = kernel_filter(None, 4096)
    assert program[-1] == (0x06, 0, 0, 4096)  # return 4096


def test_programs_can_be_longer_than_a_conditional_jump_reaches() -> None:
    """`or` of many ports: the jump over the first program is an absolute one of 32 bits."""
    expression = " or ".join(f"tcp port {port}" for port in range(1000, 1060))
    program = kernel_filter(expression, 100)
    assert len(program) > 256
    over = next(one for one in program if one[0] == 0x05)
    assert program[7 + over[3] - 1][0] == 0x06  # what it jumps over ends with a return
