"""Real servers and clients over a wire of our own: what is told live is what a scan of the same packets tells."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tlsscope.pipeline import InputFailure, Scan
from tlsscope.report.compose import document

from .networks import CASES, Conversation, Network, Watched, connect, inside, ip, settled

_ROOT = Path(__file__).parents[2]

# What can differ where a session is told before its connection ends, and what names the capture
OF_THE_END = {"bytes", "packets", "end", "duration", "messages"}


def scanned(evidence: Path) -> dict[str, dict[str, Any]]:
    found = {}
    for session in Scan([str(evidence)]):
        assert not isinstance(session, InputFailure)
        told = json.loads(msgspec.json.encode(document(session)))
        found[told["id"]] = told
    return found


def facts(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in OF_THE_END | {"source"}}


@pytest.mark.parametrize("extra", [(), ("--handshakes-only",)])
def test_live_is_what_a_scan_of_the_same_packets_is(
    wire: Network, keys: Path, tmp_path: Path, extra: tuple[str, ...]
) -> None:
    evidence = tmp_path / "seen.pcapng"
    watched = Watched(wire.a, "-i", "va", "--write", str(evidence), *extra)
    talks = [(case, Conversation(wire, keys, case)) for case in CASES.values()]
    while_open = [watched.session() for _ in talks]
    for _, talk in talks:
        talk.end()
    settled()
    *later, summary = watched.end()
    assert later == []
    by_port = {told["server"]["port"]: told for told in while_open}
    for case, talk in talks:
        told = by_port[talk.port]["authentication"]
        assert (told["mode"], told["client_certificate"]) == (case.mode, case.client_certificate)
    assert summary["sessions"] == len(CASES)
    assert watched.process.returncode == 0
    rescanned = scanned(evidence)
    numbered = [facts(told) for told in while_open]
    if extra:  # frames have other numbers in a file that has not all of them
        numbered, rescanned = _without_frames(numbered), dict(
            zip(rescanned, _without_frames(rescanned.values()), strict=True)
        )
    for told in numbered:
        again = facts(rescanned[told["id"]])
        assert {name: (value, again[name]) for name, value in told.items() if value != again[name]} == {}
    assert len(rescanned) == len(numbered)


def _without_frames(values: Any) -> list[Any]:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if not key.startswith("frame")}
        return [bare(one) for one in value] if isinstance(value, list) else value

    return [bare(value) for value in values]


def test_every_privilege_is_gone_before_the_first_packet(wire: Network) -> None:
    watched = Watched(wire.a, "-i", "va")
    status = Path(f"/proc/{watched.process.pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split() + fields["Gid"].split()
    assert fields["Groups"].strip() == ""
    assert {int(fields[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert fields["NoNewPrivs"] == "1"
    watched.end()
    assert watched.process.returncode == 0


def test_without_the_right_it_is_one_line_and_status_2(wire: Network) -> None:
    bare = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
    command = ["ip", "netns", "exec", wire.a, *bare, *_tlsscope("live", "-i", "va")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, cwd=_ROOT)
    assert done.returncode == 2
    assert done.stderr.startswith("tlsscope: no right to capture: ")
    assert done.stderr.count("\n") == 1


def _tlsscope(*words: str) -> list[str]:
    return [sys.executable, "-m", "tlsscope", *words]


def test_drops_of_a_tiny_ring_are_counted_and_said(wire: Network) -> None:
    watched = Watched(wire.a, "-i", "va", "--ring", "2")
    watched.process.send_signal(signal.SIGSTOP)
    flood = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
        "[s.sendto(bytes(1400), ('10.77.0.1', 9)) for _ in range(4000)]"
    )
    assert inside(wire.b, *_python(flood)).wait(20) == 0
    watched.process.send_signal(signal.SIGCONT)
    settled()
    (summary,) = watched.end()
    (lost,) = summary["captures"]
    assert (lost["source"], lost["kind"]) == ("va", "dropped")
    assert int(lost["text"].split()[0].replace(",", "")) > 1000
    assert summary["packets"] < 3000


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def test_an_interface_that_goes_is_said_and_waited_for(wire: Network, keys: Path) -> None:
    watched = Watched(wire.a, "-i", "va")
    ip(wire.a, "link", "set", "va", "down")
    assert "va went down" in watched.until("went down")
    ip(wire.a, "link", "set", "va", "up")
    assert "va is up again" in watched.until("up again")
    ip(wire.a, "link", "del", "va")
    watched.until("went down")
    connect(wire)
    watched.until("up again")
    talk = Conversation(wire, keys, CASES["1.2 mutual"])
    assert watched.session()["authentication"]["mode"] == "mutual"
    talk.end()
    watched.end()


def test_loopback_shows_each_packet_once(wire: Network, keys: Path, tmp_path: Path) -> None:
    evidence = tmp_path / "lo.pcapng"
    watched = Watched(wire.a, "-i", "lo", "--write", str(evidence), "--count", "1")
    talk = Conversation(wire, keys, CASES["1.3 one-way"], address="127.0.0.1")
    talk.end()
    told, _summary = watched.rest()
    assert told["outcome"]["state"] == "established"
    command = ["tcpdump", "-nr", str(evidence), "tcp[tcpflags] & tcp-syn != 0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert len(done.stdout.splitlines()) == 2  # SYN and SYN-ACK


def test_a_vlan_tag_that_the_kernel_took_off_is_put_back(wire: Network) -> None:
    watched = Watched(wire.a, "-i", "va")
    program = (
        "import socket, struct, sys; data = open(sys.argv[1], 'rb').read(); at = 24\n"
        "wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); wire.bind(('vb', 0))\n"
        "while at < len(data):\n"
        "    size = struct.unpack_from('<I', data, at + 8)[0]; at += 16 + size; wire.send(data[at - size : at])\n"
    )
    assert inside(wire.b, *_python(program), str(_ROOT / "captures" / "odd-vlan.pcap")).wait(20) == 0
    assert watched.session()["encapsulation"] == ["vlan 42"]
    watched.end()


def test_an_end_tells_what_is_under_way(wire: Network, keys: Path) -> None:
    watched = Watched(wire.a, "-i", "va")
    talk = Conversation(wire, keys, CASES["1.3 mutual"])
    settled()
    told, summary = watched.end(signal.SIGTERM)
    assert (told["authentication"]["mode"], summary["kind"]) == ("mutual", "summary")
    assert watched.process.returncode == 0
    talk.end()


def test_expressions_end_it_and_make_it_fail(wire: Network, keys: Path) -> None:
    watched = Watched(wire.a, "-i", "va", "--until", "auth == mutual", "--fail-on", "auth == one-way")
    for name in ("1.2 one-way", "1.2 mutual"):
        Conversation(wire, keys, CASES[name]).end()
        if name == "1.2 one-way":
            assert watched.session()["authentication"]["mode"] == "one-way"
    told, _summary = watched.rest()
    assert told["authentication"]["mode"] == "mutual"
    assert watched.process.returncode == 1


def test_a_kernel_filter_keeps_out_what_it_does_not_name(wire: Network, keys: Path) -> None:
    watched = Watched(wire.a, "-i", "va", "--bpf", "tcp port 1", "--duration", "1")
    Conversation(wire, keys, CASES["1.2 one-way"]).end()
    (summary,) = watched.rest()
    assert summary["packets"] == 0


def test_a_bad_kernel_filter_is_one_line(wire: Network) -> None:
    command = ["ip", "netns", "exec", wire.a, *_tlsscope("live", "-i", "va", "--bpf", "tcp prot 443")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False, cwd=_ROOT)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("tlsscope: --bpf: ")


def test_signals_ask_and_reopen(wire: Network, keys: Path, open_folder: Path) -> None:
    out = open_folder / "sessions.ndjson"
    watched = Watched(wire.a, "-i", "va", "-o", str(out), "--rotate", "1d")
    watched.process.send_signal(signal.SIGUSR1)
    assert "0 sessions" in watched.until("packets")
    Conversation(wire, keys, CASES["1.2 one-way"]).end()
    settled(3.0)
    watched.process.send_signal(signal.SIGHUP)
    settled(1.0)
    watched.end()
    first, second = (path.read_text().splitlines() for path in sorted(open_folder.glob("sessions.*.ndjson")))
    assert ['"kind":"session"' in first[0], '"kind":"summary"' in second[0]] == [True, True]


@pytest.mark.parametrize("option", ["-o", "--write"])
def test_a_full_disk_is_one_line_and_status_2(
    wire: Network, keys: Path, tmp_path: Path, option: str
) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "none", str(small)], check=True, timeout=20)
    try:
        full = small / ("seen.pcapng" if option == "--write" else "sessions.ndjson")
        watched = Watched(wire.a, "-i", "va", option, str(full))
        talks = [Conversation(wire, keys, CASES["1.3 one-way"]) for _ in range(3)]
        watched.until("No space left on device")
        for talk in talks:
            talk.end()
        if option == "--write":
            watched.end()
            assert {told["outcome"]["state"] for told in scanned(full).values()} <= {"established", "incomplete"}
        else:
            watched.rest()
        assert watched.process.returncode == 2
        assert full.stat().st_size <= 8192
    finally:
        subprocess.run(["umount", str(small)], check=True, timeout=20)


@pytest.mark.parametrize("via", ["scapy", "dumpcap"])
def test_other_ways_tell_the_same(wire: Network, keys: Path, via: str) -> None:
    watched = Watched(wire.a, "-i", "va", "--via", via, "--count", "1")
    settled(1.0)  # dumpcap says nothing when it is ready
    Conversation(wire, keys, CASES["1.2 mutual"]).end()
    told, _summary = watched.rest()
    assert told["authentication"]["mode"] == "mutual"


def test_metrics_count_sessions(wire: Network, keys: Path) -> None:
    pytest.importorskip("prometheus_client")
    watched = Watched(wire.a, "-i", "va", "--metrics", "127.0.0.1:9464")
    Conversation(wire, keys, CASES["1.2 mutual"]).end()
    watched.session()
    settled(1.0)
    fetch = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:9464/metrics').read().decode())"
    page = inside(wire.a, *_python(fetch), stdout=subprocess.PIPE).communicate(timeout=20)[0].decode()
    assert 'tlsscope_sessions_total{mode="mutual",outcome="established",version="TLS 1.2"} 1.0' in page
    assert "tlsscope_resident_bytes" in page
    watched.end()
