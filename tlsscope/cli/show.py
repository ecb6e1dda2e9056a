"""`tlsscope show`: a capture and a session's name enter, the session leaves as a ladder with its reasons."""

from typing import Annotated

import typer

from .console import guarded
from .options import Decrypt, Depth, KeyLogs, OneInput, Psks, ServerKeys

Which = Annotated[
    str,
    typer.Argument(metavar="SESSION", help="Its id or how the id begins, its number (from 1), or a filter."),
]


@guarded
def show(
    source: OneInput,
    which: Which,
    keylog: KeyLogs = None,
    server_key: ServerKeys = None,
    psk: Psks = None,
    decrypt: Decrypt = Depth.HANDSHAKE,
) -> int:
    """Tell one session step by step: each message, who sent it, and why the verdict is what it is."""
    from . import one, run  # here, so that help need not load the rooms below

    return one.show(run.start([source], keylog, server_key, psk, follow_all=decrypt is Depth.ALL), which)
