"""Makes wrong certificates out of right ones: DER as a tree, changed in a place or two, and encoded again.

The lengths around a change fit it, so that it reaches the reader of the very part; wrong bytes alone mostly do not.
"""

from collections.abc import Callable

from hypothesis import strategies as st

Node = tuple[int, "bytes | list[Node]"]  # tag; content, or what it is made of
Path = tuple[int, ...]

TAGS = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1E, 0x30, 0x31, 0x80, 0x82, 0x87)
BYTES = (0x00, 0x01, 0x20, 0x23, 0x2C, 0x30, 0x39, 0x5A, 0x7F, 0x80, 0xFF)


def opened(data: bytes) -> list[Node] | None:
    """Open elements side by side, and what is in them (in OCTET STRINGs too); None where that is no DER."""
    nodes: list[Node] = []
    position = 0
    while position < len(data):
        if position + 2 > len(data):
            return None
        tag, length = data[position], data[position + 1]
        start = position + 2
        if length > 0x80:
            start += length - 0x80
            length = int.from_bytes(data[position + 2 : start], "big")
        content = data[start : start + length]
        if len(content) != length:
            return None
        nodes.append((tag, (opened(content) or content) if tag & 0x20 or tag == 0x04 else content))
        position = start + length
    return nodes


def closed(nodes: list[Node], long: Path | None = None) -> bytes:
    """Encode again; the element at `long` gets a length of more bytes than it needs."""
    return b"".join(
        _element(tag, content, long[1:] if long and long[0] == place else None)
        for place, (tag, content) in enumerate(nodes)
    )


def _element(tag: int, content: bytes | list[Node], long: Path | None) -> bytes:
    data = content if isinstance(content, bytes) else closed(content, long)
    width = (len(data).bit_length() + 7) // 8 if len(data) > 127 else 0
    if long == ():
        width += 1
    length = bytes((0x80 | width,)) + len(data).to_bytes(width, "big") if width else bytes((len(data),))
    return bytes((tag,)) + length + data


def paths(nodes: list[Node], above: Path = ()) -> list[Path]:
    """Name every place of a tree."""
    found: list[Path] = []
    for place, (_, content) in enumerate(nodes):
        found.append((*above, place))
        if not isinstance(content, bytes):
            found += paths(content, (*above, place))
    return found


def replaced(nodes: list[Node], path: Path, by: list[Node]) -> list[Node]:
    """Put others in the place of a node."""
    place, *deeper = path
    if deeper:
        tag, content = nodes[place]
        assert isinstance(content, list)
        by = [(tag, replaced(content, tuple(deeper), by))]
    return [*nodes[:place], *by, *nodes[place + 1 :]]


def node_at(nodes: list[Node], path: Path) -> Node:
    node = nodes[path[0]]
    for place in path[1:]:
        assert isinstance(node[1], list)
        node = node[1][place]
    return node


@st.composite
def mutated(draw: st.DrawFn, originals: Callable[[], list[bytes]]) -> bytes:
    """A certificate of these with a few changes."""
    ders = originals()
    der = draw(st.sampled_from(ders))
    tree = opened(der)
    assert tree is not None
    assert closed(tree) == der
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(paths(tree)))
        tree = replaced(tree, path, draw(_changes(node_at(tree, path), ders)))
        if not tree:
            break
    long = draw(st.none() | st.sampled_from(paths(tree))) if tree and draw(st.integers(0, 9)) == 0 else None
    return closed(tree, long)


def _changes(node: Node, ders: list[bytes]) -> st.SearchStrategy[list[Node]]:
    """Leave it out, double it, give it another tag, put a part of another certificate there, change its bytes."""
    tag, content = node
    changes: list[st.SearchStrategy[list[Node]]] = [
        st.sampled_from(([], [node, node])),
        st.sampled_from(TAGS).map(lambda other: [(other, content)]),
        _transplants(ders),
    ]
    if isinstance(content, bytes):
        changes += [_edits(content).map(lambda data: [(tag, data)])] * 3
    return st.one_of(changes)


@st.composite
def _transplants(draw: st.DrawFn, ders: list[bytes]) -> list[Node]:
    tree = opened(draw(st.sampled_from(ders)))
    assert tree is not None
    return [node_at(tree, draw(st.sampled_from(paths(tree))))]


def _edits(content: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, len(content))
    byte = st.sampled_from(BYTES) | st.integers(0, 255)
    return st.one_of(
        st.builds(lambda at, one: content[:at] + bytes((one,)) + content[at + 1 :], places, byte),
        st.builds(lambda at, one: content[:at] + bytes((one,)) + content[at:], places, byte),
        places.map(lambda at: content[:at] + content[at + 1 :]),
        st.binary(max_size=20),
    )
