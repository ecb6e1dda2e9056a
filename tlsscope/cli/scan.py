"""`tlsscope scan`: captures enter, their sessions leave as a table, JSON or NDJSON."""

from .console import guarded
from .options import (
    Certificates,
    CertificatesOption,
    Filter,
    Format,
    FormatOption,
    Inputs,
    KeyLogs,
    Out,
)


@guarded
def scan(
    inputs: Inputs,
    form: FormatOption = Format.TABLE,
    out: Out = None,
    keylog: KeyLogs = None,
    wanted: Filter = None,
    certificates: CertificatesOption = Certificates.INLINE,
) -> int:
    """Tell every TLS session of captures: who proved what to whom."""
    from . import run  # here, so that help need not load the rooms below

    return run.scan(run.start(inputs, keylog or []), form, out, wanted, certificates)
