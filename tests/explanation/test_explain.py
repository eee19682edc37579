"""Explanations against closed forms, their axioms, and each other; and bad input."""

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heads_of, heartbeats, strew

from ecgzoo import SignalSpec, build
from ecgzoo.errors import SignalError, UnknownNameError
from ecgzoo.explanation import explain
from ecgzoo.explanation.explain import METHODS
from ecgzoo.explanation.grad_cam import feature_maps, grad_cam, stretched
from ecgzoo.explanation.gradients import gradient, integrated_gradients, with_gradient
from ecgzoo.models.core import Core
from ecgzoo.models.front import core_of, with_front
from ecgzoo.registry import DOMAINS

SIGNALS = heartbeats(SPEC, 3, seed=5)
# The others with ``pytest -m full``.
QUICK = {
    (name, method)
    for name in ("cnn1d_transformer", "hybrid1_input", "hybrid1_vote")
    for method in ("gradient_x_input", "grad_cam")
} | {("hybrid2_hierarchical", "grad_cam"), ("hybrid1_mmtm", "grad_cam")}
ALL = (
    *("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2"),
    *(f"hybrid1_{one}" for one in ("input", "mmtm", "cross_attention", "vote", "stacking")),
    *("hybrid2_hierarchical", "hybrid1_autoencoder"),
)
EACH = [
    pytest.param(name, method, marks=[] if (name, method) in QUICK else pytest.mark.full)
    for name in ALL
    for method in METHODS
]


def made(name, spec=SPEC):
    keras.utils.set_random_seed(0)
    with small_encoders():
        core = build(name, spec, len(CLASSES), inputs="domains")
    strew(core, spec)
    return core


@pytest.fixture(scope="module")
def cores():
    """Small models, each built when first asked for."""
    found = {}
    return lambda name: found.setdefault(name, found.get(name) or made(name))


def domains_of(core, signals=SIGNALS):
    return {name: np.asarray(DOMAINS.get(name)(SPEC)(signals)) for name in core.input}


def linear(kernel):
    return lambda inputs: inputs["x"] @ kernel


def test_of_a_linear_function_all_methods_are_its_weights():
    rng = np.random.default_rng(0)
    kernel, x = rng.normal(size=(6, 3)).astype("float32"), rng.normal(size=(4, 6)).astype("float32")
    target = np.array([0, 2, 1, 1])
    scores, slopes = gradient(linear(kernel), {"x": x}, target)
    np.testing.assert_allclose(slopes["x"], kernel.T[target], atol=1e-6)
    np.testing.assert_allclose(scores, (x @ kernel)[np.arange(4), target], atol=1e-6)
    start = {"x": np.ones((1, 6), "float32")}
    maps, rise = integrated_gradients(linear(kernel), {"x": x}, target, start, steps=3)
    np.testing.assert_allclose(maps["x"], kernel.T[target] * (x - 1), atol=1e-5)
    np.testing.assert_allclose(maps["x"].sum(1), rise, atol=1e-5)


@pytest.mark.whole
@pytest.mark.parametrize(
    "name", ["cnn1d", "hybrid1_vote", pytest.param("hybrid1", marks=pytest.mark.full)]
)
def test_integrated_gradients_sum_to_the_rise(name):
    core = made(name)
    for head in heads_of(core):  # gentler: of a cliff, quadrature would need many more steps
        head.set_weights([0.2 * weight for weight in head.get_weights()])
    found = explain(core, SIGNALS, SPEC, "integrated_gradients", target=[0, 1, 2], steps=100)
    answer = with_gradient(core)
    ends = [answer(domains_of(core, one), training=False) for one in (SIGNALS, 0 * SIGNALS)]
    rise = np.asarray(ends[0] - ends[1])[range(3), [0, 1, 2]]
    assert np.abs(rise).max() > 0.05
    np.testing.assert_allclose(found.rise, rise, atol=1e-5)
    np.testing.assert_allclose(found.on_signal().sum((1, 2)), rise, atol=0.02)
    by_domain = sum(one.sum(tuple(range(1, one.ndim))) for one in found.domains.values())
    np.testing.assert_allclose(by_domain, rise, atol=0.03)


def test_saliency_is_the_slope_by_differences(cores):
    core, step, at = cores("cnn1d"), 2e-3, (0, 100, 1)
    model = with_front(core, SPEC)
    found = explain(model, SIGNALS, SPEC, target=1)
    moved = [SIGNALS.copy(), SIGNALS.copy()]
    moved[0][at] += step
    moved[1][at] -= step
    high, low = (np.asarray(model(one))[0, 1] for one in moved)
    assert found.on_signal()[at] == pytest.approx(abs(high - low) / (2 * step), rel=0.05, abs=1e-4)
    signed = explain(model, SIGNALS, SPEC, "gradient_x_input", target=1)
    np.testing.assert_allclose(
        np.abs(signed.on_signal()), found.on_signal() * np.abs(SIGNALS), rtol=1e-4, atol=1e-6
    )


@pytest.mark.whole
@pytest.mark.parametrize(("name", "method"), EACH)
def test_maps_have_the_shape_of_what_they_explain(cores, name, method):
    core = cores(name)
    found = explain(core, SIGNALS, SPEC, method, steps=4)
    assert {k: one.shape for k, one in found.domains.items()} == {
        k: (3, *tensor.shape[1:]) for k, tensor in core.input.items()
    }
    assert all(np.isfinite(one).all() for one in found.domains.values())
    largest = [np.abs(one).max() for one in found.domains.values()]
    # Grad-CAM of a domain that only speaks against the class is zero.
    assert max(largest) > 0 if method == "grad_cam" else min(largest) > 0
    probabilities = np.asarray(core(domains_of(core), training=False))
    np.testing.assert_allclose(found.probabilities, probabilities, atol=1e-6)
    np.testing.assert_array_equal(found.target, probabilities.argmax(1))
    if method == "grad_cam" and name == "cnn1d_transformer":
        with pytest.raises(ValueError, match="no time axis"):
            found.on_signal()
    else:
        assert found.on_signal().shape == SIGNALS.shape
    shares = found.to_frame().dropna().groupby(["record", "map"])["share"].sum()
    np.testing.assert_allclose(shares, 1, atol=1e-5)


@pytest.mark.parametrize("name", ["cnn1d", "cnn2d"])
def test_grad_cam_of_pooled_features_is_the_heads_slope_times_the_map(cores, name):
    """Through global average pooling each place's slope is the vector's, over the places."""
    core, target = cores(name), np.array([0, 1, 2])
    ((domain, tensor),) = feature_maps(core).items()
    parts = keras.Model(core.input, {"map": tensor, "vector": core.insides.features[domain].vector})
    values = {k: np.asarray(one) for k, one in parts(domains_of(core)).items()}
    head = keras.Model(core.insides.features[domain].vector, core.output)
    slope = gradient(lambda x: head(x["v"]), {"v": values["vector"]}, target)[1]["v"]
    places = values["map"].shape[1:-1]
    weights = slope.reshape(3, *[1] * len(places), -1) / np.prod(places)
    expected = np.maximum((weights * values["map"]).sum(-1), 0)
    found = grad_cam(core, domains_of(core), target)[domain]
    np.testing.assert_allclose(found, stretched(expected, found.shape), rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(
        found.reshape(3, -1).sum(1), expected.reshape(3, -1).sum(1), rtol=1e-4, atol=1e-6
    )


def test_grad_cam_is_alike_in_all_leads_and_laid_on_the_signal_keeps_its_sum(cores):
    core = cores("hybrid1")
    found = explain(core, SIGNALS, SPEC, "grad_cam", target=[0, 1, 2])
    for one in (*found.domains.values(), found.on_signal()):
        np.testing.assert_array_equal(one[..., 0], one[..., 1])
    sums = [one.reshape(3, -1).sum(1) for one in found.domains.values()]
    np.testing.assert_allclose(found.on_signal().sum((1, 2)), sum(sums), rtol=1e-4)
    assert sum(sums).max() > 0
    alone = explain(cores("cnn1d"), SIGNALS, SPEC, "grad_cam", target=[0, 1, 2])
    np.testing.assert_allclose(alone.on_signal(), alone.domains["time"], rtol=1e-4, atol=1e-9)


def test_where_the_answer_rests_on_tokens_they_are_the_map(cores):
    transformer = build("cnn1d_transformer", SPEC, 3, inputs="domains")
    features = transformer.insides.features["frequency"]
    assert feature_maps(transformer)["frequency"] is features.tokens
    hybrid = build("hybrid2_hierarchical", SPEC, 3, inputs="domains")
    features = hybrid.insides.features
    assert feature_maps(hybrid)["frequency"] is features["frequency"].stages[-1]
    assert len(feature_maps(hybrid)["time_frequency"].shape) == 4


def test_a_vote_is_explained_by_the_mean_of_its_branches(cores):
    core = cores("hybrid1_vote")
    branches = keras.Model(core.input, dict(core.insides.branches))(domains_of(core))
    mean = np.mean([np.asarray(one) for one in branches.values()], axis=0)
    np.testing.assert_allclose(with_gradient(core)(domains_of(core)), mean, atol=1e-6)
    assert np.abs(mean - np.asarray(core(domains_of(core)))).max() > 0.05


def test_a_class_may_be_named_and_a_flat_lead_pushes_nothing(cores):
    flat = SIGNALS.copy()
    flat[:, :, 1] = 0
    found = explain(cores("hybrid2"), flat, SPEC, target="MI", classes=CLASSES)
    assert found.target.tolist() == [2, 2, 2]
    assert np.isfinite(found.on_signal()).all()
    assert found.on_signal()[:, :, 0].max() > 0


def test_many_signals_are_explained_as_each_by_itself(cores):
    many = heartbeats(SPEC, 70)
    together = explain(cores("hybrid1"), many, SPEC, "grad_cam").domains["time_frequency"]
    alone = explain(cores("hybrid1"), many[-1:], SPEC, "grad_cam").domains["time_frequency"]
    np.testing.assert_allclose(together[-1:], alone, rtol=1e-3, atol=1e-7)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"target": "HBB", "classes": CLASSES}, UnknownNameError, "did you mean 'HB'"),
        ({"method": "gradcam"}, UnknownNameError, "did you mean 'grad_cam'"),
        ({"target": 3}, ValueError, "classes from 0 to 2"),
        ({"target": [0, 1]}, ValueError, "one for each of 3 rows"),
        ({"signals": SIGNALS[:, :400]}, SignalError, "expected signals"),
        ({"signals": SIGNALS[0]}, SignalError, "expected signals"),
        (
            {"signals": np.where(SIGNALS[1, 7, 0] == SIGNALS, np.nan, SIGNALS)},
            SignalError,
            "1 hold NaN",
        ),
        ({"method": "integrated_gradients", "steps": 0}, ValueError, "at least 1 step"),
    ],
)
def test_bad_input_is_refused_with_a_reason(cores, options, error, message):
    asked = {"signals": SIGNALS, **options}
    with pytest.raises(error, match=message):
        explain(cores("cnn1d"), asked.pop("signals"), SPEC, **asked)


def test_a_domain_that_the_model_lacks_is_named(cores):
    found = explain(cores("cnn1d"), SIGNALS, SPEC)
    with pytest.raises(UnknownNameError, match="unknown domain 'time_frequency'; known: time"):
        found.domain("time_frequency")


def test_a_saved_core_is_explained_and_one_without_known_feature_maps_says_so(tmp_path, cores):
    core = cores("cnn1d")
    core.save(tmp_path / "core.keras")
    again = keras.models.load_model(tmp_path / "core.keras")
    expected, found = (explain(one, SIGNALS, SPEC, "grad_cam").domains for one in (core, again))
    np.testing.assert_allclose(found["time"], expected["time"], atol=1e-5)
    foreign = Core(again.input, again.output, name="cnn1d")
    assert explain(foreign, SIGNALS, SPEC).signal is not None
    with pytest.raises(ValueError, match="feature maps of cnn1d are not known"):
        explain(foreign, SIGNALS, SPEC, "grad_cam")


def test_weights_that_are_not_numbers_are_noticed():
    core = made("cnn1d")
    core.set_weights([np.full_like(one, np.nan) for one in core.get_weights()])
    with pytest.raises(ValueError, match="not finite"):
        explain(core_of(core), SIGNALS, SPEC, target=0)


def test_one_lead_is_enough():
    spec = SignalSpec(("x",), sampling_rate=250, samples=500)
    found = explain(made("hybrid1", spec), heartbeats(spec, 1), spec, "grad_cam")
    assert found.on_signal().shape == (1, 500, 1)
