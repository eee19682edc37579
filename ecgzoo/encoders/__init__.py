"""Encoders: from one domain's representation to ``Features`` that any fusion can join."""
