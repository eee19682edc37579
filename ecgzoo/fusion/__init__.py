"""Fusions: ways to join several domains, a folder per category.

The categories are those of arXiv 2404.15022 (input, single-level, hierarchical, attention-based and
output fusion) and what arXiv 2508.00963 leaves to future work. Which domains a record has is known
to every fusion: shares and averages are taken among these.
"""
