"""A domain that was tried and dropped: spectra of ten seconds instead of those of 2.5 s."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ecgzoo.domains.rhythm import RhythmDomain, rhythm
from ecgzoo.signal_spec import SignalSpec

BINS = 596  # of 0.1 Hz, to 60 Hz
FLOOR = 1e-2


@keras.saving.register_keras_serializable(package="trials")
class RowSpectrum(keras.layers.Layer):
    """Log spectra of the joined rows, and of how steep these are.

    Args:
        rows: joins the page's columns.

    Input shape:
        ``[batch, samples, leads]`` in mV.

    Output shape:
        float32 ``[batch, bins, 2 * rows]``.
    """

    def __init__(self, rows: RhythmDomain, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", "name": "rowspec", **kwargs})
        self.rows = rows

    def call(self, signal: Any) -> Any:
        """The spectra of a signal."""
        rows = self.rows(signal)
        samples = rows.shape[1]
        steepness = ops.abs(rows[:, 1:] - rows[:, :-1])
        steepness = steepness - ops.mean(steepness, 1, keepdims=True)
        both = ops.concatenate([rows, ops.pad(steepness, ((0, 0), (1, 0), (0, 0)))], -1)
        windowed = both * np.hanning(samples + 1)[:-1, None].astype("float32")
        real, imaginary = ops.rfft(ops.transpose(windowed, (0, 2, 1)))
        amplitude = ops.sqrt(real**2 + imaginary**2) * (4 / samples)
        return ops.transpose(ops.log(amplitude[..., :BINS] + FLOOR), (0, 2, 1))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The shape of the spectra."""
        rows = len(self.rows.places[0])
        return input_shape[0], BINS, 2 * rows


def row_spectrum(spec: SignalSpec) -> RowSpectrum:
    """The domain of signals that meet ``spec``."""
    return RowSpectrum(rhythm(spec))
