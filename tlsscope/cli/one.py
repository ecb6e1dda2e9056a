"""The search for one session: what the user called it enters, that session leaves, told in full."""

import re
from collections.abc import Iterator

from tlsscope.errors import TlsscopeError
from tlsscope.judge import name_records
from tlsscope.report.compose import document
from tlsscope.report.document import ErrorLine
from tlsscope.report.filter import compile_filter
from tlsscope.report.story import story
from tlsscope.report.summary import Item
from tlsscope.session.model import Session

from . import console
from .run import Run

_NUMBER = re.compile(r"[1-9][0-9]{0,6}$")
_ID = re.compile(r"[0-9a-f]{4,}$")
MOST_LISTED = 5


def show(run: Run[Session], which: str) -> int:
    """Find the session and tell it."""
    errors: list[ErrorLine] = []
    found = list(_found(_sessions(run.watched(), errors), which))
    if not found:
        if errors:
            return console.FAILED  # told already
        raise TlsscopeError(f'no session "{which}" in {run.inputs[0]}')
    if len(found) > 1:
        others = ", ".join(session.id for session in found[1 : MOST_LISTED + 1])
        console.say(f"{len(found)} sessions fit; the first is shown, others are {others}")
    lines = story(document(found[0]), console.look_of(None), name_records(found[0]))
    console.write(console.encoded(lines, None), None)
    return console.FAILED if errors else console.DONE


def _sessions(items: Iterator[Item], errors: list[ErrorLine]) -> Iterator[Session]:
    for item in items:
        if isinstance(item, Session):
            yield item
        else:
            errors.append(item)


def _found(sessions: Iterator[Session], which: str) -> Iterator[Session]:
    """A number finds one, and an id is no filter."""
    if _NUMBER.match(which):
        yield from (one for number, one in enumerate(sessions, 1) if number == int(which) or one.id == which)
    elif _ID.match(which):
        yield from (one for one in sessions if one.id.startswith(which))
    else:
        test = compile_filter(which)
        yield from (one for one in sessions if test(document(one)))
