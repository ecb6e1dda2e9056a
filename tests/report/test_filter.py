"""The filter language, on documents written as a user sees them in JSON."""

from typing import Any

import pytest

from tlsscope.report.filter import FilterError, compile_filter

MUTUAL: dict[str, Any] = {
    "source": {"file": "a.pcap", "first_frame": 4, "last_frame": 22},
    "client": {"ip": "10.1.2.3", "port": 50123},
    "server": {"ip": "2001:db8::1", "port": 8443},
    "start": "2026-11-21T10:00:00.250000Z",
    "version": "TLS 1.3",
    "cipher_suite": {"code": "0x1301", "name": "TLS_AES_128_GCM_SHA256"},
    "server_name": "www.Example.com",
    "alpn": None,
    "authentication": {"mode": "mutual", "basis": "inferred", "confidence": 0.99, "requested": True},
    "outcome": {"state": "established", "by": None, "alerts": [{"from": "server", "description": "no_x"}]},
    "resumption": None,
    "server_certificates": [
        {"subject": "CN=leaf", "is_ca": False},
        {"subject": "CN=Root,O=Foo", "is_ca": True},
    ],
    "client_certificates": [],
    "not_visible": {"client_certificates": "encrypted"},
}


@pytest.mark.parametrize(
    "expression",
    [
        "auth == mutual",
        "AUTH == Mutual and server.port == 8443",
        "authentication.mode = mutual && authentication.confidence >= 0.99 || server.port = 1",
        'sni ~ "*.example.com"',
        "sni ~ *.example.com",
        "outcome in (failed, established)",
        "outcome not in [failed, incomplete]",
        "client in 10.0.0.0/8 and client == 10.1.2.3",
        "server == 2001:0db8:0::1",
        "server.port > 8000 and server.port <= 8443",
        'version > "TLS 1.2" and version == TLSv1.3 and version != "DTLS 1.3"',
        "alpn == null and not alpn",
        "auth.requested == true and auth.requested",
        "server_certificates.subject contains foo",  # any element
        "server_certificates.is_ca == true and server_certificates.is_ca == false",
        "server_certificates and not client_certificates",
        "not_visible.client_certificates == encrypted",
        "alert == no_x",
        "outcome.alerts.from == server",
        "start >= 2026-11-21T10:00:00Z and start < 2026-11-21T10:00:01Z",
        "suite == TLS_AES_128_GCM_SHA256 and cipher_suite.code == 0x1301",
        "not (auth == one-way or auth == unknown)",
        "auth == one-way or not auth == psk and server.port == 8443",  # `and` binds closer than `or`
        "resumption.kind == null and not resumption",
    ],
)
def test_what_fits(expression: str) -> None:
    assert compile_filter(expression)(MUTUAL)


@pytest.mark.parametrize(
    "expression",
    [
        "auth != mutual",
        'server_certificates.subject != "CN=leaf"',  # `!=`: no element is equal
        "client in 192.0.2.0/24",
        'version < "TLS 1.3"',
        "sni ~ example.com",  # a glob covers the whole name
        "server.port < 443",
        "alpn == h2",
        "alpn < h2",  # null has no order
        "client_certificates.subject contains CN",
        "not auth == mutual or auth == psk",
    ],
)
def test_what_does_not_fit(expression: str) -> None:
    assert not compile_filter(expression)(MUTUAL)


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("", "filter: a field expected (at character 1)"),
        ("auht == x", 'filter: unknown field "auht"; did you mean auth? (at character 1)'),
        ("  server.prt == 1", 'filter: unknown field "server.prt"; did you mean server.port'),
        ("auth == mutal", 'filter: authentication.mode is never "mutal"; did you mean mutual? (at'),
        ("sni ==", "filter: a value expected (at character 7)"),
        ("(sni", 'filter: ")" expected (at character 5)'),
        ('sni == "open', "filter: cannot read"),
        ("sni == a b", 'filter: "and" or "or" expected, not "b" (at character 10)'),
        ("server == example.com", 'filter: "example.com" is no address or network (at character 11)'),
        ("version > 4G", 'filter: version has no order with "4G" (at character 11)'),
        ("authentication == mutual", "filter: authentication is an object: name one of its fields (at"),
        ("(" * 60 + "sni" + ")" * 60, "filter: nested deeper than 50"),
    ],
)
def test_a_mistake_is_one_clear_line(expression: str, problem: str) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(expression)
    assert str(caught.value).startswith(problem)
    assert "\n" not in str(caught.value)
