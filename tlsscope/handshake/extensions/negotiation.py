"""Extensions by which the ends agree on names, algorithms and limits: a body enters, a value leaves.

Kernel file: compiled where a C compiler is found (types in `negotiation.pxd`), interpreted otherwise.
"""

from tlsscope.slices import piece
from tlsscope.wire import MalformedError, Reader

from .opening import opaque8, opaque16, remembering, short_uint16s, uint8s, uint16, uint16s

HOST_NAME = 0  # RFC 6066 §3
_NAME = 5  # where the first name begins: behind the list's length, its own type and length

# RFC 8422 §5.1.1, §5.1.2; RFC 8446 §4.2.3; RFC 8879 §3; RFC 9345 §4.1.1
supported_groups = uint16s
ec_point_formats = uint8s
signature_algorithms = uint16s
signature_algorithms_cert = uint16s
compress_certificate = short_uint16s
delegated_credential = uint16s

# RFC 8446 §4.2.1
supported_versions = short_uint16s
selected_version = uint16

# RFC 7250 §3: what the client can use, most wanted first
certificate_types = uint8s

renegotiation_info = opaque8  # RFC 5746 §3.2
connection_id = opaque8  # RFC 9146 §3
srp = opaque8  # RFC 5054 §2.8.1: the user's name
tls_flags = opaque8
record_size_limit = uint16  # RFC 8449 §4
encrypted_client_hello_configurations = opaque16  # RFC 9849 §5, in EncryptedExtensions


def server_name(body: bytes) -> str | None:
    """Open the client's server_name: the first host name; None where there are names of other types only.

    A byte that is no ASCII character stands as `\\xff`.
    """
    if is_one_name(body):
        return piece(body, _NAME, len(body)).decode("ascii", "backslashreplace")
    return _first_host_name(body)


def is_one_name(body: bytes) -> bool:
    """Tell whether a server_name holds one host name and nothing else, as nearly every client sends it."""
    stop = len(body)
    if stop <= _NAME:
        return False
    size, length = body[0] << 8 | body[1], body[3] << 8 | body[4]
    return body[2] == HOST_NAME and size == stop - 2 and length == stop - _NAME


def _first_host_name(body: bytes) -> str | None:
    reader = Reader(body)
    names = reader.vector16()
    reader.end()
    host_name = None
    if not names:
        raise MalformedError("an empty list of server names")
    while names:
        name_type, name = names.uint8(), names.opaque16()
        if name_type == HOST_NAME and host_name is None:
            host_name = name.decode("ascii", "backslashreplace")
    return host_name


@remembering
def alpn(body: bytes) -> tuple[bytes, ...]:
    """Open the client's ALPN: the protocols offered, RFC 7301 §3.1; application_settings is alike."""
    reader = Reader(body)
    protocols = protocol_names(reader.vector16())
    reader.end()
    return protocols


@remembering
def selected_alpn(body: bytes) -> bytes:
    """Open the server's ALPN: the one protocol selected."""
    protocols = alpn(body)
    if len(protocols) != 1:
        raise MalformedError(f"{len(protocols)} protocols selected")
    return protocols[0]


@remembering
def next_protocols(body: bytes) -> tuple[bytes, ...]:
    """Open the server's next_protocol_negotiation: the protocols it speaks."""
    return protocol_names(Reader(body))


def protocol_names(reader: Reader) -> tuple[bytes, ...]:
    """Take all that is left as protocol names."""
    names = []
    while reader:
        names.append(reader.opaque8())
    return tuple(names)


@remembering
def use_srtp(body: bytes) -> tuple[int, ...]:
    """Open use_srtp: the protection profiles, RFC 5764 §4.1.1."""
    reader = Reader(body)
    profiles = reader.vector16().uint16s()
    reader.opaque8()  # the master key identifier
    reader.end()
    return profiles


def padding(body: bytes) -> int:
    """Open padding: how many bytes, RFC 7685 §3."""
    return len(body)
