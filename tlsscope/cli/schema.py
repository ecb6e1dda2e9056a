"""`tlsscope schema`: the JSON Schema of the document leaves."""

from . import console
from .options import Out


@console.guarded
def schema(out: Out = None) -> int:
    """Print the JSON Schema of a session and of the other lines."""
    from tlsscope.report.schema import schema_text  # here, so that help need not load the model

    console.write([schema_text().encode()], out)
    return console.DONE
