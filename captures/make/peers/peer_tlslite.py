"""A peer on tlslite-ng: TLS in pure Python, SSL 3.0 included. It trusts any certificate and logs no keys."""

from pathlib import Path

from common import ANSWER, REQUEST, accepted, arguments, complain, connected
from tlslite.api import (
    HandshakeSettings,
    Session,
    SessionCache,
    TLSConnection,
    VerifierDB,
    X509CertChain,
    parsePEMKey,
)
from tlslite.errors import TLSError

VERSIONS = {"ssl3": (3, 0), "1.0": (3, 1), "1.1": (3, 2), "1.2": (3, 3), "1.3": (3, 4)}


def settings_of(options: dict[str, str]) -> HandshakeSettings:
    """Set what both roles have in common."""
    settings = HandshakeSettings()
    settings.minVersion = settings.maxVersion = VERSIONS[options["version"]]
    settings.versions = [settings.maxVersion]
    settings.eccCurves = ["x25519", "secp256r1", "secp384r1"]
    settings.certificate_compression_send = settings.certificate_compression_receive = []
    if settings.maxVersion < (3, 3):
        settings.useExtendedMasterSecret = settings.maxVersion > (3, 0)
    for key in ("keyExchangeNames", "cipherNames", "macNames", "eccCurves", "keyShares"):
        if key in options:
            setattr(settings, key, options[key].split(","))
    if "psk" in options:
        settings.pskConfigs = [(b"captures", bytes.fromhex(options["psk"]), b"sha256")]
    return settings


def own_chain(options: dict[str, str]) -> dict[str, object]:
    """This end's certificates and key, if it has any."""
    if "chain" not in options:
        return {}
    chain = X509CertChain()
    chain.parsePemList(Path(options["chain"]).read_text())
    key = parsePEMKey(Path(options["key"]).read_text(), private=True)
    return {"certChain": chain, "privateKey": key}


def passwords(options: dict[str, str]) -> VerifierDB | None:
    """For SRP: what proves that a client knows its password."""
    if "password" not in options:
        return None
    database = VerifierDB()
    database.create()
    database[b"captures"] = VerifierDB.makeVerifier(b"captures", options["password"].encode(), 2048)
    return database


def serve(options: dict[str, str]) -> None:
    """Answer each connection once."""
    cache = SessionCache() if options.get("cache") else None
    for plain in accepted(options):
        connection = TLSConnection(plain)
        try:
            connection.handshakeServer(
                **own_chain(options),
                verifierDB=passwords(options),
                reqCert=options["ask"] != "no",
                sessionCache=cache,
                settings=settings_of(options),
                anon="anonymous" in options,
                alpn=[
                    bytearray(b"http/1.1"),
                    bytearray(b"http/1.0"),
                ],  # without it, a client's ALPN is its end
            )
            connection.read(min=1, max=4096)
            connection.write(ANSWER)
            connection.close()
        except (TLSError, OSError) as error:
            complain(error)
        plain.close()


def ask(options: dict[str, str]) -> None:
    """Connect as often as told, resuming the first session."""
    session: Session | None = None
    for _ in range(int(options["connections"])):
        connection = TLSConnection(connected(options))
        name = options["name"] or None
        if "anonymous" in options:
            connection.handshakeClientAnonymous(settings=settings_of(options), serverName=name)
        else:
            connection.handshakeClientCert(
                **own_chain(options), session=session, settings=settings_of(options), serverName=name
            )
        connection.write(REQUEST)
        connection.read(max=4096)
        session = connection.session
        connection.close()
        connection.sock.close()


if __name__ == "__main__":
    given = arguments()
    (serve if given["role"] == "server" else ask)(given)
