"""A peer on the OpenSSL 4 that `cryptography` brings, through pyOpenSSL; groups come from OPENSSL_CONF."""

import select
import socket
from pathlib import Path

from common import ANSWER, REQUEST, accepted, arguments, complain, connected
from OpenSSL import SSL

VERSIONS = {"1.2": SSL.TLS1_2_VERSION, "1.3": SSL.TLS1_3_VERSION}
ASKING = {
    "no": SSL.VERIFY_NONE,
    "request": SSL.VERIFY_PEER,
    "require": SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT,
}


def configure(options: dict[str, str], verification: int) -> SSL.Context:
    """Make a context with what both roles have in common."""
    context = SSL.Context(SSL.TLS_METHOD)
    context.set_min_proto_version(VERSIONS[options["version"]])
    context.set_max_proto_version(VERSIONS[options["version"]])
    if verification != SSL.VERIFY_NONE:
        # OpenSSL would add what it finds among its authorities to the chain that it sends.
        context.load_verify_locations(options["trust"])
    context.set_verify(verification)
    context.set_session_id(b"captures")
    if "ciphers" in options:
        context.set_cipher_list(options["ciphers"].encode())
    if "chain" in options:
        context.use_certificate_chain_file(options["chain"])
        context.use_privatekey_file(options["key"])
    keylog = Path(options["keylog"])

    def keep(_connection: SSL.Connection, line: bytes) -> None:
        with keylog.open("ab") as file:
            file.write(line + b"\n")

    context.set_keylog_callback(keep)
    return context


def connection_over(context: SSL.Context, plain: socket.socket) -> SSL.Connection:
    """Wrap a blocking socket (a timeout would make it non-blocking under OpenSSL)."""
    plain.settimeout(None)
    return SSL.Connection(context, plain)


def drain(connection: SSL.Connection) -> None:
    """Read until the peer closes, for eight seconds at most between two reads."""
    try:
        while select.select([connection], [], [], 8)[0] and connection.recv(4096):
            pass
    except SSL.ZeroReturnError:
        connection.shutdown()


def serve(options: dict[str, str]) -> None:
    """Answer each connection once."""
    context = configure(options, ASKING[options["ask"]])
    for plain in accepted(options):
        connection = connection_over(context, plain)
        connection.set_accept_state()
        try:
            connection.do_handshake()
            connection.recv(4096)
            connection.sendall(ANSWER)
            connection.shutdown()
            drain(connection)
        except SSL.Error as error:
            complain(error)
        connection.close()


def ask(options: dict[str, str]) -> None:
    """Connect as often as told, resuming the first session."""
    context = configure(options, SSL.VERIFY_PEER)
    session = None
    for _ in range(int(options["connections"])):
        connection = connection_over(context, connected(options))
        connection.set_connect_state()
        if options["name"]:
            connection.set_tlsext_host_name(options["name"].encode())
        if session is not None:
            connection.set_session(session)
        connection.do_handshake()
        connection.sendall(REQUEST)
        drain(connection)
        session = connection.get_session()
        connection.close()


if __name__ == "__main__":
    given = arguments()
    (serve if given["role"] == "server" else ask)(given)
