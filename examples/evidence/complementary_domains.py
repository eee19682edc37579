"""What would a second domain add?
===============================

Before anything is trained: what each raw domain tells about the label, and what it adds to another.
A first look only, and a quick one: at half of the records, by a classifier whose penalty is fixed,
where by default it is chosen on the training part. What the figures mean and assume is in
:doc:`/complementarity`.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ecgzoo.evaluation.complementarity import complementarity
from ecgzoo.models import embed_raw
from tf_data import load

data = load("ecg_images").take(range(0, 491, 2))
domains = embed_raw(data.signals, data.spec, ["time", "time_frequency"])
quick = make_pipeline(StandardScaler(), LogisticRegression(C=0.1))
found = complementarity(domains, data.labels, data.groups, classifier=quick, resamples=2)
print(found.advice)

# %%
# Nats that a domain takes off the log loss of a classifier that knows the other one already:

figure, axes = plt.subplots(figsize=(8, 2.8), layout="constrained")
names = [
    f"{step.domain}{' given ' + ', '.join(step.given) if step.given else ' alone'}"
    for step in found.added
]
middle = np.array([step.information.estimate for step in found.added])
ends = np.array([[step.information.low, step.information.high] for step in found.added]).T
axes.errorbar(middle, names, xerr=np.abs(ends - middle), fmt="o", color="#0072B2", capsize=3)
axes.axvline(0, color="#8C8C8C", linestyle=":")
axes.set(xlabel=f"nats, of {found.entropy:.2f}; 95% interval by patient")
axes.invert_yaxis()
