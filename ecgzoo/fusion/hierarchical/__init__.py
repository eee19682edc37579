"""Hierarchical fusion: domains meet at every stage of their encoders."""
