"""The command line: arguments enter, files and lines leave. One file a command; only `console` prints."""

from typing import Annotated

import typer

from . import calibrate, certs, compare, doctor, interfaces, live, scan, schema, show
from .values import QuickCommand, QuickGroup
from .version import say_version

app = typer.Typer(
    name="tlsscope",
    cls=QuickGroup,
    help="Who proved what to whom on this wire? One-way and mutual TLS, read from packet captures.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich would cost help half its time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("scan", cls=QuickCommand)(scan.scan)
app.command("live", cls=QuickCommand)(live.live)
app.command("show", cls=QuickCommand)(show.show)
app.command("certs", cls=QuickCommand)(certs.certs)
app.command("compare", cls=QuickCommand)(compare.compare)
app.command("calibrate", cls=QuickCommand)(calibrate.calibrate)
app.command("schema", cls=QuickCommand)(schema.schema)
app.command("doctor", cls=QuickCommand)(doctor.doctor)
app.command("interfaces", cls=QuickCommand)(interfaces.interfaces)


@app.callback()
def whole(
    _version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=say_version, is_eager=True)
    ] = False,
) -> None:
    """Take what comes before the command."""


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="tlsscope")
