"""Recordings of one beat's shape, in noise of their own: alike to the eye, and not the same."""

import numpy as np

RATE, SECONDS = 500, 10


def noisy_recordings(records: int, seed: int) -> np.ndarray:
    """Beats at uneven times in two leads, in mV: ``[n, samples, 2]`` at 500 Hz."""
    rng = np.random.default_rng(seed)
    time = np.arange(RATE * SECONDS) / RATE
    found = np.zeros((records, len(time), 2))
    for row in range(records):
        beats = np.cumsum(rng.uniform(0.7, 1.0, 15)) - 0.4
        for at in beats:
            found[row] += np.exp(-(((time - at) / 0.012) ** 2))[:, None] * [1.0, 0.6]
            found[row] += 0.2 * np.exp(-(((time - at - 0.3) / 0.05) ** 2))[:, None]
    noise = rng.normal(0, 0.05, found.shape)
    return found + np.apply_along_axis(np.convolve, 1, noise, np.hanning(9) / 4.0, "same")
