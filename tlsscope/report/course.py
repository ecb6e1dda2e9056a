"""The steps of one session, told one by one: its document enters, a line for each step leaves, seen or not.

A step that was not seen is absent, or not visible, or happens inside an endpoint where no wire shows it.
"""

from collections.abc import Iterator, Mapping

from tlsscope.constants import CLIENT, HANDSHAKE, SERVER
from tlsscope.judge.naming import Held
from tlsscope.session.model import ClientCertificate, Mode

from .document import SessionDocument
from .ladder import inferred_name
from .steps import step

INSIDE = "inside the {side}: no wire shows it"

_COMMON = {
    "1": "the client says what it supports",
    "2": "the server answers, with its certificate",
    "3": "the client checks the server's certificate",
}
ONE_WAY = _COMMON | {"4": "the client sends key material", "5": "both derive the keys: Finished"}
MUTUAL = _COMMON | {
    "4": "the server asks for a certificate, the client sends it",
    "5": "the server checks the client's certificate",
    "6": "the algorithms that the client offers",
    "7": "the algorithms that the server chooses",
    "8": "the client proves that it holds the key, and sends key material",
    "9": "both derive the keys: Finished",
}
_INSIDE = {"3": "client", "5": "server"}


def steps_of(told: SessionDocument, names: Mapping[int, Held]) -> Iterator[tuple[str, str, str]]:
    """Give each step of the handshake that the verdict names: number, what happens, and where it shows."""
    verdict = told.authentication
    nine = verdict is not None and (
        verdict.mode is Mode.MUTUAL or verdict.client_certificate is ClientCertificate.PRESENTED
    )
    inferred = _inferred(told, names, nine=nine)
    for number, text in (MUTUAL if nine else ONE_WAY).items():
        yield number, text, _seen(told, number, inferred.get(number), nine=nine)


def _inferred(told: SessionDocument, names: Mapping[int, Held], *, nine: bool) -> dict[str, str]:
    """Say by step what sealed records are taken to hold, and in which frames they are."""
    held: dict[str, list[tuple[str, int]]] = {}
    for place, one in names.items():
        message = told.messages[place]
        side = CLIENT if message.sender == "client" else SERVER
        numbers = {step("mutual" if nine else "one-way", side, HANDSHAKE, kind) for kind in one.messages}
        for number in numbers - {None}:
            held.setdefault(str(number), []).append((inferred_name(one), message.frame))
    return {
        number: f"inferred: {', '.join(dict.fromkeys(name for name, _ in found))}, "
        f"{frames_text(sorted({frame for _, frame in found}))}"
        for number, found in held.items()
    }


def _seen(told: SessionDocument, number: str, inferred: str | None, *, nine: bool) -> str:
    frames = sorted({message.frame for message in told.messages if message.step == number})
    if nine and number in ("6", "7"):
        hello = told.client_hello if number == "6" else told.server_hello
        return _unseen(told) if hello is None else frames_text([] if hello.frame is None else [hello.frame])
    if number == "3" or (nine and number == "5"):
        return INSIDE.format(side=_INSIDE[number])
    if not nine and number == "4" and _share_in_hellos(told):
        return "in the hellos: the key shares of TLS 1.3"
    if not frames and number == ("9" if nine else "5"):
        frames = _sealed_finished(told)
    if inferred is not None:
        return "; ".join(filter(None, (frames_text(frames), inferred)))
    hidden = told.not_visible.get("server_certificates") if number == "2" and frames else None
    rest = f"; the certificate is not visible: {hidden}" if hidden else ""
    return (frames_text(frames) or _unseen(told)) + rest


def _sealed_finished(told: SessionDocument) -> list[int]:
    """Before TLS 1.3, each side's first sealed handshake record is its Finished, RFC 5246 §7.4.9."""
    first: dict[str, int] = {}
    for message in told.messages:
        if message.protection == "encrypted" and message.content_type == "handshake":
            first.setdefault(message.sender, message.frame)
    return sorted(set(first.values()))


def _share_in_hellos(told: SessionDocument) -> bool:
    return told.version is not None and "1.3" in told.version and told.server_hello is not None


def frames_text(frames: list[int]) -> str:
    """Write frame numbers; nothing for none."""
    if not frames:
        return ""
    return f"frame{'s' if len(frames) > 1 else ''} {', '.join(map(str, frames))}"


def _unseen(told: SessionDocument) -> str:
    if told.resumption is not None and told.resumption.accepted:
        return "absent: the session was resumed"
    sealed = [message.frame for message in told.messages if message.protection == "encrypted"]
    if sealed:
        return "not visible: encrypted"
    if told.not_visible:
        return f"not visible: {', '.join(sorted(set(told.not_visible.values())))}"
    return "absent"
