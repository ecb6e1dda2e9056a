"""The TLS 1.3 key schedule and record protection against the traces of RFC 8448."""

from hashlib import sha256

import pytest

from tlsscope.secrets import schedule13
from tlsscope.secrets.protection import opener13

AES_128_GCM_SHA256 = 0x1301


def octets(text: str) -> bytes:
    return bytes.fromhex(text)


# RFC 8448 §3, Simple 1-RTT Handshake
SHARED = octets("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d")
HELLO_HASH = octets("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8")
CLIENT_HANDSHAKE = octets("b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21")
SERVER_HANDSHAKE = octets("b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38")
MASTER = octets("18df06843d13a08bf2a449844c5f8a478001bc4d4c627984d5a41da8d0402919")
SERVER_FINISHED_HASH = octets("9608102a0f1ccc6db6250b7b7e417b1a000eaada3daae4777a7686c9ff83df13")
CLIENT_APPLICATION = octets("9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5")
SERVER_APPLICATION = octets("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643")
CLIENT_FINISHED = octets("a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61")
CLIENT_FINISHED_FRAGMENT = octets(
    "75ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f8"
    "0338ac98fc46deb384bd1caeacab6867d726c40546"
)
CLIENT_DATA_FRAGMENT = octets(
    "a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5"
    "b46b395bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4"
)

# RFC 8448 §4, Resumed 0-RTT Handshake
RESUMPTION_MASTER = octets("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c")
PSK = octets("4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3")
RESUMED_EARLY = octets("9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c")


def test_secrets_from_the_shared_secret_down() -> None:
    early = schedule13.early_secret("sha256")
    assert early == octets("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a")
    handshake = schedule13.handshake_secret("sha256", early, SHARED)
    assert handshake == octets("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac")
    assert schedule13.derive_secret("sha256", handshake, b"c hs traffic", HELLO_HASH) == CLIENT_HANDSHAKE
    assert schedule13.derive_secret("sha256", handshake, b"s hs traffic", HELLO_HASH) == SERVER_HANDSHAKE
    master = schedule13.master_secret("sha256", handshake)
    assert master == MASTER
    hashed = SERVER_FINISHED_HASH
    assert schedule13.derive_secret("sha256", master, b"c ap traffic", hashed) == CLIENT_APPLICATION
    assert schedule13.derive_secret("sha256", master, b"s ap traffic", hashed) == SERVER_APPLICATION


@pytest.mark.parametrize(
    ("secret", "key", "iv"),
    [
        (SERVER_HANDSHAKE, "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30"),
        (CLIENT_HANDSHAKE, "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f"),
        (CLIENT_APPLICATION, "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9"),
        (SERVER_APPLICATION, "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984"),
    ],
)
def test_traffic_keys(secret: bytes, key: str, iv: str) -> None:
    assert schedule13.traffic_keys("sha256", secret, 16) == (octets(key), octets(iv))


def test_verify_data_of_both_sides() -> None:
    before_server = octets("edb7725fa7a3473b031ec8ef65a2485493900138a2b91291407d7951a06110ed")
    server_finished = octets("9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718")
    assert schedule13.verify_data("sha256", SERVER_HANDSHAKE, before_server) == server_finished
    assert schedule13.verify_data("sha256", CLIENT_HANDSHAKE, SERVER_FINISHED_HASH) == CLIENT_FINISHED


def test_the_clients_finished_record_opens() -> None:
    opener = opener13(AES_128_GCM_SHA256, CLIENT_HANDSHAKE)
    assert opener.open(23, 0x0303, CLIENT_FINISHED_FRAGMENT) == (22, b"\x14\x00\x00\x20" + CLIENT_FINISHED)


def test_application_data_and_the_alert_behind_it_open_in_order() -> None:
    opener = opener13(AES_128_GCM_SHA256, CLIENT_APPLICATION)
    assert opener.open(23, 0x0303, CLIENT_DATA_FRAGMENT) == (23, bytes(range(50)))
    alert = octets("c9872760655666b74d7ff1153efd6db6d0b0e3")
    assert opener.open(23, 0x0303, alert) == (21, b"\x01\x00")


def test_a_resumption_key_and_its_binder() -> None:
    assert schedule13.resumption_psk("sha256", RESUMPTION_MASTER, b"\x00\x00") == PSK
    assert schedule13.early_secret("sha256", PSK) == RESUMED_EARLY
    hello_hash = octets("63224b2e4573f2d3454ca84b9d009a04f6be9e05711a8396473aefa01e924a14")
    binder = octets("3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d")
    assert schedule13.resumption_binder("sha256", PSK, hello_hash) == binder
    assert schedule13.external_binder("sha256", PSK, hello_hash) != binder


def test_a_resumed_handshake_from_its_early_secret_down() -> None:
    shared = octets("f44194756ff9ec9d25180635d66ea6824c6ab3bf179977be37f723570e7ccb2e")
    handshake = schedule13.handshake_secret("sha256", RESUMED_EARLY, shared)
    assert handshake == octets("005cb112fd8eb4ccc623bb88a07c64b3ede1605363fc7d0df8c7ce4ff0fb4ae6")
    master = schedule13.master_secret("sha256", handshake)
    assert master == octets("e2d32d4ed66dd37897a0e80c84107503ce58bf8aad4cb55a5002d77ecb890ece")
    early_traffic = octets("3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62")
    assert schedule13.traffic_keys("sha256", early_traffic, 16) == (
        octets("920205a5b7bf2115e6fc5c2942834f54"),
        octets("6d475f0993c8e564610db2b9"),
    )


def test_without_a_shared_secret_zeros_stand_for_it() -> None:
    # RFC 8446 §7.1: psk_ke extracts from Hash.length zeros.
    early = schedule13.early_secret("sha384", PSK)
    spelled_out = schedule13.handshake_secret("sha384", early, bytes(48))
    assert schedule13.handshake_secret("sha384", early) == spelled_out


def test_the_first_hello_is_replaced_by_its_hash() -> None:
    hello = b"\x01\x00\x00\x03abc"
    assert schedule13.message_hash("sha256", hello) == b"\xfe\x00\x00\x20" + sha256(hello).digest()
