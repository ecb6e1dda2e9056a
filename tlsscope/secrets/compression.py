"""TLS compression (RFC 3749), which old captures have: an opener enters, one that also inflates leaves."""

import zlib

from tlsscope.secrets.faults import SealError, UnsupportedError
from tlsscope.secrets.records import RecordOpener

NULL, DEFLATE = 0, 1
_LONGEST_PLAINTEXT = 1 << 14  # RFC 5246 §6.2.1: a bomb stops here


def decompressed(opener: RecordOpener, method: int) -> RecordOpener:
    """Add what the ServerHello's compression method asks for."""
    if method == NULL:
        return opener
    if method == DEFLATE:
        return _InflatingOpener(opener)
    raise UnsupportedError(f"compression method {method} is not known")


class _InflatingOpener(RecordOpener):
    """One deflate stream runs through all records of a direction: a loss ends it."""

    __slots__ = ("_inflater", "_opener")

    def __init__(self, opener: RecordOpener) -> None:
        super().__init__()
        self._opener = opener
        self._inflater = zlib.decompressobj()

    def open_at(self, sequence: int, content_type: int, version: int, fragment: bytes) -> bytes:
        """Open the record of this number."""
        compressed = self._opener.open_at(sequence, content_type, version, fragment)
        try:
            plaintext = self._inflater.decompress(compressed, _LONGEST_PLAINTEXT + 1)
        except zlib.error:
            raise SealError("what was compressed does not inflate") from None
        if len(plaintext) > _LONGEST_PLAINTEXT:
            raise SealError("more than a record may hold was compressed")
        return plaintext
