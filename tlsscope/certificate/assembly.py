"""A certificate put together from parts that are known: its DER enters, a `Certificate` leaves, or nothing.

Certificates differ, but their parts repeat: algorithms, usages, policies, names of issuers. A part whose bytes were
in a certificate that `cryptography` read without a fault (`learn`) says the same in the next one. What is new in each
is read by `plain` and `plain_extensions`. Whatever is neither known nor plain is for the whole reading. A part is
accepted or refused for itself alone, so certificates of known parts are as good as those they came from.
"""

import hashlib
from typing import Any, TypeVar

from . import names, plain
from .model import Certificate, PublicKey
from .parts import Parts
from .plain_extensions import PLAIN
from .walk import OddError

MOST_LEARNED = 1024  # of each kind
LARGEST_LEARNED = 1024  # bytes

T = TypeVar("T")


class Learned(dict[bytes, T]):
    """What parts say, by their bytes. Emptied when full; large ones are not kept."""

    __slots__ = ()

    def add(self, part: bytes, said: T) -> None:
        """Keep what a part says."""
        if len(part) <= LARGEST_LEARNED:
            if len(self) >= MOST_LEARNED:
                self.clear()
            self[part] = said


_algorithms = Learned[str]()
_keys = Learned[PublicKey]()  # by their AlgorithmIdentifier
_names = Learned[tuple[str, str | None]]()  # those that are not plain
_extensions = Learned[dict[str, Any]]()


def assemble(der: bytes, parts: Parts) -> Certificate | None:
    """Put a certificate together; None where a part of it is neither known nor plain."""
    signature_algorithm = _algorithms.get(parts.algorithm)
    if signature_algorithm is None:
        return None
    try:
        fields = _fields(parts)
    except OddError:
        return None
    fields["sha256"] = hashlib.sha256(der).hexdigest()
    fields["sha1"] = hashlib.sha1(der, usedforsecurity=False).hexdigest()
    fields["size"] = len(der)
    fields["spki_sha256"] = hashlib.sha256(parts.key).hexdigest()
    fields["signature_algorithm"] = signature_algorithm
    return Certificate(**fields)


def learn(parts: Parts, certificate: Certificate, extensions: list[dict[str, Any]]) -> None:
    """Keep what parts of a faultless certificate say; `extensions` is what each of them says, in their order."""
    if certificate.signature_algorithm is not None:
        _algorithms.add(parts.algorithm, certificate.signature_algorithm)
    if certificate.public_key is not None:
        _keys.add(parts.key_algorithm, certificate.public_key)
    for der in (parts.issuer, parts.subject):
        try:
            _name(der)
        except OddError:
            _names.add(der, (names.name_text(der), names.common_name(der)))
    for (kind, whole, value), said in zip(parts.extensions, extensions, strict=True):
        try:
            _extension(kind, whole, value)
        except OddError:
            _extensions.add(whole, said)


def _fields(parts: Parts) -> dict[str, Any]:
    subject, common_name = _name(parts.subject)
    not_before, not_after = plain.validity(parts.validity)
    fields: dict[str, Any] = {
        "version": 3,
        "serial": plain.serial(parts.serial),
        "subject": subject,
        "common_name": common_name,
        "issuer": _name(parts.issuer)[0],
        "not_before": not_before,
        "not_after": not_after,
        "public_key": _public_key(parts),
        "self_signed": False,
        "is_ca": False,
    }
    for kind, whole, value in parts.extensions:
        fields.update(_extension(kind, whole, value))
    return fields


def _name(der: bytes) -> tuple[str, str | None]:
    try:
        return plain.name(der)
    except OddError:
        known = _names.get(der)
        if known is None:
            raise
        return known


def _extension(kind: bytes, whole: bytes, value: bytes) -> dict[str, Any]:
    """Tell what an extension says: what is its own is read, what repeats is known."""
    known = _extensions.get(whole)
    if known is not None:
        return known
    read = PLAIN.get(kind)
    if read is None:
        raise OddError
    return read(value)


def _public_key(parts: Parts) -> PublicKey:
    known = _keys.get(parts.key_algorithm)
    if known is None or known.algorithm is None:
        raise OddError
    if not known.algorithm.startswith("RSA"):
        return known
    return PublicKey(known.algorithm, plain.modulus_bits(parts.key_bits), None)
