"""Input fusion: the domains themselves are joined, and one encoder reads the whole."""
