"""Attention fusions against the same in numpy, record by record; records lack domains."""

from functools import partial

import numpy as np
import pytest
from fused_by_hand import (
    PRESENT,
    attention,
    block,
    close,
    features_like,
    layer_norm,
    run,
    shares_among,
)

from ecgzoo.fusion.attention.bottleneck import bottleneck
from ecgzoo.fusion.attention.cross_attention import cross_attention
from ecgzoo.fusion.attention.self_attention import self_attention
from ecgzoo.fusion.attention.tokens import Attention

FEATURES = features_like()
ROWS = range(len(PRESENT))


def test_attention_looks_at_what_is_present() -> None:
    layer, rng = Attention(6, heads=2), np.random.default_rng(0)
    queries, keys = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 7))
    present = np.array([[1, 1, 0, 1, 0], [0, 0, 0, 0, 0]], "float32")
    found, shown = layer([queries, keys, present])
    weights = [np.asarray(one) for one in layer.weights]
    for row in range(2):
        expected = attention(queries[row], keys[row], present[row], weights, heads=2)
        close(found[row], expected[0])
        close(shown[row], expected[1])
    with pytest.raises(ValueError, match="heads must divide the width of 6; got 4"):
        Attention(6)


def projected(found, row: int) -> dict[str, np.ndarray]:
    tokens = {}
    for name, one in FEATURES.items():
        kernel, bias = found.weights(f"{name}_to_fusion")
        tokens[name] = one.tokens[row] @ kernel + bias
    return tokens


def pooled(tokens: dict[str, np.ndarray], found, row: int) -> np.ndarray:
    means = [layer_norm(t, found.weights(f"{n}_fused_norm")).mean(0) for n, t in tokens.items()]
    return np.concatenate([mean * PRESENT[row, i] for i, mean in enumerate(means)])


def test_self_attention() -> None:
    found = run(partial(self_attention, width=8), FEATURES)
    for row in ROWS:
        everything = np.vstack(list(projected(found, row).values()))
        there = np.repeat(PRESENT[row], (3, 2))
        asked, shown = block(everything, everything, there, found, "self")
        close(found.vector[row], pooled({"a": asked[:3], "b": asked[3:]}, found, row))
        close(found.shown["attention"][row], shown)


def test_cross_attention() -> None:
    found = run(partial(cross_attention, width=8), FEATURES)
    for row in ROWS:
        tokens, asked = projected(found, row), {}
        for i, (own, other) in enumerate(("ab", "ba")):
            there = np.full(len(tokens[other]), PRESENT[row, 1 - i])
            asked[own], shown = block(tokens[own], tokens[other], there, found, f"{own}_cross")
            close(found.shown[f"{own}_attention"][row], shown)
        close(found.vector[row], pooled(asked, found, row))


def test_bottleneck() -> None:
    found = run(partial(bottleneck, width=8, shared=2, blocks=2), FEATURES)
    (table,) = found.weights("shared_tokens")
    for row in ROWS:
        tokens, bottle = projected(found, row), table[0]
        for number in (1, 2):
            heard = []
            for i, name in enumerate("ab"):
                layer = f"{name}_bottleneck{number}"
                everything = np.vstack([tokens[name], bottle])
                there = np.append(np.full(len(tokens[name]), PRESENT[row, i]), [1, 1])
                asked, shown = block(everything, everything, there, found, layer)
                tokens[name] = asked[:-2]
                heard.append(asked[-2:])
            share = shares_among(np.zeros(2), PRESENT[row])
            bottle = share[0] * heard[0] + share[1] * heard[1]
        close(found.vector[row], pooled(tokens, found, row))
        close(found.shown["b_attention"][row], shown)
