"""Evidence: rows of `Frames` enter, a pcapng file leaves, in pieces of bounded number where that is asked for.

What cannot be written any more is cut back to its last whole block, so that the file can be read.
"""

from array import array

from .blocks import INTERFACE_DESCRIPTION, LITTLE_ENDIAN_MAGIC, SECTION_HEADER, Interface
from .frames import CAPACITY, Buffer, Frames
from .packet_blocks import PacketBlocks
from .pieces import Pieces

_END, _NAME, _RESOLUTION = 0, 2, 9
_NANOSECONDS = b"\x09"
_PROGRAM = 4  # shb_userappl


class Evidence:
    """Writes packets. `interfaces` is the capture's list, which may grow."""

    def __init__(self, pieces: Pieces, interfaces: list[Interface]) -> None:
        self._pieces = pieces
        self._interfaces = interfaces
        self._blocks = PacketBlocks()
        self._described = 0
        self._piece = -1
        self._every = memoryview(array("q", [1]) * CAPACITY)
        self.packets = 0

    def write(self, buffer: Buffer, frames: Frames, wanted: memoryview | None = None) -> None:
        """Write the rows whose `wanted` is not 0, or all. Raises OSError where the disk will not take them."""
        chosen = self._every if wanted is None else wanted
        row = 0
        while row < frames.count:
            row = self._blocks.fill(buffer, frames, row, chosen)
            if self._blocks.used:
                self._write(memoryview(self._blocks.room)[: self._blocks.used])

    def write_blocks(self, blocks: bytes) -> None:
        """Write whole blocks that were built before."""
        self._write(memoryview(blocks))

    def reopen(self) -> None:
        """Begin the file anew, under its name: somebody has moved the old one away."""
        self._pieces.next()

    def close(self) -> None:
        """End the file."""
        self._pieces.close()

    def _write(self, blocks: memoryview) -> None:
        if self._pieces.is_full(len(blocks)):
            self._pieces.next()
        if self._pieces.number != self._piece:
            self._begin()
        if self._described < len(self._interfaces):
            self._pieces.write(self._descriptions())
        self._pieces.write(blocks)

    def _begin(self) -> None:
        """Begin a piece: each of them can be read alone."""
        self._piece = self._pieces.number
        self._described = 0
        self._pieces.write(section_header())

    def _descriptions(self) -> bytes:
        new = self._interfaces[self._described :]
        self._described = len(self._interfaces)
        return b"".join(map(interface_description, new))


def section_header() -> bytes:
    """Write a Section Header Block, §4.1, of unknown length."""
    fixed = LITTLE_ENDIAN_MAGIC + b"\x01\x00\x00\x00" + b"\xff" * 8
    return _block(SECTION_HEADER, fixed + _option(_PROGRAM, b"tlsscope") + _option(_END, b""))


def interface_description(one: Interface) -> bytes:
    """Write an Interface Description Block, §4.2, with a clock in nanoseconds."""
    fixed = one.link_type.to_bytes(2, "little") + bytes(2) + one.snaplen.to_bytes(4, "little")
    name = b"" if one.name is None else _option(_NAME, one.name.encode())
    return _block(INTERFACE_DESCRIPTION, fixed + name + _option(_RESOLUTION, _NANOSECONDS) + _option(_END, b""))


def _option(code: int, value: bytes) -> bytes:
    return code.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value + bytes(-len(value) & 3)


def _block(kind: int, body: bytes) -> bytes:
    length = (12 + len(body)).to_bytes(4, "little")
    return kind.to_bytes(4, "little") + length + body + length
