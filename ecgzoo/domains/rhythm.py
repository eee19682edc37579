"""The rhythm domain: what a printed page shows one block after another, as one long signal."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from ecgzoo.domains.time import check_amplitude, standardised, usual_amplitude
from ecgzoo.signal_spec import PRINTED, SignalSpec

Places = Sequence[Sequence[int | None]]


@keras.saving.register_keras_serializable(package="ecgzoo")
class RhythmDomain(keras.layers.Layer):
    """Blocks of leads that were recorded one after another, joined along time.

    The twelve leads of a printed page last 2.5 s each, too short to tell whether a heart beats
    regularly. But the page's four columns follow each other: row by row they are 10 s of three
    channels, each of which passes from one lead to the next at every 2.5 s. The blocks are taken as
    they are; a gap of some milliseconds between the columns stays unseen.

    Args:
        places: for each block, in the order of time, the index of the lead in each of its rows;
            None for a lead that is not there, of which the row shows zeros.
        amplitude: what counts as 1, in the signal's unit; None for each signal's own standard
            deviation over samples and leads.

    Raises:
        ValueError: if there is no block or row, the blocks differ in their rows, or ``amplitude``
            is not positive.

    Input shape:
        ``[batch, samples, leads]``, in any unit.

    Output shape:
        float32 ``[batch, blocks * samples, rows]``, without unit.

    Example:
        >>> import numpy as np
        >>> signal = np.random.default_rng(0).normal(size=(2, 488, 4))
        >>> RhythmDomain([[0, 1], [2, 3]])(signal).shape
        TensorShape([2, 976, 2])
    """

    def __init__(self, places: Places, amplitude: float | None = None, **kwargs: Any) -> None:
        super().__init__(**{"dtype": "float32", "name": "rhythm", **kwargs})
        self.places = [list(block) for block in places]
        if not self.places or len({len(block) for block in self.places}) > 1 or not self.places[0]:
            raise ValueError(f"expected blocks of equally many rows, at least one; got {places}")
        self.amplitude = check_amplitude(amplitude)
        self.input_spec = keras.layers.InputSpec(ndim=3)

    def call(self, signal: Any) -> Any:
        leads = standardised(signal, self.amplitude)
        nothing = ops.zeros_like(leads[:, :, :1])
        blocks = [
            [nothing if lead is None else leads[:, :, lead : lead + 1] for lead in block]
            for block in self.places
        ]
        return ops.concatenate([ops.concatenate(block, axis=2) for block in blocks], axis=1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        batch, samples, _ = input_shape
        length = None if samples is None else samples * len(self.places)
        return batch, length, len(self.places[0])

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"places": self.places, "amplitude": self.amplitude}


def rhythm(spec: SignalSpec, amplitude: float | None = None) -> RhythmDomain:
    """The rhythm domain of signals that meet ``spec``.

    Simultaneous leads are one block as they are. Others are taken for those of a printed page:
    leads that its 3 x 4 format lacks are left out, and those that the spec lacks are zeros, so that
    the shape is the same whatever the leads.

    Args:
        spec: the signals.
        amplitude: what counts as 1, in the spec's unit; by default what is usual in it.
    """
    one = usual_amplitude(spec.unit) if amplitude is None else amplitude
    if spec.simultaneous:
        return RhythmDomain([range(len(spec.leads))], one)
    known = {lead: index for index, lead in enumerate(spec.leads)}
    places = [[known.get(lead) for lead in block] for block in PRINTED]
    return RhythmDomain(places, one)
