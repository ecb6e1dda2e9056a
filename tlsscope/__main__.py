"""`python -m tlsscope` is the command line."""

from tlsscope.cli import main

main()
