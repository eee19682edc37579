"""Fine-tune on a few records
==========================

Sixty records in two classes that the preset does not know, in two of its twelve leads. They are
made up, beats with and without a raised ST segment, so that this shows how and not how well; what
fine-tuning gains on real ones is in :doc:`/experiments`.
"""

import matplotlib.pyplot as plt
import numpy as np

import ecgzoo
from ecgzoo.training import FineTuning

RATE, SECONDS = 250, 5


def beats(raised: float, rng: np.random.Generator) -> np.ndarray:
    """Leads I and II in mV: P, QRS, ST and T as Gaussians, at a rate drawn by lot, and noise."""
    times = np.arange(SECONDS * RATE) / RATE
    phase = (times + rng.uniform(0, 1)) % rng.uniform(0.7, 1.0) - 0.3
    waves = ((-0.16, 0.1, 0.02), (0, 1.1, 0.012), (0.03, -0.3, 0.012), (0.22, 0.3, 0.04))
    waves += ((0.1, raised, 0.04),)
    lead = sum(a * np.exp(-((phase - m) ** 2) / (2 * s**2)) for m, a, s in waves)
    both = np.stack([0.6 * lead, lead], axis=1) * rng.uniform(0.7, 1.3)
    return both + rng.normal(0, 0.03, both.shape).cumsum(axis=0) / 10


rng = np.random.default_rng(0)
labels = np.arange(60) % 2
signals = [beats(0.25 * label * rng.uniform(0.3, 1), rng) for label in labels]

# %%
# The head first, on what the frozen body makes of the records; then layer by layer from the top.

tuned = ecgzoo.finetune(
    "cnn1d",
    signals,
    labels,
    classes=("as it was", "ST raised"),
    leads=("I", "II"),
    sampling_rate=RATE,
    settings=FineTuning(head_epochs=10, epochs_per_group=1, epochs=6),
)
tuned.to_frame().round(3)

# %%

figure, (record, losses) = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for label, colour in ((0, "#8C8C8C"), (1, "#D55E00")):
    line = signals[label][:, 1]
    record.plot(np.arange(len(line)) / RATE, line, color=colour, label=tuned.preset.classes[label])
record.set(title="two of the records, lead II", xlabel="time (s)", ylabel="mV", xlim=(0, 2))
record.legend()
losses.plot([epoch["loss"] for epoch in tuned.history], color="#0072B2")
losses.axvline(9.5, color="#8C8C8C", linestyle=":", label="the body is unfrozen")
losses.set(title="training loss", xlabel="epoch", ylim=(0, None))
losses.legend()
