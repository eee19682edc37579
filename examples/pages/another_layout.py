"""Digitise a sheet of another layout
==================================

Sheets of other printers are read by their grid, the names of their leads and two small networks.
One that is too unclear is refused.
"""

import matplotlib.pyplot as plt
import numpy as np

from ecgzoo.limb_leads import DERIVED
from ecgzoo.pages import digitise, page_bytes
from ecgzoo.pages.sheets.drawing import draw_sheet
from ecgzoo.pages.sheets.sheet import Sheet
from tf_data import load

# %%
# Two columns of six leads. The limb leads of a sheet obey Einthoven's law, so III and the others
# are made of I and II here; on the embedded page some were printed at another time.

data = load("ecg_images")
leads, rate = data.spec.leads, data.spec.sampling_rate
signal = data.signals[0].astype(float)
for name, (of_i, of_ii) in DERIVED.items():
    signal[:, leads.index(name)] = of_i * signal[:, 0] + of_ii * signal[:, 1]
signal = np.tile(signal, (2, 1))

rows = tuple(zip(leads[:6], leads[6:], strict=True))
baselines = tuple(np.linspace(35, 185, 6))
sheet = Sheet(rows, baselines, seconds=2 * data.spec.seconds, size=(210, 165))
drawn = draw_sheet(signal, rate, sheet, dots_per_inch=200)
drawn.image.shape

# %%

found = digitise(page_bytes(drawn.image))
print(found)

# %%
# The sheet, and lead II as it was printed and as it was read:

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 6), layout="constrained")
left.imshow(drawn.image)
left.set_axis_off()
read, at = found.traced.signal[:, 1], found.traced.spec.sampling_rate
drawn_in = {"color": "#8C8C8C", "linewidth": 3, "label": "drawn"}
right.plot(np.arange(488) / rate, signal[:488, 1], **drawn_in)
right.plot(np.arange(len(read)) / at, read, color="#0072B2", linewidth=1, label="read")
right.set(title="II", xlabel="time (s)", ylabel="mV")
right.legend()
