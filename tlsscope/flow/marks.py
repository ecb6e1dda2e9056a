"""What a packet is to those who keep handshakes: a mark is one of these and MARKS times its connection's row."""

PASSED = 0  # not theirs
UNDECIDED = 1  # its connection may still turn out to be TLS
FIRST = 2  # the same, and it opens the connection
KEPT = 3  # theirs
MARKS = 4
