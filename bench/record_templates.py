"""Records real handshakes between real stacks and writes them as `templates.json`.

Enters: nothing but the stacks installed here (OpenSSL through `ssl`, Go and Java for their ClientHellos).
Leaves: per kind of handshake, the flights with their records; sealed records keep only their length, and
certificates are cut out (`make_captures` puts its own in). Keys and secrets of the recording are dropped.

Run it only to refresh the templates: the captures are a function of the committed file and the seed.
"""

import datetime as dt
import json
import shutil
import socket
import ssl
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

TEMPLATES = Path(__file__).with_name("templates.json")
NAME = "host.bench.example"
TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CHANGE_CIPHER_SPEC, HANDSHAKE = 20, 22
CERTIFICATE = 11

GO_CLIENT = """package main
import ("crypto/tls"; "os")
func main() { tls.Dial("tcp", os.Args[1], &tls.Config{ServerName: "host.bench.example"}) }
"""
JAVA_CLIENT = """import javax.net.ssl.*; import java.net.Socket; import java.util.List;
public class Client { public static void main(String[] a) throws Exception {
  Socket plain = new Socket("127.0.0.1", Integer.parseInt(a[0].split(":")[1]));
  SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
  ((SSLSocket) factory.createSocket(plain, "host.bench.example", 443, true)).startHandshake();
} }
"""


def main() -> None:
    """Record everything and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        make_certificate(room / "ecdsa.pem", ec.generate_private_key(ec.SECP256R1()))
        make_certificate(room / "rsa.pem", rsa.generate_private_key(65537, 2048))
        recorded: dict[str, Any] = {
            "handshakes": {
                "tls12-ecdsa": record(room, "ecdsa", TLS_1_2),
                "tls12-rsa": record(room, "rsa", TLS_1_2),
                "tls12-ecdsa-mutual": record(room, "ecdsa", TLS_1_2, mutual=True),
                "tls12-rsa-mutual": record(room, "rsa", TLS_1_2, mutual=True),
                "tls12-resumed": record(room, "ecdsa", TLS_1_2, resumed=True),
                "tls13": record(room, "ecdsa", TLS_1_3),
                "tls13-mutual": record(room, "ecdsa", TLS_1_3, mutual=True),
                "tls13-resumed": record(room, "ecdsa", TLS_1_3, resumed=True),
            },
            "hellos": {"openssl": openssl_hello(room), "go": go_hello(room), "java": java_hello(room)},
        }
    TEMPLATES.write_text(json.dumps(recorded, indent=1) + "\n")
    print(f"wrote {TEMPLATES.name}: {', '.join([*recorded['handshakes'], *recorded['hellos']])}")


def make_certificate(path: Path, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
    """One self-signed certificate with its key, good for a day, in one PEM file."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bench Client CA 0")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(private + certificate.public_bytes(pem))


def contexts(room: Path, key: str, version: ssl.TLSVersion) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A client and a server that both hold the certificate of `key` and trust it."""
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for context in (client, server):
        context.load_cert_chain(room / f"{key}.pem")
        context.load_verify_locations(room / f"{key}.pem")
        context.set_alpn_protocols(["h2", "http/1.1"])
    server.minimum_version = server.maximum_version = version
    client.check_hostname = False
    return client, server


def record(
    room: Path, key: str, version: ssl.TLSVersion, *, mutual: bool = False, resumed: bool = False
) -> list[dict[str, Any]]:
    """The flights of one handshake, the second one of a pair if it is to be resumed."""
    client, server = contexts(room, key, version)
    if mutual:
        server.verify_mode = ssl.CERT_REQUIRED
    flights, session = converse(client, server, None)
    if resumed:
        flights, _ = converse(client, server, session)
    return dissect(flights)


def converse(
    client: ssl.SSLContext, server: ssl.SSLContext, session: ssl.SSLSession | None
) -> tuple[list[tuple[str, bytes]], ssl.SSLSession | None]:
    """Shake hands in memory; the last flight is read too, so that TLS 1.3 tickets arrive."""
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        ("client", client.wrap_bio(to_client, to_server, server_hostname=NAME, session=session), to_server),
        ("server", server.wrap_bio(to_server, to_client, server_side=True), to_client),
    )
    flights: list[tuple[str, bytes]] = []
    for _ in range(4):
        for side, end, out in ends:
            try:
                end.do_handshake()
                end.read(1)
            except ssl.SSLWantReadError:
                if out.pending:
                    flights.append((side, out.read()))
                    out.write(flights[-1][1])
    return flights, ends[0][1].session


def dissect(flights: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
    """Cut flights into records: clear handshake messages as hex, sealed records as lengths."""
    sealed: set[str] = set()
    dissected = []
    for side, data in flights:
        records = []
        while data:
            kind, version, length = data[0], data[1:3].hex(), int.from_bytes(data[3:5], "big")
            body, data = data[5 : 5 + length], data[5 + length :]
            if kind == CHANGE_CIPHER_SPEC:
                sealed.add(side)
                records.append({"type": kind, "version": version, "body": body.hex()})
            elif kind == HANDSHAKE and side not in sealed:
                body = b"\x0b\x00\x00\x00" if body[0] == CERTIFICATE else body
                records.append({"type": kind, "version": version, "body": body.hex()})
            else:
                records.append({"type": kind, "version": version, "length": length})
        dissected.append({"from": side, "records": records})
    return dissected


def openssl_hello(room: Path) -> str:
    """The ClientHello message of OpenSSL as Python configures it."""
    flights, _ = converse(*contexts(room, "ecdsa", TLS_1_3), None)
    return flights[0][1][5:].hex()


def go_hello(room: Path) -> str:
    """The ClientHello message of Go's crypto/tls."""
    (room / "client.go").write_text(GO_CLIENT)
    return overheard(["go", "run", str(room / "client.go")])


def java_hello(room: Path) -> str:
    """The ClientHello message of Java's JSSE."""
    (room / "Client.java").write_text(JAVA_CLIENT)
    return overheard(["java", str(room / "Client.java")])


def overheard(command: list[str]) -> str:
    """Let `command` connect to us and keep the first handshake message it sends."""
    if shutil.which(command[0]) is None:
        raise SystemExit(f"{command[0]} is needed to record its hello")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with subprocess.Popen([*command, address], stderr=subprocess.DEVNULL) as process:
            listener.settimeout(120)
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                header = stream.read(5)
                hello = stream.read(int.from_bytes(header[3:5], "big"))
            process.wait(60)
    return hello.hex()


if __name__ == "__main__":
    main()
