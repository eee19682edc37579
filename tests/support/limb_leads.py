"""Limb leads that obey the laws of physics, for signals that are printed as pages."""

import numpy as np


def limb_leads(lead_i: np.ndarray, lead_ii: np.ndarray) -> list[np.ndarray]:
    """The six limb leads by Einthoven's and Goldberger's definitions."""
    lead_iii = lead_ii - lead_i
    return [
        lead_i,
        lead_ii,
        lead_iii,
        -(lead_i + lead_ii) / 2,
        (lead_i - lead_iii) / 2,
        (lead_ii + lead_iii) / 2,
    ]


def lawful(signals: np.ndarray) -> np.ndarray:
    """Signals ``[..., samples, 12]`` whose limb leads are computed of the first two."""
    limbs = limb_leads(signals[..., 0], signals[..., 1])
    return np.concatenate([np.stack(limbs, axis=-1), signals[..., 6:]], axis=-1)
