"""Networks that read sheets, and their weights."""
