"""A real stack in memory: Python's `ssl` talks to itself; all that it sealed opens, each Finished fits.

Its key log or its server's key is all that the openers get.
"""

import datetime as dt
import hashlib
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tlsscope import constants as code
from tlsscope.constants import CLIENT, SERVER, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3
from tlsscope.secrets import schedule12, schedule13
from tlsscope.secrets.keylog import KeyLog
from tlsscope.secrets.labels import Secrets
from tlsscope.secrets.premaster import ServerKey
from tlsscope.secrets.protection import Opener, opener13, openers12
from tlsscope.secrets.suites import protection
from tlsscope.wire import Reader

NO_ENCRYPT_THEN_MAC, NO_EXTENDED_MASTER_SECRET = 1 << 19, 1 << 0  # SSL_OP_… of OpenSSL 3
EXTENDED_MASTER_SECRET, ENCRYPT_THEN_MAC, SUPPORTED_VERSIONS = 23, 22, 43
QUESTION, ANSWER = b"question" * 10, b"answer" * 1000
VERSIONS = {
    TLS_1_0: ssl.TLSVersion.TLSv1,
    TLS_1_1: ssl.TLSVersion.TLSv1_1,
    TLS_1_2: ssl.TLSVersion.TLSv1_2,
    TLS_1_3: ssl.TLSVersion.TLSv1_3,
}

Record = tuple[int, int, int, bytes]  # direction, content type, version, fragment


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a server's key and its certificate."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2046))
    path = tmp_path_factory.mktemp("identity") / "server.pem"
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(pem + builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return path


def context(role: int, version: int, ciphers: str, options: int) -> ssl.SSLContext:
    made = ssl.SSLContext(role)
    with warnings.catch_warnings():  # of the old versions, which are what is to be tried
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = made.maximum_version = VERSIONS[version]
    made.set_ciphers(f"{ciphers}:@SECLEVEL=0")
    made.options |= options
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


def conversation(identity: Path, version: int, ciphers: str = "ALL", options: int = 0) -> Iterator[Record]:
    """Shake hands, ask, answer; yield all records in order. The key log lies beside the identity."""
    client_context = context(ssl.PROTOCOL_TLS_CLIENT, version, ciphers, options)
    server_context = context(ssl.PROTOCOL_TLS_SERVER, version, ciphers, options)
    # Both write: each knows the secrets before it seals with them, not always before the other does.
    client_context.keylog_filename = server_context.keylog_filename = str(identity.with_suffix(".keys"))
    server_context.load_cert_chain(identity)
    inputs, outputs = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
    client = client_context.wrap_bio(inputs[CLIENT], outputs[CLIENT])
    server = server_context.wrap_bio(inputs[SERVER], outputs[SERVER], server_side=True)

    def relayed(sender: int) -> Iterator[Record]:
        data = outputs[sender].read()
        inputs[1 - sender].write(data)
        yield from records(sender, data)

    done = False
    while not done:
        done = True
        for direction, side in ((CLIENT, client), (SERVER, server)):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                done = False
            yield from relayed(direction)
    client.write(QUESTION)
    yield from relayed(CLIENT)
    assert server.read(1 << 14) == QUESTION
    server.write(ANSWER)
    yield from relayed(SERVER)


def records(direction: int, data: bytes) -> Iterator[Record]:
    reader = Reader(data)
    while len(reader):
        yield direction, reader.uint8(), reader.uint16(), reader.vector16().rest()


class Observer:
    """Follows a conversation as a witness does: by a key log, or else by the server's key."""

    def __init__(self, identity: Path, server_key: ServerKey | None = None) -> None:
        self.keylog_path, self.server_key = identity.with_suffix(".keys"), server_key
        self.openers: list[Opener | None] = [None, None]
        self.messages = b""
        self.data = [b"", b""]
        self.finished: list[int] = []
        self.version = 0
        self.extensions: set[int] = set()

    def record(self, direction: int, content_type: int, version: int, fragment: bytes) -> None:
        changes = content_type == code.CHANGE_CIPHER_SPEC
        opener = self.openers[direction]
        if opener is not None and not changes:
            content_type, fragment = opener.open(content_type, version, fragment)
        if changes and self.version < TLS_1_3:
            self.openers[direction] = self.openers_of_master()[direction]
        elif content_type == code.APPLICATION_DATA:
            self.data[direction] += fragment
        elif content_type == code.HANDSHAKE:
            reader = Reader(fragment)
            while len(reader):
                kind, body = reader.uint8(), reader.vector24().rest()
                self.message(direction, kind, body)

    def message(self, direction: int, kind: int, body: bytes) -> None:
        if kind == code.FINISHED:
            assert body == self.expected_finished(direction)
            self.finished.append(direction)
        self.messages += bytes((kind,)) + len(body).to_bytes(3, "big") + body
        if kind == code.CLIENT_HELLO:
            self.client_random = body[2:34]
        elif kind == code.SERVER_HELLO:
            self.server_hello(body)
            if self.version == TLS_1_3:
                self.start13(CLIENT, "CLIENT_HANDSHAKE_TRAFFIC_SECRET")
                self.start13(SERVER, "SERVER_HANDSHAKE_TRAFFIC_SECRET")
        elif kind == code.CLIENT_KEY_EXCHANGE:
            self.master = self.master_secret(body)
        elif kind == code.FINISHED and self.version == TLS_1_3:
            self.start13(direction, ("CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0")[direction])

    def server_hello(self, body: bytes) -> None:
        reader = Reader(body)
        self.version, self.server_random = reader.uint16(), reader.bytes(32)
        reader.vector8()
        self.suite = reader.uint16()
        reader.uint8()
        extensions = reader.vector16()
        while len(extensions):
            self.extensions.add(extensions.uint16())
            extensions.vector16()
        if SUPPORTED_VERSIONS in self.extensions:
            self.version = TLS_1_3

    def secrets(self) -> Secrets:
        keylog = KeyLog()
        keylog.add_file(self.keylog_path)
        found = keylog.lookup(self.client_random)
        assert found is not None
        return found

    def start13(self, direction: int, label: str) -> None:
        self.openers[direction] = opener13(self.suite, self.secrets()[label])

    def master_secret(self, client_key_exchange: bytes) -> bytes:
        if self.server_key is None:
            return self.secrets()["CLIENT_RANDOM"]
        premaster = self.server_key.premaster(client_key_exchange)
        assert premaster is not None
        prf_hash = protection(self.suite).hash
        if EXTENDED_MASTER_SECRET in self.extensions:
            return schedule12.extended_master_secret(self.version, prf_hash, premaster, self.messages)
        randoms = self.client_random, self.server_random
        return schedule12.master_secret(self.version, prf_hash, premaster, *randoms)

    def openers_of_master(self) -> tuple[Opener, Opener]:
        etm = ENCRYPT_THEN_MAC in self.extensions
        randoms = self.client_random, self.server_random
        return openers12(self.version, self.suite, self.master, *randoms, encrypt_then_mac=etm)

    def expected_finished(self, sender: int) -> bytes:
        name = protection(self.suite).hash
        if self.version < TLS_1_3:
            return schedule12.verify_data(self.version, name, self.master, sender, self.messages)
        label = ("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET")[sender]
        transcript_hash = hashlib.new(name, self.messages).digest()
        return schedule13.verify_data(name, self.secrets()[label], transcript_hash)


def assert_all_is_seen(observer: Observer, seen: Iterator[Record]) -> None:
    for record in seen:
        observer.record(*record)
    assert sorted(observer.finished) == [CLIENT, SERVER]
    assert observer.data == [QUESTION, ANSWER]


OLD = ["AES128-SHA", "AES256-SHA", "CAMELLIA128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-NULL-SHA"]
NEW = [
    "AES128-SHA256",
    "ECDHE-RSA-AES256-SHA384",
    "ECDHE-RSA-CAMELLIA256-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "AES128-CCM",
    "AES256-CCM8",
    "NULL-SHA256",
]


@pytest.mark.parametrize("options", [0, NO_ENCRYPT_THEN_MAC], ids=["encrypt-then-mac", "mac-then-encrypt"])
@pytest.mark.parametrize(
    ("version", "ciphers"),
    [(version, ciphers) for version in (TLS_1_0, TLS_1_1) for ciphers in OLD]
    + [(TLS_1_2, ciphers) for ciphers in OLD + NEW],
)
def test_by_a_key_log(identity: Path, version: int, ciphers: str, options: int) -> None:
    observer = Observer(identity)
    assert_all_is_seen(observer, conversation(identity, version, ciphers, options))
    assert observer.version == version


def test_tls_1_3_by_a_key_log(identity: Path) -> None:
    observer = Observer(identity)
    assert_all_is_seen(observer, conversation(identity, TLS_1_3))
    assert observer.version == TLS_1_3


@pytest.mark.parametrize("options", [0, NO_EXTENDED_MASTER_SECRET], ids=["extended", "not-extended"])
@pytest.mark.parametrize("version", [TLS_1_0, TLS_1_1, TLS_1_2])
def test_by_the_servers_key(identity: Path, version: int, options: int) -> None:
    observer = Observer(identity, ServerKey(identity))
    assert_all_is_seen(observer, conversation(identity, version, "AES128-SHA", options))
    assert (EXTENDED_MASTER_SECRET in observer.extensions) == (options == 0)
