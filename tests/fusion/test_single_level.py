"""Single-level fusions against the same in numpy, record by record; records lack domains."""

from functools import partial

import numpy as np
from fused_by_hand import (
    PRESENT,
    close,
    features_like,
    run,
    shares_among,
    sigmoid,
)

from ecgzoo.fusion.single_level.concat import concat
from ecgzoo.fusion.single_level.gated import gated
from ecgzoo.fusion.single_level.low_rank import low_rank
from ecgzoo.fusion.single_level.product import product
from ecgzoo.fusion.single_level.sum import sum_
from ecgzoo.fusion.single_level.weighted_sum import weighted_sum

FEATURES = features_like()
A, B = FEATURES["a"], FEATURES["b"]
ROWS = range(len(PRESENT))


def test_concat() -> None:
    close(run(concat, FEATURES).vector, np.hstack([A.vector, B.vector]))


def test_sum() -> None:
    close(run(sum_, FEATURES).vector, A.vector + B.vector)


def test_sum_of_different_widths_projects_to_the_largest() -> None:
    wide = FEATURES | {"b": features_like(channels=6)["b"]}
    found = run(sum_, wide)
    ((a,), (b,)) = (found.weights(f"{name}_aligned") for name in "ab")
    assert (a.shape, b.shape) == ((4, 6), (6, 6))
    close(found.vector, A.vector @ a + wide["b"].vector @ b)


def test_weighted_sum() -> None:
    found = run(weighted_sum, FEATURES)
    (scores,) = found.weights("fusion")
    for row in ROWS:
        share = shares_among(scores, PRESENT[row])
        close(found.shown["shares"][row], share)
        close(found.vector[row], share[0] * A.vector[row] + share[1] * B.vector[row])


def test_product() -> None:
    found = run(product, FEATURES).vector
    close(found, [A.vector[0] * B.vector[0], A.vector[1], B.vector[2], np.ones(4)])


def test_low_rank_is_a_full_tensor_fusion() -> None:
    """Every product of channels, the tensor of Zadeh et al. 2017, times the tensor of weights."""
    found = run(partial(low_rank, rank=2, width=5), FEATURES)
    factors, constants, bias = found.weights("fusion")
    appended = np.concatenate([factors, constants[:, None]], axis=1)  # [domain, channel, rank, out]
    weights = np.einsum("irk,jrk->ijk", *appended)
    for row in ROWS:
        outer = np.outer(np.append(A.vector[row], 1), np.append(B.vector[row], 1))
        close(found.vector[row], np.einsum("ij,ijk->k", outer, weights) + bias)


def test_gated() -> None:
    found = run(partial(gated, width=5), FEATURES)
    kernels, gates = found.weights("fusion")[:2], found.weights("fusion")[2:]
    for row in ROWS:
        both = np.append(A.vector[row], B.vector[row])
        opened = [sigmoid(both @ gate) * PRESENT[row, i] for i, gate in enumerate(gates)]
        units = [np.tanh(one.vector[row] @ k) for one, k in zip((A, B), kernels, strict=True)]
        close(found.vector[row], opened[0] * units[0] + opened[1] * units[1])
        close(found.shown["gates"][row], opened)
