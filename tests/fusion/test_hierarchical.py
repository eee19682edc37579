"""Hierarchical fusions against the same in numpy, record by record; records lack domains."""

from functools import partial

import keras
import numpy as np
from fused_by_hand import (
    PRESENT,
    close,
    features_like,
    run,
    sigmoid,
)

from ecgzoo.fusion.hierarchical.hierarchical import hierarchical
from ecgzoo.fusion.hierarchical.mmtm import mmtm

FEATURES = features_like()
A, B = FEATURES["a"], FEATURES["b"]


def test_hierarchical() -> None:
    found = run(partial(hierarchical, width=5), FEATURES)
    joined = np.zeros((4, 0))
    for stage, channels in enumerate((3, 5, 4)):
        means = [one.stages[stage].reshape(4, -1, channels).mean(1) for one in (A, B)]
        kernel, bias = found.weights(f"fusion_join{stage + 1}")
        joined = np.maximum(np.hstack([*means, joined]) @ kernel + bias, 0)
    assert joined.max() > 0
    close(found.vector, joined)


def test_mmtm_excites_each_map_by_all() -> None:
    maps = {"a": A.stages[0] + 1, "b": B.stages[1] + 1}  # not zero where absent: it must not matter
    present = {"a": PRESENT[:, :1], "b": PRESENT[:, 1:]}
    fusion = mmtm()
    inputs = {name: keras.Input(one.shape[1:]) for name, one in maps.items()}
    there = {name: keras.Input((1,)) for name in present}
    excited = fusion.exchange(inputs, 1, there)
    outputs = [*excited.values(), *fusion.gates.values()]
    model = keras.Model([*inputs.values(), *there.values()], outputs)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=one.shape) for one in model.get_weights()])
    found = [np.asarray(one) for one in model([*maps.values(), *present.values()])]
    squeezed = np.hstack([maps["a"].mean(1) * present["a"], maps["b"].mean((1, 2)) * present["b"]])
    kernel, bias = (np.asarray(w) for w in model.get_layer("mmtm_squeeze1").weights)
    assert kernel.shape == (8, 2), "a quarter of the channels"
    joined = np.maximum(squeezed @ kernel + bias, 0)
    assert list(fusion.gates) == ["a_gates1", "b_gates1"]
    for i, domain in enumerate("ab"):
        kernel, bias = (np.asarray(w) for w in model.get_layer(f"{domain}_excite1").weights)
        gates = 2 * sigmoid(joined @ kernel + bias)
        close(found[2 + i], gates)
        places = (slice(None), *[None] * (maps[domain].ndim - 2), slice(None))
        close(found[i], maps[domain] * gates[places])


def test_mmtm_joins_the_embeddings_side_by_side() -> None:
    close(run(mmtm(), FEATURES).vector, np.hstack([A.vector, B.vector]))
