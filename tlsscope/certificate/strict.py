"""The first reading, through `cryptography`: DER enters, fields leave, until something is refused.

This is the one module of the room that imports `cryptography`, so that a run without certificates never
pays for it.
"""

import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

from . import oids
from .names import subject_name
from .reading import Reading

REFUSALS = (
    ValueError,
    TypeError,
    KeyError,  # a TLSFeature that it has no name for
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def fill(der: bytes, reading: Reading) -> None:
    """Fill in all that `cryptography` tells; its deprecation warnings are the sender's, not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            reading.fields.update(_core(certificate))
            reading.extensions = list(map(_said, certificate.extensions))
        except REFUSALS as refusal:
            reading.fault("refused", refusal)
            return
        reading.fields["is_ca"] = False
        for said in reading.extensions:
            reading.fields.update(said)
        reading.fields.setdefault("self_signed", _signs_itself(certificate))


def _core(certificate: x509.Certificate) -> dict[str, Any]:
    return {
        "version": certificate.version.value + 1,
        "serial": serial_text(certificate.serial_number),
        "not_before": time_text(certificate.not_valid_before_utc),
        "not_after": time_text(certificate.not_valid_after_utc),
    }


def serial_text(serial: int) -> str:
    """Write a serial number as whole bytes of hex; a negative one with its sign."""
    digits = f"{abs(serial):x}"
    sign = "-" if serial < 0 else ""
    return f"{sign}{digits.zfill(len(digits) + len(digits) % 2)}"


def time_text(moment: datetime) -> str:
    """Write a time as RFC 3339 UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _said(extension: x509.Extension[Any]) -> dict[str, Any]:
    """Tell what an extension says; nothing where no field is made of it."""
    open_extension = EXTENSIONS.get(type(extension.value))
    return {} if open_extension is None else open_extension(extension.value)


def _basic_constraints(value: x509.BasicConstraints) -> dict[str, Any]:
    return {"is_ca": value.ca, "path_length": value.path_length}


def _key_usage(value: x509.KeyUsage) -> dict[str, Any]:
    set_bits = (
        value.digital_signature,
        value.content_commitment,
        value.key_encipherment,
        value.data_encipherment,
        value.key_agreement,
        value.key_cert_sign,
        value.crl_sign,
        value.key_agreement and value.encipher_only,  # refused to be asked for without key_agreement
        value.key_agreement and value.decipher_only,
    )
    return {"key_usage": tuple(name for name, bit in zip(oids.KEY_USAGES, set_bits, strict=True) if bit)}


def _extended_key_usage(value: x509.ExtendedKeyUsage) -> dict[str, Any]:
    usages = (usage.dotted_string for usage in value)
    return {"extended_key_usage": tuple(oids.EXTENDED_KEY_USAGES.get(usage, usage) for usage in usages)}


def _alternative_names(value: x509.SubjectAlternativeName) -> dict[str, Any]:
    return {"subject_alternative_names": tuple(map(_general_name, value))}


def _general_name(name: x509.GeneralName) -> str:
    match name:
        case x509.DNSName():
            return f"dns:{name.value}"
        case x509.IPAddress():
            return f"ip:{name.value}"
        case x509.UniformResourceIdentifier():
            return f"uri:{name.value}"
        case x509.RFC822Name():
            return f"email:{name.value}"
        case x509.DirectoryName():
            return f"dirname:{subject_name(name.value.public_bytes())}"
        case x509.OtherName():
            return f"other:{name.type_id.dotted_string}"
    return f"rid:{name.value.dotted_string}"


def _policies(value: x509.CertificatePolicies) -> dict[str, Any]:
    return {"policies": tuple(policy.policy_identifier.dotted_string for policy in value)}


def _subject_key_id(value: x509.SubjectKeyIdentifier) -> dict[str, Any]:
    return {"subject_key_id": value.digest.hex()}


def _authority_key_id(value: x509.AuthorityKeyIdentifier) -> dict[str, Any]:
    identifier = value.key_identifier
    return {"authority_key_id": None if identifier is None else identifier.hex()}


def _authority_information(value: x509.AuthorityInformationAccess) -> dict[str, Any]:
    found: dict[str, tuple[str, ...]] = {"ocsp": (), "ca_issuers": ()}
    fields = {"1.3.6.1.5.5.7.48.1": "ocsp", "1.3.6.1.5.5.7.48.2": "ca_issuers"}
    for description in value:
        field = fields.get(description.access_method.dotted_string)
        if field is not None:
            found[field] += (_location(description.access_location),)
    return found


def _distribution_points(value: x509.CRLDistributionPoints) -> dict[str, Any]:
    return {"crl": tuple(_location(name) for point in value for name in point.full_name or ())}


def _location(name: x509.GeneralName) -> str:
    """Write where something is: nearly always a URL, which stands for itself."""
    return name.value if isinstance(name, x509.UniformResourceIdentifier) else _general_name(name)


def _timestamps(value: x509.PrecertificateSignedCertificateTimestamps) -> dict[str, Any]:
    return {"scts": len(value)}


def _tls_feature(value: x509.TLSFeature) -> dict[str, Any]:
    return {"must_staple": x509.TLSFeatureType.status_request in value}


EXTENSIONS: dict[type[x509.ExtensionType], Callable[[Any], dict[str, Any]]] = {
    x509.BasicConstraints: _basic_constraints,
    x509.KeyUsage: _key_usage,
    x509.ExtendedKeyUsage: _extended_key_usage,
    x509.SubjectAlternativeName: _alternative_names,
    x509.CertificatePolicies: _policies,
    x509.SubjectKeyIdentifier: _subject_key_id,
    x509.AuthorityKeyIdentifier: _authority_key_id,
    x509.AuthorityInformationAccess: _authority_information,
    x509.CRLDistributionPoints: _distribution_points,
    x509.PrecertificateSignedCertificateTimestamps: _timestamps,
    x509.TLSFeature: _tls_feature,
}


def _signs_itself(certificate: x509.Certificate) -> bool | None:
    """Verify the signature with the certificate's own key; None where key or algorithm cannot be used."""
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except REFUSALS:
        return None
    return True
