"""What was odd on the wire: a closed list of kinds, and the value that carries one.

Every room may report an anomaly; none decides what it means (that is `judge`'s work).
"""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """Every kind of anomaly there is. The values appear in reports: add freely, rename nothing."""

    # capture
    TRUNCATED_CAPTURE = "truncated-capture"  # the file ends inside a record
    DROPPED = "dropped"  # packets that the kernel had no room for, live
    MALFORMED_BLOCK = "malformed-block"
    # link
    SNAPLEN = "snaplen"  # the capture kept less of a frame than the wire carried
    BAD_LENGTH = "bad-length"
    # flow
    GAP = "gap"  # bytes that the capture does not hold
    OVERLAP_CONFLICT = "overlap-conflict"  # two copies of a byte that differ; the first was kept
    MID_STREAM = "mid-stream"  # the connection was open when the capture began
    ONE_DIRECTION = "one-direction"
    BOUND_HIT = "bound-hit"  # a table of ours was full
    # record
    RECORD_OVERFLOW = "record-overflow"
    LOST_RECORDS = "lost-records"  # record boundaries could not be found again after a gap
    NOT_TLS = "not-tls"  # bytes that are no TLS record, in a connection that was TLS
    # handshake
    MALFORMED_MESSAGE = "malformed-message"
    MALFORMED_EXTENSION = "malformed-extension"
    DUPLICATE_EXTENSION = "duplicate-extension"
    UNEXPECTED_MESSAGE = "unexpected-message"
    # secrets
    DECRYPTION_FAILED = "decryption-failed"
    FINISHED_MISMATCH = "finished-mismatch"
    # certificate
    MALFORMED_CERTIFICATE = "malformed-certificate"


class Anomaly(msgspec.Struct, frozen=True):
    """One oddity: where it was seen and a sentence about it. `direction` is CLIENT, SERVER or None."""

    kind: Kind
    text: str
    frame: int | None = None
    direction: int | None = None
