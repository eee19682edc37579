"""Prediction: an artifact asked about records or files, whatever kind of artifact it is."""
