"""Build a model
=============

A name gives a model: from the raw signal to probabilities, with its domains inside. Nothing is
trained here; ``ecgzoo.build("hybrid1.ecg_images")`` would bring weights along.
"""

import matplotlib.pyplot as plt

import ecgzoo

# %%
# Leads, rate and length are told by a ``SignalSpec``, and the model is made for them.

spec = ecgzoo.SignalSpec(("I", "II", "V5"), sampling_rate=250, samples=2500)
model = ecgzoo.build("hybrid1", spec, num_classes=5, multi_label=True)
model.input_shape, model.output_shape

# %%
# ``describe`` says what a name stands for. The five models of the paper differ in their domains:

PAPER = ("cnn1d", "cnn1d_transformer", "cnn2d", "hybrid1", "hybrid2")
found = [ecgzoo.describe(name, spec, num_classes=5) for name in PAPER]
labels = [f"{one['name']}\n{', '.join(one['domains'])}" for one in found]

figure, axes = plt.subplots(figsize=(8, 3.2), layout="constrained")
bars = axes.barh(labels, [one["parameters"] / 1000 for one in found], color="#0072B2")
axes.bar_label(bars, fmt="%.0f k", padding=3)
axes.set(xlabel="parameters, thousands", xlim=(0, 480))
axes.invert_yaxis()
