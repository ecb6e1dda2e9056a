"""TLS 1.3: who proves what to whom, over many pairs of stacks."""

from model import End, Scenario, Session

from .ends import client, server
from .truths import declined, missing, mutual, one_way, rejected

TLS13 = "TLS 1.3"
RSA = ("server-rsa",)
ECDSA = ("server-ecdsa",)
# OpenSSL and NSS complete a chain of one from the authorities that they trust: the root goes out with it.
RSA_AND_ROOT = ("server-rsa", "root")
ECDSA_AND_ROOT = ("server-ecdsa", "root")
CLIENT_CHAIN2 = ("client-chain2", "intermediate-1")
CLIENT_CHAIN3 = ("client-chain3", "intermediate-2", "intermediate-1")


def scenario(name: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of this chapter."""
    return Scenario(name=f"tls13-{name}", version="1.3", server=at, client=to, truth=truth, **more)


ONE_WAY = (
    scenario("one-way", server("openssl"), client("openssl"), one_way(TLS13, RSA)),
    scenario("one-way", server("gnutls", "server-ecdsa"), client("go"), one_way(TLS13, ECDSA), ip_version=6),
    scenario("one-way", server("go"), client("gnutls"), one_way(TLS13, RSA), form="nanosecond"),
    scenario("one-way", server("node", "server-ecdsa"), client("java"), one_way(TLS13, ECDSA), ip_version=6),
    scenario("one-way", server("java"), client("python"), one_way(TLS13, RSA), form="pcapng-keys"),
    scenario("one-way", server("nss"), client("curl"), one_way(TLS13, RSA_AND_ROOT)),
    scenario("one-way", server("tlslite"), client("openssl"), one_way(TLS13, RSA), ip_version=6),
    scenario(
        "one-way",
        server("nginx", "server-rsa3072"),
        client("nss"),
        one_way(TLS13, ("server-rsa3072", "intermediate-1")),
        ip_version=6,
        keylog=False,
    ),
    scenario(
        "one-way",
        server("nginx"),
        client("java"),
        one_way(TLS13, RSA),
        keylog=False,
        note="Neither stack gives its keys: all after the ServerHello stays encrypted.",
    ),
    scenario(
        "one-way-no-name",
        server("go", "server-ecdsa"),
        client("go"),
        one_way(TLS13, ECDSA, server_name=None),
        server_name=None,
    ),
    scenario(
        "one-way-server-chain3",
        server("python", "server-chain3"),
        client("gnutls"),
        one_way(TLS13, ("server-chain3", "intermediate-2", "intermediate-1")),
        ip_version=6,
    ),
    scenario(
        "one-way-ed25519",
        server("openssl", "server-ed25519"),
        client("go"),
        one_way(TLS13, ("server-ed25519",)),
        form="pcapng",
    ),
    scenario(
        "one-way-rsapss",
        server("openssl", "server-rsapss"),
        client("java"),
        one_way(TLS13, ("server-rsapss",)),
    ),
    scenario(
        "one-way-p384",
        server("java", "server-p384"),
        client("node"),
        one_way(TLS13, ("server-p384", "intermediate-1")),
        ip_version=6,
    ),
    scenario(
        "one-way-client-has-certificate",
        server("go"),
        client("openssl", "client-rsa"),
        one_way(TLS13, RSA),
        note="The client has a certificate, but the server never asks.",
    ),
)

MUTUAL = (
    scenario(
        "mutual",
        server("openssl", ask="require"),
        client("openssl", "client-rsa"),
        mutual(TLS13, RSA, ("client-rsa",)),
        form="pcapng-keys",
    ),
    scenario(
        "mutual-chain3",
        server("go", "server-ecdsa", ask="require"),
        client("openssl", "client-chain3"),
        mutual(TLS13, ECDSA, CLIENT_CHAIN3),
        form="pcapng-keys",
    ),
    scenario(
        "mutual-chain2",
        server("gnutls", ask="require"),
        client("go", "client-chain2"),
        mutual(TLS13, RSA, CLIENT_CHAIN2),
        ip_version=6,
    ),
    scenario(
        "mutual",
        server("node", "server-ecdsa", ask="require"),
        client("gnutls", "client-p384"),
        mutual(TLS13, ECDSA_AND_ROOT, ("client-p384", "intermediate-1")),
    ),
    scenario(
        "mutual-chain3",
        server("python", ask="require"),
        client("java", "client-chain3"),
        mutual(TLS13, RSA_AND_ROOT, CLIENT_CHAIN3),
        ip_version=6,
    ),
    scenario(
        "mutual-optional",
        server("java", ask="request"),
        client("python", "client-chain2"),
        mutual(TLS13, RSA, CLIENT_CHAIN2),
        note="The server would have gone on without a certificate too.",
    ),
    scenario(
        "mutual",
        server("nss", ask="require"),
        client("node", "client-chain2"),
        mutual(TLS13, RSA_AND_ROOT, CLIENT_CHAIN2),
    ),
    scenario(
        "mutual",
        server("nginx", "server-ecdsa", ask="require"),
        client("nss", "client-rsa", options={"arguments": "-o"}),
        mutual(TLS13, ECDSA, ("client-rsa",)),
        ip_version=6,
        keylog=False,
        note="NSS sends Certificate, CertificateVerify and Finished in one record.",
    ),
    scenario(
        "mutual",
        server("tlslite", ask="request"),
        client("curl", "client-chain2"),
        mutual(TLS13, RSA, CLIENT_CHAIN2),
        note="tlslite proves the client's signature, but trusts any certificate.",
    ),
    scenario(
        "mutual",
        server("gnutls", "server-ecdsa", ask="request"),
        client("tlslite", "client-rsa"),
        mutual(TLS13, ECDSA, ("client-rsa",)),
        ip_version=6,
    ),
    scenario(
        "mutual",
        server("java", "server-ecdsa", ask="require"),
        client("java", "client-ecdsa"),
        mutual(TLS13, ECDSA, ("client-ecdsa",)),
        keylog=False,
        note="JSSE pads its records and logs no keys.",
    ),
    scenario(
        "mutual-ed25519",
        server("openssl", "server-ed25519", ask="require"),
        client("openssl", "client-ed25519"),
        mutual(TLS13, ("server-ed25519",), ("client-ed25519",)),
        ip_version=6,
    ),
    scenario(
        "mutual-rsapss",
        server("openssl", "server-rsapss", ask="require"),
        client("openssl", "client-rsapss"),
        mutual(TLS13, ("server-rsapss",), ("client-rsapss",)),
    ),
)

DECLINED = (
    scenario(
        "declined", server("openssl", ask="request"), client("openssl"), declined(TLS13, RSA), ip_version=6
    ),
    scenario("declined", server("go", ask="request"), client("node"), declined(TLS13, RSA), form="pcapng"),
    scenario(
        "declined", server("gnutls", ask="request"), client("gnutls"), declined(TLS13, RSA), ip_version=6
    ),
    scenario("declined", server("java", ask="request"), client("python"), declined(TLS13, RSA)),
    scenario(
        "declined", server("nss", ask="request"), client("nss"), declined(TLS13, RSA_AND_ROOT), keylog=False
    ),
    scenario("declined", server("nginx", ask="request"), client("curl"), declined(TLS13, RSA), ip_version=6),
    scenario(
        "declined",
        server("python", ask="request"),
        client("go"),
        declined(TLS13, RSA_AND_ROOT),
        form="nanosecond",
    ),
    scenario("declined", server("node", ask="request"), client("java"), declined(TLS13, RSA_AND_ROOT)),
    scenario(
        "declined", server("tlslite", ask="request"), client("tlslite"), declined(TLS13, RSA), keylog=False
    ),
)

MISSING = (
    scenario("missing", server("openssl", ask="require"), client("openssl"), missing(TLS13, RSA)),
    scenario("missing", server("go", ask="require"), client("gnutls"), missing(TLS13, RSA), ip_version=6),
    scenario("missing", server("java", ask="require"), client("curl"), missing(TLS13, RSA)),
    scenario("missing", server("gnutls", ask="require"), client("python"), missing(TLS13, RSA), ip_version=6),
    scenario("missing", server("python", ask="require"), client("node"), missing(TLS13, RSA_AND_ROOT)),
    scenario("missing", server("nss", ask="require"), client("go"), missing(TLS13, RSA_AND_ROOT)),
    scenario(
        "missing-accepted",
        server("nginx", ask="require"),
        client("go"),
        declined(TLS13, RSA),
        ip_version=6,
        note="nginx asks, lets the handshake succeed without a certificate and refuses with HTTP 400.",
    ),
)

REJECTED = (
    scenario(
        "unknown-ca",
        server("openssl", ask="require"),
        client("openssl", "client-stranger"),
        rejected(TLS13, RSA, ("client-stranger",)),
        ip_version=6,
    ),
    scenario(
        "unknown-ca",
        server("go", ask="require"),
        client("curl", "client-stranger"),
        rejected(TLS13, RSA, ("client-stranger",)),
    ),
    scenario(
        "unknown-ca",
        server("java", ask="require"),
        client("openssl", "client-stranger"),
        rejected(TLS13, RSA, ("client-stranger",)),
    ),
    scenario(
        "unknown-ca",
        server("python", ask="require"),
        client("go", "client-stranger"),
        rejected(TLS13, RSA_AND_ROOT, ("client-stranger",)),
        ip_version=6,
    ),
    scenario(
        "unknown-ca-accepted",
        server("nginx", ask="require"),
        client("curl", "client-stranger"),
        mutual(TLS13, RSA, ("client-stranger",)),
        note="nginx lets the handshake succeed and refuses the unknown authority with HTTP 400.",
    ),
    scenario(
        "expired",
        server("openssl", ask="require"),
        client("gnutls", "client-expired"),
        rejected(TLS13, RSA, ("client-expired",)),
    ),
    scenario(
        "expired",
        server("go", ask="require"),
        client("openssl", "client-expired"),
        rejected(TLS13, RSA, ("client-expired",)),
        ip_version=6,
    ),
    scenario(
        "expired",
        server("java", ask="require"),
        client("openssl", "client-expired"),
        rejected(TLS13, RSA, ("client-expired",)),
    ),
    scenario(
        "expired",
        server("nss", ask="require"),
        client("openssl", "client-expired"),
        rejected(TLS13, RSA_AND_ROOT, ("client-expired",)),
    ),
)

SCENARIOS = (*ONE_WAY, *MUTUAL, *DECLINED, *MISSING, *REJECTED)
