"""Is A better than B?
===================

Statistics of anybody's predictions: labels, probabilities and patients in, sentences out. No model
of the zoo is needed. The command is ``ecgzoo compare-predictions a.csv b.csv``.
"""

import matplotlib.pyplot as plt
import numpy as np

from ecgzoo.evaluation import intervals, paired_difference, permutation_test

rng = np.random.default_rng(0)
labels, patients = rng.integers(0, 3, 600), np.arange(600) // 3
answers = {}
for name, skill in (("A", 1.5), ("B", 1.0)):
    scores = np.exp(rng.normal(size=(600, 3)) + skill * np.eye(3)[labels])
    answers[name] = scores / scores.sum(axis=1, keepdims=True)

# %%
# Patients are drawn, not records: three records of one patient are no three independent ones.

found = {name: intervals(labels, one, patients) for name, one in answers.items()}
found["A"].to_frame().round(3)

# %%
# The difference is paired: both answer for the same records.

called = {name: one.argmax(axis=1) for name, one in answers.items()}
difference = paired_difference(labels, called["A"], called["B"], patients)
swaps = permutation_test(labels, called["A"], called["B"], patients)
print(f"macro F1 of A minus that of B: {difference}; by permutation p {swaps.p_value:.4f}")

# %%

METRICS = ("accuracy", "macro_f1", "macro_auc")
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
for shift, (name, colour) in zip((-0.1, 0.1), (("A", "#0072B2"), ("B", "#D55E00")), strict=True):
    told = [getattr(found[name], metric) for metric in METRICS]
    middle = np.array([one.estimate for one in told])
    ends = np.abs(np.array([[one.low, one.high] for one in told]).T - middle)
    axes.errorbar(
        middle, np.arange(3) + shift, xerr=ends, fmt="o", capsize=3, color=colour, label=name
    )
axes.set_yticks(range(3), METRICS)
axes.set(xlabel="95% interval by patient")
axes.grid(axis="x", alpha=0.3)
axes.legend()
