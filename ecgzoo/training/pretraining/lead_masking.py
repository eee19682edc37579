"""Lead masking: half of the records lose all leads but some, so that any of them suffice later.

Random lead masking: Oh et al. (2022), Lead-agnostic Self-supervised Learning for Local and Global
Representations of Electrocardiogram, CHIL, arXiv 2203.06889.
"""

import numpy as np

COUNTS = (1, 2, 3, 6)  # of leads that devices have: watch, Holter, monitor, limb leads
WHOLE = 0.5  # of the records keep all: where there are twelve, some statements need them


def masked_leads(signals: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Records with as many leads as some device has, drawn by chance; the others are zero.

    Half of them keep all. Of the others how many there are is drawn first, each of :data:`COUNTS`
    alike; then which.

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
    some = np.minimum(rng.choice(COUNTS, records), leads)
    wanted = np.where(rng.random(records) < WHOLE, leads, some)
    rank = rng.random((records, leads)).argsort(axis=1).argsort(axis=1)
    return signals * (rank < wanted[:, None])[:, None, :]
