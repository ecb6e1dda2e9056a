"""The facts of a certificate: DER as it was sent enters, a `Certificate` leaves. Whatever the bytes are,
never raises.

Three readers in turn: `outline` (exact bytes: names, key, signature algorithm), `strict` (`cryptography`)
and, for what that refuses, `lenient` (asn1crypto, each field on its own). Real traffic repeats itself, so
answers are kept by the DER; a certificate too large to keep is read again. New certificates repeat parts
of old ones: those of known or plain parts are put together (`assembly`), to the same answer. Neither
library is imported before the first certificate.

`self_signed` is True where issuer and subject are the same bytes and the certificate's own key verifies
its signature, None where the names agree but that key or algorithm cannot be used here. `is_ca` is None
where extensions were not read.
"""

import hashlib
from functools import lru_cache
from typing import Any

import msgspec

from . import outline
from .assembly import assemble, learn
from .keys import public_key_facts
from .model import Certificate
from .names import subject_name
from .parts import Parts, split
from .reading import Reading

__all__ = ["public_key_facts", "read", "subject_name"]

KEPT_CERTIFICATES = 4096  # of up to 8 KiB; about 6 KB of memory each
MAX_KEPT_BYTES = 8192  # of one certificate: together they bound the memory
MAX_BYTES = 262144  # a larger one is measured, not read
MAX_LIST = 1000  # names or addresses of one kind
MAX_ERROR = 600  # characters


def read(der: bytes) -> Certificate:
    """Tell what one certificate says of itself."""
    return _remembered(der) if len(der) <= MAX_KEPT_BYTES else _examine(der)


def _examine(der: bytes) -> Certificate:
    parts = split(der) if len(der) <= MAX_KEPT_BYTES else None
    assembled = None if parts is None else assemble(der, parts)
    return read_whole(der, parts) if assembled is None else assembled


def read_whole(der: bytes, parts: Parts | None) -> Certificate:
    """Read a certificate without what is known of its parts; they are known from then on, if it has no fault."""
    known = Certificate(
        sha256=hashlib.sha256(der).hexdigest(),
        sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        size=len(der),
    )
    if len(der) > MAX_BYTES:
        return msgspec.structs.replace(known, error=f"{len(der)} bytes: too large to be read")
    reading = Reading()
    _read_all(der, reading)
    fields = {name: _bounded(name, value, reading) for name, value in reading.fields.items()}
    certificate = msgspec.structs.replace(known, **fields, error=_error(reading))
    if parts is not None and certificate.error is None:
        learn(parts, certificate, reading.extensions)
    return certificate


_remembered = lru_cache(maxsize=KEPT_CERTIFICATES)(_examine)


def _read_all(der: bytes, reading: Reading) -> None:
    from . import strict  # here, so that a run without certificates does not load cryptography

    outline.fill(der, reading)
    strict.fill(der, reading)
    if reading.faults:
        from . import lenient  # asn1crypto, only for the odd ones

        lenient.fill(der, reading)


def _bounded(name: str, value: Any, reading: Reading) -> Any:
    if isinstance(value, tuple) and len(value) > MAX_LIST:
        reading.faults.append(f"{name}: the first {MAX_LIST} of {len(value)} kept")
        return value[:MAX_LIST]
    return value


def _error(reading: Reading) -> str | None:
    return "; ".join(reading.faults)[:MAX_ERROR] or None
