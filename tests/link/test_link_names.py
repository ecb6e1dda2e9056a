"""Link types are called what the registry calls them."""

import pytest

from tlsscope.link.names import link_type_name


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (1, "ETHERNET"),
        (113, "LINUX_SLL"),
        (127, "IEEE802_11_RADIOTAP"),
        (147, "USER0"),
        (162, "USER15"),
        (249, "USBPCAP"),
        (276, "LINUX_SLL2"),
        (4711, "unknown (4711)"),
    ],
)
def test_names(number: int, name: str) -> None:
    assert link_type_name(number) == name
