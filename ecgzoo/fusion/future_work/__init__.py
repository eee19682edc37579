"""What arXiv 2508.00963 leaves to future work."""
