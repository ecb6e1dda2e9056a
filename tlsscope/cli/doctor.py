"""`tlsscope doctor`: what this machine has leaves, one line each."""

from . import console


@console.guarded
def doctor() -> int:
    """Tell what this machine has: compiled kernel, libraries, tshark, the right to capture."""
    from . import diagnosis  # here, so that help need not load what it asks

    console.write(console.encoded(diagnosis.lines(), None), None)
    return console.DONE
