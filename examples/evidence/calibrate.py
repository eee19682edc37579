"""Is 90% sure right nine times of ten?
====================================

A classifier that is too sure of itself, the temperature that mends it, and how well that holds on
records that it was not fitted to.
"""

import matplotlib.pyplot as plt
import numpy as np

from ecgzoo.evaluation import calibration, fit_temperature

rng = np.random.default_rng(0)
labels = rng.integers(0, 4, 2000)
logits = 1.2 * np.eye(4)[labels] + rng.normal(size=(2000, 4))
shares = np.exp(3 * logits)  # three times too sure
shares /= shares.sum(axis=1, keepdims=True)
fitting, judging = slice(0, 1000), slice(1000, None)

# %%

temperature = fit_temperature(labels[fitting], shares[fitting])
before = calibration(labels[judging], shares[judging], bins=8)
after = calibration(labels[judging], temperature.apply(shares[judging]), bins=8)
f"temperature {temperature.value:.2f}: error {before.error:.3f} before, {after.error:.3f} after"

# %%
# Which class is the most probable stays as it was; how sure the answer is does not.

figure, axes = plt.subplots(figsize=(5, 4.5), layout="constrained")
axes.plot([0, 1], [0, 1], color="#8C8C8C", linestyle=":")
for curve, colour, name in (
    (before, "#D55E00", "as it is"),
    (after, "#0072B2", "with temperature"),
):
    axes.plot(curve.confidence, curve.accuracy, "o-", color=colour, label=name)
axes.set(
    xlabel="probability of the answer",
    ylabel="share that is right",
    xlim=(0.2, 1.02),
    ylim=(0, 1.02),
)
axes.legend()
