"""Records as points
=================

``embed`` gives what each domain's encoder makes of a record, and what the fusion makes of all.
Those of records that a model was trained on, as here, lie further apart than others would.
"""

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from tf_data import load

data = load("ecg_images").take(range(0, 491, 3))
found = ecgzoo.embed("hybrid2.ecg_images", data.signals)
{name: one.shape for name, one in found.items() if name not in ("names", "records")}

# %%
# The two directions in which the embeddings vary most, by domain:

figure, grid = plt.subplots(1, 4, figsize=(12, 3.2), layout="constrained")
for axes, name in zip(grid, ("time", "frequency", "time_frequency", "fused"), strict=True):
    centred = found[name] - found[name].mean(axis=0)
    points = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    for label, of in enumerate(data.classes):
        axes.scatter(*points[data.labels == label].T, s=10, label=of)
    axes.set(title=name, xticks=[], yticks=[])
axes.legend(fontsize=8)
