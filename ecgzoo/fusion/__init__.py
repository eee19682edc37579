"""Fusions: ways to join several domains, a folder per category and a file per fusion.

The categories are those of arXiv 2404.15022 (input, single-level, hierarchical, attention-based and
output fusion) and what arXiv 2508.00963 leaves to future work. Which domains a record has is known
to every fusion: shares and averages are taken among these. What is given here is what a fusion of
one's own is made with.
"""

from ecgzoo.fusion.fused import Fused, aligned, as_fused, mixed, presence

__all__ = ["Fused", "aligned", "as_fused", "mixed", "presence"]
