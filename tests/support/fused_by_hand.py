"""Small features of two or three domains, and the parts of fusions again in numpy."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from scipy.special import erf

from ecgzoo.features import Branch, Features
from ecgzoo.fusion.fused import as_fused

EPSILON = 1e-3  # of Keras' LayerNormalization
# Both; the first; the second; neither.
PRESENT = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], "float32")


@dataclass(frozen=True)
class Run:
    """A fusion that was run: what came out, and the weights by which it did."""

    vector: np.ndarray
    shown: Mapping[str, np.ndarray]
    model: keras.Model

    def weights(self, layer: str) -> list[np.ndarray]:
        return [np.asarray(one) for one in self.model.get_layer(layer).weights]


def features_like(
    rows: int = 4, tokens: tuple[int, ...] = (3, 2), channels: int = 4, seed: int = 0
) -> dict[str, Features]:
    """Arrays for the domains a, b, ...; zero where the domain is absent, as a core makes them."""
    rng, made = np.random.default_rng(seed), {}
    for i, count in enumerate(tokens):
        present = PRESENT[:rows, i : i + 1] if len(tokens) == 2 else np.ones((rows, 1), "float32")
        stages = [
            rng.normal(size=(rows, 4, 3)) * present[..., None],
            rng.normal(size=(rows, 2, 2, 5)) * present[..., None, None],
            rng.normal(size=(rows, 2, 4)) * present[..., None],
        ]
        sequence = rng.normal(size=(rows, count, channels)) * present[..., None]
        vector = rng.normal(size=(rows, channels)) * present
        arrays = [one.astype("float32") for one in (*stages, sequence, vector)]
        made["abc"[i]] = Features(tuple(arrays[:-2]), *arrays[-2:], present)
    return made


def branches_like(multi_label: bool = False, classes: int = 3) -> dict[str, Branch]:
    """The same with probabilities."""
    rng = np.random.default_rng(1)
    made = {}
    for name, one in features_like().items():
        shares = rng.uniform(0.05, 1, (len(one.vector), classes)).astype("float32")
        if not multi_label:
            shares /= shares.sum(1, keepdims=True)
        parts = (one.stages, one.tokens, one.vector, one.present)
        made[name] = Branch(*parts, probabilities=shares, multi_label=multi_label)
    return made


def run(fusion: Callable[..., Any], features: Mapping[str, Features], seed: int = 3) -> Run:
    """Builds a model of the fusion alone, draws its weights at random, and runs it."""
    inputs: list[Any] = []
    arrays: list[np.ndarray] = []

    def symbolic(array: np.ndarray) -> Any:
        arrays.append(array)
        inputs.append(keras.Input(array.shape[1:]))
        return inputs[-1]

    fused = as_fused(fusion({name: _mapped(one, symbolic) for name, one in features.items()}))
    model = keras.Model(inputs, {"vector": fused.vector, **fused.weights})
    for layer in model.layers:
        rng = np.random.default_rng((seed, zlib.crc32(layer.name.encode())))
        layer.set_weights([rng.normal(size=one.shape) for one in layer.get_weights()])
    answers = {name: np.asarray(one) for name, one in model(arrays, training=False).items()}
    return Run(answers.pop("vector"), answers, model)


def _mapped(one: Features, change: Callable[[np.ndarray], Any]) -> Features:
    parts = [tuple(map(change, one.stages)), change(one.tokens), change(one.vector)]
    parts.append(change(one.present))
    if isinstance(one, Branch):
        return Branch(*parts, probabilities=change(one.probabilities), multi_label=one.multi_label)
    return Features(*parts)


def close(found, expected, scale: float = 1e-5) -> None:
    """Within a share of the largest value."""
    expected = np.asarray(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=scale * max(1, np.abs(expected).max()))


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def shares_among(scores: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Softmax of one row among what is present, entry by entry; uniform where nothing is."""
    if not present.any():
        return np.full(len(present), 1 / len(present))
    raised = [np.exp(s) if p else 0.0 for s, p in zip(scores, present, strict=True)]
    return np.array(raised) / sum(raised)


def layer_norm(x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    gamma, beta = weights
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt(x.var(-1, keepdims=True) + EPSILON) * gamma + beta


def gelu(x: np.ndarray) -> np.ndarray:
    return x * (1 + erf(x / np.sqrt(2))) / 2


def attention(
    queries: np.ndarray,
    keys: np.ndarray,
    present: np.ndarray,
    weights: list[np.ndarray],
    heads: int,
) -> tuple[np.ndarray, np.ndarray]:
    """One record's attention, head by head and query by query."""
    query, key, value, output = weights
    width = output.shape[0]
    depth = width // heads
    seen = np.zeros((len(queries), width))
    shown = np.zeros((heads, len(queries), len(keys)))
    for head in range(heads):
        part = slice(head * depth, (head + 1) * depth)
        q, k, v = queries @ query[:, part], keys @ key[:, part], keys @ value[:, part]
        for i in range(len(queries)):
            shown[head, i] = shares_among(k @ q[i] / np.sqrt(depth), present)
            seen[i, part] = shown[head, i] @ v
    return seen @ output, shown


def block(
    own: np.ndarray, others: np.ndarray, present: np.ndarray, run: Run, name: str, heads: int = 4
) -> tuple[np.ndarray, np.ndarray]:
    """One record's pre-norm transformer block."""
    norm = run.weights(f"{name}_norm")
    seen, shown = attention(
        layer_norm(own, norm),
        layer_norm(others, norm),
        present,
        run.weights(f"{name}_attention"),
        heads,
    )
    x = own + seen
    second = run.weights(f"{name}_norm2")
    kernel, bias = run.weights(f"{name}_expand")
    hidden = gelu(layer_norm(x, second) @ kernel + bias)
    kernel, bias = run.weights(f"{name}_project")
    return x + hidden @ kernel + bias, shown
