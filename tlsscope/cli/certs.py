"""`tlsscope certs`: captures enter, the inventory of their certificates leaves, as PEM files too."""

from typing import Annotated

import typer

from .console import guarded
from .options import Decrypt, Depth, Filter, Inputs, KeyLogs, ListFormat, ListFormatOption, Out, Psks, ServerKeys

Export = Annotated[
    str | None,
    typer.Option("--export", metavar="DIR", help="Write each certificate here as PEM, named by its SHA-256."),
]


@guarded
def certs(
    inputs: Inputs,
    form: ListFormatOption = ListFormat.TABLE,
    out: Out = None,
    export: Export = None,
    keylog: KeyLogs = None,
    server_key: ServerKeys = None,
    psk: Psks = None,
    decrypt: Decrypt = Depth.HANDSHAKE,
    wanted: Filter = None,
) -> int:
    """List each distinct certificate: whom it speaks of, where it was seen, in which roles, how often."""
    from . import listing, run  # here, so that help need not load the rooms below

    begun = run.start(inputs, keylog, server_key, psk, follow_all=decrypt is Depth.ALL)
    return listing.certs(begun, form, out, wanted, export)
