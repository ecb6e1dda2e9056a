"""Two independent readings of the same bytes: ours from DER, and `cryptography`'s own names and keys."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from issuing import issue

from tlsscope.certificate.facts import read

SHAPES = [
    [("2.5.4.6", "DE"), ("2.5.4.10", "Example"), ("2.5.4.3", "a.example")],
    [("0.9.2342.19200300.100.1.25", "com"), ("0.9.2342.19200300.100.1.25", "example"), ("2.5.4.3", "x=y,z")],
    [("1.2.3.4", "unknown"), ("2.5.4.11", " #odd; "), ("2.5.4.9", "Main Street 1")],
]


@pytest.mark.parametrize("shape", SHAPES)
def test_names(shape: list[tuple[str, str]]) -> None:
    name = x509.Name([x509.NameAttribute(x509.ObjectIdentifier(kind), value) for kind, value in shape])
    assert read(issue(subject=name)).subject == name.rfc4514_string()


CURVES = [ec.SECP224R1(), ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), ec.BrainpoolP256R1()]


@pytest.mark.parametrize("curve", CURVES)
def test_curves(curve: ec.EllipticCurve) -> None:
    facts = read(issue(key=ec.generate_private_key(curve)))
    assert facts.public_key is not None
    assert (facts.public_key.bits, facts.public_key.curve) == (curve.key_size, curve.name)


def test_rsa() -> None:
    key = rsa.generate_private_key(65537, 1024)
    facts = read(issue(key=key))
    assert facts.public_key is not None
    assert facts.public_key.bits == key.key_size == 1024
