"""Odd captures, made of recorded ones by rewriting bytes: the TLS in them is real, what is around it is not.

    python captures/make/odd.py

The truth is the source's; by hand stands here what of it the damage hides.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from files import (
    NULL,
    RAW,
    SLL,
    SLL2,
    Frames,
    cooked,
    cooked2,
    kuznetzov,
    loopback,
    pcap,
    read_pcap,
    section,
    tagged,
)
from index import CAPTURES, Entry, read_digests, read_entries, write_index

SOURCE_12 = "tls12-mutual-chain3--go--java.pcap"
SOURCE_13 = "tls13-mutual-chain2--gnutls--go.pcap"  # IPv6
SOURCE_LARGE = "tls12-mutual-large-chain--go--openssl.pcap"
SOURCE_LARGE_SERVER = "tls12-large-chain--nginx--openssl.pcap"  # IPv6
SOURCE_PLAIN = "tls13-one-way--go--gnutls.pcap"


@dataclass(frozen=True, kw_only=True)
class Odd:
    """One derived capture; `hidden` are the fields of the truth that can no longer be seen in it."""

    name: str
    source: str
    write: Callable[[Frames, int], bytes]  # the frames and the server's port
    note: str
    hidden: tuple[str, ...] = ()
    keylog: bool = True
    told: bool = True  # whether there is enough in it for a session


def bearing(frames: Frames) -> list[int]:
    """The indices of the frames with TCP payload."""
    return [number for number, frame in enumerate(frames) if frame.payload]


def midstream(frames: Frames, _port: int) -> bytes:
    """Begin after the handshake: with the server's answer and its goodbye."""
    return pcap(frames[bearing(frames)[-2] :])


def mid_handshake(frames: Frames, server_port: int) -> bytes:
    """Begin at the client's second flight."""
    numbers = bearing(frames)
    answered = next(number for number in numbers if frames[number].ports[0] == server_port)
    return pcap(frames[next(n for n in numbers if n > answered and frames[n].ports[1] == server_port) :])


def one_direction(frames: Frames, server_port: int, role: int) -> bytes:
    """Keep what one end sent: role 0 the client, 1 the server."""
    return pcap([frame for frame in frames if (frame.ports[0] == server_port) == bool(role)])


def reordered(frames: Frames, _port: int) -> bytes:
    """Swap each two neighbouring frames with payload of one sender, keeping the times in order."""
    result = list(frames)
    numbers = bearing(frames)
    for first, second in zip(numbers[::2], numbers[1::2], strict=False):
        if frames[first].ports == frames[second].ports:
            result[first] = replace(frames[second], time=frames[first].time)
            result[second] = replace(frames[first], time=frames[second].time)
    return pcap(result)


def duplicated(frames: Frames, _port: int) -> bytes:
    """Each frame twice, as a mirror port sees it."""
    return pcap([copy for frame in frames for copy in (frame, replace(frame, time=frame.time + 1000))])


def without_large_segment(frames: Frames, server_port: int, role: int) -> bytes:
    """Lose the third full segment of the client (0) or the server (1): the middle of its certificates."""
    full = [
        number
        for number in bearing(frames)
        if (frames[number].ports[0] == server_port) == bool(role) and len(frames[number].payload) > 1300
    ]
    return pcap([frame for number, frame in enumerate(frames) if number != full[2]])


def cut_short(frames: Frames, _port: int) -> bytes:
    """End in the middle of the last packet."""
    return pcap(frames)[:-20]


def vlan(frames: Frames, _port: int) -> bytes:
    """One 802.1Q tag on each frame."""
    return pcap([tagged(frame, b"\x81\x00\x00\x2a") for frame in frames])


def qinq(frames: Frames, _port: int) -> bytes:
    """An 802.1ad tag and an 802.1Q tag on each frame."""
    return pcap([tagged(frame, b"\x88\xa8\x00\x64", b"\x81\x00\x00\x2a") for frame in frames])


def two_sections(frames: Frames, _port: int) -> bytes:
    """A little-endian section with two interfaces, then a big-endian one with microseconds."""
    middle = len(frames) // 2
    return section(frames[:middle], interfaces=2) + section(frames[middle:], order=">", resolution=6)


THE_CLIENT = ("authentication", "client_certificate", "client_certificates")
THE_SERVER = ("version", "server_certificates", "certificate_requested")
ODDITIES = (
    Odd(name="vlan", source=SOURCE_12, write=vlan, note="An 802.1Q tag on each frame."),
    Odd(name="qinq", source=SOURCE_13, write=qinq, note="802.1ad and 802.1Q tags on each frame."),
    Odd(
        name="sll",
        source=SOURCE_12,
        write=lambda frames, port: pcap([cooked(frame, port) for frame in frames], SLL),
        note="Linux cooked capture.",
    ),
    Odd(
        name="sll2",
        source=SOURCE_13,
        write=lambda frames, port: pcap([cooked2(frame, port) for frame in frames], SLL2),
        note="Linux cooked capture, version 2.",
    ),
    Odd(
        name="null",
        source=SOURCE_13,
        write=lambda frames, _: pcap([loopback(frame) for frame in frames], NULL),
        note="BSD loopback; IPv6 has the number 30 there, as on macOS.",
    ),
    Odd(
        name="raw",
        source=SOURCE_12,
        write=lambda frames, _: pcap([frame.with_data(frame.network) for frame in frames], RAW),
        note="IP packets without a link layer.",
    ),
    Odd(
        name="big-endian",
        source=SOURCE_12,
        write=lambda frames, _: pcap(frames, order=">"),
        note="A pcap of a big-endian machine.",
    ),
    Odd(
        name="big-endian-nanosecond",
        source=SOURCE_13,
        write=lambda frames, _: pcap(frames, order=">", nanosecond=1),
        note="A pcap of a big-endian machine, with nanoseconds.",
    ),
    Odd(
        name="kuznetzov",
        source=SOURCE_12,
        write=lambda frames, _: kuznetzov(frames),
        note="Kuznetzov's modified pcap: packet headers of 24 bytes.",
    ),
    Odd(
        name="two-sections",
        source=SOURCE_13,
        write=two_sections,
        note="pcapng: two sections of opposite byte order, with two and one interfaces and different clocks.",
    ),
    Odd(
        name="duplicated",
        source=SOURCE_12,
        write=duplicated,
        note="Each frame twice.",
    ),
    Odd(
        name="reordered",
        source=SOURCE_LARGE,
        write=reordered,
        note="Neighbouring segments of one sender in the wrong order.",
    ),
    Odd(
        name="cut-short",
        source=SOURCE_12,
        write=cut_short,
        note="The file ends in the middle of its last packet, after the handshake.",
    ),
    Odd(
        name="snaplen-128",
        source=SOURCE_12,
        write=lambda frames, _: pcap(frames, snaplen=128),
        note="Packets cut to 128 bytes: neither hello nor any certificate is whole.",
        hidden=(*THE_CLIENT, *THE_SERVER, "server_name", "outcome"),
    ),
    Odd(
        name="lost-segment",
        source=SOURCE_LARGE,
        write=lambda frames, port: without_large_segment(frames, port, 0),
        note="A segment within the client's certificate was not captured, though it was sent.",
        hidden=(*THE_CLIENT, "outcome"),
    ),
    Odd(
        name="lost-server-segment",
        source=SOURCE_LARGE_SERVER,
        write=lambda frames, port: without_large_segment(frames, port, 1),
        note="A segment within the server's certificate was not captured, though it was sent.",
        hidden=(*THE_CLIENT, "server_certificates", "certificate_requested", "outcome"),
    ),
    Odd(
        name="mid-handshake",
        source=SOURCE_12,
        write=mid_handshake,
        note="The capture begins at the client's second flight: its certificate and proof, but no hellos.",
        hidden=(*THE_SERVER, "authentication", "client_certificate", "server_name", "outcome"),
    ),
    Odd(
        name="client-only",
        source=SOURCE_12,
        write=lambda frames, port: one_direction(frames, port, 0),
        note="Only what the client sent was captured. Its certificate and proof are there.",
        hidden=(*THE_SERVER, "authentication", "outcome"),
    ),
    Odd(
        name="server-only",
        source=SOURCE_12,
        write=lambda frames, port: one_direction(frames, port, 1),
        note="Only what the server sent was captured: it asked; what the client answered is not to be seen.",
        hidden=(*THE_CLIENT, "server_name", "outcome"),
    ),
    Odd(
        name="midstream",
        source=SOURCE_PLAIN,
        write=midstream,
        note="The capture begins after the handshake: data alone tells nothing of who proved what: no session.",
        keylog=False,
        told=False,
    ),
)


def main() -> None:
    """Write all of them and their entries."""
    entries = {name: entry for name, entry in read_entries().items() if "derived_from" not in entry}
    for file in CAPTURES.glob("odd-*"):
        file.unlink()
    for odd in ODDITIES:
        source = entries[odd.source]
        suffix = "pcapng" if odd.name == "two-sections" else "pcap"
        file = CAPTURES / f"odd-{odd.name}.{suffix}"
        file.write_bytes(odd.write(read_pcap(CAPTURES / odd.source), source["session"][0]["server_port"]))
        entries[file.name] = _entry(odd, file, source)
    write_index(entries, read_digests())


def _entry(odd: Odd, file: Path, source: Entry) -> Entry:
    entry: Entry = {"file": file.name}
    if odd.keylog and "keylog" in source:
        entry["keylog"] = source["keylog"]
    entry |= {"derived_from": odd.source, "origin": f"{source['origin']}; then odd.py", "note": odd.note}
    hidden = {"not_visible": list(odd.hidden)} if odd.hidden else {}
    entry["session"] = [{**session, **hidden} for session in source["session"]] if odd.told else []
    return entry


if __name__ == "__main__":
    main()
