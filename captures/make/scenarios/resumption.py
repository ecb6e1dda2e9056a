"""Resumption: the original first, then the session that resumes it, in one capture."""

from model import Scenario, Session

from .ends import client, server
from .truths import declined, mutual, one_way, resumed

RSA = ("server-rsa",)
ECDSA = ("server-ecdsa",)
RSA_AND_ROOT = ("server-rsa", "root")
CLIENT_CHAIN2 = ("client-chain2", "intermediate-1")
NO_TICKET = {"arguments": "-no_ticket"}
LEGACY = {"arguments": "-cipher ALL:@SECLEVEL=0"}
LEGACY_NO_TICKET = {"arguments": "-cipher ALL:@SECLEVEL=0 -no_ticket"}


def scenario(name: str, at: object, to: object, original: Session, kind: str, **more: object) -> Scenario:
    """An original and its resumption; the version is the original's."""
    version = original.version.removeprefix("TLS ")
    truth = (original, resumed(original, kind))
    name = f"tls{version.replace('.', '')}-{name}"
    return Scenario(name=name, version=version, server=at, client=to, truth=truth, connections=2, **more)


PSK = (
    scenario(
        "resumed-psk", server("openssl"), client("openssl"), one_way("TLS 1.3", RSA), "psk", ip_version=6
    ),
    scenario(
        "resumed-psk-mutual",
        server("go", "server-ecdsa", ask="require"),
        client("go", "client-chain2"),
        mutual("TLS 1.3", ECDSA, CLIENT_CHAIN2),
        "psk",
    ),
    scenario(
        "resumed-psk-mutual",
        server("openssl", ask="require"),
        client("openssl", "client-rsa"),
        mutual("TLS 1.3", RSA, ("client-rsa",)),
        "psk",
        form="pcapng-keys",
    ),
    scenario("resumed-psk", server("gnutls"), client("gnutls"), one_way("TLS 1.3", RSA), "psk", ip_version=6),
    scenario(
        "resumed-psk-mutual",
        server("node", ask="require"),
        client("node", "client-chain2"),
        mutual("TLS 1.3", RSA_AND_ROOT, CLIENT_CHAIN2),
        "psk",
    ),
    scenario(
        "resumed-psk-declined",
        server("python", ask="request"),
        client("python"),
        declined("TLS 1.3", RSA_AND_ROOT),
        "psk",
        ip_version=6,
    ),
    scenario("resumed-psk", server("java"), client("java"), one_way("TLS 1.3", RSA), "psk", keylog=False),
    scenario("resumed-psk", server("nginx"), client("curl"), one_way("TLS 1.3", RSA), "psk"),
)

TICKET = (
    scenario("resumed-ticket", server("openssl"), client("openssl"), one_way("TLS 1.2", RSA), "ticket"),
    scenario(
        "resumed-ticket-mutual",
        server("go", ask="require"),
        client("go", "client-chain2"),
        mutual("TLS 1.2", RSA, CLIENT_CHAIN2),
        "ticket",
        ip_version=6,
    ),
    scenario("resumed-ticket", server("gnutls"), client("gnutls"), one_way("TLS 1.2", RSA), "ticket"),
    scenario(
        "resumed-ticket",
        server("openssl", options=LEGACY),
        client("openssl", options=LEGACY),
        one_way("TLS 1.1", RSA),
        "ticket",
        ip_version=6,
    ),
    scenario("resumed-ticket", server("go"), client("go"), one_way("TLS 1.0", RSA), "ticket"),
)

SESSION_ID = (
    scenario(
        "resumed-id-declined",
        server("nginx", ask="request", options={"server": "ssl_session_cache shared:captures:1m;"}),
        client("curl"),
        declined("TLS 1.2", RSA),
        "session-id",
        ip_version=6,
        note="curl offers no tickets in TLS 1.2.",
    ),
    scenario(
        "resumed-id",
        server("openssl", options=NO_TICKET),
        client("openssl"),
        one_way("TLS 1.2", RSA),
        "session-id",
        ip_version=6,
    ),
    scenario(
        "resumed-id-mutual",
        server("openssl", ask="require", options=NO_TICKET),
        client("openssl", "client-rsa"),
        mutual("TLS 1.2", RSA, ("client-rsa",)),
        "session-id",
    ),
    scenario(
        "resumed-id",
        server("java", options={"jvm": "-Djdk.tls.server.enableSessionTicketExtension=false"}),
        client("java"),
        one_way("TLS 1.2", RSA),
        "session-id",
        keylog=False,
    ),
    scenario(
        "resumed-id",
        server("tlslite", options={"cache": "yes"}),
        client("tlslite"),
        one_way("TLS 1.2", RSA),
        "session-id",
        keylog=False,
        ip_version=6,
    ),
    scenario(
        "resumed-id-mutual",
        server("openssl", ask="require", options=LEGACY_NO_TICKET),
        client("openssl", "client-rsa", options=LEGACY),
        mutual("TLS 1.1", RSA, ("client-rsa",)),
        "session-id",
    ),
    scenario(
        "resumed-id",
        server("openssl", options=LEGACY_NO_TICKET),
        client("openssl", options=LEGACY),
        one_way("TLS 1.0", RSA),
        "session-id",
        ip_version=6,
    ),
)

SCENARIOS = (*PSK, *TICKET, *SESSION_ID)
