"""What a scenario is: two configured ends, and what they must do if they obey their configuration."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class End:
    """One configured end. `options` are said in the stack's own words; see `commands.py` and `peers/`."""

    stack: str
    chain: str | None = None  # a name of the PKI
    trust: str = "root"  # which root it trusts
    ask: str = "no"  # a server's stance on client certificates: no, request or require
    version: str | None = None  # where it differs from the scenario's
    options: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Session:
    """What must happen in one session, written from the configuration of both ends."""

    version: str | None
    authentication: str  # one-way, mutual, anonymous, psk or unknown (failed before it was decided)
    client_certificate: str  # not-requested, declined, presented or unknown
    server_certificates: tuple[str, ...] = ()  # what the server sends, leaf first, as names of the PKI
    client_certificates: tuple[str, ...] = ()
    outcome: str = "established"
    failed_by: str | None = None
    server_name: str | None = "server.example"
    resumed: str | None = None  # session-id, ticket or psk
    original: int | None = None  # index of the session that it resumes
    certificate_requested: bool | None = False
    hello_retry: bool = False
    cipher_suite: str | None = None  # only where the configuration leaves no choice
    group: str | None = None
    psk: str | None = None  # an external key, in hex


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Two ends, one capture, and the sessions in it in order of start."""

    name: str
    version: str  # what both ends are set to, if they do not say otherwise: "1.2"
    server: End
    client: End
    truth: tuple[Session, ...]
    note: str = ""
    ip_version: int = 4
    form: str = "pcap"  # pcap, nanosecond, pcapng or pcapng-keys (the key log inside)
    connections: int = 1
    server_name: str | None = "server.example"
    keep_server_key: bool = False  # for tests of decryption with the server's private key
    keylog: bool = True  # False: no end of this pair gives its keys

    @property
    def file_name(self) -> str:
        """`<version>-<scenario>--<server>--<client>.pcap[ng]`."""
        suffix = "pcapng" if self.form.startswith("pcapng") else "pcap"
        return f"{self.name}--{self.server.stack}--{self.client.stack}.{suffix}"


@dataclass(frozen=True, kw_only=True)
class Run:
    """Where one run of a scenario takes place: what an end must know besides its own configuration."""

    end: End
    role: str
    version: str
    port: int
    ip_version: int
    server_name: str | None
    connections: int
    pki: Path
    scratch: Path  # a directory of this run
    built: Path  # a directory with the compiled peers
    keylog: Path

    @property
    def host(self) -> str:
        """The loopback address of the scenario's IP version."""
        return "::1" if self.ip_version == 6 else "127.0.0.1"

    @property
    def bracketed(self) -> str:
        """The address as it stands before a port."""
        return f"[{self.host}]" if self.ip_version == 6 else self.host

    @property
    def trust_file(self) -> str:
        """The PEM file with the trusted root."""
        return str(self.pki / f"{self.end.trust}.pem")

    def file(self, suffix: str) -> str:
        """A PKI file of this end: "pem", "key", "leaf.pem", "rest.pem" or "p12"."""
        return str(self.pki / f"{self.end.chain}.{suffix}")
