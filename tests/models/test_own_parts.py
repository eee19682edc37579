"""A user's own domain, encoder, fusion and model work like those that are shipped."""

import keras
import numpy as np
import pytest

import ecgzoo
from ecgzoo import SignalSpec, build
from ecgzoo.encoders.conv1d import conv1d
from ecgzoo.errors import UnknownNameError
from ecgzoo.models.make_core import make_core
from ecgzoo.registry import DOMAINS, ENCODERS, FUSIONS, MODELS

SPEC = SignalSpec(("ppg", "resp"), sampling_rate=100, samples=256, unit="au")
SIGNALS = np.random.default_rng(0).normal(size=(3, *SPEC.shape)).astype("float32")


@keras.saving.register_keras_serializable(package="tests")
class Slope(keras.layers.Layer):
    """The difference of neighbouring samples."""

    def call(self, signal):
        return signal[:, 1:] - signal[:, :-1]

    def compute_output_shape(self, input_shape):
        return input_shape[0], input_shape[1] - 1, input_shape[2]


def slope(spec: SignalSpec) -> Slope:
    return Slope(name="slope")


def narrow(tensor, name):
    return conv1d(tensor, name, widths=(8, 8))


def total(features):
    return keras.layers.Add()([one.vector for one in features.values()])


def sloped(spec, classifier, fusion="total"):
    """Time and slope."""
    return make_core(spec, classifier, ("time", "slope"), fusion, name="sloped")


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """Registers the four, and forgets them afterwards."""
    for table in (MODELS, DOMAINS, ENCODERS, FUSIONS):
        monkeypatch.setattr(table, "entries", dict(table.entries))
    ecgzoo.register_domain("slope", slope, encoder="conv1d")
    ecgzoo.register_encoder("narrow", narrow)
    ecgzoo.register_fusion("total", total, category="single-level")
    ecgzoo.register_model("sloped", sloped, domains=("time", "slope"))


def test_they_are_forgotten_after_each_test(registered) -> None:
    assert "sloped" in ecgzoo.list_models()


def test_ones_own_model_is_built_described_and_saved(tmp_path) -> None:
    assert "sloped" in ecgzoo.list_models("slop*")
    model = build("sloped", SPEC, 3)
    facts = ecgzoo.describe("sloped", SPEC, 3)
    assert facts["summary"] == "Time and slope."
    assert facts["inputs"] == {"time": [256, 2], "slope": [255, 2]}
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    answers = np.asarray(model(SIGNALS, training=False))
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    np.testing.assert_array_equal(again(SIGNALS, training=False), answers)


def test_ones_own_domain_reaches_the_answer() -> None:
    model = build("sloped", SPEC, 3, inputs="domains")
    domains = {name: DOMAINS.get(name)(SPEC)(SIGNALS) for name in ("time", "slope")}
    answers = np.asarray(model(domains, training=False))
    changed = np.asarray(model(domains | {"slope": domains["slope"] * 5}, training=False))
    assert np.abs(answers - changed).max() > 1e-4


def test_ones_own_fusion_and_encoder_go_with_shipped_parts() -> None:
    def mixed(spec, classifier):
        encoders = {"time": "narrow"}
        return make_core(spec, classifier, ("time",), encoders=encoders, name="mixed")

    ecgzoo.register_model("mixed", mixed, domains=("time",))
    core = build("mixed", SPEC, 3, inputs="domains")
    assert core.get_layer("time_stage2_b").filters == 8
    wide, added = (
        build("hybrid1", SPEC, 3, fusion=name, inputs="domains") for name in ("concat", "total")
    )
    assert wide.get_layer("dense").kernel.shape[0] == 2 * added.get_layer("dense").kernel.shape[0]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("slopped", {}, "unknown model 'slopped'; did you mean 'sloped'"),
        ("sloped", {"fusion": "totl"}, "unknown fusion 'totl'; did you mean 'total'"),
        ("hybrid1", {"fusion": "conact"}, "unknown fusion 'conact'; did you mean 'concat'"),
    ],
)
def test_unknown_names_suggest_ones_own_too(name, options, said) -> None:
    with pytest.raises(UnknownNameError, match=said):
        build(name, SPEC, 3, **options)


@pytest.mark.parametrize("domains", [(), ("time", "time")])
def test_a_core_takes_different_domains(domains) -> None:
    with pytest.raises(ValueError, match="one or more different domains"):
        make_core(SPEC, None, domains)


def test_an_unknown_domain_or_encoder_suggests_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="unknown domain 'tme'; did you mean 'time'"):
        make_core(SPEC, None, ("tme",))
    with pytest.raises(UnknownNameError, match="unknown encoder 'narow'; did you mean 'narrow'"):
        make_core(SPEC, None, ("time",), encoders={"time": "narow"})
    with pytest.raises(ValueError, match="expected encoders of time; got one of tme"):
        make_core(SPEC, None, ("time",), encoders={"tme": "conv1d"})


@pytest.mark.parametrize("domains", [("time",), ("time", "frequency")])
def test_an_encoder_of_another_kind_of_domain_is_named(domains) -> None:
    said = rf"expected encoders that fit; got conv2d for time of shape \[batch, {SPEC.samples}, "
    with pytest.raises(ValueError, match=said):
        make_core(SPEC, None, domains, encoders={"time": "conv2d"})
