"""The filter that the kernel runs for each packet: a BPF expression enters, instructions leave.

libpcap compiles the expression, asked by scapy; around it stands what the expression cannot know: which link layer the
packet has, and that loopback shows each packet twice.
"""

import re

from tlsscope.errors import TlsscopeError

from .interfaces import ETHERNET, LOOPBACK

Instructions = list[tuple[int, int, int, int]]  # struct sock_filter: code, jump if true, jump if false, operand

# linux/bpf_common.h
RETURN = 0x06
_LOAD_WORD, _JUMP_IF_EQUAL, _JUMP = 0x20, 0x15, 0x05
# linux/filter.h: what the kernel knows beside the bytes
_PACKET_TYPE, _LINK_LAYER = 0x1_0000_0000 - 0x1000 + 4, 0x1_0000_0000 - 0x1000 + 28
_OUTGOING = 4  # PACKET_OUTGOING
_DLT_ETHERNET, _DLT_RAW = 1, 12

_DROP: Instructions = [(RETURN, 0, 0, 0)]


def kernel_filter(expression: str | None, snaplen: int) -> Instructions:
    """Build the program; it keeps `snaplen` bytes of a packet. Raises TlsscopeError for a bad expression."""
    if not expression:
        keep: Instructions = [(RETURN, 0, 0, snaplen)]
        return _dispatch(keep, keep)
    if re.search(r"\bvlan\b", expression):
        raise TlsscopeError(
            "--bpf: the kernel takes VLAN tags off before it filters; try --filter 'encapsulation ~ \"vlan*\"'"
        )
    ethernet = _compiled(expression, _DLT_ETHERNET, snaplen)
    try:
        raw = _compiled(expression, _DLT_RAW, snaplen)
    except TlsscopeError:
        raw = _DROP  # it speaks of Ethernet: packets without it cannot fit
    return _dispatch(raw, ethernet)


def _dispatch(raw: Instructions, ethernet: Instructions) -> Instructions:
    """Drop the outgoing copies of loopback; send what has Ethernet addresses one way and bare IP the other."""
    return [
        (_LOAD_WORD, 0, 0, _LINK_LAYER),
        (_JUMP_IF_EQUAL, 0, 3, LOOPBACK),
        (_LOAD_WORD, 0, 0, _PACKET_TYPE),
        (_JUMP_IF_EQUAL, 0, 2, _OUTGOING),
        *_DROP,
        (_JUMP_IF_EQUAL, 0, 1, ETHERNET),
        (_JUMP, 0, 0, len(raw)),
        *raw,
        *ethernet,
    ]


def _compiled(expression: str, link_type: int, snaplen: int) -> Instructions:
    from scapy.arch.common import compile_filter  # here: half a second, for those who filter
    from scapy.error import Scapy_Exception

    try:
        program = compile_filter(expression, linktype=link_type)
    except Scapy_Exception as error:
        said = str(error).rpartition(" (")[2].removesuffix(")")
        raise TlsscopeError(f"--bpf: {said}") from error
    except ImportError as error:
        raise TlsscopeError("--bpf needs libpcap, which is not installed") from error
    found: Instructions = []
    for i in range(program.bf_len):
        one = program.bf_insns[i]
        operand = snaplen if one.code == RETURN and one.k else one.k
        found.append((one.code, one.jt, one.jf, operand))
    return found
