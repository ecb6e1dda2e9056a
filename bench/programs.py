"""The programs that are compared, and how each is asked for the same: every TLS handshake in the file.

Enters: a capture's path. Leaves: a command, or nothing where the program is not installed.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bench.measure import BUILT, build

# What our report holds of a session, as far as tshark has a field for it
TSHARK_FIELDS = (
    "frame.number", "frame.time_epoch", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport",
    "tcp.stream", "tls.record.content_type", "tls.record.version", "tls.record.length", "tls.handshake.type",
    "tls.handshake.length", "tls.handshake.version", "tls.handshake.random", "tls.handshake.session_id",
    "tls.handshake.ciphersuite", "tls.handshake.extension.type", "tls.handshake.extensions.supported_version",
    "tls.handshake.extensions_server_name", "tls.handshake.extensions_alpn_str",
    "tls.handshake.extensions_supported_group", "tls.handshake.extensions_key_share_group",
    "tls.handshake.sig_hash_alg", "tls.handshake.ja3", "tls.handshake.ja3_full", "tls.handshake.ja3s",
    "tls.handshake.server_named_curve", "tls.handshake.cert_type", "tls.handshake.dname",
    "tls.handshake.certificate", "x509af.version", "x509af.serialNumber", "x509if.id", "x509sat.printableString",
    "x509sat.uTF8String", "x509sat.IA5String", "x509sat.CountryName", "x509af.utcTime", "x509af.generalizedTime",
    "x509af.algorithm.id", "pkcs1.modulus", "x509af.extension.id", "x509ce.dNSName", "x509ce.iPAddress", "x509ce.cA",
    "x509ce.KeyUsage", "x509ce.KeyPurposeId", "x509ce.SubjectKeyIdentifier", "x509ce.keyIdentifier",
    "x509ce.uniformResourceIdentifier", "tls.alert_message.level", "tls.alert_message.desc",
)  # fmt: skip


def tlsscope(capture: Path, workers: int = 1) -> list[str]:
    """Beside the interpreter that runs the benchmark, or as a module."""
    script = Path(sys.executable).with_name("tlsscope")
    start = [str(script)] if script.exists() else [sys.executable, "-m", "tlsscope"]
    return [*start, "scan", "-f", "ndjson", "--workers", str(workers), str(capture)]


def tshark(capture: Path) -> list[str]:
    """One pass, the fields of our report from every frame with TLS in it: a report lists sealed records, too."""
    fields = [word for field in TSHARK_FIELDS for word in ("-e", field)]
    return ["tshark", "-n", "-r", str(capture), "-Y", "tls", "-T", "fields", *fields]


def tshark_all(capture: Path) -> list[str]:
    """One pass, all that it knows of every frame with a handshake in it: the job of our NDJSON, in its own words."""
    return ["tshark", "-n", "-r", str(capture), "-Y", "tls.handshake || tls.alert_message", "-T", "ek"]


def tcpdump(capture: Path) -> list[str]:
    """Reading and writing packets, opening none."""
    return ["tcpdump", "-n", "-r", str(capture), "-w", "/dev/null"]


def ndpi(capture: Path) -> list[str]:
    """One line per flow, with server name, fingerprints and certificate digest."""
    return ["ndpiReader", "-v", "2", "-i", str(capture)]


def suricata(capture: Path) -> list[str]:
    """Its default configuration, logs to a folder of its own."""
    logs = BUILT / "suricata"
    logs.mkdir(parents=True, exist_ok=True)
    return ["suricata", "-k", "none", "-l", str(logs), "-r", str(capture)]


def loop(capture: Path) -> list[str]:
    """The C loop of `peers/loop.c`."""
    return [str(build("loop")), str(capture)]


PROGRAMS: dict[str, Callable[[Path], list[str]]] = {
    "C loop": loop,
    "tcpdump": tcpdump,
    "ndpiReader": ndpi,
    "suricata": suricata,
    "tshark": tshark,
    "tshark -T ek": tshark_all,
    "tlsscope": tlsscope,
}


def missing(name: str) -> str | None:
    """Why a program cannot be asked, if it cannot."""
    program = PROGRAMS[name](Path("none.pcap"))
    if "-m" in program[:2]:
        found = subprocess.run([*program[:3], "--help"], capture_output=True, check=False)
        return "no command yet" if found.returncode else None
    return None if shutil.which(program[0]) else "not installed here"


def version(name: str) -> str:
    """The first line it says about itself."""
    if name == "C loop":
        return "peers/loop.c, cc -O2"
    argument = {"ndpiReader": "-h", "suricata": "-V"}.get(name, "--version")
    program = PROGRAMS[name](Path("none.pcap"))
    command = program[: program.index("scan")] if name == "tlsscope" else program[:1]
    said = subprocess.run([*command, argument], capture_output=True, text=True, check=False)
    return (said.stdout + said.stderr).strip().splitlines()[0]
