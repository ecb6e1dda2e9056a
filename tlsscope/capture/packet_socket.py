"""A packet socket with its ring (packet(7), packet_mmap): an interface enters; filled blocks leave, as views of memory.

Filter and ring are in force from the first packet: an interface is bound last, and where there is none to bind (all of
them are wanted) the kernel empties the queue as it makes the ring.
"""

import ctypes
import errno
import mmap
import os
import socket
import struct
from typing import NamedTuple

from tlsscope.errors import TlsscopeError

from .interfaces import ANY
from .kernel_filter import RETURN, Instructions
from .privileges import HOW_TO
from .ring import RingWalker
from .source import ANNEX

BLOCK = 1 << 20  # longer than the longest frame
RETIRE_MILLISECONDS = 50  # a block that is not full is given to us after this
ROOM_FOR_TAG = 4
FRAME = 2048  # only divides the block: TPACKET_V3 packs frames of any size

# linux/if_packet.h, asm-generic/socket.h
LEVEL = 263  # SOL_PACKET
STATISTICS = 6
_ADD_MEMBERSHIP, _RX_RING, _VERSION, _RESERVE = 1, 5, 10, 12
_TPACKET_V3 = 2
_PROMISCUOUS = 1  # PACKET_MR_PROMISC
_ATTACH_FILTER = 26
_MAP_FIXED = 0x10  # asm-generic/mman-common.h
_EVERY_PROTOCOL = 0x0003  # ETH_P_ALL
_RING = struct.Struct("=7I")
_MEMBERSHIP = struct.Struct("=iHH8s")
_COUNTS = struct.Struct("=III")


class Settings(NamedTuple):
    """How to capture."""

    snaplen: int = 262_144
    promiscuous: bool = True
    ring: int = 64 << 20  # bytes, of each socket
    expression: str | None = None  # of the kernel filter


class PacketSocket:
    """One interface, or all of them. Raises TlsscopeError where it cannot be opened."""

    def __init__(self, interface: str, settings: Settings, instructions: Instructions) -> None:
        self.interface = interface
        self.index = 0
        self.packets = 0  # counted by the kernel, those dropped included
        self.drops = 0
        self._promiscuous = settings.promiscuous
        try:
            protocol = socket.htons(_EVERY_PROTOCOL) if interface == ANY else 0
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, protocol)
        except PermissionError:
            raise TlsscopeError(f"no right to capture: {HOW_TO}") from None
        try:
            self._attach(instructions)
            self._memory = self._make_ring(max(settings.ring // BLOCK, 2))
            self.bind()
        except OSError as error:
            raise TlsscopeError(f"cannot capture on {interface}: {error.strerror}") from error
        self.bytes = memoryview(self._memory)
        self.annex_at = len(self.bytes) - ANNEX
        self.annex = self.bytes[self.annex_at :]
        ring = self.bytes[: self.annex_at]
        self.walker = RingWalker(ring, ring.cast("H"), ring.cast("I"), BLOCK)

    def fileno(self) -> int:
        """Give what to poll."""
        return self._socket.fileno()

    def bind(self) -> None:
        """Listen from here on; again, where the interface was taken away and came back."""
        if self.interface == ANY:
            return
        self.index = socket.if_nametoindex(self.interface)
        self._socket.bind((self.interface, _EVERY_PROTOCOL))
        if self._promiscuous:
            membership = _MEMBERSHIP.pack(self.index, _PROMISCUOUS, 0, bytes(8))
            self._socket.setsockopt(LEVEL, _ADD_MEMBERSHIP, membership)

    def count(self) -> None:
        """Add what the kernel counted since the last time."""
        packets, drops, _frozen = _COUNTS.unpack(self._socket.getsockopt(LEVEL, STATISTICS, _COUNTS.size))
        self.packets += packets
        self.drops += drops

    def is_down(self) -> bool:
        """Take the socket's error: the interface went down, or away. Raises OSError for any other."""
        error = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error not in (0, errno.ENETDOWN):
            raise OSError(error, "packet socket")
        return error == errno.ENETDOWN

    def hear_nothing(self) -> None:
        """Let no further packet in; those in the ring can still be read."""
        self._attach([(RETURN, 0, 0, 0)])

    def close(self) -> None:
        """Stop."""
        self._socket.close()

    def _attach(self, instructions: Instructions) -> None:
        program = b"".join(struct.pack("=HBBI", *one) for one in instructions)
        kept = ctypes.create_string_buffer(program, len(program))
        fprog = struct.pack("@HP", len(instructions), ctypes.addressof(kept))  # struct sock_fprog
        self._socket.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, fprog)

    def _make_ring(self, blocks: int) -> mmap.mmap:
        self._socket.setsockopt(LEVEL, _VERSION, _TPACKET_V3)
        self._socket.setsockopt(LEVEL, _RESERVE, ROOM_FOR_TAG)
        request = _RING.pack(BLOCK, blocks, FRAME, blocks * (BLOCK // FRAME), RETIRE_MILLISECONDS, 0, 0)
        self._socket.setsockopt(LEVEL, _RX_RING, request)
        return _mapped(self._socket.fileno(), blocks * BLOCK)


def _mapped(descriptor: int, size: int) -> mmap.mmap:
    """Map the ring over the front of memory of our own, so that the annex lies behind it in one buffer."""
    memory = mmap.mmap(-1, size + ANNEX)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    map_memory = ctypes.CDLL(None, use_errno=True).mmap
    map_memory.restype = ctypes.c_void_p
    map_memory.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    flags = mmap.MAP_SHARED | _MAP_FIXED
    if map_memory(address, size, mmap.PROT_READ | mmap.PROT_WRITE, flags, descriptor, 0) != address:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return memory
