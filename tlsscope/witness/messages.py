"""A message as tshark's fields enters, one of our message types leaves: bytes that tshark marked off, nothing
parsed."""

from collections.abc import Iterator

from tlsscope.handshake.messages import CertificateRequest, ClientHello, Extension, ServerHello

from .tshark import Tree

EXTENSION_HEADER = 8  # hex digits of code and length in front of an extension's body
SUPPORTED_VERSIONS = "handshake.extensions.supported_version"


def client_hello(message: Tree) -> ClientHello:
    """Read a ClientHello; its `body` stays empty, since tshark does not print it in one piece.

    One in the form of SSL 2.0 has cipher specs of three bytes, and a challenge that tshark does not print.
    """
    return ClientHello(
        legacy_version=_number(_first(message, "handshake.version")),
        random=_octets(_first(message, "handshake.random")),
        session_id=_octets(_first(message, "handshake.session_id")),
        cipher_suites=numbers(message, "handshake.ciphersuite") or numbers(message, "handshake.cipherspec"),
        compression_methods=b"".join(_octets(node) for node in _all(message, "handshake.comp_method")),
        extensions=extensions(message),
        body=b"",
    )


def server_hello(message: Tree) -> ServerHello:
    """Read a ServerHello or HelloRetryRequest."""
    return ServerHello(
        legacy_version=_number(_first(message, "handshake.version")),
        random=_octets(_first(message, "handshake.random")),
        session_id=_octets(_first(message, "handshake.session_id")),
        cipher_suite=_number(_first(message, "handshake.ciphersuite")),
        compression_method=_number(_first(message, "handshake.comp_method")),
        extensions=extensions(message),
        body=b"",
    )


def certificate_request(message: Tree) -> CertificateRequest:
    """Read a CertificateRequest. tshark takes names apart and prints no DER, so there are no
    `authorities`."""
    return CertificateRequest(
        certificate_types=numbers(message, "handshake.cert_type"),
        signature_algorithms=numbers(message, "handshake.sig_hash_alg"),
        authorities=(),
        context=_octets(_first(message, "handshake.certificate_request_context")),
        extensions=extensions(message),
    )


def certificates(message: Tree) -> tuple[bytes, ...]:
    """Give the certificates of a Certificate message in DER, as sent."""
    return tuple(_octets(node) for node in _all(message, "handshake.certificate"))


def extensions(message: Tree) -> tuple[Extension, ...]:
    """Give the extensions of a message: the nodes whose first field is an extension's type."""
    return tuple(
        (int(node[0].get("show")), bytes.fromhex(node.get("value", "")[EXTENSION_HEADER:]))
        for node in message
        if len(node) and _short(node[0]) == "handshake.extension.type"
    )


def negotiated_version(message: Tree, hello: ServerHello) -> int:
    """Give the version that a ServerHello selects, RFC 8446 §4.2.1."""
    selected = numbers(message, SUPPORTED_VERSIONS)
    return selected[0] if selected else hello.legacy_version


def text(message: Tree, name: str) -> str | None:
    """Give a field's value as text, `None` where it is not there."""
    node = _first(message, name)
    return None if node is None else node.get("show") or None


def name(message: Tree, field: str) -> str | None:
    """Give a name from the wire, decoded here from the bytes that tshark marked off: it prints odd ones its
    own way."""
    node = _first(message, field)
    return None if node is None else _octets(node).decode("utf-8", "backslashreplace")


def tickets(message: Tree) -> tuple[bytes, ...]:
    """Give the ticket of a NewSessionTicket."""
    return tuple(_octets(node) for node in _all(message, "handshake.session_ticket"))


def parameters(message: Tree) -> bytes | None:
    """Give the body of a ServerKeyExchange, which tshark marks off as a whole in a node without a name."""
    return next((_octets(node) for node in message if not node.get("name") and node.get("value")), None)


def numbers(message: Tree, name: str) -> tuple[int, ...]:
    """Give all values of a numeric field."""
    return tuple(_number(node) for node in _all(message, name))


def _all(message: Tree, name: str) -> Iterator[Tree]:
    return (node for node in message.iter("field") if _short(node) == name)


def _first(message: Tree, name: str) -> Tree | None:
    return next(_all(message, name), None)


def _short(node: Tree) -> str:
    """Name a field without its protocol: DTLS repeats the names of TLS, and borrows some."""
    protocol, _, rest = node.get("name").partition(".")
    return rest if protocol in ("tls", "dtls") else ""


def _octets(node: Tree | None) -> bytes:
    return b"" if node is None else bytes.fromhex(node.get("value", ""))


def _number(node: Tree | None) -> int:
    return 0 if node is None else int(node.get("show"), 0)
