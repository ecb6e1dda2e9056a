"""CompressedCertificate (RFC 8879): a body enters, the Certificate's body leaves, as long as claimed."""

import zlib

from tlsscope.wire import MalformedError, Reader

from .messages import CompressedCertificate

ZLIB, BROTLI, ZSTD = 1, 2, 3
LARGEST = 1 << 20  # of a decompressed message; real ones are a few kilobytes
LARGEST_ZSTD_WINDOW = 8 << 20  # RFC 9659 §3


def compressed_certificate(body: bytes) -> CompressedCertificate:
    """Read a CompressedCertificate, RFC 8879 §4; its data stay compressed."""
    reader = Reader(body)
    message = CompressedCertificate(reader.uint16(), reader.uint24(), reader.opaque24())
    reader.end()
    return message


def decompressed_certificate(message: CompressedCertificate) -> bytes:
    """Decompress into the body of a Certificate message; `MalformedError` where it is not what it claims."""
    if message.length > LARGEST:
        raise MalformedError(f"a compressed certificate of {message.length} bytes")
    if message.algorithm == ZLIB:
        body = _inflate(message.data, message.length)
    elif message.algorithm == BROTLI:
        body = _decompress_brotli(message.data, message.length)
    elif message.algorithm == ZSTD:
        body = _decompress_zstd(message.data, message.length)
    else:
        raise MalformedError(f"certificate compression algorithm {message.algorithm}")
    if len(body) != message.length:
        raise MalformedError("a compressed certificate of another length than it claims")
    return body


# Each asks for one byte more than was claimed, so that too long is told from right.


def _inflate(data: bytes, length: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        body = inflater.decompress(data, length + 1)
    except zlib.error as error:
        raise MalformedError(f"a compressed certificate: {error}") from error
    if not inflater.eof or inflater.unused_data:
        raise MalformedError("a compressed certificate that does not end where its data end")
    return body


def _decompress_brotli(data: bytes, length: int) -> bytes:
    import brotli  # heavy, and seldom needed

    decompressor = brotli.Decompressor()
    body = b""
    try:
        while not decompressor.is_finished() and len(body) <= length:
            more: bytes = decompressor.process(data, output_buffer_limit=length + 1 - len(body))
            if not more and decompressor.can_accept_more_data() and not decompressor.is_finished():
                raise MalformedError("a compressed certificate that is cut off")
            body, data = body + more, b""
    except brotli.error as error:
        raise MalformedError(f"a compressed certificate: {error}") from error
    return body


def _decompress_zstd(data: bytes, length: int) -> bytes:
    import zstandard  # heavy, and seldom needed

    decompressor = zstandard.ZstdDecompressor(max_window_size=LARGEST_ZSTD_WINDOW)
    try:
        return decompressor.stream_reader(data).read(length + 1)
    except zstandard.ZstdError as error:
        raise MalformedError(f"a compressed certificate: {error}") from error
