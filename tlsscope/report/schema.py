"""The JSON Schema of the document: the model enters, its schema leaves."""

import json
from inspect import cleandoc
from typing import Any

import msgspec

from .document import (
    SCHEMA,
    CertificateLine,
    ErrorLine,
    FindingLine,
    InventoryLine,
    SessionDocument,
    SummaryLine,
)

LINES = (SessionDocument, CertificateLine, FindingLine, ErrorLine, SummaryLine)
_REFERENCE = "#/$defs/{name}"


def schema() -> dict[str, Any]:
    """Describe one line of NDJSON, and below `$defs` the JSON object (`Report`) that holds the same parts."""
    lines, parts = msgspec.json.schema_components((*LINES, InventoryLine), ref_template=_REFERENCE)
    parts["Certificate"]["required"] = ["sha256"]  # all there is with `--certificates reference`
    parts["Report"] = _report()
    for part in parts.values():
        if "description" in part:  # a docstring, whose indentation depends on Python's version
            part["description"] = cleandoc(part["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "tlsscope: one line of NDJSON",
        "oneOf": list(lines[: len(LINES)]),
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    """Write the schema for people."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _report() -> dict[str, Any]:
    arrays = {
        "sessions": "SessionDocument",
        "certificates": "Certificate",
        "findings": "FindingLine",
        "errors": "ErrorLine",
    }
    properties: dict[str, Any] = {
        "schema": {"const": SCHEMA},
        "tool": {"type": "string"},
        "inputs": {"type": "array", "items": {"type": "string"}},
    }
    for name, part in arrays.items():
        properties[name] = {"type": "array", "items": {"$ref": _REFERENCE.format(name=part)}}
    properties["summary"] = {"$ref": _REFERENCE.format(name="SummaryLine")}
    return {
        "title": "Report",
        "description": "The whole run as one object.",
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
