"""Attention-based fusion: the tokens of each domain look at those of others."""
