"""Public captures of tunnels, where they are beside the project: connections that tshark saw inside are found."""

import json
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from tlsscope.capture.source import open_capture
from tlsscope.link.decode import Decoder
from tlsscope.link.segments import Segments

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
NDPI = "ntop+nDPI/tests/cfgs/default/pcap/"
ZEEK = "zeek+zeek/testing/btest/Traces/"

# What encloses their connections, read off the captures' own headers by hand
TUNNELS = {
    "cisco+mercury/unit_tests/pcaps/tls_sgt.pcap": {(), ("sgt 0",), ("sgt 2",)},
    NDPI + "ja3_lots_of_cipher_suites.pcap": {("vlan 93", "vlan 258")},
    NDPI + "ja3_lots_of_cipher_suites_2_anon.pcap": {("gtp 0x13c5b74",), ("gtp 0x41b13f5c",)},
    NDPI + "ultrasurf.pcap": {("vlan 200",)},
    ZEEK + "pppoe-over-qinq.pcap": {("vlan 3704", "vlan 2474", "pppoe 3847")},
    ZEEK + "tunnels/geneve-47101.pcap": {("geneve 4242",)},
}


@pytest.mark.parametrize("name", TUNNELS)
def test_connections_inside(name: str) -> None:
    path = CORPUS / "captures" / name
    if not path.exists():
        pytest.skip("the public captures are not beside the project")
    runs = json.loads((CORPUS / "truth" / f"{name}.json").read_text())["runs"]
    sessions = [one for one in runs["default"]["sessions"] if one["transport"] == "tcp"]
    seen, labels = connections(path)
    assert sessions
    for session in sessions:
        assert frozenset((session["client"], session["server"])) in seen
    assert labels == TUNNELS[name]


def connections(path: Path) -> tuple[set[frozenset[str]], set[tuple[str, ...]]]:
    capture, decoder, segments = open_capture(str(path)), Decoder(), Segments()
    seen, labels = set(), set()
    for frames in capture.windows():
        decoder.decode(capture.buffer, frames, [one.link_type for one in capture.interfaces], segments)
        for i in range(segments.count):
            a = f"{IPv4Address(segments.low_a[i])}:{segments.ports[i] >> 16 & 0xFFFF}"
            b = f"{IPv4Address(segments.low_b[i])}:{segments.ports[i] & 0xFFFF}"
            seen.add(frozenset((a, b)))
            labels.add(decoder.labels[segments.encapsulation[i]])
    return seen, labels
