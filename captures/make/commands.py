"""How each stack is started: a `Run` goes in, the command lines of its program come out, one per process."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from model import Run

HERE = Path(__file__).parent
PSEUDONYM = {"1.0": "tls1", "1.1": "tls1_1", "1.2": "tls1_2", "1.3": "tls1_3"}

Command = list[str]


def command_lines(run: Run) -> list[Command]:
    """The processes of one end: one for a server; for a client, those that make its connections, in turn."""
    return COMMANDS[f"{run.end.stack}-{run.role}"](run)


def _openssl_server(run: Run) -> list[Command]:
    _answer_file(run)  # which -HTTP looks for in the current directory
    command = [
        "openssl",
        "s_server",
        "-accept",
        f"{run.bracketed}:{run.port}",
        "-HTTP",
        *_openssl_common(run),
    ]
    if run.end.ask != "no":
        command += ["-Verify" if run.end.ask == "require" else "-verify", "4", "-verify_return_error"]
    return [command]


def _openssl_client(run: Run) -> list[Command]:
    command = [
        "openssl",
        "s_client",
        "-connect",
        f"{run.bracketed}:{run.port}",
        "-quiet",
        *_openssl_common(run),
    ]
    command += ["-verify", "4", "-verify_return_error"]
    command += ["-servername", run.server_name] if run.server_name else ["-noservername"]
    if run.connections == 1:
        return [command]
    session = str(run.scratch / "session.pem")
    later = [*command, "-sess_in", session]
    return [[*command, "-sess_out", session], *[later] * (run.connections - 1)]


def _openssl_common(run: Run) -> Command:
    # Stores for verification only: what OpenSSL finds in the others it would add to the chain that it sends.
    trust = ["-verifyCAfile", run.trust_file, "-no-CAfile", "-no-CApath", "-no-CAstore"]
    command = ["-keylogfile", str(run.keylog), *trust]
    if run.version in PSEUDONYM:
        command += [f"-{PSEUDONYM[run.version]}"]
    if run.end.chain:
        command += [
            "-cert",
            run.file("leaf.pem"),
            "-key",
            run.file("key"),
            "-cert_chain",
            run.file("rest.pem"),
        ]
        if not Path(run.file("rest.pem")).read_bytes():
            command = command[:-2]
    elif run.role == "server":
        command += ["-nocert"]
    return command + _split(run, "arguments")


def _gnutls_server(run: Run) -> list[Command]:
    command = ["gnutls-serv", "--port", str(run.port), "--http", "--httpdata", _answer_file(run)]
    if run.end.ask == "no":
        command += ["--disable-client-cert"]
    else:
        command += ["--verify-client-cert", "--x509cafile", run.trust_file]
    if run.end.ask == "require":
        command += ["--require-client-cert"]
    return [command + _gnutls_common(run)]


def _gnutls_client(run: Run) -> list[Command]:
    command = ["gnutls-cli", "--port", str(run.port), "--x509cafile", run.trust_file, *_gnutls_common(run)]
    name = (
        ["--sni-hostname", run.server_name, "--verify-hostname", run.server_name] if run.server_name else []
    )
    command += name or ["--disable-sni"]
    if run.connections > 1:
        _request_file(run)  # for early data
        command += ["--resume", "--waitresumption"]
    return [[*command, run.host]]


def _gnutls_common(run: Run) -> Command:
    versions = f"NORMAL:-VERS-ALL:+VERS-TLS{run.version}:%VERIFY_ALLOW_SIGN_WITH_SHA1:+SIGN-RSA-SHA1"
    command = ["--priority", run.end.options.get("priority", versions)]
    if run.end.chain:
        command += ["--x509certfile", run.file("pem"), "--x509keyfile", run.file("key")]
    return command + _split(run, "arguments")


def _nss_server(run: Run) -> list[Command]:
    version = f"tls{run.version}:tls{run.version}"
    command = ["selfserv", "-p", str(run.port), "-d", _nss_database(run), "-V", version]
    if run.end.chain:
        key_kind = "-n" if "rsa" in run.end.chain else "-e"
        command += [key_kind, run.end.chain]
    asking = {"no": [], "request": ["-r"], "require": ["-r", "-r"]}[run.end.ask]
    return [command + asking + _split(run, "arguments")]


def _nss_client(run: Run) -> list[Command]:
    version = f"tls{run.version}:tls{run.version}"
    command = ["tstclnt", "-h", run.host, "-p", str(run.port), "-d", _nss_database(run), "-V", version]
    command += ["-A", _request_file(run)]
    command += ["-a", run.server_name] if run.server_name else []
    command += ["-n", run.end.chain] if run.end.chain else []
    return [command + _split(run, "arguments")]


def _nss_database(run: Run) -> str:
    """Make a certificate database with the trusted root and this end's certificate."""
    database = f"sql:{run.scratch / run.role}"
    (run.scratch / run.role).mkdir(exist_ok=True)
    _quietly("certutil", "-N", "-d", database, "--empty-password")
    _quietly("certutil", "-A", "-d", database, "-n", run.end.trust, "-t", "CT,C,C", "-i", run.trust_file)
    if run.end.chain:
        _quietly("pk12util", "-i", run.file("p12"), "-d", database, "-W", "captures")
    return database


def _quietly(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=30)


def _nginx_server(run: Run) -> list[Command]:
    asking = {"no": "off", "request": "optional", "require": "on"}[run.end.ask]
    version = {"1.0": "TLSv1"}.get(run.version, f"TLSv{run.version}")
    configuration = run.scratch / "nginx.conf"
    client_trust = f"ssl_client_certificate {run.trust_file};" if run.end.ask != "no" else ""
    configuration.write_text(
        f"daemon off; master_process off; pid {run.scratch}/nginx.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; server_tokens off; server {{\n"
        f"listen {run.bracketed}:{run.port} ssl; server_name {run.server_name};\n"
        f"ssl_certificate {run.file('pem')}; ssl_certificate_key {run.file('key')};\n"
        f"ssl_protocols {version}; {run.end.options.get('server', '')}\n"
        f"{client_trust} ssl_verify_client {asking}; ssl_verify_depth 4;\n"
        f"keepalive_timeout 0; location / {{ return 200 ok; }} }} }}\n"
    )
    return [["nginx", "-p", str(run.scratch), "-e", "stderr", "-c", str(configuration)]]


def _curl_client(run: Run) -> list[Command]:
    url = f"https://{run.server_name}:{run.port}/answer"
    command = ["curl", "--silent", "--http1.0", f"--tlsv{run.version}", "--tls-max", run.version]
    command += ["--resolve", f"{run.server_name}:{run.port}:{run.bracketed}", "--cacert", run.trust_file]
    if run.end.chain:
        command += ["--cert", run.file("pem"), "--key", run.file("key")]
    return [command + _split(run, "arguments") + [url] * run.connections]


def _peer(*program: str) -> Callable[[Run], list[Command]]:
    """A small program of our own in `peers/`, which takes key=value arguments."""

    def commands(run: Run) -> list[Command]:
        values = {
            "role": run.role,
            "host": run.host,
            "port": str(run.port),
            "version": run.version,
            "name": run.server_name or "",
            "trust": run.trust_file,
            "ask": run.end.ask,
            "connections": str(run.connections),
            "keylog": str(run.keylog),
            **run.end.options,
        }
        if run.end.chain:
            values |= {"chain": run.file("pem"), "key": run.file("key")}
        expanded = [part.format(built=run.built, peers=HERE / "peers") for part in program]
        return [[*expanded, *(f"{key}={value}" for key, value in values.items() if key != "jvm")]]

    return commands


def _java(run: Run) -> list[Command]:
    flags = ["-XX:+UseSerialGC", f"-Djava.security.properties={HERE / 'peers' / 'java.security'}"]
    flags += shlex.split(run.end.options.get("jvm", ""))
    return _peer("java", *flags, "-cp", "{built}", "Peer")(run)


def _node(run: Run) -> list[Command]:
    program = run.built / "node24" / "node_modules" / ".bin" / "node"
    return _peer(str(program) if run.end.stack == "node24" else "node", "{peers}/peer.js")(run)


def _answer_file(run: Run) -> str:
    file = run.scratch / "answer"
    file.write_bytes(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
    return str(file)


def _request_file(run: Run) -> str:
    file = run.scratch / "request"
    file.write_bytes(b"GET /answer HTTP/1.0\r\n\r\n")
    return str(file)


def _split(run: Run, key: str) -> Command:
    words = run.end.options.get(key, "").format(scratch=run.scratch, pki=run.pki)
    return shlex.split(words)


COMMANDS: dict[str, Callable[[Run], list[Command]]] = {
    "openssl-server": _openssl_server,
    "openssl-client": _openssl_client,
    "gnutls-server": _gnutls_server,
    "gnutls-client": _gnutls_client,
    "nss-server": _nss_server,
    "nss-client": _nss_client,
    "nginx-server": _nginx_server,
    "curl-client": _curl_client,
    "boringssl-client": _peer(sys.executable, "{peers}/peer_boringssl.py"),
    "java-server": _java,
    "java-client": _java,
}
for _role in ("server", "client"):
    COMMANDS |= {
        f"go-{_role}": _peer("{built}/peer-go"),
        f"node-{_role}": _node,
        f"node24-{_role}": _node,
        f"python-{_role}": _peer(sys.executable, "{peers}/peer_python.py"),
        f"openssl4-{_role}": _peer(sys.executable, "{peers}/peer_openssl4.py"),
        f"tlslite-{_role}": _peer(sys.executable, "{peers}/peer_tlslite.py"),
    }
