"""Other leads than a preset's, and new heads: which tensors are taken, and what is answered."""

import dataclasses

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import heartbeats, make_preset

from ecgzoo import SignalSpec, build
from ecgzoo.errors import PresetError
from ecgzoo.models.views import body_of, head_layers, head_of
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS, FUSIONS

SPEC = SignalSpec(("I", "II", "V1"), sampling_rate=100, samples=128)
SIGNALS = heartbeats(SPEC, 3, seed=1)
INPUTS = {name: DOMAINS.get(name)(SPEC)(SIGNALS) for name in DOMAINS}
ONE_OF_EACH = ("concat", "input", "mmtm", "bottleneck", "mixture_of_experts", "graph")


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        keras.utils.set_random_seed(0)
        yield


def asked(model, inputs) -> np.ndarray:
    return np.asarray(model(inputs, training=False))


def on(leads) -> SignalSpec:
    return dataclasses.replace(SPEC, leads=leads)


@pytest.mark.whole
@pytest.mark.parametrize("fusion", ["concat", "input", "mmtm"])
def test_permuted_leads_answer_permuted_signals_equally(tmp_path, fusion) -> None:
    folder = make_preset(tmp_path / "run", f"hybrid2_{fusion}".removesuffix("_concat"), SPEC)
    name = load_preset(folder)[1].model
    whole = build(name, weights=folder)
    other = build(name, on(("V1", "I", "II")), weights=folder)
    expected = asked(whole, SIGNALS)
    assert np.abs(expected - asked(whole, SIGNALS[..., [2, 0, 1]])).max() > 1e-3
    np.testing.assert_allclose(asked(other, SIGNALS[..., [2, 0, 1]]), expected, atol=1e-5)


def test_all_leads_are_the_preset_itself(tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "hybrid1", SPEC)
    same = build("hybrid1", SPEC, weights=folder, inputs="domains")
    assert same.loaded.by_lead == ()
    whole, other = (build("hybrid1", spec, weights=folder) for spec in (None, SPEC))
    np.testing.assert_array_equal(asked(whole, SIGNALS), asked(other, SIGNALS))


def test_the_rows_of_the_leads_are_taken_and_not_scaled(tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "cnn1d", SPEC)
    core, _ = load_preset(folder, inputs="domains")
    some = build("cnn1d", on(("V1", "I")), weights=folder, inputs="domains")
    kernels = [one.get_layer("time_conv1").get_weights()[0] for one in (some, core)]
    np.testing.assert_array_equal(kernels[0], kernels[1][:, [2, 0]])
    assert some.loaded.by_lead == ("time_norm", "time_conv1")
    assert some.loaded.matched == some.loaded.tensors


def test_the_shipped_time_encoder_answers_as_with_zeros_for_the_other_leads(tmp_path) -> None:
    with small_encoders() as _, pytest.MonkeyPatch.context() as patch:
        from ecgzoo.encoders.conv1d import conv1d
        from ecgzoo.registry import ENCODERS

        patch.setitem(ENCODERS.entries, "conv1d", (conv1d, {}))
        folder = make_preset(tmp_path / "run", "cnn1d", SPEC)
        narrow = build("cnn1d", on(("V1", "I")), weights=folder)
        zeros = build("cnn1d", weights=folder, leads=("V1", "I"))
        signals = SIGNALS[..., [2, 0]]
        np.testing.assert_allclose(asked(narrow, signals), asked(zeros, signals), atol=1e-6)


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        (("V9", "I"), "unknown leads 'V9'; the weights are of the leads I, II, V1"),
        (("V9",), "unknown leads 'V9'"),
    ],
)
def test_leads_that_the_preset_lacks_are_refused(tmp_path, leads, said) -> None:
    folder = make_preset(tmp_path / "run", "cnn1d", SPEC)
    with pytest.raises(PresetError, match=said):
        build("cnn1d", on(leads), weights=folder)


@pytest.mark.whole
@pytest.mark.parametrize("fusion", ONE_OF_EACH)
def test_body_and_head_together_are_the_core(fusion) -> None:
    core = build("hybrid2", SPEC, 3, fusion=fusion, inputs="domains")
    given = {name: INPUTS[name] for name in core.input}
    between = body_of(core)(given, training=False)
    np.testing.assert_allclose(asked(head_of(core), between), asked(core, given), atol=1e-6)
    assert {layer.name for layer in head_layers(core)} >= {"probabilities"}


@pytest.mark.full
@pytest.mark.parametrize("fusion", list(FUSIONS))
def test_every_fusion_has_a_body_and_a_head(fusion) -> None:
    test_body_and_head_together_are_the_core(fusion)
    core = build("hybrid2", SPEC, 3, fusion=fusion, inputs="domains")
    other = build("hybrid2", SPEC, 5, fusion=fusion, inputs="domains")
    head = {layer.name for layer in head_layers(core)}
    for ours, theirs in zip(core.layers, other.layers, strict=True):
        shapes = ([w.shape for w in layer.weights] for layer in (ours, theirs))
        assert len(set(map(tuple, shapes))) == 1 or ours.name in head


def test_a_new_head_of_an_output_fusion_is_all_that_sees_classes(tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "hybrid1_mixture_of_experts", SPEC)
    core = build("hybrid1_mixture_of_experts", num_classes=5, weights=folder, inputs="domains")
    assert core.output_shape == (None, 5)
    assert set(core.loaded.new) >= {"time_probabilities", "time_frequency_probabilities"}
