"""`python -m ecgzoo`: the command line."""

from ecgzoo.cli import main

main()
