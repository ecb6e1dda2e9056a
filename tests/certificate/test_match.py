"""Which names a certificate is for, RFC 9525 §6 and RFC 6125 §6.4."""

import pytest

from tlsscope.certificate.match import Match, match, matches
from tlsscope.certificate.model import Certificate


def named(*alternative_names: str, common_name: str | None = None) -> Certificate:
    return Certificate("", "", 0, subject_alternative_names=alternative_names, common_name=common_name)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("example.com", "example.com"),
        ("example.com", "EXAMPLE.com"),
        ("Example.COM", "example.com"),
        ("example.com", "example.com."),
        ("*.example.com", "foo.example.com"),  # RFC 9525 §6.3
        ("*.example.com", "xn--bcher-kva.example.com"),
        ("xn--bcher-kva.example", "XN--bcher-KVA.example"),
    ],
)
def test_names_that_match(pattern: str, host: str) -> None:
    assert matches(named(f"dns:{pattern}"), host)


@pytest.mark.parametrize(
    ("pattern", "host"),
    [
        ("example.com", "www.example.com"),
        ("www.example.com", "example.com"),
        ("*.example.com", "bar.foo.example.com"),  # one label only, RFC 9525 §6.3
        ("*.example.com", "example.com"),
        ("*.example.com", ".example.com"),
        ("f*.example.com", "foo.example.com"),  # no part of a label
        ("foo.*.com", "foo.example.com"),  # the left-most only
        ("*.*.com", "foo.example.com"),
        ("*", "localhost"),
        ("*.example.com", "*.foo.example.com"),
        ("\u212aelvin.example", "kelvin.example"),  # the Kelvin sign is no k
        ("example.com", ""),
        ("example.com\0.evil.example", "example.com"),
        ("a" * 300, "a" * 300),
    ],
)
def test_names_that_do_not(pattern: str, host: str) -> None:
    assert not matches(named(f"dns:{pattern}"), host)


def test_it_says_how() -> None:
    certificate = named("dns:example.com", "dns:*.example.com", "ip:192.0.2.1", "ip:2001:db8::1")
    assert match(certificate, "example.com") is Match.DNS
    assert match(certificate, "www.example.com") is Match.WILDCARD
    assert match(certificate, "192.0.2.1") is Match.IP
    assert match(certificate, "2001:DB8:0:0::1") is Match.IP
    assert match(certificate, "[2001:db8::1]") is Match.IP
    assert match(certificate, "192.0.2.2") is None


def test_an_address_matches_addresses_only() -> None:
    assert match(named("dns:192.0.2.1", common_name="192.0.2.1"), "192.0.2.1") is None
    assert match(named("dns:*.0.2.1"), "192.0.2.1") is None


def test_the_common_name_counts_only_without_dns_names() -> None:
    assert match(named(common_name="example.com"), "example.com") is Match.COMMON_NAME
    assert match(named(common_name="*.example.com"), "www.example.com") is Match.COMMON_NAME
    with_address = named("ip:192.0.2.1", common_name="example.com")
    assert match(with_address, "example.com") is Match.COMMON_NAME
    assert match(named("dns:other.example", common_name="example.com"), "example.com") is None
