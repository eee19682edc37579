"""The three unimodal models of arXiv 2508.00963: one domain, one encoder."""

from __future__ import annotations

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
