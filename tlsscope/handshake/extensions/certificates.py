"""Extensions about certificates and their status: a body enters, a value leaves."""

from tlsscope.wire import MalformedError, Reader

from .opening import opaque16s, remembering

Filter = tuple[bytes, bytes]  # object identifier and wanted values, both DER

OCSP = 1  # RFC 6066 §8
OCSP_MULTI = 2  # RFC 6961 §2.2

certificate_authorities = opaque16s  # RFC 8446 §4.2.4: DER-encoded distinguished names
signed_certificate_timestamps = opaque16s  # RFC 6962 §3.3


@remembering
def status_request(body: bytes) -> int:
    """Open the client's status_request: the type of status that it asks for, RFC 6066 §8."""
    reader = Reader(body)
    status_type = reader.uint8()
    if status_type == OCSP:
        reader.vector16()  # responders
        reader.vector16()  # extensions
        reader.end()
    return status_type


@remembering
def status_request_v2(body: bytes) -> tuple[int, ...]:
    """Open the client's status_request_v2: the types of status that it asks for, RFC 6961 §2.2."""
    reader = Reader(body)
    requests = reader.vector16()
    reader.end()
    types = []
    while requests:
        types.append(requests.uint8())
        requests.vector16()
    return tuple(types)


def stapled_response(body: bytes) -> bytes:
    """Open a CertificateStatus: the DER of the (leaf's) OCSP response, RFC 6066 §8, RFC 8446 §4.4.2.1.

    A list of responses may skip a certificate by an empty one (RFC 6961 §2.2).
    """
    reader = Reader(body)
    status_type = reader.uint8()
    if status_type == OCSP:
        response = reader.opaque24()
    elif status_type == OCSP_MULTI:
        response = reader.vector24().opaque24()
    else:
        raise MalformedError(f"a certificate status of type {status_type}")
    reader.end()
    return response


def oid_filters(body: bytes) -> tuple[Filter, ...]:
    """Open oid_filters: what a client's certificate should hold, RFC 8446 §4.2.5."""
    reader = Reader(body)
    filters = reader.vector16()
    reader.end()
    opened = []
    while filters:
        opened.append((filters.opaque8(), filters.opaque16()))
    return tuple(opened)
