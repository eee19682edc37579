"""The hybrid models of arXiv 2508.00963, and those of other domains: several domains, fused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from ecgzoo.models.classifier import Classifier
from ecgzoo.models.make_core import make_core
from ecgzoo.signal_spec import SignalSpec


def cnn1d(spec: SignalSpec, classifier: Classifier) -> keras.Model:
    """1D-CNN on the time signal."""
    return make_core(spec, classifier, ("time",), name="cnn1d")


def cnn2d(spec: SignalSpec, classifier: Classifier) -> keras.Model:
    """2D-CNN on scalograms."""
    return make_core(spec, classifier, ("time_frequency",), name="cnn2d")


def cnn1d_transformer(spec: SignalSpec, classifier: Classifier) -> keras.Model:
    """1D-CNN-Transformer on spectra."""
    return make_core(spec, classifier, ("frequency",), name="cnn1d_transformer")


def hybrid1(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal and scalograms."""
    domains = ("time", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid1", **parts)


def hybrid2(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal, spectra and scalograms."""
    domains = ("time", "frequency", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid2", **parts)


def hybrid_rhythm(
    spec: SignalSpec, classifier: Classifier, fusion: str = "concat", **parts: Any
) -> keras.Model:
    """Time signal, rhythm and scalograms; not one of the paper's."""
    domains = ("time", "rhythm", "time_frequency")
    return make_core(spec, classifier, domains, fusion, name="hybrid_rhythm", **parts)


def hybrid(
    spec: SignalSpec,
    classifier: Classifier,
    domains: Sequence[str] = ("time", "time_frequency"),
    fusion: str = "concat",
    **parts: Any,
) -> keras.Model:
    """Any two domains or more."""
    return make_core(spec, classifier, tuple(domains), fusion, name="hybrid", **parts)
