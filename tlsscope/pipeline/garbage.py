"""The collector of unreachable objects: sessions make almost none, so it need not look often."""

import gc

OBJECTS = 50_000  # made between two looks


def look_rarely() -> None:
    """Let what is loaded by now stay; looking through it and through each session again and again costs a tenth."""
    gc.freeze()
    gc.set_threshold(OBJECTS)
