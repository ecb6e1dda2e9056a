"""Short words for the two ends, so that a scenario reads as one sentence."""

from model import End


def server(stack: str, chain: str | None = "server-rsa", **more: object) -> End:
    """A server, with a certificate unless told otherwise."""
    return End(stack=stack, chain=chain, **more)


def client(stack: str, chain: str | None = None, **more: object) -> End:
    """A client, perhaps with a certificate."""
    return End(stack=stack, chain=chain, **more)
