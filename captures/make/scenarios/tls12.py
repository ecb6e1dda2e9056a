"""TLS 1.2: the same questions, all in clear, and the key exchanges that TLS 1.3 dropped."""

from model import End, Scenario, Session

from .ends import client, server
from .truths import declined, distrusted, missing, mutual, one_way, rejected

TLS12 = "TLS 1.2"
RSA = ("server-rsa",)
ECDSA = ("server-ecdsa",)
# OpenSSL and NSS complete a chain of one from the authorities that they trust: the root goes out with it.
RSA_AND_ROOT = ("server-rsa", "root")
CLIENT_CHAIN2 = ("client-chain2", "intermediate-1")
CLIENT_CHAIN3 = ("client-chain3", "intermediate-2", "intermediate-1")


def scenario(name: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of this chapter."""
    return Scenario(name=f"tls12-{name}", version="1.2", server=at, client=to, truth=truth, **more)


def ciphers(names: str) -> dict[str, str]:
    """OpenSSL's own words for a list of cipher suites."""
    return {"arguments": f"-cipher {names}"}


KEY_EXCHANGES = (
    scenario(
        "rsa-kx",
        server("openssl", options=ciphers("AES128-GCM-SHA256")),
        client("gnutls"),
        one_way(TLS12, RSA, cipher_suite="TLS_RSA_WITH_AES_128_GCM_SHA256"),
        keep_server_key=True,
        note="RSA key exchange: with the server's private key, kept beside this file, it can be decrypted.",
    ),
    scenario(
        "dhe",
        server("openssl", options=ciphers("DHE-RSA-AES256-GCM-SHA384")),
        client("openssl"),
        one_way(TLS12, RSA, cipher_suite="TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
        ip_version=6,
    ),
    scenario(
        "chacha",
        server("go", "server-ecdsa", options={"cipher": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"}),
        client("openssl"),
        one_way(TLS12, ECDSA, cipher_suite="TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ),
    scenario(
        "null-cipher",
        server("openssl", options=ciphers("NULL-SHA256:@SECLEVEL=0")),
        client("openssl", options=ciphers("NULL-SHA256:@SECLEVEL=0")),
        one_way(TLS12, RSA, cipher_suite="TLS_RSA_WITH_NULL_SHA256"),
        note="Authenticated, but not encrypted: the records after ChangeCipherSpec are readable.",
    ),
)

ONE_WAY = (
    scenario("one-way", server("openssl"), client("openssl"), one_way(TLS12, RSA), form="pcapng-keys"),
    scenario(
        "one-way", server("gnutls", "server-ecdsa"), client("java"), one_way(TLS12, ECDSA), ip_version=6
    ),
    scenario(
        "one-way", server("nginx", "server-ecdsa"), client("curl"), one_way(TLS12, ECDSA), form="pcapng"
    ),
    scenario("one-way", server("java"), client("go"), one_way(TLS12, RSA), ip_version=6),
    scenario("one-way", server("nss"), client("nss"), one_way(TLS12, RSA_AND_ROOT), keylog=False),
    scenario(
        "one-way", server("tlslite"), client("tlslite"), one_way(TLS12, RSA), keylog=False, ip_version=6
    ),
    scenario(
        "one-way-server-chain3",
        server("node", "server-chain3"),
        client("python"),
        one_way(TLS12, ("server-chain3", "intermediate-2", "intermediate-1")),
    ),
    scenario(
        "one-way-ed25519",
        server("openssl", "server-ed25519"),
        client("go"),
        one_way(TLS12, ("server-ed25519",)),
    ),
    scenario(
        "one-way-rsapss",
        server("openssl", "server-rsapss"),
        client("openssl"),
        one_way(TLS12, ("server-rsapss",)),
        ip_version=6,
    ),
    scenario(
        "one-way-no-name",
        server("openssl"),
        client("openssl"),
        one_way(TLS12, RSA, server_name=None),
        server_name=None,
        form="nanosecond",
    ),
)

MUTUAL = (
    scenario(
        "mutual",
        server("openssl", ask="require"),
        client("openssl", "client-rsa"),
        mutual(TLS12, RSA, ("client-rsa",)),
        ip_version=6,
    ),
    scenario(
        "mutual-chain3",
        server("go", "server-ecdsa", ask="require"),
        client("java", "client-chain3"),
        mutual(TLS12, ECDSA, CLIENT_CHAIN3),
    ),
    scenario(
        "mutual-chain2",
        server("java", ask="require"),
        client("node", "client-chain2"),
        mutual(TLS12, RSA, CLIENT_CHAIN2),
        ip_version=6,
    ),
    scenario(
        "mutual",
        server("gnutls", ask="require"),
        client("curl", "client-chain3"),
        mutual(TLS12, RSA, CLIENT_CHAIN3),
        form="pcapng-keys",
    ),
    scenario(
        "mutual",
        server("nginx", "server-ecdsa", ask="require"),
        client("gnutls", "client-p384"),
        mutual(TLS12, ECDSA, ("client-p384", "intermediate-1")),
        ip_version=6,
    ),
    scenario(
        "mutual",
        server("nss", ask="require"),
        client("python", "client-chain2"),
        mutual(TLS12, RSA_AND_ROOT, CLIENT_CHAIN2),
    ),
    scenario(
        "mutual-ed25519",
        server("openssl", "server-ed25519", ask="require"),
        client("openssl", "client-ed25519"),
        mutual(TLS12, ("server-ed25519",), ("client-ed25519",)),
    ),
    scenario(
        "mutual-rsapss",
        server("openssl", "server-rsapss", ask="require"),
        client("openssl", "client-rsapss"),
        mutual(TLS12, ("server-rsapss",), ("client-rsapss",)),
        ip_version=6,
    ),
    scenario(
        "mutual-large-chain",
        server("go", ask="require"),
        client("openssl", "client-large"),
        mutual(TLS12, RSA, ("client-large",)),
        note="The client's Certificate message is larger than a record, and spread over many segments.",
    ),
)

DECLINED = (
    scenario("declined", server("openssl", ask="request"), client("gnutls"), declined(TLS12, RSA)),
    scenario("declined", server("go", ask="request"), client("openssl"), declined(TLS12, RSA), ip_version=6),
    scenario("declined", server("java", ask="request"), client("java"), declined(TLS12, RSA), keylog=False),
    scenario("declined", server("nginx", ask="request"), client("node"), declined(TLS12, RSA), form="pcapng"),
)

FAILED = (
    scenario("missing", server("openssl", ask="require"), client("curl"), missing(TLS12, RSA), ip_version=6),
    scenario("missing", server("go", ask="require"), client("java"), missing(TLS12, RSA), keylog=False),
    scenario("missing", server("gnutls", ask="require"), client("openssl"), missing(TLS12, RSA)),
    scenario(
        "missing", server("nss", ask="require"), client("go"), missing(TLS12, RSA_AND_ROOT), ip_version=6
    ),
    scenario(
        "unknown-ca",
        server("openssl", ask="require"),
        client("go", "client-stranger"),
        rejected(TLS12, RSA, ("client-stranger",)),
    ),
    scenario(
        "unknown-ca",
        server("java", ask="require"),
        client("openssl", "client-stranger"),
        rejected(TLS12, RSA, ("client-stranger",)),
        ip_version=6,
    ),
    scenario(
        "expired",
        server("go", ask="require"),
        client("openssl", "client-expired"),
        rejected(TLS12, RSA, ("client-expired",)),
    ),
    scenario(
        "expired",
        server("python", ask="require"),
        client("gnutls", "client-expired"),
        rejected(TLS12, RSA_AND_ROOT, ("client-expired",)),
        ip_version=6,
    ),
    scenario(
        "server-unknown-ca",
        server("go", "server-stranger"),
        client("openssl"),
        distrusted(TLS12, ("server-stranger",)),
        keylog=False,
    ),
    scenario(
        "server-expired",
        server("nginx", "server-expired"),
        client("go"),
        distrusted(TLS12, ("server-expired",)),
        keylog=False,
        ip_version=6,
    ),
)

SCENARIOS = (*KEY_EXCHANGES, *ONE_WAY, *MUTUAL, *DECLINED, *FAILED)
