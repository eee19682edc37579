"""Encoders and a domain that only trials use, by names that the library's builders know."""

from __future__ import annotations

from functools import partial
from typing import Any

from keras import layers

from ecgzoo.encoders.conv1d import conv1d
from ecgzoo.encoders.features import Encoding, Features
from ecgzoo.registry import register_domain, register_encoder
from trials.row_spectrum import row_spectrum


def conv1d_max(signal: Any, name: str) -> Encoding:
    """``conv1d`` whose vector holds each channel's maximum beside its mean."""
    features = yield from conv1d(signal, name)
    highest = layers.GlobalMaxPooling1D()(features.tokens)
    vector = layers.Concatenate()([features.vector, highest])
    return Features(features.stages, features.tokens, vector)


def register_parts() -> None:
    """Makes them known; a second call changes nothing."""
    register_domain("rowspec", row_spectrum, encoder="conv1d_transformer", replace=True)
    register_encoder("conv1d_max", conv1d_max, replace=True)
    register_encoder("conv1d_kernel15", partial(conv1d, kernel=15), replace=True)
    register_encoder("conv1d_wide", partial(conv1d, widths=(48, 64, 96, 96)), replace=True)
