"""Fusions compared
================

How three domains are joined, by the figures that the shipped presets carry: out of fold, means over
five ways of cutting the folds, with 95% intervals by patient. All of them are trained and ranked by
``ecgzoo compare --models "hybrid2*"``.
"""

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from ecgzoo.artifact import read_preset, resolve

names = ecgzoo.list_presets("hybrid2*")
figures = {name: read_preset(resolve(name)).metrics for name in names}
{name: one["measured_on"].partition(",")[0] for name, one in figures.items()}

# %%
# Intervals that overlap do not show that two are equal, nor that they differ: for a pair,
# ask for its paired difference, as in the example beside this one.

f1 = {name: one["intervals"]["macro_f1"] for name, one in figures.items()}
order = sorted(names, key=lambda name: f1[name]["estimate"])
middle = np.array([f1[name]["estimate"] for name in order])
ends = np.array([[f1[name]["low"], f1[name]["high"]] for name in order]).T
figure, axes = plt.subplots(figsize=(8, 3), layout="constrained")
axes.errorbar(
    middle,
    [name.partition(".")[0] for name in order],
    xerr=np.abs(ends - middle),
    fmt="o",
    capsize=3,
)
for place, name in enumerate(order):
    axes.scatter(figures[name]["each_seed"]["macro_f1"], [place - 0.2] * 5, s=12, color="#D55E00")
axes.set(xlabel="macro F1 (below in orange: each way of cutting the folds)")
axes.grid(axis="x", alpha=0.3)
