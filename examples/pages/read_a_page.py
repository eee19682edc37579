"""Read a printed page
===================

A page of the data set's layout, askew and at another resolution, becomes twelve leads in mV.
"""

import io

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from ecgzoo.pages import digitise, render_page
from tf_data import load

data = load("ecg_images")
page = Image.fromarray(render_page(data.signals[0]))
turned = page.rotate(4, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
scan = io.BytesIO()
turned.resize((1600, 1600 * turned.height // turned.width)).save(scan, "JPEG", quality=80)
f"{len(scan.getvalue()) / 1000:.0f} kB"

# %%
# ``digitise`` takes a file or its bytes. ``traced.signal`` is what the models take.

found = digitise(scan.getvalue())
print(found)

# %%
# What was read, over what had been drawn:

figure, (above, below) = plt.subplots(
    2, 1, figsize=(8, 8), height_ratios=(3, 1), layout="constrained"
)
above.imshow(Image.open(scan))
above.set_axis_off()
seconds = np.arange(data.spec.samples) / data.spec.sampling_rate
lead = data.spec.leads.index("V5")
below.plot(seconds, data.signals[0, :, lead], color="#8C8C8C", linewidth=3, label="drawn")
below.plot(seconds, found.traced.signal[:, lead], color="#0072B2", linewidth=1, label="read")
below.set(title="V5", xlabel="time (s)", ylabel="mV")
below.legend()
