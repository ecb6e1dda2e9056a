"""Record protection of DTLS 1.3 (RFC 9147 §4): a whole record enters, header and all; its plaintext leaves.

The header's number is hidden; what it does not say (the upper bits) is told from the records before.
"""

from tlsscope.secrets import blocks, schedule13
from tlsscope.secrets.aead import Aead
from tlsscope.secrets.faults import SealError
from tlsscope.secrets.suites import Cipher, protection13
from tlsscope.wire import MalformedError, Reader

_CONNECTION_ID, _LONG_NUMBER, _LENGTH = 0x10, 0x08, 0x04  # bits of the first byte, which is 001CSLEE
_SAMPLE = 16
PREFIX = schedule13.DTLS_PREFIX


class DatagramOpener13:
    """One direction of one epoch. `sequence` is the number expected next; a failure leaves it as it was."""

    __slots__ = ("_aead", "_cipher", "_iv", "_mask", "sequence")

    def __init__(self, cipher: Cipher, secret: bytes) -> None:
        key, iv = schedule13.traffic_keys(cipher.hash, secret, cipher.key_length, PREFIX)
        number_key = schedule13.expand_label(cipher.hash, secret, b"sn", b"", cipher.key_length, PREFIX)
        self._cipher = cipher
        self._aead = Aead(cipher, key)
        self._iv = int.from_bytes(iv, "big")
        self._mask = blocks.header_mask(cipher.algorithm, number_key)
        self.sequence = 0

    def open(self, record: bytes, connection_id_length: int = 0) -> tuple[int, bytes]:
        """Open a record: the content type inside and its plaintext, without padding."""
        try:
            header, number_start, number_end = _header(record, connection_id_length)
        except MalformedError as error:
            raise SealError(str(error)) from None
        ciphertext = record[len(header) :]
        if len(ciphertext) < _SAMPLE:
            raise SealError(f"{len(ciphertext)} bytes are too few")
        mask = self._mask(ciphertext[:_SAMPLE])
        hidden = header[number_start:number_end]
        shown = bytes(a ^ b for a, b in zip(hidden, mask, strict=False))
        sequence = self._whole_number(int.from_bytes(shown, "big"), 8 * len(shown))
        nonce = (self._iv ^ sequence).to_bytes(schedule13.NONCE_LENGTH, "big")
        associated = header[:number_start] + shown + header[number_end:]
        inner = self._aead.open(nonce, ciphertext, associated).rstrip(b"\0")
        self.sequence = max(self.sequence, sequence + 1)
        if not inner:
            raise SealError("nothing but padding inside")
        return inner[-1], inner[:-1]

    def _whole_number(self, low: int, bits: int) -> int:
        # RFC 9147 §4.2.2: the number nearest to the expected one that ends in these bits
        window = 1 << bits
        number = self.sequence - self.sequence % window + low
        nearest = min((number - window, number, number + window), key=lambda one: abs(one - self.sequence))
        return nearest if nearest >= 0 else number


def datagram_opener13(suite: int, secret: bytes) -> DatagramOpener13:
    """Make the opener of one direction and epoch from its early, handshake or application traffic secret."""
    return DatagramOpener13(protection13(suite, secret), secret)


def _header(record: bytes, connection_id_length: int) -> tuple[bytes, int, int]:
    """Cut the unified header off: the header, where its number starts and ends."""
    reader = Reader(record)
    flags = reader.uint8()
    if flags >> 5 != 1:
        raise MalformedError(f"0x{flags:02x} begins no record of DTLS 1.3")
    reader.bytes(connection_id_length if flags & _CONNECTION_ID else 0)
    start = len(record) - len(reader)
    reader.bytes(2 if flags & _LONG_NUMBER else 1)
    end = len(record) - len(reader)
    if flags & _LENGTH:
        reader.vector16().rest()
        reader.end()
        return record[: end + 2], start, end
    return record[:end], start, end
