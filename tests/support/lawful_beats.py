"""Twelve leads of one heart: a beat each second, by Einthoven's and Goldberger's laws."""

import numpy as np


def beats():
    """Ten seconds of lawful leads with a QRS complex each second."""
    times = np.arange(5000) / 500
    beat = np.exp(-(((times % 1 - 0.4) / 0.02) ** 2)) + 0.2 * np.exp(
        -(((times % 1 - 0.7) / 0.05) ** 2)
    )
    one, two = 0.7 * beat, 1.1 * beat
    limb = [one, two, two - one, -(one + two) / 2, one - two / 2, two - one / 2]
    return np.stack(limb + [weight * beat for weight in (-0.5, -1, 0.3, 1.2, 1.1, 0.8)], axis=1)
