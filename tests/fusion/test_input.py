"""Input fusions against the same in numpy, record by record; records lack domains."""

import keras
import numpy as np
from fused_by_hand import (
    EPSILON,
    PRESENT,
    close,
)

from ecgzoo.fusion.input.input import OnGrid, input_

ROWS = range(len(PRESENT))


def test_input_stretches_each_domain_over_one_grid() -> None:
    rng = np.random.default_rng(0)
    domains = {"a": rng.normal(size=(4, 9, 2)), "b": rng.normal(size=(4, 6, 5, 2))}
    inputs = {name: keras.Input(one.shape[1:]) for name, one in domains.items()}
    present = {"a": keras.Input((1,)), "b": keras.Input((1,))}
    model = keras.Model(
        [*inputs.values(), *present.values()], input_(inputs, present), name="stretching"
    )
    assert model.output_shape == (None, 9, 2 + 6 * 2)
    found = np.asarray(model([*domains.values(), PRESENT[:, :1], PRESENT[:, 1:]], training=False))
    scale = np.sqrt(1 + EPSILON)  # of a batch normalisation that saw nothing yet
    middles = (np.arange(9) + 0.5) / 9
    for row in ROWS:
        close(found[row, :, :2], domains["a"][row] / scale * PRESENT[row, 0])
        for band in range(6):
            for channel in range(2):
                steps = domains["b"][row, band, :, channel] / scale * PRESENT[row, 1]
                expected = np.interp(middles, (np.arange(5) + 0.5) / 5, steps)
                close(found[row, :, 2 + band * 2 + channel], expected)


def test_an_image_of_many_rows_becomes_bands() -> None:
    image = np.random.default_rng(0).normal(size=(1, 12, 4, 3))
    found = np.asarray(OnGrid(4, bands=4)(image))[0]
    for band in range(4):
        close(found[:, band * 3 : band * 3 + 3], image[0, band * 3 : band * 3 + 3].mean(0))
