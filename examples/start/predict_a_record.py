"""Ask a preset about a record
===========================

Ten trained models are in the package, and the 491 records that they were trained on. So this shows
how to ask and what comes back, not how good the answer is: the figures of ``ecgzoo list --weights``
are of records that a model had not seen.
"""

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from tf_data import load

data = load("ecg_images")
row = int(np.flatnonzero(data.labels == data.classes.index("MI"))[0])
signal = data.signals[row]  # [488 samples, 12 leads] in mV
data.spec

# %%
# ``predict`` takes arrays, tables, files or a folder; a row of the answer is a window of a record.

answers = ecgzoo.load("hybrid_rhythm.ecg_images").predict(signal)
answers.to_frame().round(3)

# %%
# The leads as they were traced, and the answer:

seconds = np.arange(data.spec.samples) / data.spec.sampling_rate
figure, (traces, shares) = plt.subplots(
    1, 2, figsize=(9, 4), width_ratios=(3, 1), layout="constrained"
)
for place in range(12):
    traces.plot(seconds, signal[:, place] - 1.5 * place, color="#1a1a1a", linewidth=0.8)
traces.set_yticks(-1.5 * np.arange(12), data.spec.leads)
traces.set(title=f"{data.names[row]}, labelled {data.classes[data.labels[row]]}", xlabel="time (s)")
shares.barh(answers.classes, answers.probabilities[0], color="#0072B2")
shares.set(title="hybrid_rhythm.ecg_images", xlabel="probability", xlim=(0, 1))
