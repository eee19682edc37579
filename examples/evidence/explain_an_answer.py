"""What an answer rests on
=======================

Integrated gradients share out among the samples by how much the class is more probable than for a
flat line. A map that looks right is no proof: see :doc:`/explanation` for what to check.
"""

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from tf_data import load

data = load("ecg_images")
row = int(np.flatnonzero(data.labels == data.classes.index("HB"))[0])
model = ecgzoo.load("hybrid1.ecg_images")
found = model.explain(data.signals[row], "integrated_gradients")
model.preset.classes[found.target[0]], found.probabilities.round(3)

# %%
# The map sums to the rise, but for the error of the quadrature:

float(found.signal.sum()), float(found.rise[0])

# %%
# The three leads with the largest shares of it:

shares = found.shares()["signal"][0]
seconds = np.arange(data.spec.samples) / data.spec.sampling_rate
strength = np.abs(found.signal[0])
figure, grid = plt.subplots(3, 1, figsize=(9, 6), sharex=True, layout="constrained")
for axes, lead in zip(grid, np.argsort(-shares)[:3], strict=True):
    axes.plot(seconds, data.signals[row, :, lead], color="#C9D3DB", linewidth=1, zorder=0)
    shown = {
        "c": strength[:, lead],
        "cmap": "YlOrRd",
        "vmin": 0,
        "vmax": strength.max() / 2,
        "s": 8,
    }
    points = axes.scatter(seconds, data.signals[row, :, lead], **shown)
    axes.set(title=f"{data.spec.leads[lead]}: {shares[lead]:.0%} of the map", ylabel="mV")
axes.set_xlabel("time (s)")
figure.colorbar(points, ax=grid, label="strength of the map", ticks=[])
