"""A peer on Python's `ssl` module."""

import ssl

from common import ANSWER, REQUEST, accepted, arguments, complain, connected

VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
ASKING = {"no": ssl.CERT_NONE, "request": ssl.CERT_OPTIONAL, "require": ssl.CERT_REQUIRED}


def configure(context: ssl.SSLContext, options: dict[str, str]) -> None:
    """Set what both roles have in common."""
    context.minimum_version = context.maximum_version = VERSIONS[options["version"]]
    context.keylog_filename = options["keylog"]
    if options["role"] == "client" or options["ask"] != "no":
        # OpenSSL would add what it finds among its authorities to the chain that it sends.
        context.load_verify_locations(options["trust"])
    if "ciphers" in options:
        context.set_ciphers(options["ciphers"])
    if "group" in options:
        context.set_ecdh_curve(options["group"])
    if "chain" in options:
        context.load_cert_chain(options["chain"], options["key"])


def serve(options: dict[str, str]) -> None:
    """Answer each connection once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    configure(context, options)
    later = "after_handshake" in options
    context.verify_mode = ASKING[options["ask"]]
    context.post_handshake_auth = later
    context.num_tickets = int(options.get("tickets", "2"))
    for plain in accepted(options):
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                connection.recv(4096)
                if later:
                    connection.verify_client_post_handshake()
                connection.sendall(ANSWER)
                connection.unwrap()
        except OSError as error:
            complain(error)


def ask(options: dict[str, str]) -> None:
    """Connect as often as told, resuming the first session."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = bool(options["name"])
    configure(context, options)
    context.post_handshake_auth = "after_handshake" in options
    session = None
    for _ in range(int(options["connections"])):
        name = options["name"] or None
        with context.wrap_socket(connected(options), server_hostname=name, session=session) as connection:
            connection.sendall(REQUEST)
            while connection.recv(4096):
                pass
            session = connection.session
            connection.unwrap()


if __name__ == "__main__":
    given = arguments()
    (serve if given["role"] == "server" else ask)(given)
