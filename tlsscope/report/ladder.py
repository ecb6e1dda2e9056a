"""The ladder: one session's document enters, its messages leave as in a protocol's textbook, one a line.

Client on the left, server on the right. Sealed records stand in brackets; what a rule takes them to hold has a question
mark, and the sum of its size below it.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from tlsscope import tables
from tlsscope.constants import APPLICATION_DATA, HANDSHAKE
from tlsscope.judge.naming import Held

from .arithmetic import explain
from .document import MessageLine, SessionDocument
from .identity import endpoint
from .look import Look
from .text import columns, fitted

LEFT = "    +seconds  frame  step  "
SHORTEST_ARROW = 4
WIDEST = 120  # longer arrows are harder to follow


def ladder(told: SessionDocument, look: Look, names: Mapping[int, Held]) -> Iterator[str]:
    """Draw the messages; `names` says by their place what sealed ones are taken to hold."""
    width = min(look.width, WIDEST)
    room = max(width - len(LEFT), 40)
    ends = (look.safe(endpoint(told.client)), look.safe(endpoint(told.server)))
    client, server = f"client {ends[0]}", f"server {ends[1]}"
    gap = max(room - columns(client) - columns(server), 2)
    yield look.paint(f"{LEFT}{client}{' ' * gap}{server}", "title")
    for place, message in enumerate(told.messages):
        held = names.get(place)
        yield _left(told, message) + _arrow(message, held, room, look)
        note = _sum(told, message, held)
        if note is not None:
            yield look.paint(_beside(note, message, width), "faint")
    if not told.messages:
        yield " " * len(LEFT) + "no message was seen"


def _left(told: SessionDocument, message: MessageLine) -> str:
    seconds = _seconds(message.time) - _seconds(told.start)
    step = f"({message.step})" if message.step else ""
    return f"{seconds:>+12.6f}  {message.frame:>5}  {step:<6}"


def _arrow(message: MessageLine, held: Held | None, room: int, look: Look) -> str:
    label = look.safe(_label(message, held))
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


def _label(message: MessageLine, held: Held | None) -> str:
    if held is not None:
        return f"[{inferred_name(held)}? {message.length}]"
    if message.protection == "encrypted":
        outer = "" if message.content_type == "application_data" else f" {message.content_type}"
        return f"[{message.length}{outer}]"
    said = f" {message.description}" if isinstance(message.description, str) else ""
    mark = " decrypted" if message.protection == "decrypted" else ""
    return f"{message.name}{said} ({message.length}{mark})"


def inferred_name(held: Held) -> str:
    """Name what a sealed record is taken to hold."""
    messages = " + ".join(map(tables.handshake_type_name, held.messages))
    names = [messages if kind == HANDSHAKE else tables.content_type_name(kind) for kind in held.content_types]
    return f"{'part of ' if held.part else ''}{' or '.join(names)}"


def _sum(told: SessionDocument, message: MessageLine, held: Held | None) -> str | None:
    """Spell out the size of a record of the handshake."""
    if held is None or APPLICATION_DATA in held.content_types or told.cipher_suite is None:
        return None
    suite = tables.cipher_suite(int(told.cipher_suite.code, 16))
    return None if suite is None else explain(message.length, suite, held)


def _seconds(time: str) -> float:
    """Read back a time of the document; what is finer than a microsecond does not show in the ladder."""
    whole, _, fraction = time.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{whole}+00:00").timestamp() + float(f"0.{fraction or 0}")
