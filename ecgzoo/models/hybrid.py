"""The hybrid models of arXiv 2508.00963: several domains, fused."""

from __future__ import annotations

import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import make_core
from ecgzoo.signal_spec import SignalSpec


def hybrid1(spec: SignalSpec, classifier: Classifier, fusion: str = "concat") -> keras.Model:
    """Time signal and scalograms."""
    return make_core(spec, classifier, ("time", "time_frequency"), fusion, name="hybrid1")


def hybrid2(spec: SignalSpec, classifier: Classifier, fusion: str = "concat") -> keras.Model:
    """Time signal, spectra and scalograms."""
    domains = ("time", "frequency", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid2")
