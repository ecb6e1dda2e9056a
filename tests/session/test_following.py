"""`--follow all`: what comes late in a connection is read too, and memory stays flat meanwhile.

Python's `ssl` plays both ends: the server asks for a certificate after much data (RFC 8446 §4.6.2).
"""

import ssl
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from handshakes import NAME, Ends, Said, ends, identity
from recorded import Spoken
from traffic import Connection, pcap

from tlsscope.constants import CERTIFICATE, CERTIFICATE_REQUEST, CERTIFICATE_VERIFY, CLIENT, DECRYPTED, SERVER
from tlsscope.pipeline import Options, Scan
from tlsscope.session.model import Basis, ClientCertificate, Mode, Session

CHUNK = b"x" * 2000


def late(both: Ends, chunks: int, *, asks: bool) -> Spoken:
    """Shake hands, send data both ways, ask for the client's certificate, and send data again."""
    into, out = (ssl.MemoryBIO(), ssl.MemoryBIO()), (ssl.MemoryBIO(), ssl.MemoryBIO())
    said: list[Said] = []

    def carry() -> None:
        for direction in (CLIENT, SERVER):
            if out[direction].pending:
                said.append((direction, out[direction].read()))
                into[1 - direction].write(said[-1][1])

    with tempfile.TemporaryDirectory() as place:
        both.client.keylog_filename = str(Path(place, "keys"))
        client = both.client.wrap_bio(into[CLIENT], out[CLIENT], server_hostname=NAME)
        server = both.server.wrap_bio(into[SERVER], out[SERVER], server_side=True)
        for _ in range(3):
            for end in (client, server):
                try:
                    end.do_handshake()
                except ssl.SSLWantReadError:
                    continue
                finally:
                    carry()

        def data() -> None:
            for _ in range(chunks):
                for sender, reader in ((client, server), (server, client)):
                    sender.write(CHUNK)
                    carry()
                    reader.read(1 << 16)
                    carry()

        data()
        if asks:
            server.verify_client_post_handshake()
            server.write(b"prove it")
        data()
        both.client.keylog_filename = str(Path(place, "other"))  # closes the first
        return Spoken(said, Path(place, "keys").read_text(encoding="ascii").splitlines())


@pytest.fixture
def post_handshake() -> Ends:
    """Two ends of which the server may ask later."""
    both = ends(ssl.TLSVersion.TLSv1_3)
    both.client.post_handshake_auth = both.server.post_handshake_auth = True
    both.client.load_cert_chain(identity("client.example").pem)
    both.server.load_verify_locations(identity("client.example").pem)
    both.server.verify_mode = ssl.CERT_REQUIRED
    return both


def told(place: Path, spoken: Spoken, *, follow_all: bool) -> Session:
    (place / "made.pcap").write_bytes(pcap(Connection().open().say(spoken.said).close().packets))
    (place / "keys").write_text("\n".join(spoken.keys) + "\n")
    options = Options(keylogs=(str(place / "keys"),), follow_all=follow_all)
    [session] = [one for one in Scan([str(place / "made.pcap")], options) if isinstance(one, Session)]
    return session


def verdict(session: Session) -> tuple[Mode, Basis | None, ClientCertificate]:
    assert session.authentication is not None
    return session.authentication.mode, session.authentication.basis, session.authentication.client_certificate


def test_a_certificate_that_was_asked_for_late(tmp_path: Path, post_handshake: Ends) -> None:
    spoken = late(post_handshake, 150, asks=True)  # beyond what is read without being told to
    soon = told(tmp_path, spoken, follow_all=False)
    assert verdict(soon) == (Mode.ONE_WAY, Basis.DECRYPTED, ClientCertificate.NOT_REQUESTED)
    session = told(tmp_path, spoken, follow_all=True)
    assert verdict(session) == (Mode.MUTUAL, Basis.DECRYPTED, ClientCertificate.PRESENTED)
    assert session.post_handshake
    assert session.client_certificates == (identity("client.example").der,)
    kinds = {(one.direction, one.type) for one in session.messages if one.protection == DECRYPTED}
    assert {(SERVER, CERTIFICATE_REQUEST), (CLIENT, CERTIFICATE), (CLIENT, CERTIFICATE_VERIFY)} <= kinds
    assert session.anomalies == []
    assert session.finished_verified == (True, True)


def test_what_is_followed_is_not_kept(tmp_path: Path, post_handshake: Ends) -> None:
    few, many = (late(post_handshake, chunks, asks=True) for chunks in (200, 1600))
    peaks = []
    for spoken in (few, many):
        told(tmp_path, spoken, follow_all=True)  # warm
        (tmp_path / "made.pcap").write_bytes(pcap(Connection().open().say(spoken.said).close().packets))
        scan = Scan([str(tmp_path / "made.pcap")], Options(keylogs=(str(tmp_path / "keys"),), follow_all=True))
        tracemalloc.start()
        for session in scan:
            assert isinstance(session, Session)
            assert len(session.records) < 130
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000  # of 6 MB more that passed by


def test_without_keys_for_it_a_connection_is_not_followed(tmp_path: Path, post_handshake: Ends) -> None:
    spoken = late(post_handshake, 150, asks=True)
    others = late(ends(ssl.TLSVersion.TLSv1_3), 1, asks=False)
    session = told(tmp_path, Spoken(spoken.said, others.keys), follow_all=True)
    assert verdict(session)[1] is Basis.INFERRED
    assert session.client_certificates is None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_following_changes_nothing_where_nothing_comes_late(tmp_path: Path, version: ssl.TLSVersion) -> None:
    spoken = late(ends(version, mutual=True), 150, asks=False)
    followed, soon = (told(tmp_path, spoken, follow_all=follow) for follow in (True, False))
    assert verdict(followed) == verdict(soon)
    assert followed.anomalies == soon.anomalies == []
    assert followed.finished_verified == soon.finished_verified == (True, True)
    assert [one.type for one in followed.messages] == [one.type for one in soon.messages]
