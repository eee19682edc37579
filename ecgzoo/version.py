"""The version of the software, which runs, cards and reports tell."""

__version__ = "0.1.0"
