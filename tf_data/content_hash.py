"""The content hash of a signal: one that anybody who holds the samples can compute."""

from __future__ import annotations

import hashlib

import numpy as np


def content_hash(signal: np.ndarray) -> str:
    """SHA-256 of a signal's samples as little-endian float32, row by row, in hexadecimal.

    Files of one recording may differ in format and header; their samples do not.

    Args:
        signal: ``[samples, leads]``.

    Example:
        >>> content_hash(np.zeros((2, 1)))[:8] == hashlib.sha256(bytes(8)).hexdigest()[:8]
        True
    """
    return hashlib.sha256(np.ascontiguousarray(signal, "<f4").tobytes()).hexdigest()


def content_hashes(signals: np.ndarray) -> np.ndarray:
    """:func:`content_hash` of each of ``[n, samples, leads]``: str ``[n]``."""
    return np.array([content_hash(signal) for signal in signals])
