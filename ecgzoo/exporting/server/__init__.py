"""What a model server reads: numbered versions, labels, and its configuration files."""
