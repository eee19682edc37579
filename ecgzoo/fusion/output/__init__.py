"""Output fusion: each domain is classified by itself, and the answers are joined."""
