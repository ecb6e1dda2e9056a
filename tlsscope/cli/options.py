"""The options that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

Inputs = Annotated[
    list[str],
    typer.Argument(metavar="INPUT", help="Captures: files, directories, globs, URLs, or - for standard input."),
]
OneInput = Annotated[str, typer.Argument(metavar="INPUT", help="A capture, or - for standard input.")]


def _file(name: str | None) -> str | None:
    """Understand - as standard output."""
    return None if name == "-" else name


Out = Annotated[
    str | None,
    typer.Option(
        "-o",
        "--output",
        metavar="FILE",
        callback=_file,
        help="Write here (a URL too), whole or not at all; - is stdout.",
    ),
]
KeyLogs = Annotated[
    list[str] | None,
    typer.Option("--keylog", metavar="FILE", help="Keys in SSLKEYLOGFILE format. May be repeated."),
]
ServerKeys = Annotated[
    list[str] | None,
    typer.Option("--server-key", metavar="FILE", help="A server's RSA key in PEM, for RSA key exchange."),
]
Psks = Annotated[
    list[str] | None,
    typer.Option("--psk", metavar="HEX", help="An external pre-shared key. May be repeated."),
]
Follow = Annotated[
    bool,
    typer.Option("--follow", help="Wait for more at the end of a file that is still being written, until SIGINT."),
]
Idle = Annotated[
    float | None,
    typer.Option("--idle", metavar="SECONDS", min=0.0, help="End --follow after so long without a byte."),
]
Dedup = Annotated[
    bool,
    typer.Option("--dedup", help="Drop copies of packets, as mirror ports make them: same bytes within 50 ms."),
]
CheckpointFile = Annotated[
    str | None,
    typer.Option(
        "--checkpoint", metavar="FILE", help="Keep the position here: the same command goes on after an interruption."
    ),
]
Filter = Annotated[
    str | None,
    typer.Option("--filter", metavar="EXPR", help='Which sessions, as: auth == mutual and sni ~ "*.org"'),
]


class EngineName(StrEnum):
    """Who reads the packets."""

    OWN = "own"
    TSHARK = "tshark"


EngineOption = Annotated[
    EngineName,
    typer.Option("--engine", help="Who reads the packets; tshark is slow, and reads files only."),
]


class Format(StrEnum):
    """How to write."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"


FormatOption = Annotated[Format, typer.Option("-f", "--format", help="How to write; parquet fills a directory.")]


class ListFormat(StrEnum):
    """How to write a list."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"


ListFormatOption = Annotated[ListFormat, typer.Option("-f", "--format", help="How to write.")]
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", help="Run on a Dask cluster: its scheduler, as tcp://host:8786."),
]


class Depth(StrEnum):
    """How far keys open a connection."""

    HANDSHAKE = "handshake"
    ALL = "all"


Decrypt = Annotated[
    Depth,
    typer.Option("--decrypt", help="With keys: open the handshake and what comes soon after it, or all to the end."),
]


Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, help="Processes that share the work. One fewer than cores, where that pays."
    ),
]


class Certificates(StrEnum):
    """Where certificates stand in JSON and NDJSON."""

    INLINE = "inline"
    REFERENCE = "reference"


CertificatesOption = Annotated[
    Certificates,
    typer.Option("--certificates", help="In each session, or once each with references to them."),
]
