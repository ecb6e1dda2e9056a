"""Shared by all tests. That it stands here puts the builders beside it (`traffic`, `handshakes`) on the path."""

import signal

# Who runs the tests in the background may have them ignore SIGINT, and what they start would inherit that
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
