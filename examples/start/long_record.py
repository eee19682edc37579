"""A long record
=============

A record of any length is read and answered block by block, and summed up. This one is made of the
embedded records, class after class; a Holter's file would be asked in the same way.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from tf_data import load

data = load("ecg_images")
order = np.argsort(data.labels, kind="stable")
file = Path(tempfile.mkdtemp(), "long.npy")
np.save(file, np.concatenate(data.signals[order]))

# %%
# Windows overlap by half. Where two records meet there is a step, as where an electrode is moved.

model = ecgzoo.load("cnn1d.ecg_images")
found = model.predict_long(file, sampling_rate=data.spec.sampling_rate)
print(
    f"{found.seconds / 60:.1f} minutes, {len(found.starts)} windows, {len(found.left_out)} left out"
)
{label: f"{share:.0%}" for label, share in found.shares.items()}

# %%
# Above, what the model answers for each window; below, what the pages are labelled.

figure, (told, true) = plt.subplots(2, 1, figsize=(9, 4), sharex=True, layout="constrained")
minutes = (found.starts + found.window / 2) / 60
told.stackplot(minutes, found.answers.probabilities.T, labels=data.classes, alpha=0.85)
told.set(ylabel="probability", ylim=(0, 1))
told.legend(ncols=4, loc="lower center", bbox_to_anchor=(0.5, 1))
places = (np.arange(len(order)) + 0.5) * data.spec.seconds / 60
true.scatter(places, data.labels[order], s=4, color="#1a1a1a")
true.set_yticks(range(4), data.classes)
true.set(xlabel="time (min)", xlim=(0, found.seconds / 60))
