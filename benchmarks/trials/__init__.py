"""Trials of recipes in JAX: all folds, fold seeds and seeds of weights are trained side by side."""
