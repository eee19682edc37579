"""Signals of chance that no reader takes for white noise."""

import numpy as np


def smooth_noise(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """float32 ``[..., samples, leads]`` of variance 1, each sample the mean of five of chance."""
    *several, samples, leads = shape
    white = np.random.default_rng(seed).normal(size=(*several, samples + 4, leads))
    mean = np.stack([white[..., lag : lag + samples, :] for lag in range(5)]).mean(axis=0)
    return (mean * np.sqrt(5)).astype(np.float32)
