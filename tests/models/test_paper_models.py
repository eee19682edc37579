"""What the paper's models do: shapes, size, probabilities, precision, saving.

Every fusion is put through the same in ``test_model_contract.py``, with small encoders.
"""

import keras
import numpy as np
import pytest

from ecgzoo import SignalSpec, build, describe
from ecgzoo.errors import SignalError
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import core_of, with_front
from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC
from ecgzoo.registry import DOMAINS, MODELS

PAPER_MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
SPEC = SignalSpec(("I", "II"), sampling_rate=100, samples=256)
PROBABILITIES = {"rtol": 0, "atol": 1e-5}


def signals_of(spec: SignalSpec, count: int = 3) -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(0, 0.5, (count, *spec.shape)).cumsum(1).astype("float32")


def assert_probabilities(probabilities, classes: int) -> None:
    probabilities = np.asarray(probabilities)
    assert probabilities.dtype == np.float32
    assert probabilities.shape[1] == classes
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=0, atol=1e-5)


@pytest.fixture(scope="module", params=PAPER_MODELS)
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def model(name) -> keras.Model:
    return build(name, SPEC, 5)


def test_takes_signals_and_gives_probabilities(model) -> None:
    assert model.input_shape == (None, *SPEC.shape)
    assert model.output_shape == (None, 5)
    assert model.input.name == "signal"
    probabilities = np.asarray(model(signals_of(SPEC), training=False))
    assert_probabilities(probabilities, 5)
    assert np.ptp(probabilities, axis=0).max() > 0, "every signal is answered alike"


@pytest.mark.whole
@pytest.mark.parametrize("spec", [PAGE_SPEC, AVERAGE_SPEC], ids=["traces", "average"])
def test_has_at_most_500k_parameters(name, spec) -> None:
    core = build(name, spec, inputs="domains")
    assert 0 < core.count_params() <= 500_000


def test_core_takes_the_domains_that_the_registry_names(name, model) -> None:
    core = build(name, SPEC, 5, inputs="domains")
    assert tuple(core.input) == MODELS.info(name)["domains"]
    for domain, tensor in core.input.items():
        shape = DOMAINS.get(domain)(SPEC).compute_output_shape((None, *SPEC.shape))
        assert tensor.shape == tuple(shape)
        assert tensor.name == domain
    assert core_of(core) is core
    assert len(core_of(model).trainable_weights) == len(model.trainable_weights)


def test_core_fed_the_domains_answers_as_the_model_does(name, model) -> None:
    signals = signals_of(SPEC)
    domains = {d: DOMAINS.get(d)(SPEC)(signals) for d in MODELS.info(name)["domains"]}
    np.testing.assert_allclose(
        core_of(model)(domains, training=False), model(signals, training=False), **PROBABILITIES
    )


@pytest.mark.whole
def test_weights_of_the_model_are_those_of_its_core(name, model, tmp_path) -> None:
    core_of(model).save_weights(tmp_path / "model.weights.h5")
    other = build(name, SPEC, 5, inputs="domains")
    other.load_weights(tmp_path / "model.weights.h5")
    signals = signals_of(SPEC)
    np.testing.assert_array_equal(
        with_front(other, SPEC)(signals, training=False), model(signals, training=False)
    )


@pytest.mark.whole
def test_survives_a_keras_file(model, tmp_path) -> None:
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    signals = signals_of(SPEC)
    np.testing.assert_array_equal(again(signals, training=False), model(signals, training=False))


@pytest.mark.whole
def test_several_labels_are_independent_sigmoids(name) -> None:
    core = build(name, SPEC, 4, multi_label=True, inputs="domains")
    head = core.get_layer("probabilities")
    domains = {d: DOMAINS.get(d)(SPEC)(signals_of(SPEC)) for d in MODELS.info(name)["domains"]}
    before = np.asarray(core(domains, training=False))
    assert np.abs(before.sum(1) - 1).max() > 0.1
    assert ((before > 0) & (before < 1)).all()
    head.bias.assign([5, 0, 0, 0])
    after = np.asarray(core(domains, training=False))
    assert (after[:, 0] > before[:, 0]).all()
    np.testing.assert_array_equal(after[:, 1:], before[:, 1:])


def test_mixed_precision_gives_float32_probabilities(name) -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = build(name, SPEC, 3)
    finally:
        keras.config.set_dtype_policy("float32")
    kinds = {layer.compute_dtype for layer in core_of(model).layers}
    assert "float16" in kinds, "nothing ran in half precision: nothing was tested"
    assert_probabilities(model(signals_of(SPEC), training=False), 3)


@pytest.mark.whole
def test_describe_says_what_build_makes(name, model) -> None:
    facts = describe(name, SPEC, 5)
    assert facts["name"] == name
    assert facts["summary"]
    assert tuple(facts["domains"]) == MODELS.info(name)["domains"]
    assert facts["parameters"] == core_of(model).count_params()
    assert facts["classes"] == 5
    for domain, shape in facts["inputs"].items():
        assert shape == list(core_of(model).input[domain].shape[1:])


EXTREMES = {
    "1 lead": SignalSpec(("x",), 100, 256),
    "64 leads": SignalSpec(tuple(f"x{i}" for i in range(64)), 100, 256),
    "128 samples": SignalSpec(("I", "II"), 500, 128),
    "8192 samples": SignalSpec(("I", "II"), 500, 8192),
}


@pytest.mark.whole
@pytest.mark.parametrize("spec", EXTREMES.values(), ids=EXTREMES)
def test_the_largest_model_takes_any_spec(spec) -> None:
    model = build("hybrid2", spec, 2)
    assert_probabilities(model(signals_of(spec, 2), training=False), 2)
    assert core_of(model).count_params() <= 500_000


@pytest.mark.slow
@pytest.mark.parametrize("spec", EXTREMES.values(), ids=EXTREMES)
def test_every_model_takes_any_spec(name, spec) -> None:
    model = build(name, spec, 2)
    assert_probabilities(model(signals_of(spec, 2), training=False), 2)
    assert core_of(model).count_params() <= 500_000


def test_a_row_is_answered_alike_in_any_batch(model) -> None:
    signals = signals_of(SPEC)
    np.testing.assert_allclose(
        model(signals[1:2], training=False),
        np.asarray(model(signals, training=False))[1:2],
        rtol=0,
        atol=1e-6,
    )


def test_the_same_seed_gives_the_same_weights() -> None:
    weights = []
    for _ in range(2):
        keras.utils.set_random_seed(7)
        weights.append(build("hybrid2", SPEC, 3).get_weights())
    for first, second in zip(*weights, strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"num_classes": 1}, "num_classes must be at least 2; got 1"),
        ({"num_classes": 0, "multi_label": True}, "num_classes must be at least 1; got 0"),
        ({"inputs": "domain"}, "inputs must be 'signal' or 'domains'; got 'domain'"),
    ],
)
def test_bad_arguments_are_named(arguments, said) -> None:
    with pytest.raises(ValueError, match=said):
        build("cnn1d", SPEC, **arguments)


def test_what_is_no_spec_is_named() -> None:
    with pytest.raises(
        SignalError, match=r"^expected a SignalSpec, such as .*; got \('I', 'II'\)$"
    ):
        build("cnn1d", ("I", "II"), 2)


def test_one_class_is_a_choice_only_with_several_labels() -> None:
    assert build("cnn1d", SPEC, 1, multi_label=True).output_shape == (None, 1)


def test_another_head_replaces_the_default() -> None:
    core = build("cnn1d", SPEC, classifier=Classifier(7, width=16), inputs="domains")
    assert core.output_shape == (None, 7)
    assert core.get_layer("dense").units == 16


def test_numbers_of_numpy_are_taken() -> None:
    labels = np.array([0, 2, 1])
    head = Classifier(labels.max() + 1, width=np.int64(8))  # type: ignore[arg-type]
    model = build("cnn1d", SPEC, classifier=head)
    assert model.output_shape == (None, 3)
    assert build("cnn1d", SPEC, labels.max() + 1).output_shape == (None, 3)
