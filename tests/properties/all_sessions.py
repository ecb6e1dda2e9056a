"""Prints a line of JSON a capture: what it says, by whichever kernel this interpreter finds. Run by test_kernel_twins.

The first line names the file that the kernel was loaded from. The captures are named on standard input.
"""

import sys

import msgspec

from tlsscope.link import decode
from tlsscope.pipeline import InputFailure, Scan
from tlsscope.report.compose import document


def main() -> None:
    print(decode.__file__)
    for name in sys.stdin.read().splitlines():
        scan = Scan([name])
        told = [one if isinstance(one, InputFailure) else document(one) for one in scan]
        print(msgspec.json.encode([name, told, scan.totals]).decode())


if __name__ == "__main__":
    main()
