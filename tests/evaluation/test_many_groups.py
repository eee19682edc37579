"""Fifty thousand patients: resampling holds a few megabytes, and tells the same in blocks."""

import functools
import tracemalloc

import numpy as np
import pytest
from simulated_answers import labels_and_groups, probabilities_of

from ecgzoo.evaluation import (
    bayesian_bootstrap,
    group_bootstrap,
    intervals,
    non_inferiority,
    paired_difference,
    permutation_test,
    repetitions,
    weighted,
)
from ecgzoo.evaluation import bootstrap as bootstrap_module
from ecgzoo.evaluation.bootstrap import bootstrap_weights
from ecgzoo.evaluation.complementarity.label_information import mean_interval

MANY, DRAWS = 50_000, 300
LABELS, GROUPS = labels_and_groups(400, 40)
OURS, THEIRS = (probabilities_of(LABELS, GROUPS, one, int(one)) for one in (2.0, 1.0))
ANSWERS = (OURS.argmax(axis=1), THEIRS.argmax(axis=1))
PAIR = (LABELS, OURS, THEIRS, GROUPS)
DRAWN = {
    "group_bootstrap": lambda: group_bootstrap(LABELS, OURS, GROUPS, "macro_auc", 500),
    "intervals": lambda: intervals(LABELS, OURS, GROUPS, 500),
    "mean_interval": lambda: mean_interval(OURS[:, 0], GROUPS, 500),
    "non_inferiority": lambda: non_inferiority(*PAIR, 0.02, "macro_auc", 500),
    "paired_difference": lambda: paired_difference(*PAIR, "macro_auc", 500),
    "permutation_test": lambda: permutation_test(*PAIR, "macro_auc", 500),
    "repetitions": lambda: repetitions(LABELS, ANSWERS, GROUPS, "abc", 500).to_dict(),
}


@pytest.fixture
def in_small_blocks(monkeypatch):
    """Blocks of twelve or thirteen weightings, of which none is kept."""
    monkeypatch.setattr(weighted, "AT_ONCE", 500)
    monkeypatch.setattr(bootstrap_module, "KEPT", 0)


@pytest.fixture(scope="module")
def in_one_piece():
    return {name: ask() for name, ask in DRAWN.items()}


@pytest.mark.parametrize("name", DRAWN)
def test_blocks_tell_the_same_to_the_last_bit(name, in_one_piece, in_small_blocks):
    assert DRAWN[name]() == in_one_piece[name]


def test_a_dirichlet_s_blocks_tell_the_same_but_for_how_blas_rounds_small_products(monkeypatch):
    asked = (*PAIR, "macro_f1", 0.01, 500)
    whole = bayesian_bootstrap(*asked).to_dict()
    monkeypatch.setattr(weighted, "AT_ONCE", 500)
    assert bayesian_bootstrap(*asked).to_dict() == pytest.approx(whole, rel=1e-12)


def test_the_draws_of_blocks_are_those_of_one_piece(in_small_blocks):
    blocks = [*bootstrap_weights(40, 500, seed=3)]
    assert {len(block) for block in blocks} == {12, 13}
    whole = np.random.default_rng(3).multinomial(40, np.full(40, 1 / 40), 500)
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    for kind in ("integers", "dirichlet"):
        draw = {
            "integers": lambda rng, rows: rng.integers(0, 2, (rows, 41)),
            "dirichlet": lambda rng, rows: rng.dirichlet(np.ones(41), rows),
        }[kind]
        drawn = weighted.in_blocks(
            lambda weights: weights, functools.partial(draw, np.random.default_rng(3)), 500, 41
        )
        np.testing.assert_array_equal(drawn, draw(np.random.default_rng(3), 500))


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, MANY)
    ours, theirs = (np.where(rng.random(MANY) < 0.8, labels, 0) for _ in range(2))
    return labels, ours, theirs, np.arange(MANY)


@pytest.mark.parametrize(
    "test",
    [
        functools.partial(paired_difference, resamples=DRAWS),
        functools.partial(permutation_test, swaps=DRAWS),
        functools.partial(bayesian_bootstrap, draws=DRAWS),
    ],
    ids=["bootstrap", "permutation", "bayesian"],
)
def test_memory_does_not_grow_with_resamples_times_groups(cohort, test):
    whole = DRAWS * MANY * np.dtype(np.float64).itemsize
    tracemalloc.start()
    try:
        found = test(*cohort)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert np.isfinite(found.estimate)
    assert peak < 0.9 * whole == 108e6
