"""TLS 1.1, TLS 1.0 and SSL 3.0, as far as a stack of today still speaks them."""

from model import End, Scenario, Session

from .ends import client, server
from .truths import declined, missing, mutual, one_way, rejected

RSA = ("server-rsa",)
CLIENT_CHAIN2 = ("client-chain2", "intermediate-1")
CLIENT_CHAIN3 = ("client-chain3", "intermediate-2", "intermediate-1")
WEAK = {"arguments": "-cipher ALL:@SECLEVEL=0"}
WEAK_CIPHERS = {"ciphers": "ALL:@SECLEVEL=0"}
SSL3 = {"macNames": "sha,md5", "cipherNames": "aes128,aes256,3des", "keyExchangeNames": "rsa"}


def scenario(name: str, version: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of this chapter."""
    prefix = "ssl3" if version == "ssl3" else f"tls{version.replace('.', '')}"
    return Scenario(name=f"{prefix}-{name}", version=version, server=at, client=to, truth=truth, **more)


def weak(stack: str, chain: str = "server-rsa", **more: object) -> End:
    """An OpenSSL end of some kind, without the security level that forbids old versions."""
    options = {"openssl": WEAK, "node": WEAK_CIPHERS, "python": WEAK_CIPHERS, "curl": CURL, "nginx": NGINX}
    return End(stack=stack, chain=chain or None, options=options[stack], **more)


CURL = {"arguments": "--ciphers ALL:@SECLEVEL=0"}
NGINX = {"server": "ssl_ciphers ALL:@SECLEVEL=0;"}

TLS11 = (
    scenario("one-way", "1.1", weak("openssl"), weak("openssl", ""), one_way("TLS 1.1", RSA)),
    scenario("one-way", "1.1", server("gnutls"), client("java"), one_way("TLS 1.1", RSA), ip_version=6),
    scenario(
        "mutual-chain3",
        "1.1",
        server("gnutls", ask="require"),
        weak("openssl", "client-chain3"),
        mutual("TLS 1.1", RSA, CLIENT_CHAIN3),
    ),
    scenario(
        "mutual",
        "1.1",
        server("java", ask="require"),
        client("gnutls", "client-rsa"),
        mutual("TLS 1.1", RSA, ("client-rsa",)),
        ip_version=6,
    ),
    scenario(
        "declined",
        "1.1",
        weak("nginx", ask="request"),
        weak("curl", ""),
        declined("TLS 1.1", RSA),
        form="pcapng",
    ),
    scenario(
        "missing", "1.1", weak("openssl", ask="require"), client("go"), missing("TLS 1.1", RSA), ip_version=6
    ),
    scenario(
        "unknown-ca",
        "1.1",
        weak("openssl", ask="require"),
        client("gnutls", "client-stranger"),
        rejected("TLS 1.1", RSA, ("client-stranger",)),
    ),
    scenario(
        "expired",
        "1.1",
        server("go", ask="require"),
        weak("openssl", "client-expired"),
        rejected("TLS 1.1", RSA, ("client-expired",)),
        ip_version=6,
    ),
)

TLS10 = (
    scenario("one-way", "1.0", weak("openssl"), weak("openssl", ""), one_way("TLS 1.0", RSA), ip_version=6),
    scenario("one-way", "1.0", server("go"), weak("python", ""), one_way("TLS 1.0", RSA)),
    scenario(
        "one-way-ecdsa",
        "1.0",
        weak("node", "server-ecdsa"),
        client("go"),
        one_way("TLS 1.0", ("server-ecdsa",)),
        ip_version=6,
    ),
    scenario(
        "mutual-chain2",
        "1.0",
        weak("openssl", ask="require"),
        client("java", "client-chain2"),
        mutual("TLS 1.0", RSA, CLIENT_CHAIN2),
    ),
    scenario(
        "mutual",
        "1.0",
        weak("nginx", ask="require"),
        weak("curl", "client-chain3"),
        mutual("TLS 1.0", RSA, CLIENT_CHAIN3),
        ip_version=6,
    ),
    scenario("declined", "1.0", server("java", ask="request"), client("gnutls"), declined("TLS 1.0", RSA)),
    scenario("missing", "1.0", server("go", ask="require"), weak("openssl", ""), missing("TLS 1.0", RSA)),
    scenario(
        "unknown-ca",
        "1.0",
        server("go", ask="require"),
        weak("openssl", "client-stranger"),
        rejected("TLS 1.0", RSA, ("client-stranger",)),
        ip_version=6,
    ),
    scenario(
        "expired",
        "1.0",
        weak("openssl", ask="require"),
        weak("openssl", "client-expired"),
        rejected("TLS 1.0", RSA, ("client-expired",)),
    ),
)

SSL30 = (
    scenario(
        "one-way",
        "ssl3",
        server("tlslite", options=SSL3),
        client("tlslite", options=SSL3),
        one_way("SSL 3.0", RSA, server_name=None),
        server_name=None,
        keylog=False,
    ),
    scenario(
        "mutual",
        "ssl3",
        server("tlslite", ask="request", options=SSL3),
        client("tlslite", "client-rsa", options=SSL3),
        mutual("SSL 3.0", RSA, ("client-rsa",), server_name=None),
        server_name=None,
        keylog=False,
        ip_version=6,
    ),
    scenario(
        "declined",
        "ssl3",
        server("tlslite", ask="request", options=SSL3),
        client("tlslite", options=SSL3),
        declined("SSL 3.0", RSA, server_name=None),
        server_name=None,
        keylog=False,
        note="tlslite sends an empty Certificate, where SSL 3.0 would have the warning no_certificate.",
    ),
)

SCENARIOS = (*TLS11, *TLS10, *SSL30)
