"""Fusions: ways to join the features of several domains, a folder per category.

The categories are those of arXiv 2404.15022: input, single-level, hierarchical, attention-based
and output fusion.
"""
