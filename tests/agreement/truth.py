"""Truth files of the shared captures enter, Accounts leave: the form in which sessions are compared.

The corpus has a tshark's answers (4.0.17, taken once, without pyshark and by other code than `witness`); the
lab has what is known from the decrypted handshakes and the configuration of both ends, without frame numbers.
"""

import json
from pathlib import Path
from typing import Any

from tlsscope.constants import CLIENT, HANDSHAKE, SERVER
from tlsscope.witness.account import EMPTY, NO_MESSAGE, SENT, Account, Said

SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"
LAB = SHARED / "lab"
PREFERRED_RUNS = ("decode_as", "ooo_keys", "keys", "ooo", "default")  # best first
# tshark 4.0 knows no JA4; alerts stand in the files as text of another shape; the first frame there is often
# that of
# the connection
BLIND = frozenset({"ja4", "alerts", "first_frame"})
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


def _corpus_account(session: dict[str, Any]) -> Account:
    transport = session["transport"]
    return Account(
        transport={"tcp": "tcp", "udp": "udp", "dtls": "udp", "quic": "udp"}.get(transport, "eap"),
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
        server_certificates=_chain(session["server_certs"]),
        client_certificates=_chain(session["client_certs"], empty=session["client_cert_empty_seen"]),
        certificate_request=session["cert_request_seen"],
        client_certificate=_client_certificate(session),
    )


def _said(message: dict[str, Any]) -> Said:
    direction = CLIENT if message["dir"] == "c" else SERVER
    return Said(message["frame"], direction, HANDSHAKE, message["type"])


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
