"""Single-level fusion: pooled embeddings are joined once, before the classifier."""
