"""Records of two leads and three classes, two to a patient, with R peaks that can be found."""

import numpy as np
from small_presets import CLASSES, SPEC, heartbeats

from tf_data import SignalDataset


def heartbeats_of_patients(counts: tuple[int, ...] = (70, 40, 40)) -> SignalDataset:
    """As many records of each class as told; the classes differ in noise."""
    labels = np.repeat(np.arange(len(counts)), counts)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(len(labels), 1, len(SPEC.leads)))
    signals = heartbeats(SPEC, len(labels)) + 0.3 * labels[:, None, None] * noise
    ids = np.array([f"record{i}" for i in range(len(labels))])
    groups = np.array([f"patient{i // 2}" for i in range(len(labels))])
    return SignalDataset(signals.astype("float32"), labels, groups, ids, ids, SPEC, CLASSES)
