"""Each fusion against the same, computed record by record in numpy; records lack domains."""

from functools import partial

import keras
import numpy as np
import pytest
from fused_by_hand import (
    EPSILON,
    PRESENT,
    attention,
    block,
    branches_like,
    features_like,
    layer_norm,
    run,
    shares_among,
    sigmoid,
)

from ecgzoo.fusion.attention.attention import Attention
from ecgzoo.fusion.attention.bottleneck import bottleneck
from ecgzoo.fusion.attention.cross_attention import cross_attention
from ecgzoo.fusion.attention.self_attention import self_attention
from ecgzoo.fusion.future_work.autoencoder import autoencoder
from ecgzoo.fusion.future_work.graph import graph
from ecgzoo.fusion.hierarchical.hierarchical import hierarchical
from ecgzoo.fusion.hierarchical.mmtm import mmtm
from ecgzoo.fusion.input.input import OnGrid, input
from ecgzoo.fusion.output.average import average
from ecgzoo.fusion.output.mixture_of_experts import mixture_of_experts
from ecgzoo.fusion.output.product_of_experts import product_of_experts
from ecgzoo.fusion.output.stacking import stacking
from ecgzoo.fusion.output.vote import vote
from ecgzoo.fusion.output.weighted_average import weighted_average
from ecgzoo.fusion.single_level.concat import concat
from ecgzoo.fusion.single_level.gated import gated
from ecgzoo.fusion.single_level.low_rank import low_rank
from ecgzoo.fusion.single_level.product import product
from ecgzoo.fusion.single_level.sum import sum as added
from ecgzoo.fusion.single_level.weighted_sum import weighted_sum

FEATURES = features_like()
A, B = FEATURES["a"], FEATURES["b"]
ROWS = range(len(PRESENT))


def close(found, expected, scale: float = 1e-5) -> None:
    """Within a share of the largest value."""
    expected = np.asarray(expected)
    np.testing.assert_allclose(found, expected, rtol=0, atol=scale * max(1, np.abs(expected).max()))


def test_concat() -> None:
    close(run(concat, FEATURES).vector, np.hstack([A.vector, B.vector]))


def test_sum() -> None:
    close(run(added, FEATURES).vector, A.vector + B.vector)


def test_sum_of_different_widths_projects_to_the_largest() -> None:
    wide = FEATURES | {"b": features_like(channels=6)["b"]}
    found = run(added, wide)
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


def test_graph() -> None:
    found = run(partial(graph, width=5), FEATURES)
    for row in ROWS:
        nodes = []
        for name, one in FEATURES.items():
            kernel, bias = found.weights(f"{name}_node")
            nodes.append(one.vector[row] @ kernel + bias)
        for number in (1, 2):
            kernel, bias, receiver, sender = found.weights(f"messages{number}")
            sent = [node @ kernel for node in nodes]
            edges, heard = np.zeros((2, 2)), []
            for i in range(2):
                scores = np.array([sent[i] @ receiver[:, 0] + one @ sender[:, 0] for one in sent])
                edges[i] = shares_among(np.where(scores > 0, scores, 0.2 * scores), PRESENT[row])
                heard.append(edges[i, 0] * sent[0] + edges[i, 1] * sent[1] + bias)
            nodes = [node + np.maximum(one, 0) for node, one in zip(nodes, heard, strict=True)]
        share = shares_among(np.zeros(2), PRESENT[row])
        close(found.vector[row], share[0] * nodes[0] + share[1] * nodes[1])
        close(found.shown["edges"][row], edges)


def test_autoencoder_and_its_loss() -> None:
    found = run(partial(autoencoder, width=5, weight=0.5), FEATURES)
    layer = found.model.get_layer("fusion")
    kernel, bias = (np.asarray(w) for w in layer.encoder.weights)
    latent = np.maximum(np.hstack([A.vector, B.vector]) @ kernel + bias, 0)
    close(found.vector, latent)
    errors = []
    for i, one in enumerate((A, B)):
        kernel, bias = (np.asarray(w) for w in layer.decoders[i].weights)
        errors.append(((latent @ kernel + bias - one.vector) ** 2).mean(1))
    expected = 0.5 * (np.array(errors).T * PRESENT).sum() / PRESENT.sum()
    close(float(layer.losses[-1]), expected)


def test_input_stretches_each_domain_over_one_grid() -> None:
    rng = np.random.default_rng(0)
    domains = {"a": rng.normal(size=(4, 9, 2)), "b": rng.normal(size=(4, 6, 5, 2))}
    inputs = {name: keras.Input(one.shape[1:]) for name, one in domains.items()}
    present = {"a": keras.Input((1,)), "b": keras.Input((1,))}
    model = keras.Model(
        [*inputs.values(), *present.values()], input(inputs, present), name="stretching"
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


BRANCHES = branches_like()
ANSWERS = np.stack([one.probabilities for one in BRANCHES.values()], axis=1)
MEAN = [
    shares_among(np.zeros(2), there) @ answers
    for there, answers in zip(PRESENT, ANSWERS, strict=True)
]


def test_average() -> None:
    close(run(average, BRANCHES).vector, MEAN)


def test_weighted_average() -> None:
    found = run(weighted_average, BRANCHES)
    (scores,) = found.weights("probabilities")
    for row in ROWS:
        share = shares_among(scores, PRESENT[row])
        close(found.shown["shares"][row], share)
        close(found.vector[row], share @ ANSWERS[row])
    assert not found.model.trainable_weights


def test_product_of_experts() -> None:
    product = [ANSWERS[0, 0] * ANSWERS[0, 1], ANSWERS[1, 0], ANSWERS[2, 1], np.ones(3)]
    expected = [one / one.sum() for one in product]
    close(run(product_of_experts, BRANCHES).vector, expected)


def test_product_of_experts_of_independent_classes() -> None:
    several = branches_like(multi_label=True)
    a, b = (one.probabilities for one in several.values())
    both = a[0] * b[0] / (a[0] * b[0] + (1 - a[0]) * (1 - b[0]))
    expected = [both, a[1], b[2], np.full(3, 0.5)]
    close(run(product_of_experts, several).vector, expected)


def test_mixture_of_experts() -> None:
    found = run(mixture_of_experts, BRANCHES)
    kernel, bias = found.weights("gate")
    for row in ROWS:
        share = shares_among(np.append(A.vector[row], B.vector[row]) @ kernel + bias, PRESENT[row])
        close(found.shown["experts"][row], share)
        close(found.vector[row], share @ ANSWERS[row])


@pytest.mark.parametrize("multi_label", [False, True])
def test_stacking(multi_label) -> None:
    several = branches_like(multi_label)
    found = run(stacking, several)
    kernel, bias = found.weights("probabilities")
    answers = np.stack([one.probabilities for one in several.values()], axis=1)
    said = np.log(answers / (1 - answers)) if multi_label else np.log(answers)
    said[1, 1], said[2, 0] = said[1, 0], said[2, 1]  # what is absent says what the other says
    said[3] = said[3].mean(0)
    for row in ROWS:
        logits = said[row, 0] @ kernel[0] + said[row, 1] @ kernel[1] + bias
        expected = sigmoid(logits) if multi_label else np.exp(logits) / np.exp(logits).sum()
        close(found.vector[row], expected)
    assert not found.model.trainable_weights


def test_vote() -> None:
    votes = np.eye(3)[ANSWERS.argmax(-1)]
    found = run(vote, BRANCHES).vector
    for row in ROWS:
        share = shares_among(np.zeros(2), PRESENT[row]) @ votes[row]
        close(found[row], (share + 1e-3 * MEAN[row]) / 1.001)
