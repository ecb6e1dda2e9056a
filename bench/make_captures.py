"""Makes the captures of the benchmark in `bench/data`: `python -m bench.make_captures --scale 0.1 short`.

Enters: shapes by name (without: all), a scale, a seed. Leaves: one pcap file each, the same bytes every time.
"""

import argparse
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from bench.certificates import Authority, ecdsa_key, public_key, rsa_key
from bench.hellos import Hello
from bench.other_traffic import MIXTURE
from bench.packets import Connection, Ends, Timed
from bench.sessions import Session, Template, application_data, close_notify, load
from bench.traffic import Conversation, write_capture

DATA = Path(__file__).with_name("data")
WORDS = ("www", "api", "cdn", "mail", "login", "shop", "img", "static", "app", "news", "docs", "edge")
HTTPS = 443
SHORT_MIX = {
    "tls13": 42, "tls13-mutual": 4, "tls13-resumed": 5, "tls12-resumed": 7,
    "tls12-ecdsa": 15, "tls12-rsa": 15, "tls12-ecdsa-mutual": 6, "tls12-rsa-mutual": 6,
}  # fmt: skip
BURST = 8 * 16384
Chains = tuple[list[bytes], list[bytes]]  # what the server shows, what the client shows


class World:
    """The clients, servers and certificates behind a capture."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.templates, self.hellos = load()
        root = Authority(self.random, "Bench Root X1", rsa_key(self.random))
        self.issuers = [
            Authority(self.random, f"Bench CA {n}", (rsa_key if n % 2 else ecdsa_key)(self.random), root)
            for n in range(10)
        ]
        self.fleet = Authority(self.random, "Bench Client CA 0", ecdsa_key(self.random))
        self.ports: dict[int, int] = {}
        self.sessions = 0

    def draw(self, mix: dict[str, int]) -> Template:
        """A kind of handshake."""
        return self.templates[self.random.choices(list(mix), list(mix.values()))[0]]

    def hello(self) -> Hello:
        """A shape of hello."""
        return self.random.choice(self.hellos)

    def ends(self, server: int, server_port: int) -> Ends:
        """A client with a port it has not used before (in 28,000), seven in eight over IPv4."""
        client = 256 + int(self.random.random() * 4000)
        port = self.ports[client] = self.ports.get(client, 32767 + self.random.randrange(1000)) + 1
        version = 6 if client % 8 == 0 else 4
        return Ends.between(version, client, 32768 + port % 28000, server, server_port)

    def server_chain(self, site: int) -> list[bytes]:
        """A new leaf and its issuer."""
        issuer = self.random.choice(self.issuers)
        names = [f"{WORDS[site % len(WORDS)]}.site{site}.example", f"*.site{site}.example"]
        return [issuer.leaf(names, public_key(self.random)), issuer.der]

    def client_chain(self, number: int) -> list[bytes]:
        """A new client certificate."""
        return [self.fleet.client(f"device-{number:05}", ecdsa_key(self.random).public_key())]


def tls_conversation(
    world: World, ends: Ends, session: Session, chains: Chains, exchanges: list[tuple[int, int]],
    ack_share: float, now: float,
) -> Iterator[Timed]:  # fmt: skip
    """From SYN to FIN: the handshake, then (request, response) lengths of application data."""
    random = world.random
    world.sessions += 1
    connection = Connection(random, ends, now, ack_share)
    yield from connection.open()
    for side, data in session.flights(*chains):
        yield from connection.send(side, data)
    for request, response in exchanges:
        yield from connection.send(0, application_data(random, request))
        for at in range(0, response, BURST):
            yield from connection.send(1, application_data(random, min(BURST, response - at)))
    yield from connection.send(0, close_notify(random, session.template))
    yield from connection.close(0)


def short(world: World, connections: int) -> Iterator[Conversation]:
    """Short connections to 460 sites by 10 issuers, some asking one of 90 clients for its certificate."""
    random = world.random
    sites = [world.server_chain(site) for site in range(460)]
    clients = [world.client_chain(number) for number in range(90)]
    for _ in range(connections):
        site = int(len(sites) * random.random() ** 2)
        name = f"{random.choice(WORDS)}{random.randrange(1000)}.site{site}.example"
        session = Session(random, world.draw(SHORT_MIX), world.hello(), name)
        exchange = (random.randrange(200, 900), int(random.expovariate(1 / 4200)) + 150)
        chains = (sites[site], random.choice(clients))
        ends = world.ends(site, HTTPS)
        yield functools.partial(tls_conversation, world, ends, session, chains, [exchange], 0.7)


def many_certificates(world: World, connections: int) -> Iterator[Conversation]:
    """TLS 1.2 to ever new servers: a leaf and an issuer of its own, and every second time a new client."""
    random = world.random
    for number in range(connections):
        mutual = bool(number % 2)
        issuer = Authority(random, f"Bench Sub CA {number}", ecdsa_key(random), random.choice(world.issuers))
        name = f"{WORDS[number % len(WORDS)]}.host{number}.example"
        chain = [issuer.leaf([name], public_key(random)), issuer.der]
        kind = random.choice(("tls12-ecdsa", "tls12-rsa")) + ("-mutual" if mutual else "")
        session = Session(random, world.templates[kind], world.hello(), name)
        chains = (chain, world.client_chain(number) if mutual else [])
        exchange = (random.randrange(200, 600), random.randrange(1000, 5500))
        ends = world.ends(number & 0xFFFF, HTTPS)
        yield functools.partial(tls_conversation, world, ends, session, chains, [exchange], 0.2)


def downloads(world: World, size: int) -> Iterator[Conversation]:
    """196 connections that share `size` bytes of capture in big responses."""
    random = world.random
    sites = [world.server_chain(site) for site in range(20)]
    shares = [0.2 + random.random() for _ in range(196)]
    for share in shares:
        site = random.randrange(len(sites))
        kind = random.choice(("tls13", "tls13", "tls12-ecdsa", "tls12-rsa"))
        session = Session(random, world.templates[kind], world.hello(), f"cdn.site{site}.example")
        response = int(size * 0.93 * share / sum(shares) / 3)
        exchanges = [(random.randrange(300, 700), response)] * 3
        chains: Chains = (sites[site], [])
        ends = world.ends(site, HTTPS)
        yield functools.partial(tls_conversation, world, ends, session, chains, exchanges, 0.217)


def mixed(world: World, size: int) -> Iterator[Conversation]:
    """Three tenths of the bytes in short and in long TLS connections, the rest everything else."""
    random = world.random
    conversations = [*short(world, int(size * 0.1 / 9900)), *downloads(world, int(size * 0.2))]
    for kind, port, part, length in MIXTURE.values():
        for number in range(max(1, int(size * part / length))):
            ends = world.ends(number % 3000, port)
            conversations.append(functools.partial(kind, random, ends, int(length * (0.5 + random.random()))))
    random.shuffle(conversations)
    return iter(conversations)


Shape = tuple[Callable[[World, int], Iterator[Conversation]], int, int, int]
SHAPES: dict[str, Shape] = {
    # conversations, connections or bytes at scale 1, the least of them, conversations at once
    "short": (short, 50_000, 10, 200),
    "certificates": (many_certificates, 20_000, 10, 200),
    "downloads": (downloads, 2_100_000_000, 1_000_000, 196),
    "mixed": (mixed, 1_000_000_000, 1_000_000, 300),
    "ten": (short, 10, 10, 10),
}


def make(shape: str, amount: int, path: Path, seed: int = 5) -> None:
    """Write one capture of so many connections or bytes, and beside it what is in it."""
    conversations, _, _, concurrency = SHAPES[shape]
    world = World(seed)
    packets = write_capture(path, conversations(world, amount), concurrency, world.random)
    facts = {"packets": packets, "bytes": path.stat().st_size, "tls_sessions": world.sessions, "seed": seed}
    path.with_suffix(".json").write_text(json.dumps(facts) + "\n")
    print(f"{path.name}: " + ", ".join(f"{value:,} {name}" for name, value in facts.items()), flush=True)


def make_scaled(shape: str, scale: float, seed: int = 5) -> Path:
    """Write one capture of the benchmark at a scale."""
    _, full, least, _ = SHAPES[shape]
    path = capture_path(shape, scale)
    make(shape, full if shape == "ten" else max(least, int(full * scale)), path, seed)
    return path


def capture_path(shape: str, scale: float) -> Path:
    """Where it is; files of another scale say so in their names."""
    return DATA / (f"{shape}.pcap" if shape == "ten" or scale == 1 else f"{shape}-{scale:g}.pcap")


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"any of {', '.join(SHAPES)} (all)")
    parser.add_argument("--scale", type=float, default=1.0, help="0.01 to 1 of the full size (1)")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--connections", type=int, help="write short-N.pcap with N short connections instead")
    options = parser.parse_args()
    if options.connections:
        path = DATA / f"short-{options.connections}.pcap"
        make("short", options.connections, path, options.seed)
        return
    if unknown := set(options.shapes) - set(SHAPES):
        parser.error(f"no such shape: {', '.join(sorted(unknown))}")
    for shape in options.shapes or SHAPES:
        make_scaled(shape, options.scale, options.seed)


if __name__ == "__main__":
    main()
