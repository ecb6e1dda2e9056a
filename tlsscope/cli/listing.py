"""The certificate inventory of a run: sessions enter, a list and PEM files leave."""

import hashlib
from pathlib import Path

from tlsscope.errors import TlsscopeError
from tlsscope.report import inventory
from tlsscope.report.certificates import Inventory, pem
from tlsscope.report.document import ErrorLine
from tlsscope.session.model import Session

from . import console
from .options import ListFormat
from .run import Run, fitting


def certs(run: Run[Session], form: ListFormat, out: str | None, wanted: str | None, export: str | None) -> int:
    """Collect, list, export."""
    found = Inventory()
    errors = [item for item in found.watch(fitting(run.watched(), wanted)) if isinstance(item, ErrorLine)]
    lines = found.lines()
    if form is ListFormat.TABLE:
        console.write(console.encoded(inventory.table(lines, console.look_of(out)), out), out)
    elif form is ListFormat.JSON:
        console.write(inventory.json(lines), out)
    else:
        console.write(inventory.ndjson(lines), out)
    if found.left_out:
        console.say(f"the table was full: {found.left_out:,} sightings of further certificates are left out")
    if export is not None:
        _export(found, Path(export))
    return console.FAILED if errors else console.DONE


def _export(found: Inventory, directory: Path) -> None:
    """Write PEM files; a digest is a name without surprises, whatever the certificate says."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TlsscopeError(f"cannot make {directory}: {error.strerror}") from error
    for der in found.ders():
        with console.whole_file(directory / f"{hashlib.sha256(der).hexdigest()}.pem") as file:
            file.write(pem(der))
