"""One record in three domains
===========================

Domains are Keras layers without weights. The same objects serve here, in ``tf.data``, inside a
model and in the exported graph.
"""

import matplotlib.pyplot as plt
import numpy as np

from ecgzoo.domains import domain_layers
from tf_data import load

data = load("ecg_images")
lead = data.spec.leads.index("II")
layers = domain_layers(["time", "frequency", "time_frequency"], data.spec)
shown = {name: np.asarray(layer(data.signals[:1]))[0] for name, layer in layers.items()}
{name: one.shape for name, one in shown.items()}

# %%
# Lead II as a trace, as the logarithm of its spectrum and as a scalogram of 48 rows.

figure, (time, frequency, scalogram) = plt.subplots(1, 3, figsize=(10, 2.8), layout="constrained")
time.plot(np.arange(data.spec.samples) / data.spec.sampling_rate, data.signals[0, :, lead])
time.set(title="time", xlabel="time (s)", ylabel="mV")
frequency.plot(layers["frequency"].bin_frequencies(data.spec.samples), shown["frequency"][:, lead])
frequency.set(title="frequency", xlabel="frequency (Hz)", ylabel="log amplitude")
rows = layers["time_frequency"].row_frequencies
image = shown["time_frequency"][..., lead]
across = (np.arange(image.shape[1]) + 0.5) * data.spec.seconds / image.shape[1]
mesh = scalogram.pcolormesh(across, rows, image, shading="auto")
scalogram.set(title="time-frequency", xlabel="time (s)", ylabel="frequency (Hz)", yscale="log")
figure.colorbar(mesh, ax=scalogram, label="log power")
