"""What changes a handshake's shape: retries, hybrid groups, large chains, late authentication, early ends."""

from model import End, Scenario, Session

from .ends import client, server
from .truths import declined, distrusted, mutual, one_way, resumed, undecided

RSA = ("server-rsa",)
ECDSA = ("server-ecdsa",)
LARGE = ("server-large", "intermediate-1")
CLIENT_CHAIN2 = ("client-chain2", "intermediate-1")
P256_MLKEM = {"OPENSSL_CONF": "{peers}/p256-mlkem768.cnf"}
X25519_FIRST = {"OPENSSL_CONF": "{peers}/x25519-first.cnf"}
MLKEM_ONLY = {"OPENSSL_CONF": "{peers}/x25519-mlkem768.cnf"}


def tls13(name: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of TLS 1.3."""
    return Scenario(name=f"tls13-{name}", version="1.3", server=at, client=to, truth=truth, **more)


def tls12(name: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of TLS 1.2."""
    return Scenario(name=f"tls12-{name}", version="1.2", server=at, client=to, truth=truth, **more)


def arguments(words: str) -> dict[str, str]:
    """Further words on the command line."""
    return {"arguments": words}


RETRY = (
    tls13(
        "retry",
        server("openssl", options=arguments("-groups P-384")),
        client("openssl", options=arguments("-groups X25519:P-384")),
        one_way("TLS 1.3", RSA, hello_retry=True, group="secp384r1"),
    ),
    tls13(
        "retry-mutual",
        server("go", "server-ecdsa", ask="require", options={"groups": "P-521"}),
        client("gnutls", "client-chain2", options=arguments("--single-key-share")),
        mutual("TLS 1.3", ECDSA, CLIENT_CHAIN2, hello_retry=True, group="secp521r1"),
        ip_version=6,
    ),
    tls13(
        "retry-declined",
        server("java", ask="request", options={"jvm": "-Djdk.tls.namedGroups=secp384r1"}),
        client("go", options={"groups": "X25519,P-384"}),
        declined("TLS 1.3", RSA, hello_retry=True, group="secp384r1"),
        form="pcapng-keys",
    ),
)

HYBRID = (
    tls13(
        "hybrid",
        server("openssl4", environment=MLKEM_ONLY),
        client("openssl4", environment=MLKEM_ONLY),
        one_way("TLS 1.3", RSA, group="X25519MLKEM768"),
    ),
    tls13(
        "hybrid-mutual",
        server("node24", "server-ecdsa", ask="require", options={"groups": "X25519MLKEM768"}),
        client("boringssl", "client-chain2", options={"browser": "chrome136"}),
        mutual("TLS 1.3", ("server-ecdsa", "root"), CLIENT_CHAIN2, group="X25519MLKEM768"),
        ip_version=6,
    ),
    tls13(
        "hybrid",
        server("node24", "server-ecdsa", options={"groups": "X25519MLKEM768"}),
        client("boringssl", options={"browser": "firefox135"}),
        one_way("TLS 1.3", ECDSA, group="X25519MLKEM768"),
        form="pcapng-keys",
    ),
    tls13(
        "hybrid-p256",
        server("openssl4", environment=P256_MLKEM),
        client("openssl4", environment=P256_MLKEM),
        one_way("TLS 1.3", RSA, group="SecP256r1MLKEM768"),
        ip_version=6,
    ),
    tls13(
        "hybrid-retry",
        server("openssl4", environment=MLKEM_ONLY),
        client("openssl4", environment=X25519_FIRST),
        one_way("TLS 1.3", RSA, hello_retry=True, group="X25519MLKEM768"),
    ),
    tls13(
        "hybrid-declined",
        server("openssl4", ask="request", environment=MLKEM_ONLY),
        client("node24", options={"groups": "X25519MLKEM768"}),
        declined("TLS 1.3", ("server-rsa", "root"), group="X25519MLKEM768"),
        ip_version=6,
    ),
)

LARGE_CHAINS = (
    tls13(
        "large-chain",
        server("openssl", "server-large"),
        client("go"),
        one_way("TLS 1.3", LARGE),
        ip_version=6,
        note="The server's Certificate message is larger than a record.",
    ),
    tls13(
        "large-chain-mutual",
        server("gnutls", ask="require"),
        client("openssl", "client-large"),
        mutual("TLS 1.3", RSA, ("client-large",)),
        note="The client's Certificate message is larger than a record.",
    ),
    tls12(
        "large-chain",
        server("nginx", "server-large"),
        client("openssl"),
        one_way("TLS 1.2", LARGE),
        ip_version=6,
        note="The server's Certificate message is larger than a record.",
    ),
)

LATE = (
    tls12(
        "renegotiated-mutual",
        server("nss", options=arguments("-r -r -r -r")),
        client("openssl", "client-chain2"),
        mutual("TLS 1.2", ("server-rsa", "root"), CLIENT_CHAIN2),
        note="The first handshake is one-way; the server renegotiates and requires a certificate, encrypted.",
    ),
    tls13(
        "post-handshake",
        server("python", ask="require", options={"after_handshake": "yes"}),
        client("openssl", "client-chain2", options=arguments("-enable_pha")),
        mutual("TLS 1.3", ("server-rsa", "root"), CLIENT_CHAIN2),
        note="Post-handshake authentication (RFC 8446 §4.6.2): asked for after the handshake, and given.",
    ),
    tls13(
        "padded-mutual",
        server("openssl", ask="require", options=arguments("-record_padding 512")),
        client("openssl", "client-rsa", options=arguments("-record_padding 512")),
        mutual("TLS 1.3", RSA, ("client-rsa",)),
        ip_version=6,
        note="All records are padded to multiples of 512: sizes hide what the client sent.",
    ),
    tls13(
        "padded",
        server("openssl", options=arguments("-record_padding 512")),
        client("openssl", options=arguments("-record_padding 512")),
        one_way("TLS 1.3", RSA),
        note="All records are padded to multiples of 512: sizes hide what the client sent.",
    ),
    tls13(
        "compressed-certificate",
        server("gnutls", "server-ecdsa", options=arguments("--compress-cert=brotli")),
        client("boringssl", options={"browser": "chrome136"}),
        one_way("TLS 1.3", ECDSA),
        note="The client would take a certificate compressed with brotli (RFC 8879); the server sends it as it is.",
        ip_version=6,
    ),
    Scenario(
        name="tls13-early-data",
        version="1.3",
        server=server("gnutls", options=arguments("--earlydata --maxearlydata 1024")),
        client=client("gnutls", options=arguments("--earlydata={scratch}/request")),
        truth=(one_way("TLS 1.3", RSA), resumed(one_way("TLS 1.3", RSA), "psk")),
        connections=2,
        note="The resumption sends its request as early data.",
    ),
)

ENDED_EARLY = (
    tls13(
        "server-unknown-ca",
        server("go", "server-stranger"),
        client("openssl"),
        distrusted("TLS 1.3", ("server-stranger",)),
    ),
    tls13(
        "server-expired",
        server("openssl", "server-expired"),
        client("go"),
        distrusted("TLS 1.3", ("server-expired",)),
        ip_version=6,
    ),
    tls13(
        "version-refused",
        server("openssl"),
        client("go", version="1.2"),
        undecided(failed_by="server"),
        keylog=False,
        note="The client speaks TLS 1.2 only, the server TLS 1.3 only.",
    ),
    tls12(
        "no-common-suite",
        server("openssl", options=arguments("-cipher ECDHE-RSA-AES256-GCM-SHA384")),
        client("openssl", options=arguments("-cipher ECDHE-RSA-AES128-GCM-SHA256")),
        undecided(failed_by="server"),
        keylog=False,
        ip_version=6,
        note="The two have no cipher suite in common.",
    ),
)

SCENARIOS = (*RETRY, *HYBRID, *LARGE_CHAINS, *LATE, *ENDED_EARLY)
