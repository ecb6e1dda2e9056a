"""The options of `live` that no other command has."""

from enum import StrEnum
from typing import Annotated

import typer


class LiveFormat(StrEnum):
    """How to write what has no end."""

    TABLE = "table"
    NDJSON = "ndjson"


class Via(StrEnum):
    """Through what to capture; `auto` is the ring on Linux and scapy elsewhere."""

    AUTO = "auto"
    RING = "ring"
    SCAPY = "scapy"
    DUMPCAP = "dumpcap"


Interfaces = Annotated[
    list[str], typer.Option("-i", "--interface", metavar="IFACE", help="A name, a number or any. May be repeated.")
]
LiveFormatOption = Annotated[LiveFormat, typer.Option("-f", "--format", help="How to write.")]
LiveOut = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write sessions here, each as it comes.")
]
Write = Annotated[str | None, typer.Option("--write", metavar="FILE", help="Keep the packets here, as pcapng.")]
HandshakesOnly = Annotated[bool, typer.Option("--handshakes-only", help="Keep only packets of handshakes.")]
Rotate = Annotated[
    str | None,
    typer.Option("--rotate", metavar="BOUND", help="Begin new files after this (100MB, 1h), for -o and --write."),
]
Keep = Annotated[int, typer.Option("--keep", metavar="N", min=1, help="How many files of a rotation to keep.")]
Bpf = Annotated[
    str | None, typer.Option("--bpf", metavar="EXPR", help='What the kernel lets through, as: "tcp port 443"')
]
Count = Annotated[int, typer.Option("--count", metavar="N", min=0, help="End after N sessions.")]
Duration = Annotated[float, typer.Option("--duration", metavar="SECONDS", min=0.0, help="End after so long.")]
Until = Annotated[str | None, typer.Option("--until", metavar="EXPR", help="End after a session that fits.")]
FailOn = Annotated[
    str | None, typer.Option("--fail-on", metavar="EXPR", help="Exit 1 if any session fits, as: auth == one-way")
]
Snaplen = Annotated[
    int, typer.Option("--snaplen", metavar="BYTES", min=64, max=262_144, help="Keep so much of a packet.")
]
Promiscuous = Annotated[
    bool, typer.Option("--promiscuous/--no-promiscuous", help="Take packets for other machines, too.")
]
Ring = Annotated[
    int, typer.Option("--ring", metavar="MB", min=2, max=2047, help="The kernel's room, for each interface.")
]
ViaOption = Annotated[Via, typer.Option("--via", help="Through what to capture.")]
User = Annotated[
    str, typer.Option("--user", metavar="NAME", help="Whom root becomes once everything is open.")
]
MetricsAddress = Annotated[
    str | None, typer.Option("--metrics", metavar="HOST:PORT", help="Serve counts to Prometheus there.")
]
