"""The second reading, through asn1crypto, of what the first refused: DER enters, each field is tried on
its own.

asn1crypto opens values late and refuses little, so that one rotten extension does not hide the others.
"""

import struct
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from asn1crypto import core, x509

from tlsscope.wire import MalformedError, Reader

from . import oids
from .names import subject_name
from .reading import Reading
from .strict import serial_text, time_text

# What asn1crypto raises on hostile bytes, by its own code and by accident
UNREADABLE = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    struct.error,
    MalformedError,
)
MAX_SERIAL_BYTES = 256
MAX_EXTENSIONS = 256
STATUS_REQUEST = 5  # of TLS extensions, RFC 7633 §6


def fill(der: bytes, reading: Reading) -> None:
    """Fill in what is still missing."""
    try:
        body = x509.Certificate.load(der)["tbs_certificate"]
    except UNREADABLE as fault:
        reading.fault("certificate", fault)
        return

    def attempt(field: str, read: Callable[..., Any], *arguments: Any) -> None:
        reading.attempt(field, read, *arguments, unreadable=UNREADABLE)

    attempt("version", _version, body)
    attempt("serial", _serial, body)
    attempt("not_before", _time, body, "not_before")
    attempt("not_after", _time, body, "not_after")
    try:
        extensions = list(body["extensions"])[:MAX_EXTENSIONS]
    except UNREADABLE as fault:
        reading.fault("extensions", fault)
        return
    faults = len(reading.faults)
    for extension in extensions:
        _extension(extension, reading)
    if len(reading.faults) == faults:
        reading.fields.setdefault("is_ca", False)  # the default where BasicConstraints is absent


def _version(body: Any) -> int:
    return int(core.Integer.load(body["version"].untag().dump()).native) + 1


def _serial(body: Any) -> str:
    serial = body["serial_number"]
    if len(serial.contents) > MAX_SERIAL_BYTES:
        raise MalformedError(f"{len(serial.contents)} bytes long")
    return serial_text(int(serial.native))


def _time(body: Any, which: str) -> str:
    moment = body["validity"][which].native
    if not isinstance(moment, datetime):
        raise MalformedError(f"{moment} is no time")
    return time_text(moment)


def _extension(extension: Any, reading: Reading) -> None:
    """Open one extension; the first of duplicates wins."""
    try:
        kind = extension["extn_id"].dotted
        known = EXTENSIONS.get(kind)
        if known is None:
            return
        spec, open_extension = known
        fields = open_extension(spec.load(extension["extn_value"].contents, strict=True))
    except UNREADABLE as fault:
        reading.fault("extension", fault)
        return
    for field, value in fields.items():
        reading.fields.setdefault(field, value)


def _basic_constraints(value: Any) -> dict[str, Any]:
    return {"is_ca": bool(value["ca"].native), "path_length": value["path_len_constraint"].native}


def _key_usage(value: Any) -> dict[str, Any]:
    bits = core.BitString.load(value.dump()).native
    return {"key_usage": tuple(name for name, bit in zip(oids.KEY_USAGES, bits, strict=False) if bit)}


def _extended_key_usage(value: Any) -> dict[str, Any]:
    usages = (usage.dotted for usage in value)
    return {"extended_key_usage": tuple(oids.EXTENDED_KEY_USAGES.get(usage, usage) for usage in usages)}


def _alternative_names(value: Any) -> dict[str, Any]:
    return {"subject_alternative_names": tuple(map(_general_name, value))}


def _general_name(name: Any) -> str:
    content: bytes = name.chosen.contents
    match name.name:
        case "dns_name":
            return f"dns:{_text(content)}"
        case "ip_address":
            return f"ip:{_address(content)}"
        case "uniform_resource_identifier":
            return f"uri:{_text(content)}"
        case "rfc822_name":
            return f"email:{_text(content)}"
        case "directory_name":
            return f"dirname:{subject_name(name.chosen.dump())}"
        case "other_name":
            return f"other:{name.chosen['type_id'].dotted}"
        case "registered_id":
            return f"rid:{name.chosen.dotted}"
    return f"{name.name}:{content.hex()}"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "backslashreplace")


def _address(content: bytes) -> str:
    return str(ip_address(content)) if len(content) in (4, 16) else content.hex()


def _policies(value: Any) -> dict[str, Any]:
    return {"policies": tuple(policy["policy_identifier"].dotted for policy in value)}


def _subject_key_id(value: Any) -> dict[str, Any]:
    return {"subject_key_id": value.native.hex()}


def _authority_key_id(value: Any) -> dict[str, Any]:
    identifier = value["key_identifier"].native
    return {"authority_key_id": None if identifier is None else identifier.hex()}


def _authority_information(value: Any) -> dict[str, Any]:
    found: dict[str, tuple[str, ...]] = {"ocsp": (), "ca_issuers": ()}
    for description in value:
        if (method := description["access_method"].native) in found:
            found[method] += (_location(description["access_location"]),)
    return found


def _distribution_points(value: Any) -> dict[str, Any]:
    points = (point["distribution_point"] for point in value)
    full_names = (point.chosen for point in points if point.native and point.name == "full_name")
    return {"crl": tuple(_location(name) for full_name in full_names for name in full_name)}


def _location(name: Any) -> str:
    return _general_name(name).removeprefix("uri:")


def _timestamps(value: Any) -> dict[str, Any]:
    """Count the entries of a SignedCertificateTimestampList, RFC 6962 §3.3."""
    entries = Reader(value.native).vector16()
    count = 0
    while len(entries):
        entries.vector16()
        count += 1
    return {"scts": count}


def _tls_feature(value: Any) -> dict[str, Any]:
    return {"must_staple": STATUS_REQUEST in value.native}


EXTENSIONS: dict[str, tuple[Any, Callable[[Any], dict[str, Any]]]] = {
    "2.5.29.19": (x509.BasicConstraints, _basic_constraints),
    "2.5.29.15": (x509.KeyUsage, _key_usage),
    "2.5.29.37": (x509.ExtKeyUsageSyntax, _extended_key_usage),
    "2.5.29.17": (x509.GeneralNames, _alternative_names),
    "2.5.29.32": (x509.CertificatePolicies, _policies),
    "2.5.29.14": (core.OctetString, _subject_key_id),
    "2.5.29.35": (x509.AuthorityKeyIdentifier, _authority_key_id),
    "1.3.6.1.5.5.7.1.1": (x509.AuthorityInfoAccessSyntax, _authority_information),
    "2.5.29.31": (x509.CRLDistributionPoints, _distribution_points),
    "1.3.6.1.4.1.11129.2.4.2": (core.OctetString, _timestamps),
    "1.3.6.1.5.5.7.1.24": (x509.Features, _tls_feature),
}
