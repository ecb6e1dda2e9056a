"""One packet's tree of tshark fields enters; a Frame leaves: who sent it, and each record and message apart,
in order."""

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

from tlsscope.constants import (
    ALERT,
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    CLEAR,
    CLIENT_HELLO,
    CLIENT_KEY_EXCHANGE,
    DECRYPTED,
    ENCRYPTED,
    HANDSHAKE,
    SERVER_HELLO,
    SSL_2_0,
)
from tlsscope.session.model import Endpoint

from .tshark import Tree

FRAGMENT_LISTS = ("tcp.segment", "tls.handshake.fragment", "dtls.fragment", "eap.tls.fragment")
RECORDS = ("tls.record", "dtls.record")
MESSAGES = ("tls.handshake", "dtls.handshake")
ALERTS = ("tls.alert_message", "dtls.alert_message")
CHANGES = ("tls.change_cipher_spec", "dtls.change_cipher_spec")
APPLICATION = ("tls.app_data", "dtls.app_data")
SSL_2_TYPES = {1: CLIENT_HELLO, 4: SERVER_HELLO, 2: CLIENT_KEY_EXCHANGE}  # the same steps in SSL 2.0
PUBLIC_IN_QUIC = (CLIENT_HELLO, SERVER_HELLO)  # hellos travel under Initial keys, which everyone can derive


class Utterance(NamedTuple):
    """One message, or one record that stayed encrypted, as tshark tells it."""

    content_type: int
    type: int  # handshake type; alert description; -1 where encrypted
    level: int
    length: int
    protection: int
    record: int  # length of the record with its header; 0 where there is none
    version: int  # of the record
    node: Tree


class RecordSeen(NamedTuple):
    """One record, whatever is in it: `outer` is the content type on the wire, `size` counts the header."""

    outer: int
    version: int
    size: int
    opaque: bool  # protected as TLS 1.3 does
    opened: bool  # tshark could read what was protected


class Frame(NamedTuple):
    """One packet with its addressing, its part in a connection and what was said in it."""

    number: int
    time: int
    connection: tuple[str, str]
    transport: str
    protocols: frozenset[str]
    source: Endpoint
    destination: Endpoint
    begins: int  # the frame in which its first message began
    closing: str  # "fin", "rst" or ""
    after_gap: bool  # tshark misses bytes in front of it
    utterances: tuple[Utterance, ...]
    records: tuple[RecordSeen, ...]
    looks_like_tls: bool  # TCP payload that tshark did not take for TLS


def read(packet: Tree) -> Frame:
    """Read one packet."""
    header = _header(packet)
    protocols = frozenset(node.get("name") for node in packet.iter("proto"))
    transport = _transport(protocols)
    number = int(header["num"])
    utterances = tuple(_utterances(packet))
    names = [node.get("name") for node in packet.iter("field")]
    segments = [int(node.get("show")) for node in packet.iter("field") if node.get("name") in FRAGMENT_LISTS]
    return Frame(
        number=number,
        time=_nanoseconds(header["timestamp"]),
        connection=_connection(transport, header),
        transport=transport,
        protocols=protocols,
        source=_endpoint(header, "src"),
        destination=_endpoint(header, "dst"),
        begins=min([number, *segments]),
        closing=_closing(header),
        after_gap="tcp.analysis.lost_segment" in names,
        utterances=utterances,
        records=tuple(_record_seen(node) for node in packet.iter("field") if node.get("name") in RECORDS),
        looks_like_tls=not utterances and _looks_like_tls(header.get("tcp.payload", "")),
    )


_WANTED = {
    "num", "timestamp", "eth.src", "eth.dst", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
    "tcp.srcport", "tcp.dstport", "tcp.stream", "tcp.flags", "tcp.payload",
    "udp.srcport", "udp.dstport", "udp.stream", "quic.connection.number",
}  # fmt: skip


def _header(packet: Tree) -> dict[str, str]:
    """Collect the addressing; where a tunnel repeats a field, the innermost counts."""
    header: dict[str, str] = {}
    for node in packet.iter("field"):
        name = node.get("name")
        if name in _WANTED:
            header[name] = node.get("value") if name in ("timestamp", "tcp.payload") else node.get("show")
            if name in ("ip.src", "ipv6.src"):
                header["src"] = header[name]
            elif name in ("ip.dst", "ipv6.dst"):
                header["dst"] = header[name]
    return header


def _transport(protocols: frozenset[str]) -> str:
    if "eap" in protocols:
        return "eap"
    return "tcp" if "tcp" in protocols else "udp"


def _connection(transport: str, header: dict[str, str]) -> tuple[str, str]:
    if "quic.connection.number" in header:
        return "quic", header["quic.connection.number"]
    if transport == "tcp":
        return "tcp", header.get("tcp.stream", "")
    if "udp.stream" in header:
        return transport, header["udp.stream"]
    return transport, " ".join(sorted((header.get("eth.src", ""), header.get("eth.dst", ""))))


def _endpoint(header: dict[str, str], side: str) -> Endpoint:
    port = header.get(f"tcp.{side}port") or header.get(f"udp.{side}port") or "0"
    address = header.get(side)
    if address is None:
        return Endpoint(header.get(f"eth.{side}", ""), int(port))
    return Endpoint(str(ipaddress.ip_address(address)), int(port))


def _closing(header: dict[str, str]) -> str:
    flags = int(header.get("tcp.flags", "0"), 16)
    if flags & 4:
        return "rst"
    return "fin" if flags & 1 else ""


def _looks_like_tls(payload: str) -> bool:
    """Tell a ClientHello or ServerHello by its first bytes, RFC 8446 §5.1 and §4."""
    return payload[:4] in ("1603", "1503") and payload[10:12] in ("01", "02")


def _nanoseconds(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 1_000_000_000 + int(fraction.ljust(9, "0")[:9])


def _utterances(packet: Tree) -> Iterator[Utterance]:
    """Walk records and, where there are none (QUIC), messages in the order in which tshark prints them."""
    for node in packet.iter("field"):
        name = node.get("name")
        if name in RECORDS:
            yield from _record(node)
        elif name in MESSAGES and node.getparent().get("name") not in RECORDS:
            message = _message(node, 0, 0, DECRYPTED)
            if message.type in PUBLIC_IN_QUIC:
                yield message._replace(protection=CLEAR)
            elif message.type >= 0:  # else a fragment
                yield message


class _Header(NamedTuple):
    size: int
    version: int
    opaque: int | None  # the outer content type, where tshark tells it apart from the inner one
    content: int | None


def _header_of(record: Tree) -> _Header:
    fields = {node.get("name").partition(".")[2]: node.get("show") for node in record}
    header = 13 if record.get("name") == "dtls.record" else 5
    return _Header(
        size=int(fields.get("record.length", "0")) + header,
        version=int(fields.get("record.version", "0"), 16),
        opaque=int(fields["record.opaque_type"]) if "record.opaque_type" in fields else None,
        content=int(fields["record.content_type"]) if "record.content_type" in fields else None,
    )


def _record_seen(record: Tree) -> RecordSeen:
    size, version, opaque, content = _header_of(record)
    if opaque is not None:
        return RecordSeen(opaque, version, size, opaque=True, opened=content is not None)
    read = any(node.get("name") in (*MESSAGES, *ALERTS) and len(node) for node in record)
    return RecordSeen(content or 0, version, size, opaque=False, opened=read)


def _record(record: Tree) -> Iterator[Utterance]:
    size, version, opaque, content = _header_of(record)
    opened = DECRYPTED if opaque is not None and content is not None else CLEAR
    old = next((node for node in record if node.get("name") == "tls.handshake.type"), None)
    if version == SSL_2_0 and old is not None:
        yield Utterance(HANDSHAKE, SSL_2_TYPES.get(int(old.get("show")), -1), 0, size, CLEAR, size, version, record)
        return
    for node in record:
        name = node.get("name")
        if name in MESSAGES and _is_whole(node):
            message = _message(node, size, version, opened)
            if message.protection == opened or opened == CLEAR:  # else a fragment in a record that was opened
                yield message
        elif name in ALERTS:
            yield _alert(node, size, version, opened)
        elif name in CHANGES:
            yield Utterance(CHANGE_CIPHER_SPEC, 1, 0, 1, CLEAR, size, version, node)
        elif name in APPLICATION and content in (None, APPLICATION_DATA) and opened == CLEAR:
            yield Utterance(opaque or APPLICATION_DATA, -1, 0, size, ENCRYPTED, size, version, node)


def _is_whole(message: Tree) -> bool:
    """Tell a message from a fragment of one: tshark opens the message in the frame that completes it."""
    fields = {node.get("name").partition(".")[2]: node.get("show") for node in message}
    if "handshake.type" not in fields:
        return not message.get("showname", "").endswith("fragment)")  # or "(last fragment)"; else an encrypted one
    if "handshake.fragment_length" not in fields:
        return "handshake.reassembled_in" not in fields
    whole = fields["handshake.fragment_length"] == fields["handshake.length"]
    return whole or any(name not in _FRAGMENT_HEADER for name in fields)


_FRAGMENT_HEADER = {
    "handshake.type", "handshake.length", "handshake.message_seq", "handshake.fragment_offset",
    "handshake.fragment_length", "reassembled.in", "reassembled_in",
}  # fmt: skip


def _message(node: Tree, size: int, version: int, protection: int) -> Utterance:
    fields = {child.get("name").partition(".")[2]: child.get("show") for child in node}
    if "handshake.type" not in fields:
        return Utterance(HANDSHAKE, -1, 0, size, ENCRYPTED, size, version, node)
    header = 12 if "handshake.fragment_length" in fields else 4
    length = int(fields.get("handshake.length", "0")) + header
    return Utterance(HANDSHAKE, int(fields["handshake.type"]), 0, length, protection, size, version, node)


def _alert(node: Tree, size: int, version: int, protection: int) -> Utterance:
    fields = {child.get("name").partition(".")[2]: child.get("show") for child in node}
    if "alert_message.desc" not in fields:
        return Utterance(ALERT, -1, 0, size, ENCRYPTED, size, version, node)
    level = int(fields.get("alert_message.level", "0"))
    return Utterance(ALERT, int(fields["alert_message.desc"]), level, 2, protection, size, version, node)
