"""The classic capture format: bytes of its records enter, rows of `Frames` leave (draft-ietf-opsawg-pcap).

Kernel file: compiled where a C compiler is found (types in `pcap.pxd`), interpreted otherwise.
"""

from tlsscope import words

from .frames import CAPACITY, MAXIMUM_FRAME, Buffer, Frames

GLOBAL_HEADER = 24
CORRUPT = -1


class PcapWalker:
    """Walks the records of one file. `extra` counts bytes between record header and frame (8 in Kuznetzov's)."""

    def __init__(self, little_endian: bool, nanoseconds: bool, extra: int) -> None:  # noqa: FBT001 (facts of the file)
        self.little_endian = little_endian
        self.fraction = 1 if nanoseconds else 1000
        self.extra = extra

    def walk(self, buffer: Buffer, start: int, stop: int, frames: Frames) -> int:
        """Fill `frames` from `buffer[start:stop]`; give the position of the first byte not used, or CORRUPT.

        A record of an impossible length is CORRUPT; the rows before it are good.
        """
        position = start
        row = 0
        header = 16 + self.extra
        while row < CAPACITY and stop - position >= header:
            captured = self._number(buffer, position + 8)
            if captured > MAXIMUM_FRAME:
                frames.count = row
                return position if row else CORRUPT
            if stop - position - header < captured:
                break
            seconds = self._number(buffer, position)
            fraction = self._number(buffer, position + 4)
            frames.time[row] = seconds * 1_000_000_000 + fraction * self.fraction
            frames.offset[row] = position + header
            frames.captured[row] = captured
            frames.original[row] = self._number(buffer, position + 12)
            row += 1
            position += header + captured
        frames.count = row
        return position

    def _number(self, buffer: Buffer, at: int) -> int:
        return words.four_little(buffer, at) if self.little_endian else words.four(buffer, at)
