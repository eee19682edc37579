"""A domain of one's own
=====================

A domain is a Keras layer from the signal to a sequence or an image. Registered under a name it
goes with every fusion. A larger one, a fusion of one's own and the command line:
:doc:`/extending`.
"""

import keras
import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from tf_data import load


@keras.saving.register_keras_serializable(package="gallery")
class Slope(keras.layers.Layer):
    """How steep each lead is: [batch, samples - 1, leads], in mV per hundredth of a second."""

    def __init__(self, rate: float, **kwargs):
        super().__init__(**{"dtype": "float32", "name": "slope", **kwargs})
        self.rate = rate

    def call(self, signal):
        return (signal[:, 1:] - signal[:, :-1]) * self.rate / 100

    def compute_output_shape(self, input_shape):
        batch, samples, leads = input_shape
        return batch, samples - 1, leads

    def get_config(self):
        return super().get_config() | {"rate": self.rate}


ecgzoo.register_domain(
    "slope", lambda spec: Slope(spec.sampling_rate), encoder="conv1d", replace=True
)

# %%
# From here on it is one like the others. Does it help? Ask ``ecgzoo compare``.

data = load("ecg_images")
options = {"domains": ("time", "slope"), "fusion": "gated", "return_weights": True}
model = ecgzoo.build("hybrid", data.spec, 4, **options)
answer = model(data.signals[:8], training=False)
{name: tuple(one.shape) for name, one in answer.items()}

# %%

slope = np.asarray(Slope(data.spec.sampling_rate)(data.signals[:1]))[0, :, 1]
seconds = np.arange(data.spec.samples) / data.spec.sampling_rate
figure, (above, below) = plt.subplots(2, 1, figsize=(8, 4), sharex=True, layout="constrained")
above.plot(seconds, data.signals[0, :, 1], color="#0072B2")
above.set(title="lead II", ylabel="mV")
below.plot(seconds[1:], slope, color="#D55E00")
below.set(title="its slope", xlabel="time (s)", ylabel="mV / 10 ms")
