"""Lead masking: a record loses all its leads but some, so that any of them suffice later.

Random lead masking: Oh et al. (2022), Lead-agnostic Self-supervised Learning for Local and Global
Representations of Electrocardiogram, CHIL, arXiv 2203.06889.
"""

import numpy as np

COUNTS = (1, 2, 3, 6, 12)  # of leads that devices have: watch, Holter, monitor, limb leads, clinic


def masked_leads(signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Records with as many leads as some device has, drawn by chance; the others are zero.

    How many there are is drawn first, each of :data:`COUNTS` alike; then which.

    Args:
        signals: ``[n, samples, leads]``.
        rng: draws.

    Returns:
        A copy.

    Example:
        >>> masked = masked_leads(np.ones((500, 4, 12)), np.random.default_rng(0))
        >>> sorted(set(masked[:, 0].sum(axis=1).astype(int).tolist()))
        [1, 2, 3, 6, 12]
    """
    records, _, leads = signals.shape
    wanted = np.minimum(rng.choice(COUNTS, records), leads)
    rank = rng.random((records, leads)).argsort(axis=1).argsort(axis=1)
    return signals * (rank < wanted[:, None])[:, None, :]
