"""The key schedules before TLS 1.3, against published vectors and the formulas of their RFCs."""

from hashlib import md5, sha1

from tlsscope.constants import CLIENT, SERVER, SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2
from tlsscope.secrets import schedule12


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


def test_prf_of_tls_1_2_with_sha_256() -> None:
    # The test vectors that went over the TLS working group's list.
    output = schedule12.prf(
        TLS_1_2,
        "sha256",
        octets("9bbe436ba940f017b17652849a71db35"),
        b"test label",
        octets("a0ba9f936cda311827a6f796ffd5198c"),
        100,
    )
    assert output == octets(
        "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9"
        "c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789ba"
        "a48082d122ee42c5a72e5a5110fff70187347b66"
    )


def test_prf_of_tls_1_2_with_sha_384() -> None:
    output = schedule12.prf(
        TLS_1_2,
        "sha384",
        octets("b80b733d6ceefcdc71566ea48e5567df"),
        b"test label",
        octets("cd665cf6a8447dd6ff8b27555edb7465"),
        148,
    )
    assert output == octets(
        "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe3"
        "4f82b1233c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3"
        "d416d473ebc2c5fd4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236"
        "a3e52655c9e9aee691c8f3a26854308d5eaa3be85e0990703d73e56f"
    )


def test_prf_of_tls_1_0_and_1_1() -> None:
    arguments = ("sha256", b"\xab" * 48, b"PRF Testvector", b"\xcd" * 64, 104)
    expected = octets(
        "d3d4d1e349b5d515044666d51de32bab258cb521b6b053463e354832fd976754443bcf9a296519bc"
        "289abcbc1187e4ebd31e602353776c408aafb74cbc85eff69255f9788faa184cbb957a9819d84a5d"
        "7eb006eb459d3ae8de9810454b8b2d8f1afbc655a8c9a013"
    )
    assert schedule12.prf(TLS_1_0, *arguments) == expected
    assert schedule12.prf(TLS_1_1, *arguments) == expected


def test_master_secret_of_ssl_3_0_spelled_out() -> None:
    # RFC 6101 §6.1
    premaster, client, server = b"p" * 48, b"c" * 32, b"s" * 32
    expected = b"".join(
        md5(premaster + sha1(salt + premaster + client + server).digest()).digest()
        for salt in (b"A", b"BB", b"CCC")
    )
    assert schedule12.master_secret(SSL_3_0, "sha256", premaster, client, server) == expected


def test_key_block_of_ssl_3_0_has_the_servers_random_first() -> None:
    # RFC 6101 §6.2.2
    master, client, server = b"m" * 48, b"c" * 32, b"s" * 32
    first = md5(master + sha1(b"A" + master + server + client).digest()).digest()
    assert schedule12.key_block(SSL_3_0, "sha256", master, client, server, 104).startswith(first)


def test_master_secret_and_key_block_order_the_randoms_differently() -> None:
    # RFC 5246 §8.1 and §6.3
    secret, client, server = b"p" * 48, b"c" * 32, b"s" * 32
    assert schedule12.master_secret(TLS_1_2, "sha256", secret, client, server) == schedule12.prf(
        TLS_1_2, "sha256", secret, b"master secret", client + server, 48
    )
    assert schedule12.key_block(TLS_1_2, "sha256", secret, client, server, 40) == schedule12.prf(
        TLS_1_2, "sha256", secret, b"key expansion", server + client, 40
    )


def test_extended_master_secret_is_bound_to_the_messages() -> None:
    # RFC 7627 §4: MD5 and SHA-1 of the messages where the version is before TLS 1.2
    expected = schedule12.prf(
        TLS_1_0,
        "sha256",
        b"p" * 48,
        b"extended master secret",
        md5(b"hellos").digest() + sha1(b"hellos").digest(),
        48,
    )
    assert schedule12.extended_master_secret(TLS_1_0, "sha256", b"p" * 48, b"hellos") == expected


def test_finished_tells_the_sides_apart() -> None:
    # RFC 2246 §7.4.9
    digests = md5(b"all").digest() + sha1(b"all").digest()
    for sender, label in ((CLIENT, b"client finished"), (SERVER, b"server finished")):
        expected = schedule12.prf(TLS_1_0, "sha256", b"m" * 48, label, digests, 12)
        assert schedule12.verify_data(TLS_1_0, "sha256", b"m" * 48, sender, b"all") == expected


def test_finished_of_ssl_3_0_spelled_out() -> None:
    # RFC 6101 §5.6.9
    master = b"m" * 48
    md5_inner = md5(b"all" + b"SRVR" + master + b"\x36" * 48).digest()
    sha_inner = sha1(b"all" + b"SRVR" + master + b"\x36" * 40).digest()
    expected = (
        md5(master + b"\x5c" * 48 + md5_inner).digest() + sha1(master + b"\x5c" * 40 + sha_inner).digest()
    )
    assert schedule12.verify_data(SSL_3_0, "sha256", master, SERVER, b"all") == expected
