"""Sessions in which no certificate says who is who: anonymous key exchange, pre-shared keys, SRP."""

from model import End, Scenario, Session

from .ends import client, server
from .truths import one_way

KEY = "6361707475726573206b6579206f6620746c7373636f7065"
LOOSE = "ALL:eNULL:@SECLEVEL=0"


def anonymous(version: str, **more: object) -> Session:
    """Nobody proves anything."""
    return Session(version=version, authentication="anonymous", client_certificate="not-requested", **more)


def psk(version: str, **more: object) -> Session:
    """Both ends hold the external key."""
    return Session(version=version, authentication="psk", client_certificate="not-requested", psk=KEY, **more)


def scenario(name: str, version: str, at: End, to: End, *truth: Session, **more: object) -> Scenario:
    """A scenario of this chapter."""
    name = f"tls{version.replace('.', '')}-{name}"
    return Scenario(name=name, version=version, server=at, client=to, truth=truth, **more)


def openssl(arguments: str) -> End:
    """An OpenSSL end without a certificate."""
    return End(stack="openssl", options={"arguments": arguments})


def gnutls(priority: str, arguments: str = "") -> End:
    """A GnuTLS end without a certificate."""
    return End(stack="gnutls", options={"priority": priority, "arguments": arguments})


PSK_12 = f"-psk {KEY} -psk_identity captures"
JAVA_ANONYMOUS = {"ciphers": "TLS_ECDH_anon_WITH_AES_128_CBC_SHA"}
TLSLITE_ANONYMOUS = {"anonymous": "yes", "keyExchangeNames": "dh_anon"}

ANONYMOUS = (
    scenario(
        "anonymous-dh",
        "1.2",
        openssl("-cipher ADH-AES256-GCM-SHA384:@SECLEVEL=0"),
        openssl("-cipher ADH-AES256-GCM-SHA384:@SECLEVEL=0"),
        anonymous("TLS 1.2", cipher_suite="TLS_DH_anon_WITH_AES_256_GCM_SHA384"),
    ),
    scenario(
        "anonymous-ecdh",
        "1.2",
        openssl("-cipher AECDH-AES128-SHA:@SECLEVEL=0"),
        openssl("-cipher AECDH-AES128-SHA:@SECLEVEL=0"),
        anonymous("TLS 1.2", cipher_suite="TLS_ECDH_anon_WITH_AES_128_CBC_SHA"),
        ip_version=6,
    ),
    scenario(
        "anonymous",
        "1.2",
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH"),
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-ECDH"),
        anonymous("TLS 1.2"),
    ),
    scenario(
        "anonymous",
        "1.0",
        server("java", None, options=JAVA_ANONYMOUS),
        client("openssl", options={"arguments": "-cipher AECDH:@SECLEVEL=0"}),
        anonymous("TLS 1.0", cipher_suite="TLS_ECDH_anon_WITH_AES_128_CBC_SHA"),
        ip_version=6,
    ),
    scenario(
        "anonymous",
        "1.1",
        server("tlslite", None, options=TLSLITE_ANONYMOUS),
        client("tlslite", options=TLSLITE_ANONYMOUS),
        anonymous("TLS 1.1"),
        keylog=False,
    ),
)

PSK = (
    scenario(
        "psk",
        "1.2",
        openssl(f"{PSK_12} -cipher PSK-AES128-GCM-SHA256"),
        openssl(f"{PSK_12} -cipher PSK-AES128-GCM-SHA256"),
        psk("TLS 1.2", cipher_suite="TLS_PSK_WITH_AES_128_GCM_SHA256"),
    ),
    scenario(
        "dhe-psk",
        "1.2",
        openssl(f"{PSK_12} -psk_hint hint -cipher DHE-PSK-AES128-GCM-SHA256"),
        openssl(f"{PSK_12} -cipher DHE-PSK-AES128-GCM-SHA256"),
        psk("TLS 1.2", cipher_suite="TLS_DHE_PSK_WITH_AES_128_GCM_SHA256"),
        ip_version=6,
    ),
    scenario(
        "ecdhe-psk",
        "1.2",
        openssl(f"{PSK_12} -cipher ECDHE-PSK-CHACHA20-POLY1305"),
        openssl(f"{PSK_12} -cipher ECDHE-PSK-CHACHA20-POLY1305"),
        psk("TLS 1.2", cipher_suite="TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256"),
    ),
    scenario(
        "rsa-psk",
        "1.2",
        server("openssl", options={"arguments": f"{PSK_12} -cipher RSA-PSK-AES128-GCM-SHA256"}),
        openssl(f"{PSK_12} -cipher RSA-PSK-AES128-GCM-SHA256"),
        psk(
            "TLS 1.2",
            cipher_suite="TLS_RSA_PSK_WITH_AES_128_GCM_SHA256",
            server_certificates=("server-rsa",),
        ),
        ip_version=6,
        note="A certificate proves the server as well; the pre-shared key proves both.",
    ),
    scenario(
        "external-psk",
        "1.3",
        openssl(PSK_12),
        openssl(PSK_12),
        psk("TLS 1.3"),
        note="psk_dhe_ke (RFC 8446 §4.2.9) with an external key.",
    ),
    scenario(
        "external-psk-only",
        "1.3",
        openssl(f"{PSK_12} -allow_no_dhe_kex"),
        gnutls(
            "NORMAL:-VERS-ALL:+VERS-TLS1.3:-KX-ALL:+PSK:-GROUP-ALL",
            f"--pskusername captures --pskkey {KEY}",
        ),
        psk("TLS 1.3"),
        ip_version=6,
        note="psk_ke (RFC 8446 §4.2.9): no key share at all.",
    ),
    scenario(
        "external-psk-offered",
        "1.3",
        server("go"),
        openssl(PSK_12),
        one_way("TLS 1.3", ("server-rsa",)),
        note="The client offers an external key that the server does not know: certificates, as ever.",
    ),
)

SRP = (
    scenario(
        "srp",
        "1.2",
        server("tlslite", None, options={"password": "captures", "keyExchangeNames": "srp_sha"}),
        gnutls("NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+SRP", "--srpusername captures --srppasswd captures"),
        Session(version="TLS 1.2", authentication="psk", client_certificate="not-requested"),
        note="SRP (RFC 5054): both prove that they know a password, by the index's word `psk`.",
    ),
)

SCENARIOS = (*ANONYMOUS, *PSK, *SRP)
