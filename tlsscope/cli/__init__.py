"""The command line: arguments enter, files and lines leave. One file a command; only `console` prints."""

import typer

from . import calibrate, certs, compare, doctor, interfaces, live, scan, schema, show

app = typer.Typer(
    name="tlsscope",
    help="Who proved what to whom on this wire? One-way and mutual TLS, read from packet captures.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # rich would cost help half its time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("scan")(scan.scan)
app.command("live")(live.live)
app.command("show")(show.show)
app.command("certs")(certs.certs)
app.command("compare")(compare.compare)
app.command("calibrate")(calibrate.calibrate)
app.command("schema")(schema.schema)
app.command("doctor")(doctor.doctor)
app.command("interfaces")(interfaces.interfaces)


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="tlsscope")
