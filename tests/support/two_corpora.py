"""A small corpus of two data sets: twelve-lead records with statements, one lead with a rhythm."""

import dataclasses

import numpy as np
from small_presets import heartbeats

from ecgzoo import SignalSpec
from ecgzoo.training.pretraining import Corpus
from tf_data import SignalDataset

LEADS = ("I", "II", "V1")
RATE, SAMPLES = 100, 128


def recordings(leads: tuple[str, ...], patients: int, classes: tuple[str, ...]) -> SignalDataset:
    """Two records of each patient; every class is held by half of the patients."""
    spec = SignalSpec(leads, RATE, SAMPLES)
    rng = np.random.default_rng(len(leads))
    labels = np.array([rng.permutation([0, 1] * (patients // 2)) for _ in classes]).T
    labels = np.repeat(labels, 2, axis=0)
    signals = heartbeats(spec, 2 * patients) * (1 + labels[:, :1, None])
    ids = np.array([f"{len(leads)}-{one}" for one in range(2 * patients)])
    groups = np.array([f"{len(leads)}-{one // 2}" for one in range(2 * patients)])
    return SignalDataset(signals.astype("float32"), labels, groups, ids, ids, spec, classes)


def two_corpora(patients: int = 20) -> Corpus:
    """Statements and superclasses of three leads, and a rhythm of one lead."""
    wide = recordings(LEADS, patients, ("0:AFIB", "0:NORM", "1:MI"))
    narrow = recordings(("I",), 2 * patients, ("0:A",))
    tasks = {"wide:all": ("AFIB", "NORM"), "wide:super": ("MI",), "narrow:rhythm": ("A",)}
    spec = dataclasses.replace(wide.spec)
    return Corpus({"wide": wide, "narrow": narrow}, tasks, spec)
