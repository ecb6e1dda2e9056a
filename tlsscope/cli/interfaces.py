"""`tlsscope interfaces`: the interfaces of this machine leave, one line each, and whether we may capture."""

from . import console


@console.guarded
def interfaces() -> int:
    """List the interfaces with their addresses and state, and tell whether this user may capture."""
    from tlsscope.capture.interfaces import interfaces as all_interfaces  # here, so that help need not load it
    from tlsscope.capture.privileges import HOW_TO, may_capture

    found = all_interfaces()
    wide = max((len(one.name) for one in found), default=0)
    lines = [f"{one.number:>3}  {one.name:<{wide}}  {one.state:<15}{', '.join(one.addresses)}" for one in found]
    console.write(console.encoded(lines, None), None)
    console.say("this user may capture" if may_capture() else f"this user may not capture: {HOW_TO}")
    return console.DONE
