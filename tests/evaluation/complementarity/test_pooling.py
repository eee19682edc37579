"""pooled: means and deviations of blocks, against numpy on the blocks themselves."""

import numpy as np
import pytest

from ecgzoo.evaluation.complementarity.correlation import pooled


def test_a_signals_blocks_are_summed_up_lead_by_lead():
    signals = np.random.default_rng(0).normal(size=(3, 16, 2))
    blocks = signals.reshape(3, 4, 4, 2)
    expected = [blocks.mean(axis=2).reshape(3, -1), blocks.std(axis=2).reshape(3, -1)]
    np.testing.assert_allclose(pooled(signals, blocks=4), np.hstack(expected))


def test_an_images_blocks_are_cells():
    images = np.random.default_rng(0).normal(size=(3, 6, 8, 2))
    cells = images.reshape(3, 2, 3, 2, 4, 2)
    found = pooled(images, blocks=2)
    np.testing.assert_allclose(np.sort(found[:, :8]), np.sort(cells.mean((2, 4)).reshape(3, -1)))
    np.testing.assert_allclose(np.sort(found[:, 8:]), np.sort(cells.std((2, 4)).reshape(3, -1)))


def test_an_axis_shorter_than_the_blocks_is_cut_into_its_positions():
    assert pooled(np.ones((5, 3, 2)), blocks=8).shape == (5, 2 * 3 * 2)


def test_a_domain_of_other_axes_is_named():
    with pytest.raises(ValueError, match=r"got shape \[5, 3\]"):
        pooled(np.ones((5, 3)))
