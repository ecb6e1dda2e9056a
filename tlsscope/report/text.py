"""Text from the wire made safe to print: any string enters, printable text of bounded length leaves.

A certificate's name may hold terminal escapes, a server name newlines, a file name surrogates. What cannot be
shown is shown as a visible escape (`\\x1b`, `\\u202e`), never sent to the terminal.
"""

import re
import unicodedata
from functools import lru_cache

LONGEST = 1024  # characters; longer names are cut, and say so

# Other, control, format, surrogate, private, unassigned; line and paragraph separators
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))

# These may stand raw in JSON, and a terminal may obey them: C1 controls, zero widths, bidi controls
_JSON_RISKS = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_DELETE = b"\x7f"  # the one of them in ASCII


@lru_cache(maxsize=8192)
def printable(text: str, limit: int = LONGEST) -> str:
    """Escape what a terminal would obey, and cut at `limit` characters with an ellipsis."""
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    shown = "".join(map(_escape, text[: limit + 1]))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def ascii_only(text: str) -> str:
    """Spell the program's own signs in ASCII, and escape what is left, for an output that is not UTF-8."""
    return text.translate(_PLAIN).encode("ascii", "backslashreplace").decode("ascii")


def in_ascii(text: str) -> str:
    """Escape what a terminal would obey, for an output that is not UTF-8."""
    return ascii_only(printable(text))


def encodable(text: str) -> str:
    """Escape lone surrogates (a file name that is no UTF-8), which no encoder takes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def is_harmless(line: bytes) -> bool:
    """Tell finished JSON that needs no escape at a glance."""
    return line.isascii() and _DELETE not in line


def harmless_json(line: bytes) -> bytes:
    """Escape, inside finished JSON, what a terminal may obey; the parsed value stays the same."""
    if is_harmless(line):
        return line
    return _JSON_RISKS.sub(lambda found: f"\\u{ord(found[0]):04x}", line.decode("utf-8")).encode("utf-8")


def columns(text: str) -> int:
    """Count the terminal columns of printable text: wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def fitted(text: str, width: int) -> str:
    """Cut printable text to `width` columns with an ellipsis, or pad it with spaces."""
    wide = columns(text)
    if wide <= width:
        return text + " " * (width - wide)
    kept, used = [], 0
    for character in text:
        used += _width(character)
        if used > width - 1:
            break
        kept.append(character)
    shown = "".join(kept) + "…"
    return shown + " " * (width - columns(shown))


def _escape(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


# One column each, as the signs that they stand for
_PLAIN = str.maketrans("→←…─│·✓✗—", "><~-|.+x-")
