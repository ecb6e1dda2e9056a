"""A certificate's facts: what `facts` reads from DER. Field names are those of the report.

Nothing in them can be part of a cycle, so the garbage collector need not look at them (`gc=False`).
"""

import msgspec


class PublicKey(msgspec.Struct, frozen=True, gc=False):
    """`algorithm` is RSA, EC, DSA, Ed25519, ML-DSA-65 …; `bits` the key size; `curve` its TLS group name."""

    algorithm: str | None
    bits: int | None
    curve: str | None


class Certificate(msgspec.Struct, frozen=True, gc=False):
    """Everything that one certificate says of itself. Times are RFC 3339 UTC; digests, ids and serial hex.

    What could not be parsed is None or empty, and `error` says why; digests and `size` are always there.
    """

    sha256: str
    sha1: str
    size: int  # bytes of DER
    spki_sha256: str | None = None
    version: int | None = None
    serial: str | None = None
    subject: str | None = None  # RFC 4514
    common_name: str | None = None  # the most specific CN of the subject, unescaped, for matching names
    issuer: str | None = None
    subject_alternative_names: tuple[str, ...] = ()
    not_before: str | None = None
    not_after: str | None = None
    public_key: PublicKey | None = None
    signature_algorithm: str | None = None
    self_signed: bool | None = None
    is_ca: bool | None = None
    path_length: int | None = None
    key_usage: tuple[str, ...] = ()
    extended_key_usage: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    subject_key_id: str | None = None
    authority_key_id: str | None = None
    ocsp: tuple[str, ...] = ()
    ca_issuers: tuple[str, ...] = ()
    crl: tuple[str, ...] = ()
    scts: int = 0
    must_staple: bool = False
    error: str | None = None
