"""Arguments as they are typed enter, as the options spell them they leave.

`--follow` has two meanings that people know: of tail, to wait for more, and of a decryption that goes on to the end.
The first has the name; the second, `--follow all`, is understood as `--decrypt all`. A file named so is `./all`.
"""

from collections.abc import Iterable

FOLLOW, DECRYPT = "--follow", "--decrypt"
DEPTHS = ("handshake", "all")


def spelled(arguments: Iterable[str]) -> list[str]:
    """Spell the depth of decryption by its own option."""
    found: list[str] = []
    for argument in arguments:
        option, _, value = argument.partition("=")
        if argument in DEPTHS and found and found[-1] == FOLLOW:
            found[-1] = f"{DECRYPT}={argument}"
        elif option == FOLLOW and value in DEPTHS:
            found.append(f"{DECRYPT}={value}")
        else:
            found.append(argument)
    return found
