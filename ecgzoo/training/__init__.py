"""Training: recipes, runs that resume where they were cut, cross-validation."""
