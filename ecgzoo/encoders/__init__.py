"""Encoders: one domain to its features, by stages; ``encode`` runs those of several in step."""

from ecgzoo.encoders.encode import encode, equal_depth

__all__ = ["encode", "equal_depth"]
