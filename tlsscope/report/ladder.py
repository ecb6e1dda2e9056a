"""The ladder: one session's document enters, its messages leave as in a protocol's textbook, one a line.

Client on the left, server on the right; sealed records stand in brackets, with the sum that their size fits.
"""

from collections.abc import Iterator
from datetime import datetime

from tlsscope import tables

from .arithmetic import explainer
from .document import MessageLine, SessionDocument
from .identity import endpoint
from .look import Look
from .text import columns, fitted

LEFT = "    +seconds  frame  step  "
SHORTEST_ARROW = 4
WIDEST = 120  # longer arrows are harder to follow
_SEALED_PHASE = 12  # records of each side that may belong to the handshake


def ladder(told: SessionDocument, look: Look) -> Iterator[str]:
    """Draw the messages."""
    width = min(look.width, WIDEST)
    room = max(width - len(LEFT), 40)
    ends = (look.safe(endpoint(told.client)), look.safe(endpoint(told.server)))
    client, server = f"client {ends[0]}", f"server {ends[1]}"
    gap = max(room - columns(client) - columns(server), 2)
    yield look.paint(f"{LEFT}{client}{' ' * gap}{server}", "title")
    notes = _notes(told)
    for message, note in zip(told.messages, notes, strict=True):
        yield _left(told, message) + _arrow(message, room, look)
        if note is not None:
            yield look.paint(_beside(note, message, width), "faint")
    if not told.messages:
        yield " " * len(LEFT) + "no message was seen"


def _left(told: SessionDocument, message: MessageLine) -> str:
    seconds = _seconds(message.time) - _seconds(told.start)
    step = f"({message.step})" if message.step else ""
    return f"{seconds:>+12.6f}  {message.frame:>5}  {step:<6}"


def _arrow(message: MessageLine, room: int, look: Look) -> str:
    label = look.safe(_label(message))
    label = fitted(label, room - SHORTEST_ARROW).rstrip() if columns(label) > room - SHORTEST_ARROW else label
    line = "─" * (room - columns(label) - 3)
    painted = look.paint(label, message.protection)
    return f"─ {painted} {line[1:]}→" if message.sender == "client" else f"←{line[1:]} {painted} ─"


def _beside(note: str, message: MessageLine, width: int) -> str:
    """Put a note below its arrow, on the side where the arrow begins, as far as there is room."""
    indent = width - len(note)
    if message.sender == "client":
        indent = min(indent, len(LEFT) + 2)
    return fitted(" " * max(indent, 2) + note, width).rstrip()


def _label(message: MessageLine) -> str:
    if message.protection == "encrypted":
        outer = "" if message.content_type == "application_data" else f" {message.content_type}"
        return f"[{message.length}{outer}]"
    said = f" {message.description}" if isinstance(message.description, str) else ""
    mark = " decrypted" if message.protection == "decrypted" else ""
    return f"{message.name}{said} ({message.length}{mark})"


def _notes(told: SessionDocument) -> list[str | None]:
    """Explain the sealed records of a TLS 1.3 handshake: of each side up to its Finished."""
    if told.version is None or "1.3" not in told.version or told.cipher_suite is None:
        return [None] * len(told.messages)
    explain = explainer(tables.cipher_suite(int(told.cipher_suite.code, 16)))
    open_sides = {"client": _SEALED_PHASE, "server": _SEALED_PHASE}
    notes: list[str | None] = []
    for message in told.messages:
        note = None
        if message.protection == "encrypted" and open_sides[message.sender]:
            open_sides[message.sender] -= 1
            note = explain(message.length)
        if note is not None and "Finished" in note:
            open_sides[message.sender] = 0
        notes.append(note)
    return notes


def _seconds(time: str) -> float:
    """Read back a time of the document; what is finer than a microsecond does not show in the ladder."""
    whole, _, fraction = time.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{fraction or 0}")
