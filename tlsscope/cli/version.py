"""`tlsscope --version`: one line leaves."""

import typer

from . import console


def say_version(wanted: bool) -> None:
    """Say which version this is, and end."""
    if not wanted:
        return
    from importlib.metadata import version  # here, for nothing else needs it

    console.write(console.encoded([f"tlsscope {version('tlsscope')}"], None), None)
    raise typer.Exit
