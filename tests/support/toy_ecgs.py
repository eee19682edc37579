"""A toy data set that a model can learn in seconds: classes differ in rhythm and shape."""

import contextlib
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset

SPEC = SignalSpec(("I", "II"), sampling_rate=128, samples=128)


def toy_ecgs(records: int = 60, classes: int = 2) -> SignalDataset:
    rng = np.random.default_rng(0)
    labels = np.arange(records) % classes
    time = np.arange(SPEC.samples) / SPEC.sampling_rate
    phase = rng.uniform(0, 1, (records, 1))
    beats = np.sin(2 * np.pi * (2 + 3 * labels[:, None]) * (time + phase)) ** 5
    signals = np.stack([beats, 0.5 * beats], axis=-1) + rng.normal(0, 0.05, (records, 128, 2))
    ids = np.array([f"record{i}" for i in range(records)])
    names = ("slow", "fast", "faster")[:classes]
    return SignalDataset(
        signals.astype("float32"), labels.astype("int64"), ids, ids, ids, SPEC, names
    )


def toy_ecgs_of_several_labels(records: int = 60, windows: int = 1) -> SignalDataset:
    """Records that are slow, or not, and strong, or not; of some windows each."""
    data = toy_ecgs(records)
    strong = np.arange(records) // 2 % 2
    signals = data.signals * (1 + strong[:, None, None])
    labels = np.stack([1 - data.labels, strong], axis=1)
    whole = replace(data, signals=signals, labels=labels, classes=("slow", "strong"))
    rows = np.repeat(np.arange(records), windows)
    noise = np.random.default_rng(1).normal(0, 0.01, (len(rows), *SPEC.shape)).astype("float32")
    cut = whole.take(rows)
    return replace(cut, signals=cut.signals + noise, hashes=np.arange(len(rows)).astype(str))


def main() -> None:
    """Trains in this process, so that a test can kill it: FOLDER MODEL DEVICE ENCODERS."""
    from small_encoders import small_encoders

    from ecgzoo.training.fit import fit
    from ecgzoo.training.recipe import Recipe

    folder, model, device, encoders = sys.argv[1:]
    recipe = Recipe(
        model, epochs=4, augmentation=True, deterministic=True, device=device, batch_size=16
    )
    with small_encoders() if encoders == "small" else contextlib.nullcontext():
        fit(recipe, Path(folder), toy_ecgs(), verbose=0)


if __name__ == "__main__":
    main()
