"""Ask tshark whether each recorded capture did what the index says; prints every difference, one a line.

    python captures/make/verify.py [NAME ...]

The truth comes from configuration; tshark, with the key logs, is a second opinion on whether the stacks
obeyed. It is used by people after recording, and by no test of the program.
"""

import hashlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator

from index import CAPTURES, Entry, read_digests, read_entries

FIELDS = (
    "tcp.stream",
    "tcp.srcport",
    "tcp.dstport",
    "tls.handshake.type",
    "tls.handshake.certificate",
    "tls.handshake.extensions_server_name",
    "tls.handshake.extensions.supported_version",
    "tls.handshake.version",
    "tls.alert_message.desc",
    "tls.alert_message.level",
    "tls.handshake.random",
)
RETRY = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"  # RFC 8446 §4.1.3
VERSIONS = {
    "0x0300": "SSL 3.0",
    "0x0301": "TLS 1.0",
    "0x0302": "TLS 1.1",
    "0x0303": "TLS 1.2",
    "0x0304": "TLS 1.3",
}
REQUEST, SERVER_HELLO = "13", "2"
HARMLESS = {"0", "90", "100"}  # close_notify, user_canceled (JSSE before it closes), no_renegotiation

Rows = list[dict[str, list[str]]]


def main() -> None:
    """Compare the captures that were named, or all."""
    names = {digest: name for name, digest in read_digests().items()}
    compared = 0
    for file, entry in read_entries().items():
        if sys.argv[1:] and not any(word in file for word in sys.argv[1:]):
            continue
        compared += 1
        for difference in _compare(entry, names):
            print(f"{file}: {difference}")
    print(f"{compared} captures compared")


def _compare(entry: Entry, names: dict[str, str]) -> Iterator[str]:
    streams = _streams(entry)
    if len(streams) != len(entry["session"]):
        yield f"{len(streams)} sessions, {len(entry['session'])} expected"
    for number, (rows, session) in enumerate(zip(streams, entry["session"], strict=False)):
        seen = _observe(rows, session["server_port"], names)
        unknowable = _unknowable(entry, session)
        for key, value in seen.items():
            if value != session.get(key) and key not in unknowable:
                flow = " ".join(_flow(rows, str(session["server_port"])))
                yield f"session {number}: {key} is {value!r}, expected {session.get(key)!r}; {flow}"


def _unknowable(entry: Entry, session: Entry) -> tuple[str, ...]:
    """What tshark cannot tell of a session without its keys, or nobody of one that failed at once."""
    if "not_visible" in session:
        return (*session["not_visible"], "hello_retry")
    if session["authentication"] == "unknown":
        return ("certificate_requested",)
    if session.get("version") == "TLS 1.3" and "keylog" not in entry:
        return ("certificate_requested", "server_certificates", "client_certificates", "outcome")
    return ()


def _streams(entry: Entry) -> list[Rows]:
    command = ["tshark", "-n", "-r", str(CAPTURES / entry["file"]), "-T", "fields", "-E", "occurrence=a"]
    command += [
        "-E",
        "aggregator=|",
        "-E",
        "separator=/t",
        "-Y",
        "tls",
        "-o",
        "tls.desegment_ssl_records:TRUE",
    ]
    keylog = entry.get("keylog", "")
    if keylog.endswith(".keys"):
        command += ["-o", f"tls.keylog_file:{CAPTURES / keylog}"]
    ports = {session["server_port"] for session in entry["session"]}
    command += [word for port in ports for word in ("-d", f"tcp.port=={port},tls")]
    command += [word for field in FIELDS for word in ("-e", field)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    streams: dict[str, Rows] = defaultdict(list)
    for line in done.stdout.splitlines():
        values = [value.split("|") if value else [] for value in line.split("\t")]
        row = dict(zip(FIELDS, values, strict=True))
        streams[row["tcp.stream"][0]].append(row)
    return [rows for rows in streams.values() if any(row["tls.handshake.type"] for row in rows)]


def _observe(rows: Rows, server_port: int, names: dict[str, str]) -> dict[str, object]:
    """What tshark saw of one session, in the words of the index."""
    port = str(server_port)
    from_server = [row for row in rows if row["tcp.srcport"] == [port]]
    from_client = [row for row in rows if row["tcp.dstport"] == [port]]
    types = [kind for row in rows for kind in row["tls.handshake.type"]]
    server_names = [name for row in from_client for name in row["tls.handshake.extensions_server_name"]]
    randoms = [value for row in from_server for value in row["tls.handshake.random"]]
    seen: dict[str, object] = {
        "certificate_requested": REQUEST in types,
        "server_certificates": _certificates(from_server, names),
        "client_certificates": _certificates(from_client, names),
        "server_name": server_names[0] if server_names else None,
        "hello_retry": any(value.replace(":", "") == RETRY for value in randoms),
        "outcome": _outcome(rows),
    }
    if SERVER_HELLO in types:
        seen["version"] = _version(from_server)
    if seen["outcome"] == "failed":
        first = next(row for row in rows if _outcome([row]) == "failed")
        seen["failed_by"] = "server" if first in from_server else "client"
    return seen


def _outcome(rows: Rows) -> str:
    alerts = {value for row in rows for value in row["tls.alert_message.desc"]}
    return "failed" if alerts - HARMLESS else "established"


def _certificates(rows: Rows, names: dict[str, str]) -> list[str]:
    ders = [
        bytes.fromhex(value.replace(":", "")) for row in rows for value in row["tls.handshake.certificate"]
    ]
    digests = [hashlib.sha256(der).hexdigest() for der in ders]
    # A renegotiation repeats what the first handshake showed.
    return list(dict.fromkeys(names.get(digest, digest[:8]) for digest in digests))


def _version(from_server: Rows) -> str:
    for row in from_server:
        if SERVER_HELLO in row["tls.handshake.type"]:
            chosen = row["tls.handshake.extensions.supported_version"] or row["tls.handshake.version"]
            return VERSIONS.get(chosen[0], chosen[0])
    return "none"


def _flow(rows: Rows, port: str) -> Iterator[str]:
    for row in rows:
        arrow = "<" if row["tcp.srcport"] == [port] else ">"
        alerts = [f"alert{value}" for value in row["tls.alert_message.desc"]]
        if row["tls.handshake.type"] or alerts:
            yield arrow + ",".join(row["tls.handshake.type"] + alerts)


if __name__ == "__main__":
    main()
