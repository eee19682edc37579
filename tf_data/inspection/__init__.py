"""Inspection: what stands in a record, and what is odd about it, before a model is asked."""
