"""From frames to TCP segments: link header, VLAN tags, IP, TCP. What is rare goes to `tunnels` and comes back here.

Kernel file: compiled where a C compiler is found (types in `decode.pxd`), interpreted otherwise.
"""

from tlsscope import words
from tlsscope.capture.dedup import Copies
from tlsscope.capture.frames import Buffer, Frames

from . import layers, tunnels
from .fragments import Fragments
from .layers import DEEPEST
from .segments import Segments

ETHERNET = 1

_IPV4 = 0x0800
_IPV6 = 0x86DD
_TCP = 6
_UDP = 17
_RARE_LINK = -1
_LLC = layers.LLC
_UNREADABLE = 0xFFFF  # an ethertype that is reserved


class Decoder:
    """Decodes windows of one capture. Counts what it could not use; `labels[i]` names encapsulation i."""

    def __init__(self) -> None:
        self.labels: list[tuple[str, ...]] = [()]
        self.other = 0  # frames without TCP
        self.malformed = 0  # lengths that contradict each other, headers cut short
        self.fragments = 0  # IP fragments, not (or not yet) reassembled
        self.unknown_link = 0  # frames of a link type that cannot be read
        self.copies = 0  # frames passed over, where `drop_copies` was asked for
        self._known_packets: Copies | None = None
        self._pending = Fragments()
        self._frames = Frames()
        self._known: dict[tuple[str, ...], int] = {(): 0}
        self._encapsulation = 0
        self._at = 0
        self._cut = 0  # bytes that the packet in hand had behind those that were captured
        self._depth = 0

    def drop_copies(self) -> None:
        """From here on, pass over packets that came just before: same bytes from the IP header on."""
        self._known_packets = Copies()

    def decode(self, buffer: Buffer, frames: Frames, link_types: list[int], segments: Segments) -> None:
        """Fill `segments` from `frames`. `link_types` has one entry an interface."""
        segments.count = 0
        frames.annex_used = 0
        self._frames = frames
        self._encapsulation = 0
        plain_ethernet = link_types == [ETHERNET]
        for row in range(frames.count):
            start = frames.offset[row]
            stop = start + frames.captured[row]
            link = ETHERNET
            if not plain_ethernet:
                link = link_types[frames.interface[row]]
            if self._encapsulation:
                self._encapsulation = 0
            self._depth = 0
            protocol = self._link(buffer, start, stop, link)
            if self._known_packets is not None and self._is_copy(buffer, start, stop, protocol, frames.time[row]):
                self.copies += 1
                continue
            cut = frames.original[row] - frames.captured[row]
            if protocol == _IPV4:
                self._ipv4(buffer, self._at, stop, cut, row, segments)
                continue
            if protocol == _IPV6:
                self._ipv6(buffer, self._at, stop, cut, row, segments)
                continue
            self._cut = cut
            if protocol == _RARE_LINK:
                self._rare(tunnels.link(link, bytes(buffer[start:stop])), buffer, start, stop, row, segments)
            elif protocol:
                found = tunnels.ethertype(protocol, bytes(buffer[self._at : stop]))
                self._rare(found, buffer, self._at, stop, row, segments)
            else:
                self.malformed += 1

    def _is_copy(self, buffer: Buffer, start: int, stop: int, protocol: int, time: int) -> bool:
        if self._known_packets is None:
            return False
        if protocol == _IPV4 or protocol == _IPV6:
            return self._known_packets.has_packet(buffer, self._at, stop, time)
        return self._known_packets.has(buffer, start, stop, time)

    def _link(self, buffer: Buffer, at: int, stop: int, link: int) -> int:
        """Give the ethertype of the frame's content and leave its place in `_at`; 0 where the header is cut."""
        if link == ETHERNET:
            if stop - at < 14:
                return 0
            protocol = words.two(buffer, at + 12)
            self._at = at + 14
            if protocol == 0x8100 or protocol == 0x88A8 or protocol == 0x9100:
                return self._vlan(buffer, stop, protocol)
            return protocol
        if link == 101 or link == 12 or link == 14 or link == 228 or link == 229:  # RAW, IPV4, IPV6
            self._at = at
            return self._version(buffer, at, stop)
        if link == 113:  # LINUX_SLL
            self._at = at + 16
            if stop - at < 16:
                return 0
            return self._tagged(buffer, stop, words.two(buffer, at + 14))
        if link == 276:  # LINUX_SLL2
            self._at = at + 20
            if stop - at < 20:
                return 0
            return self._tagged(buffer, stop, words.two(buffer, at))
        if link == 0 or link == 108:  # NULL, LOOP: the address family, in either byte order
            self._at = at + 4
            if stop - at < 4:
                return 0
            return self._version(buffer, at + 4, stop)
        return _RARE_LINK

    def _tagged(self, buffer: Buffer, stop: int, protocol: int) -> int:
        if protocol == 0x8100 or protocol == 0x88A8 or protocol == 0x9100:
            return self._vlan(buffer, stop, protocol)
        if protocol < 1536:  # 4 stands for a frame of LLC, without a length
            return _LLC if protocol == 4 else _UNREADABLE
        return protocol

    def _version(self, buffer: Buffer, at: int, stop: int) -> int:
        if stop - at < 1:
            return 0
        version = buffer[at] >> 4
        if version == 4:
            return _IPV4
        return _IPV6 if version == 6 else 0

    def _vlan(self, buffer: Buffer, stop: int, protocol: int) -> int:
        """Pass over VLAN tags (IEEE 802.1Q, QinQ), naming each."""
        names: list[str] = []
        while protocol == 0x8100 or protocol == 0x88A8 or protocol == 0x9100:
            if stop - self._at < 4 or len(names) == DEEPEST:
                return 0
            names.append(f"vlan {(buffer[self._at] & 0x0F) << 8 | buffer[self._at + 1]}")
            protocol = words.two(buffer, self._at + 2)
            self._at += 4
        self._name(tuple(names))
        return protocol

    def _name(self, names: tuple[str, ...]) -> None:
        labels = self.labels[self._encapsulation] + names
        known = self._known.get(labels)
        if known is None:
            if len(self.labels) >= tunnels.MOST_LABELS:
                labels = ("too many encapsulations to name",)
            known = self._known.setdefault(labels, len(self.labels))
            if known == len(self.labels):
                self.labels.append(labels)
        self._encapsulation = known

    def _rare(
        self,
        found: tunnels.Inner | None,
        buffer: Buffer,
        at: int,
        stop: int,
        row: int,
        segments: Segments,
    ) -> None:
        """Go on with the packet that `tunnels` found inside, if any: cut as this one, unless it ends before."""
        if found is None:
            self.other += 1
            return
        if found.protocol == tunnels.UNKNOWN_LINK:
            self.unknown_link += 1
            return
        self._depth += 1
        if found.protocol == tunnels.MALFORMED or self._depth > DEEPEST:
            self.malformed += 1
            return
        if found.labels:
            self._name(found.labels)
        cut = self._cut if at + found.stop == stop else 0
        self._network(buffer, at + found.offset, at + found.stop, found.protocol, cut, row, segments)

    def _network(
        self, buffer: Buffer, at: int, stop: int, protocol: int, cut: int, row: int, segments: Segments
    ) -> None:
        if protocol == _IPV4:
            self._ipv4(buffer, at, stop, cut, row, segments)
        else:
            self._ipv6(buffer, at, stop, cut, row, segments)

    def _ipv4(self, buffer: Buffer, at: int, stop: int, cut: int, row: int, segments: Segments) -> None:
        if stop - at < 20 or buffer[at] >> 4 != 4:
            self.malformed += 1
            return
        header = (buffer[at] & 0x0F) * 4
        total = words.two(buffer, at + 2)
        end = at + total
        if total == 0 or end > stop + cut:
            end = stop + cut  # segmentation offload: the card fills it in later; or it lies. The frame's end counts
        if header < 20 or end < at + header or stop < at + header:
            self.malformed += 1
            return
        if (buffer[at + 6] & 0x3F) or buffer[at + 7]:
            self._fragment(buffer, at, stop, max(end, at + total), row, segments)
            return
        transport = buffer[at + 9]
        if transport != _TCP:
            self._transport(transport, buffer, at + header, stop, end, row, segments)
            return
        self._tcp(
            buffer, at + header, stop, end, row, segments,
            0, words.four(buffer, at + 12), 0, words.four(buffer, at + 16), 4,
        )  # fmt: skip

    def _ipv6(self, buffer: Buffer, at: int, stop: int, cut: int, row: int, segments: Segments) -> None:
        if stop - at < 40 or buffer[at] >> 4 != 6:
            self.malformed += 1
            return
        length = words.two(buffer, at + 4)
        end = at + 40 + length
        if length == 0 or end > stop + cut:
            end = stop + cut  # segmentation offload, or a jumbogram, or it lies
        transport = buffer[at + 6]
        position = at + 40
        for _ in range(DEEPEST):
            if transport != 0 and transport != 43 and transport != 44 and transport != 51 and transport != 60:
                break
            if stop - position < 8:
                self.malformed += 1
                return
            if transport == 44:  # RFC 8200 §4.5; an "atomic" fragment is whole
                if words.two(buffer, position + 2) & 0xFFF9:
                    self._fragment(buffer, at, stop, max(end, at + 40 + length), row, segments)
                    return
                step = 8
            elif transport == 51:  # RFC 4302 §2.2: in units of 4 bytes
                step = (buffer[position + 1] + 2) * 4
            else:
                step = (buffer[position + 1] + 1) * 8
            transport = buffer[position]
            position += step
        if transport != _TCP:
            self._transport(transport, buffer, position, stop, end, row, segments)
            return
        self._tcp(
            buffer, position, stop, end, row, segments,
            words.eight(buffer, at + 8), words.eight(buffer, at + 16),
            words.eight(buffer, at + 24), words.eight(buffer, at + 32), 6,
        )  # fmt: skip

    def _fragment(
        self, buffer: Buffer, at: int, stop: int, end: int, row: int, segments: Segments
    ) -> None:
        """Keep a fragment; go on with the packet that it completes, from a copy in the annex."""
        self.fragments += 1
        if end > stop or self._depth == DEEPEST:
            return
        whole = self._pending.take(bytes(buffer[at:end]), self._encapsulation, self._frames.time[row])
        if whole is None:
            return
        place = self._frames.append(whole.packet)
        if place < 0:
            return
        self.fragments -= whole.fragments
        self._depth += 1
        stop = place + len(whole.packet)
        self._network(buffer, place, stop, self._version(buffer, place, stop), 0, row, segments)

    def _transport(
        self, transport: int, buffer: Buffer, at: int, stop: int, end: int, row: int, segments: Segments
    ) -> None:
        """What is no TCP: UDP without a tunnel's port costs no more than a look."""
        self._cut = end - stop if end > stop else 0
        if end < stop:
            stop = end
        if transport == _UDP:
            is_short = stop - at < 8
            if is_short or not self._tunnel_port(words.two(buffer, at), words.two(buffer, at + 2)):
                self.other += 1
                return
        elif transport != 4 and transport != 41 and transport != 47:
            self.other += 1
            return
        self._rare(tunnels.transport(transport, bytes(buffer[at:stop])), buffer, at, stop, row, segments)

    def _tunnel_port(self, source: int, target: int) -> bool:
        return self._is_of_tunnel(target) or self._is_of_tunnel(source)

    def _is_of_tunnel(self, port: int) -> bool:
        return port == 4789 or port == 8472 or port == 6081 or port == 2152 or port == 3544

    def _tcp(
        self, buffer: Buffer, at: int, stop: int, end: int, row: int, segments: Segments,
        high_source: int, low_source: int, high_target: int, low_target: int, version: int,
    ) -> None:  # fmt: skip
        if stop - at < 20:
            self.malformed += 1
            return
        payload = at + (buffer[at + 12] >> 4) * 4
        if payload < at + 20 or payload > end:
            self.malformed += 1
            return
        source = words.two(buffer, at)
        target = words.two(buffer, at + 2)
        i = segments.count
        segments.frame[i] = row
        swap = high_source > high_target or (
            high_source == high_target
            and (low_source > low_target or (low_source == low_target and source > target))
        )
        place = version << 32
        if swap:
            segments.direction[i] = 1
            segments.high_a[i] = high_target
            segments.low_a[i] = low_target
            segments.high_b[i] = high_source
            segments.low_b[i] = low_source
            segments.ports[i] = place | target << 16 | source
        else:
            segments.direction[i] = 0
            segments.high_a[i] = high_source
            segments.low_a[i] = low_source
            segments.high_b[i] = high_target
            segments.low_b[i] = low_target
            segments.ports[i] = place | source << 16 | target
        segments.seq[i] = words.four(buffer, at + 4)
        segments.ack[i] = words.four(buffer, at + 8)
        segments.flags[i] = buffer[at + 13]
        segments.payload[i] = payload
        segments.wire[i] = end - payload
        there = end if end < stop else stop
        segments.length[i] = there - payload if there > payload else 0
        segments.encapsulation[i] = self._encapsulation
        segments.count = i + 1
