"""Truth files of the shared captures enter, Accounts leave: the form in which sessions are compared.

The corpus has a tshark's answers (4.0.17, taken once, without pyshark and by other code than `witness`); the
lab has what is known from the decrypted handshakes and the configuration of both ends, without frame numbers.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tlsscope.constants import CLIENT, FINISHED, HANDSHAKE, SERVER
from tlsscope.tables.cipher_suites import NAMES
from tlsscope.witness.account import EMPTY, NO_MESSAGE, SENT, Account, AlertSaid, Said
from tlsscope.witness.compare import FIELDS

SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"
LAB = SHARED / "lab"
PREFERRED_RUNS = ("decode_as", "ooo_keys", "keys", "ooo", "default")  # best first
# tshark 4.0 knows no JA4; the first frame there is often that of the connection.
BLIND = frozenset({"ja4", "first_frame"})
SUITE_CODES = {name: code for code, name in NAMES.items()}
LAB_FIELDS = {
    "client", "server", "version", "cipher_suite", "certificate_request", "server_certificates", "client_certificates",
    "messages", "alerts",
}  # fmt: skip
LAB_SOURCES = {  # what of a truth gives which fields
    "version": ("version",),
    "cipher": ("cipher_suite",),
    "certificate_requested": ("certificate_request",),
    "server_cert_sha256": ("server_certificates",),
    "client_cert_sha256": ("client_certificates",),
    "messages_client": ("messages",),
    "messages_server": ("messages",),
    "alerts": ("alerts",),
}
OF_A_FAMILY = {"dtls": ("DTLS", "udp"), "quic": ("QUIC", "udp"), "eap": ("TLS", "eap")}
LAB_BLIND = frozenset(FIELDS) - LAB_FIELDS
LAB_VERSIONS = {"TLS 1.2": 0x0303, "TLS 1.3": 0x0304, "QUIC/TLS 1.3": 0x0304, "DTLS 1.2": 0xFEFD, None: None}
PROTOCOLS = {"dtls": "DTLS", "quic": "QUIC"}


def corpus_captures() -> list[Path]:
    """List the captures of the corpus: what has a truth file."""
    truths = sorted((CORPUS / "truth").rglob("*.json"))
    return [CORPUS / "captures" / truth.relative_to(CORPUS / "truth").with_suffix("") for truth in truths]


def corpus_run(truth: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Choose the best run of a truth file."""
    name = next(name for name in PREFERRED_RUNS if name in truth["runs"])
    return name, truth["runs"][name]


def corpus_truth(capture: Path) -> dict[str, Any]:
    """Read the truth file of a capture."""
    name = capture.relative_to(CORPUS / "captures")
    answer: dict[str, Any] = json.loads((CORPUS / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    return answer


def corpus_accounts(run: dict[str, Any]) -> list[Account]:
    """Give the accounts of one run."""
    return [_corpus_account(session) for session in run["sessions"] or [] if _has_handshake(session)]


def _has_handshake(session: dict[str, Any]) -> bool:
    """Leave out connections of which only encrypted messages were seen, or nothing: no session can be
    told."""
    return any(message["type"] >= 0 for message in session["messages"])


def lab_captures() -> list[Path]:
    """List the captures of the lab."""
    return [path.with_suffix(".pcap") for path in sorted(LAB.rglob("*.json"))]


def lab_accounts(capture: Path) -> list[Account]:
    """Give the accounts of a capture of the lab, of what can be known from its truth."""
    truth = json.loads(capture.with_suffix(".json").read_text(encoding="utf-8"))
    protocol, transport = OF_A_FAMILY.get(capture.parent.name, ("TLS", "tcp"))
    return [_lab_account(session, protocol, transport) for session in truth["sessions"] if session["auth"] != "no-tls"]


def lab_blind(capture: Path) -> frozenset[str]:
    """Name what cannot be known of a capture: where nothing was decrypted, it is what the configuration leaves open."""
    sessions = json.loads(capture.with_suffix(".json").read_text(encoding="utf-8"))["sessions"]
    unknown = {key for session in sessions for key in LAB_SOURCES if session[key] is None}
    silent = {field for key in unknown for field in LAB_SOURCES[key]}
    sources = {session["truth_source"] for session in sessions}
    if sources != {"keylog"}:
        silent.add("messages")  # without keys, or not all of them
    if not sources <= {"keylog", "cleartext handshake"}:
        silent.add("certificate_request")
    return LAB_BLIND | silent


def _lab_account(session: dict[str, Any], protocol: str, transport: str) -> Account:
    chain = session["client_cert_sha256"]
    server_chain = dict.fromkeys(session["server_cert_sha256"] or ())  # a renegotiation repeats it
    return Account(
        transport=transport,
        protocol=protocol,
        client=session["client"],
        server=session["server"],
        first_frame=0,
        version=LAB_VERSIONS[session["version"]],
        cipher_suite=_suite(session["cipher"]),
        server_certificates=tuple(server_chain) or None,
        client_certificates=tuple(chain) if chain else () if session["client_sent_certificate_message"] else None,
        certificate_request=bool(session["certificate_requested"]),
        messages=(*_lab_messages(session, CLIENT), *_lab_messages(session, SERVER)),
        alerts=tuple(sorted(_lab_alert(*alert) for alert in session["alerts"] or ())),
        established=bool(session["established"]),
    )


def _lab_messages(session: dict[str, Any], direction: int) -> Iterator[Said]:
    name = "messages_client" if direction == CLIENT else "messages_server"
    return (Said(0, direction, HANDSHAKE, type_) for type_ in sorted(session[name] or ()))


def _lab_alert(side: str, description: int) -> AlertSaid:
    return AlertSaid(0, CLIENT if side == "client" else SERVER, 0, description)


def _suite(named: str | int | None) -> int | None:
    """Read a suite that is given by name, as a number or as hexadecimal text."""
    if isinstance(named, str):
        return int(named, 16) if named.startswith("0x") else SUITE_CODES[named]
    return named


def _corpus_account(session: dict[str, Any]) -> Account:
    transport = session["transport"]
    return Account(
        transport={"tcp": "tcp", "udp": "udp", "dtls": "udp", "quic": "udp"}.get(transport, "eap"),
        carrier="openvpn" if "openvpn" in session["protocols"] else None,
        protocol=PROTOCOLS.get(transport, "TLS"),
        client=session["client"],
        server=session["server"],
        first_frame=session["first_frame"],
        random=session["client_random"],
        version=_hexadecimal(session["version_hex"]),
        cipher_suite=_hexadecimal(session["cipher_hex"]),
        server_name=_first(session["sni"]),
        alpn=_first(session["alpn_selected"]),
        ja3=_first(session["ja3"]),
        ja3s=_last(session["ja3s"]),
        messages=tuple(sorted(_said(message) for message in session["messages"])),
        alerts=tuple(sorted(_alert(alert) for alert in session["alerts"])),
        established=_is_established(session),
        server_certificates=_chain(session["server_certs"]),
        client_certificates=_chain(session["client_certs"], empty=session["client_cert_empty_seen"]),
        certificate_request=session["cert_request_seen"],
        client_certificate=_client_certificate(session),
    )


def _said(message: dict[str, Any]) -> Said:
    direction = CLIENT if message["dir"] == "c" else SERVER
    return Said(message["frame"], direction, HANDSHAKE, message["type"])


def _is_established(session: dict[str, Any]) -> bool:
    """Tell whether both sides came to their Finished (or to what is encrypted)."""
    return {message["dir"] for message in session["messages"] if message["type"] in (FINISHED, -1)} == {"c", "s"}


def _alert(alert: dict[str, Any]) -> AlertSaid:
    numbers = [int(found) for text in alert["alert"] for found in re.findall(r"\((\d+)\)", text)]
    level, description = numbers or (-1, -1)  # an encrypted one has no numbers
    return AlertSaid(alert["frame"], CLIENT if alert["dir"] == "c" else SERVER, level, description)


def _client_certificate(session: dict[str, Any]) -> str:
    if any(session["client_certs"]):
        return SENT
    return EMPTY if session["client_cert_empty_seen"] else NO_MESSAGE


def _chain(chains: list[list[str]], empty: bool = False) -> tuple[str, ...] | None:
    """Give the first chain that was sent; none is `None`, an empty one is empty."""
    if not chains:
        return () if empty else None
    return tuple(chains[0])


def _hexadecimal(text: str | None) -> int | None:
    return None if text is None else int(text, 16)


def _first(values: list[str]) -> str | None:
    return values[0] if values else None


def _last(values: list[str]) -> str | None:
    return values[-1] if values else None
