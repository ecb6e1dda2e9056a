"""Many connections of real captures in one: what each says is as it was recorded, where it stands is chance.

So a session may be resumed before, while and after its own connection is there.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random

from traffic import MILLISECOND, SECOND, START, Packet

from tlsscope.capture.source import open_capture

CAPTURES = Path(__file__).parents[1] / "captures"
ETHERNET = 1
# By EtherType, IPv4 and IPv6: where the second bytes of both addresses are, and where a header without options ends
PLACES = {b"\x08\x00": (27, 31, 34), b"\x86\xdd": (23, 39, 54)}


def mixed(captures: Sequence[Path], seed: int, times: int = 1) -> list[Packet]:
    """Mix the packets of all, so many times; no connection has the addresses of another."""
    chance = Random(seed)
    waiting = [
        talk
        for turn in range(times)
        for number, capture in enumerate(captures)
        for talk in connections(capture, turn, number)
    ]
    packets, time = [], START
    while waiting:
        at = min(chance.randrange(len(waiting)), chance.randrange(len(waiting)))
        talk = waiting[at]
        time += MILLISECOND if chance.random() < 0.999 else 3 * SECOND
        data = talk.pop(0)
        packets.append(Packet(time, data, len(data)))
        if not talk:
            del waiting[at]
    return packets


def connections(capture: Path, turn: int, number: int) -> list[list[bytes]]:
    """Take the TCP connections of a capture of Ethernet, with other addresses."""
    reading = open_capture(str(capture))
    found: dict[frozenset[bytes], list[bytes]] = defaultdict(list)
    for frames in reading.windows():
        if reading.interfaces[0].link_type != ETHERNET:
            return []
        for row in range(frames.count):
            start = frames.offset[row]
            data = bytearray(reading.buffer[start : start + frames.captured[row]])
            places = PLACES.get(bytes(data[12:14]))
            if places is None or len(data) < places[2] + 20:
                continue
            one, other, end = places
            data[one], data[other] = turn, turn
            data[one + 1], data[other + 1] = number, number
            found[frozenset((bytes(data[end : end + 2]), bytes(data[end + 2 : end + 4])))].append(bytes(data))
    return list(found.values())
