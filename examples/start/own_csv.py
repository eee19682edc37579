"""A CSV file of one's own
=======================

A column per lead, named in the first line; a column of times tells the rate. Leads are picked by
name, also by other names that they go by; what is assumed is said in a warning.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import ecgzoo
from tf_data import load

# %%
# A file as another device would write it: 500 Hz, microvolts, ``D2`` for lead II.

page = load("ecg_images").take([0])
here = np.arange(page.spec.samples) / page.spec.sampling_rate
there = np.arange(0, here[-1], 0.002)
columns = {
    lead: 1000 * np.interp(there, here, one)
    for lead, one in zip(page.spec.leads, page.signals[0].T, strict=True)
}
table = pd.DataFrame({"time": there} | columns).rename(columns={"II": "D2"})
file = Path(tempfile.mkdtemp(), "device.csv")
table.round(4).to_csv(file, index=False)

# %%
# Look before asking: ``inspect_record`` says what was read, and in sentences what is odd.

seen = ecgzoo.inspect_record(file, unit="uV")
seen.to_frame()[["name", "lowest", "highest", "gaps", "clipped_seconds"]]

# %%

model = ecgzoo.load("cnn1d.ecg_images")
answers = model.predict(file, unit="uV")
answers.to_frame().round(3)

# %%
# Where no unit is said it is millivolts; then this file is refused, and a sentence says what to do.

try:
    model.predict(file)
except ecgzoo.SignalError as error:
    print(error)

# %%

figure, axes = plt.subplots(figsize=(8, 2.6), layout="constrained")
axes.plot(there, table["D2"] / 1000, color="#0072B2", linewidth=1)
axes.set(title=f"D2 of {file.name}, taken as II: {answers.predicted[0]}", xlabel="time (s)")
axes.set_ylabel("mV")
