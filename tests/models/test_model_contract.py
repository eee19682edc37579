"""The contract that every registered model keeps, one's own too: see the names of the tests.

All are built and saved here; one of each category of fusion goes through the rest, with small
encoders in place of the shipped ones, and models of one domain through most of it; with
``pytest -m full`` all do, with the shipped encoders.
"""

import contextlib
from typing import Any, NamedTuple

import keras
import numpy as np
import pytest
from small_encoders import small_encoders

from ecgzoo import SignalSpec, build, list_models
from ecgzoo.models.front import core_of
from ecgzoo.models.views import PRESENT, domains_of, present, view
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.registry import CATEGORIES, DOMAINS, FUSIONS, MODELS

SPEC = SignalSpec(("I", "II"), sampling_rate=100, samples=256)
EXTREMES = {
    "pages": PAGE_SPEC,
    "1 lead, 128 samples": SignalSpec(("x",), 500, 128),
    "64 leads": SignalSpec(tuple(f"x{i}" for i in range(64)), 100, 256),
    "8192 samples": SignalSpec(("I", "II"), 500, 8192),
}
ONE_OF_EACH = {
    "input": "hybrid1_input",
    "single-level": "hybrid2_gated",
    "hierarchical": "hybrid1_mmtm",
    "attention": "hybrid1_self_attention",
    "output": "hybrid1_mixture_of_experts",
    "future work": "hybrid1_autoencoder",
}
SHIPPED = [pytest.param((name, False), id=name, marks=pytest.mark.full) for name in list_models()]
SMALL = [pytest.param((name, True), id=f"{name}-small") for name in ONE_OF_EACH.values()]
UNIMODAL = [
    pytest.param((name, False), id=f"{name}-alone")
    for name in list_models()
    if len(MODELS.info(name)["domains"]) == 1
]
rng = np.random.default_rng(0)
SIGNALS = rng.normal(0, 0.5, (4, *SPEC.shape)).cumsum(1).astype("float32")
TARGETS = np.eye(4, dtype="float32")


@pytest.fixture(autouse=True)
def fresh(request):
    """The same seeds in any order; and no memory of the large models before, which takes time."""
    keras.utils.set_random_seed(0)
    yield
    if request.node.get_closest_marker("full"):
        keras.utils.clear_session()


def encoders(is_small: bool):
    return small_encoders() if is_small else contextlib.nullcontext()


@pytest.fixture(params=SMALL + SHIPPED)
def name(request):
    """A model's name; the small encoders are in place where they are wanted."""
    chosen, is_small = request.param
    with encoders(is_small):
        yield chosen


INPUTS = {name: DOMAINS.get(name)(SPEC)(SIGNALS) for name in DOMAINS}


def inputs_of(core: keras.Model) -> dict:
    return {name: INPUTS[name] for name in domains_of(core)}


def answers_of(model: keras.Model, inputs) -> np.ndarray:
    return np.asarray(model(inputs, training=False))


class Asked(NamedTuple):
    """A model that is asked and never changed, what it takes, and what it answers."""

    model: keras.Model
    inputs: Any
    answers: np.ndarray


@pytest.fixture(scope="module", params=SMALL + UNIMODAL + SHIPPED)
def whole(request) -> keras.Model:
    chosen, is_small = request.param
    with encoders(is_small):
        return build(chosen, SPEC, 4)


@pytest.fixture(scope="module", params=["signal", "domains"])
def asked(request, whole) -> Asked:
    """The model, which takes a signal; and its core, which takes domains."""
    model, inputs = whole, SIGNALS
    if request.param == "domains":
        model = core_of(whole)
        inputs = each(np.asarray, inputs_of(model))
    return Asked(model, inputs, answers_of(model, inputs))


def each(change, *inputs) -> Any:
    """The inputs, ``change`` done to the signal or to every domain."""
    return keras.tree.map_structure(change, *inputs)


def with_row(row: int, filling: float):
    def changed(one: np.ndarray) -> np.ndarray:
        return np.where(np.arange(4).reshape(-1, *[1] * (one.ndim - 1)) == row, filling, one)

    return changed


def test_probabilities_are_finite_and_sum_to_one_and_come_again(asked) -> None:
    model, inputs, answers = asked
    assert answers.dtype == np.float32
    assert answers.shape == (4, 4)
    assert (answers >= 0).all(), "one is negative or NaN"
    np.testing.assert_allclose(answers.sum(1), 1, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(answers_of(model, inputs), answers)


def test_what_it_is_asked_is_left_as_it_was(asked) -> None:
    given = each(np.copy, asked.inputs)
    answers_of(asked.model, given)
    each(np.testing.assert_array_equal, given, asked.inputs)


def test_a_row_is_answered_alike_alone_and_in_odd_batches(asked) -> None:
    for rows in ([0], [3], [2, 0, 1]):
        alone = answers_of(asked.model, each(lambda one, rows=rows: one[rows], asked.inputs))
        np.testing.assert_allclose(alone, asked.answers[rows], rtol=0, atol=1e-5)


@pytest.mark.whole
@pytest.mark.parametrize("filling", [0.0, 50.0, np.nan])
def test_a_row_knows_nothing_of_the_others(asked, filling) -> None:
    changed = answers_of(asked.model, each(with_row(2, np.float32(filling)), asked.inputs))
    np.testing.assert_array_equal(changed[[0, 1, 3]], asked.answers[[0, 1, 3]])


def test_no_rows_have_no_answers(asked) -> None:
    assert answers_of(asked.model, each(lambda one: one[:0], asked.inputs)).shape == (0, 4)


def test_other_kinds_of_numbers_are_cast_to_float32(asked) -> None:
    """Models cast; it is ``SignalSpec.check``, at the edges, that refuses integers."""
    wide = each(lambda one: one.astype("float64"), asked.inputs)
    np.testing.assert_array_equal(answers_of(asked.model, wide), asked.answers)
    counts = each(lambda one: (8 * one).astype("int16"), asked.inputs)
    floats = each(lambda one: one.astype("float32"), counts)
    np.testing.assert_array_equal(answers_of(asked.model, counts), answers_of(asked.model, floats))


@pytest.mark.whole
def test_survives_json(asked) -> None:
    model = asked.model
    for again in (
        keras.models.model_from_json(model.to_json()),
        type(model).from_config(model.get_config()),
    ):
        again.set_weights(model.get_weights())
        answers = answers_of(again, asked.inputs)
        np.testing.assert_allclose(answers, asked.answers, rtol=0, atol=1e-6)


def test_one_of_each_is_one_of_each_category() -> None:
    assert tuple(ONE_OF_EACH) == CATEGORIES
    for category, model in ONE_OF_EACH.items():
        assert FUSIONS.info(MODELS.info(model)["options"]["fusion"])["category"] == category


def test_every_fusion_stands_in_the_folder_of_its_category() -> None:
    for fusion in FUSIONS:
        folder = FUSIONS.info(fusion)["category"].replace("-", "_").replace(" ", "_")
        # The function may end in an underscore: `input` would shadow a builtin.
        module, _, function = FUSIONS.entries[fusion][0].partition(":")
        assert module == f"ecgzoo.fusion.{folder}.{fusion}"
        assert function.removesuffix("_") == fusion
        for base in ("hybrid1", "hybrid2"):
            assert fusion == "concat" or f"{base}_{fusion}" in MODELS


@pytest.mark.whole
@pytest.mark.parametrize("chosen", list_models())
def test_is_built_and_survives_a_keras_file(chosen, tmp_path) -> None:
    with small_encoders():
        core = build(chosen, SPEC, 4, inputs="domains")
    expected = answers_of(core, inputs_of(core))
    assert expected.shape == (4, 4)
    np.testing.assert_allclose(expected.sum(1), 1, rtol=0, atol=1e-5)
    core.save(tmp_path / "core.keras")
    again = keras.models.load_model(tmp_path / "core.keras")
    np.testing.assert_array_equal(answers_of(again, inputs_of(core)), expected)


@pytest.mark.full
@pytest.mark.parametrize("spec", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("chosen", list_models())
def test_takes_any_spec_with_at_most_500k_parameters(chosen, spec) -> None:
    core = build(chosen, spec, 4, inputs="domains")
    assert core.count_params() <= 500_000
    zeros = {name: np.zeros((1, *one.shape[1:]), "float32") for name, one in core.input.items()}
    np.testing.assert_allclose(answers_of(core, zeros).sum(1), 1, rtol=0, atol=1e-5)


@pytest.mark.whole
def test_training_lowers_the_loss(name) -> None:
    core = build(name, SPEC, 4, inputs="domains")
    core.compile(keras.optimizers.Adam(3e-3), "categorical_crossentropy")
    inputs = inputs_of(core)
    losses = [float(core.train_on_batch(inputs, TARGETS)) for _ in range(30)]
    assert np.isfinite(losses).all()
    assert np.mean(losses[-5:]) < np.mean(losses[:5])


def test_mixed_precision_gives_float32_probabilities(name) -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        core = build(name, SPEC, 4, inputs="domains", return_weights=True)
    finally:
        keras.config.set_dtype_policy("float32")
    assert "float16" in {layer.compute_dtype for layer in core.layers}
    answers = core(inputs_of(core), training=False)
    assert all(np.isfinite(np.asarray(answer)).all() for answer in answers.values())
    probabilities = np.asarray(answers["probabilities"])
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=0, atol=1e-5)


def test_a_missing_domain_is_no_nan(name) -> None:
    core = build(name, SPEC, 4, inputs="domains")
    if len(core.input) == 1:
        pytest.skip("one domain, which cannot be missing")
    masked = view(core, mask=True, return_weights=True)
    inputs = inputs_of(core)
    whole = masked(inputs | {PRESENT: present(core, 4)}, training=False)
    np.testing.assert_array_equal(whole["probabilities"], answers_of(core, inputs))
    for missing in core.input:
        mask = present(masked, 4, missing=[missing])
        lacking = [
            masked(inputs | {missing: inputs[missing] * 0 + filling, PRESENT: mask}, training=False)
            for filling in (0, 1, np.nan)
        ]
        answer = np.asarray(lacking[0]["probabilities"])
        np.testing.assert_allclose(answer.sum(1), 1, rtol=0, atol=1e-5)
        assert np.abs(answer - whole["probabilities"]).max() > 1e-6
        for other in lacking[1:]:
            for key, value in lacking[0].items():
                assert np.isfinite(np.asarray(value)).all()
                np.testing.assert_array_equal(other[key], value)
    nothing = masked(inputs | {PRESENT: present(core, 4) * 0}, training=False)
    assert all(np.isfinite(np.asarray(value)).all() for value in nothing.values())


@pytest.mark.whole
def test_jit_compiled_it_answers_alike(name) -> None:
    core = build(name, SPEC, 4, inputs="domains")
    core.compile(jit_compile=True)
    expected = answers_of(core, inputs_of(core))
    np.testing.assert_allclose(core.predict_on_batch(inputs_of(core)), expected, rtol=0, atol=1e-5)
