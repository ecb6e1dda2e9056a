"""Many conversations on one wire, into one pcap file.

Enters: conversations, each a function of the time it starts at. Leaves: the file, packets in capture order.
"""

import itertools
import struct
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush, heapreplace
from pathlib import Path
from random import Random

from bench.packets import Timed

Conversation = Callable[[float], Iterator[Timed]]
Heap = list[tuple[float, int, bytes, Iterator[Timed]]]
LATE: Iterator[Timed] = iter(())
START = 1_771_149_600.0  # 15 February 2026
FULL_SEGMENT = 1400
PCAP_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
PCAP_RECORD = struct.Struct("<IIII")


def write_capture(path: Path, conversations: Iterable[Conversation], concurrency: int, random: Random) -> int:
    """Write the file and count its packets."""
    packets = 0
    pack = PCAP_RECORD.pack
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb", buffering=1 << 20) as file:
        file.write(PCAP_HEADER)
        for when, frame in interleave(conversations, concurrency, random):
            seconds = int(when)
            file.write(pack(seconds, int((when - seconds) * 1e6), len(frame), len(frame)))
            file.write(frame)
            packets += 1
    return packets


def interleave(conversations: Iterable[Conversation], concurrency: int, random: Random) -> Iterator[Timed]:
    """Keep `concurrency` conversations going; one full segment in 2000 comes late, one comes twice."""
    waiting = iter(conversations)
    chance = random.random
    serial = itertools.count()
    heap: Heap = []
    for number, conversation in enumerate(itertools.islice(waiting, concurrency)):
        push(heap, serial, conversation(START + number * 0.0137))
    while heap:
        when, _, frame, packets = heap[0]
        follower = next(packets, None)
        if follower is not None:
            heapreplace(heap, (follower[0], next(serial), follower[1], packets))
        else:
            heappop(heap)
            if packets is not LATE:
                push_next(heap, serial, waiting, when)
        if len(frame) > FULL_SEGMENT and packets is not LATE and (luck := chance()) < 0.001:
            heappush(heap, (when + 0.0003 + 2 * luck, next(serial), frame, LATE))
            if luck < 0.0005:
                continue
        yield when, frame


def push_next(heap: Heap, serial: Iterator[int], waiting: Iterator[Conversation], now: float) -> None:
    """Start the next conversation in the place of one that ended."""
    conversation = next(waiting, None)
    if conversation is not None:
        push(heap, serial, conversation(now + 0.0005))


def push(heap: Heap, serial: Iterator[int], packets: Iterator[Timed]) -> None:
    """Put a conversation's first packet in line."""
    when, frame = next(packets)
    heappush(heap, (when, next(serial), frame, packets))
