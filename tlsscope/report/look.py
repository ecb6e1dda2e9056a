"""How text is drawn on a terminal or a file: width, colours and encoding enter, a `Look` leaves.

Colours come from rich, imported only where there are any.
"""

from collections.abc import Callable

import msgspec

from .text import in_ascii, printable

Paint = Callable[[str, str], str]  # text, style

# What each word of the report looks like
STYLES = {
    "mutual": "bold green",
    "one-way": "cyan",
    "anonymous": "bold red",
    "psk": "magenta",
    "unknown": "yellow",
    "established": "green",
    "failed": "bold red",
    "incomplete": "yellow",
    "clear": "",
    "decrypted": "green",
    "encrypted": "dim",
    "high": "bold red",
    "medium": "yellow",
    "low": "",
    "info": "dim",
    "ours": "cyan",
    "tshark": "yellow",
    "title": "bold",
    "faint": "dim",
    "chosen": "reverse",  # the line that keys act on
}


class Look(msgspec.Struct, frozen=True):
    """What the output can show. Every text from the wire goes through `safe`."""

    width: int
    paint: Paint
    safe: Callable[[str], str]


def look(width: int, paint: Paint, encoding: str) -> Look:
    """Choose by the output's width and encoding."""
    unicode = encoding.lower().replace("-", "").startswith("utf")
    return Look(max(40, min(width, 400)), paint, printable if unicode else in_ascii)


def plain(text: str, _style: str) -> str:
    """Leave text as it is."""
    return text


def coloured() -> Paint:
    """Colour text by its style, with the escapes that every terminal knows."""
    from rich.color import ColorSystem  # here, so that plain output does not load rich
    from rich.style import Style

    styles = {name: Style.parse(definition) for name, definition in STYLES.items()}

    def paint(text: str, style: str) -> str:
        return styles[style].render(text, color_system=ColorSystem.STANDARD)

    return paint
