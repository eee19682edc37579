"""Checks of explanations: are they near R peaks, and do they depend on what was learnt?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np

from ecgzoo.errors import NoPeaksError
from ecgzoo.evaluation import around_peaks, r_peaks, rank_correlation
from ecgzoo.evaluation.results import Told, frame
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.signal_spec import SignalSpec

if TYPE_CHECKING:
    import pandas as pd


NEAR = 0.06  # s


def simultaneous_leads(spec: SignalSpec) -> list[list[int]]:
    """The leads that were recorded at the same time, as places in ``spec.leads``.

    All of them; on a printed page, those of a column; else each by itself.

    Example:
        >>> from ecgzoo.pages.layout import PAGE_SPEC
        >>> simultaneous_leads(PAGE_SPEC)
        [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
    """
    places = {lead: place for place, lead in enumerate(spec.leads)}
    if spec.simultaneous:
        return [list(places.values())]
    if set(places) <= set(PAGE_LAYOUT.leads):
        columns = PAGE_LAYOUT.columns
        found = [[places[lead] for lead in column if lead in places] for column in columns]
        return [column for column in found if column]
    return [[place] for place in places.values()]


def near_r_peaks(signals: np.ndarray, spec: SignalSpec, seconds: float = NEAR) -> np.ndarray:
    """Which samples lie within ``seconds`` of an R peak: bool ``[n, samples, leads]``.

    Args:
        signals: float ``[n, samples, leads]``.
        spec: what they mean; peaks are found together in leads of the same time.
        seconds: how near.

    Raises:
        SignalError: if the signals do not meet the spec.
        NoPeaksError: if a signal has no R peak in any lead.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=250, samples=500)
        >>> beats = np.zeros((1, 500, 1))
        >>> beats[0, [100, 300]] = 1
        >>> int(near_r_peaks(beats, spec).sum())
        62
    """
    signals = spec.check(signals)
    near = np.zeros(signals.shape, bool)
    for row, signal in enumerate(signals):
        for leads in simultaneous_leads(spec):
            peaks = r_peaks(signal[:, leads], spec.sampling_rate)
            mask = around_peaks(peaks, spec.samples, spec.sampling_rate, seconds)
            near[row][:, leads] = mask[:, None]
        if not near[row].any():
            raise NoPeaksError(
                f"no R peaks found in signal {row}: no QRS complex stands out of its leads. Look "
                "at the signal, and leave it out where shares near R peaks are taken."
            )
    return near


STAGES = 6


@dataclass(frozen=True)
class RandomisationCheck(Told):
    """How alike maps stay while a model's weights are randomised from the answer down.

    Attributes:
        layers: number of layers randomised at each stage, 0 first and all last.
        lowest: name of the lowest of them, ``""`` where there is none.
        similarity: by map, at each stage: the mean over the records of the rank correlation with
            the maps of the model as it was.
    """

    layers: tuple[int, ...]
    lowest: tuple[str, ...]
    similarity: Mapping[str, tuple[float, ...]]

    def to_frame(self) -> pd.DataFrame:
        """A row per stage."""
        return frame({"layers": self.layers, "lowest": self.lowest, **self.similarity})


def randomisation_check(
    model: keras.Model,
    maps: Callable[[], Mapping[str, np.ndarray]],
    stages: int = STAGES,
    seed: int = 0,
) -> RandomisationCheck:
    """Randomises a model's layers from the top down, and compares the maps it then gives.

    An explanation whose maps stay as they were shows the input, not the model (Adebayo et al. 2018,
    arXiv 1810.03292, section 3, cascading randomisation). Each layer's trained weights are put in
    random order, which keeps their distribution; the model has its own back afterwards.

    Args:
        model: the core, or any Keras model.
        maps: explains it as it is when called: maps ``[n, ...]`` by name. Let it explain the same
            classes each time, and compare absolute values: their ranks are compared.
        stages: how often maps are taken on the way down.
        seed: of the random orders.

    Raises:
        ValueError: if the model has no weights, or there are no stages.

    Example:
        >>> model = keras.Sequential([keras.Input((9,)), keras.layers.Dense(1)])
        >>> found = randomisation_check(model, lambda: {"x": np.array(model.layers[0].kernel).T})
        >>> found.layers, found.similarity["x"][0]
        ((0, 1), 1.0)
    """
    layers = [layer for layer in model.layers if layer.trainable_variables][::-1]
    if not layers or stages < 1:
        raise ValueError(f"expected layers with weights and stages; got {len(layers)} and {stages}")
    counts = np.unique(np.linspace(0, len(layers), stages + 1).round().astype(int)).tolist()
    kept = model.get_weights()
    rng = np.random.default_rng(seed)
    found = []
    try:
        before, done = dict(maps()), 0
        for count in counts:
            for layer in layers[done:count]:
                _randomise(layer, rng)
            done = count
            now = before if count == 0 else maps()
            found.append({k: rank_correlation(one, now[k]).mean() for k, one in before.items()})
    finally:
        model.set_weights(kept)
    similarity = {name: tuple(float(one[name]) for one in found) for name in before}
    lowest = tuple(layers[count - 1].name if count else "" for count in counts)
    return RandomisationCheck(tuple(counts), lowest, similarity)


def _randomise(layer: keras.layers.Layer, rng: np.random.Generator) -> None:
    for weight in layer.trainable_variables:
        value = np.asarray(weight)
        weight.assign(rng.permutation(value.reshape(-1)).reshape(value.shape))
