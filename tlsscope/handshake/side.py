"""One side of the dialogue: what it said that is not a whole message yet, and whether it can still be read.

Kernel file: compiled where a C compiler is found (types in `side.pxd`), interpreted otherwise.
"""


class Side:
    """What is known of the client, or of the server."""

    __slots__ = ("assembly", "first", "need", "sealed", "trusted")

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Know nothing of a session yet."""
        self.sealed = False
        self.assembly: bytearray | None = None  # a message that is not complete
        self.need = 0  # bytes of it that must be there to go on
        self.first = 0  # the frame in which it began
        self.trusted = False  # whether each byte since a hello was seen

    def forget(self) -> None:
        """Drop the message that is not complete."""
        self.assembly = None
        self.need = 0

    def lose(self) -> None:
        """Bytes are missing."""
        self.forget()
        self.trusted = False

    def seal(self) -> None:
        """What comes from here on is encrypted."""
        self.forget()
        self.sealed = True

    def weight(self) -> int:
        """Tell how many bytes are held."""
        return 0 if self.assembly is None else len(self.assembly)
