"""The committed schema is the model's, and names what others rely on."""

from importlib import resources

from tlsscope.report.schema import schema, schema_text


def test_the_committed_schema_is_current() -> None:
    committed = resources.files("tlsscope.report").joinpath("schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "write it again: tlsscope schema > tlsscope/report/schema.json"


def test_the_fields_that_others_rely_on_are_there() -> None:
    session = schema()["$defs"]["SessionDocument"]["properties"]
    assert set(session) == {
        "kind", "id", "source", "transport", "protocol", "carrier", "encapsulation", "client", "server",
        "start", "end", "duration", "version", "cipher_suite", "key_exchange", "server_name", "alpn",
        "authentication", "outcome", "resumption", "certificate_request", "server_certificates",
        "client_certificates", "client_hello", "server_hello", "messages", "bytes", "packets", "not_visible",
        "anomalies", "findings",
    }  # fmt: skip
    verdict = schema()["$defs"]["Authentication"]["properties"]
    assert set(verdict) >= {"mode", "basis", "confidence", "client_certificate", "grounds"}
    assert set(verdict) >= {"requested", "sent", "accepted"}
    assert schema()["$defs"]["Mode"]["enum"] == ["anonymous", "mutual", "one-way", "psk", "unknown"]


def test_every_reference_has_its_definition() -> None:
    text = schema_text()
    for name in schema()["$defs"]:
        text = text.replace(f'"#/$defs/{name}"', "")
    assert "#/$defs/" not in text
