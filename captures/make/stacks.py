"""Which stacks the captures come from: asks each program once for its version; words an entry's origin."""

import functools
import re
import subprocess
import sys

from model import End, Scenario

# stack: (what to call it, the command that tells the version, where in the answer it stands)
STACKS = {
    "openssl": ("OpenSSL {} (s_server, s_client)", ["openssl", "version"], r"OpenSSL (\S+)"),
    "gnutls": ("GnuTLS {} (gnutls-serv, gnutls-cli)", ["gnutls-cli", "--version"], r"gnutls-cli (\S+)"),
    "nss": ("NSS {} (selfserv, tstclnt)", ["dpkg-query", "-W", "libnss3-tools"], r":([\d.]+)"),
    "nginx": ("nginx {}", ["nginx", "-v"], r"nginx/(\S+)"),
    "curl": ("curl {} with OpenSSL", ["curl", "--version"], r"curl (\S+)"),
    "go": ("Go {} crypto/tls", ["go", "version"], r"go(\d\S+)"),
    "java": ("Java {} JSSE", ["java", "-version"], r'version "(\S+)"'),
    "node": ("Node {}", ["node", "--version"], r"v(\S+)"),
    "node24": ("Node 24 from npm, OpenSSL 3.5", [], ""),
    "python": (
        "Python {} ssl",
        [sys.executable, "-c", "import ssl, platform; print(platform.python_version())"],
        r"(\S+)",
    ),
    "openssl4": (
        "OpenSSL {} through pyOpenSSL",
        [sys.executable, "-c", "from OpenSSL import SSL; print(SSL.SSLeay_version(0).decode())"],
        r"OpenSSL (\S+)",
    ),
    "tlslite": (
        "tlslite-ng {}",
        [sys.executable, "-c", "import importlib.metadata; print(importlib.metadata.version('tlslite-ng'))"],
        r"(\S+)",
    ),
    "boringssl": (
        "BoringSSL of curl_cffi {}",
        [sys.executable, "-c", "import importlib.metadata; print(importlib.metadata.version('curl_cffi'))"],
        r"(\S+)",
    ),
}


def origin(scenario: Scenario) -> str:
    """One sentence: server, client, and how they were recorded."""
    how = {"pcapng": "dumpcap", "pcapng-keys": "tcpdump, then editcap"}.get(scenario.form, "tcpdump")
    return f"server: {_describe(scenario.server)}; client: {_describe(scenario.client)}; {how} on loopback"


def _describe(end: End) -> str:
    return _name(end.stack)


@functools.cache
def _name(stack: str) -> str:
    template, command, pattern = STACKS[stack]
    if not command:
        return template
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    found = re.search(pattern, done.stdout + done.stderr)
    if found is None:
        raise LookupError(f"{command} does not tell a version")
    return template.format(found[1])
