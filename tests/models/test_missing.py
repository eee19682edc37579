"""Records that lack domains or leads: masks, leads of the front, domain dropout; and readouts."""

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import make_preset

from ecgzoo import SignalSpec, build
from ecgzoo.errors import UnknownNameError
from ecgzoo.models.front import DomainDropout, core_of
from ecgzoo.models.views import branches, domains_of, present, view
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS

SPEC = SignalSpec(("I", "II", "V1"), sampling_rate=100, samples=128)
SIGNALS = np.random.default_rng(0).normal(0, 0.5, (3, *SPEC.shape)).astype("float32")
INPUTS = {name: DOMAINS.get(name)(SPEC)(SIGNALS) for name in DOMAINS}


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


def asked(model, inputs) -> np.ndarray:
    return np.asarray(model(inputs, training=False))


def inputs_of(core) -> dict:
    return {name: INPUTS[name] for name in domains_of(core)}


def test_a_masked_core_is_the_core_with_one_more_input() -> None:
    core = build("hybrid2", SPEC, 3, inputs="domains")
    masked = view(core, mask=True)
    assert list(masked.input) == [*core.input, "present"]
    assert masked.input["present"].shape == (None, 3)
    assert masked.count_params() == core.count_params()
    everything = inputs_of(core) | {"present": present(masked, 3)}
    np.testing.assert_array_equal(asked(masked, everything), asked(core, inputs_of(core)))


def test_build_gives_a_mask_to_weights_that_were_trained_without(tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "hybrid1_weighted_sum", SPEC)
    core, _ = load_preset(folder, inputs="domains")
    masked = build("hybrid1_weighted_sum", inputs="domains", weights=folder, mask=True)
    given = inputs_of(core)
    for missing, mask in (((), [1, 1]), (["time"], [0, 1])):
        rows = present(core, 3, missing)
        np.testing.assert_array_equal(rows, [mask] * 3)
        lacking = asked(masked, given | {"present": rows})
        assert (lacking == asked(core, given)).all() == (not missing)


def test_masks_differ_from_record_to_record() -> None:
    masked = build("hybrid2_average", SPEC, 3, inputs="domains", mask=True)
    rows = [present(masked, 1, missing) for missing in ((), ["time"], ["time", "frequency"])]
    given = inputs_of(masked) | {"present": keras.ops.concatenate(rows)}
    together = asked(masked, given)
    for row in range(3):
        alone = asked(masked, {name: one[row : row + 1] for name, one in given.items()})
        np.testing.assert_allclose(alone[0], together[row], atol=1e-6)


def test_a_mask_has_names_and_leaves_something() -> None:
    core = build("hybrid1", SPEC, 3, inputs="domains")
    with pytest.raises(UnknownNameError, match="unknown domain 'tme'; did you mean 'time'"):
        present(core, 2, missing=["tme"])
    with pytest.raises(ValueError, match="at least one domain; all are missing"):
        present(core, 2, missing=["time", "time_frequency"])


def test_one_domain_has_no_mask() -> None:
    with pytest.raises(ValueError, match=r"a mask needs two domains or more; cnn1d has \['time'\]"):
        build("cnn1d", SPEC, 3, inputs="domains", mask=True)


def test_a_mask_is_of_domains_and_leads_are_of_a_signal() -> None:
    with pytest.raises(ValueError, match="a mask is of domains"):
        build("hybrid1", SPEC, 3, mask=True)
    with pytest.raises(ValueError, match="leads are of a signal"):
        build("hybrid1", SPEC, 3, inputs="domains", leads=["I"])


def test_missing_leads_are_zeros(tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "hybrid1", SPEC)
    whole = build("hybrid1", weights=folder)
    some = build("hybrid1", weights=folder, leads=("V1", "I"))
    assert some.input_shape == (None, 128, 2)
    filled = SIGNALS * np.array([1, 0, 1], "float32")
    expected = asked(whole, filled)
    np.testing.assert_array_equal(asked(some, SIGNALS[..., [2, 0]]), expected)
    assert np.abs(asked(whole, SIGNALS) - expected).max() > 1e-4
    some.save(tmp_path / "some.keras")
    again = keras.models.load_model(tmp_path / "some.keras")
    np.testing.assert_array_equal(asked(again, SIGNALS[..., [2, 0]]), expected)


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        (["V9", "I"], "unknown leads 'V9'; the spec's leads are I, II, V1"),
        (["I", "I"], "one or more different leads"),
        ([], "one or more different leads"),
        ("II", "one or more different leads; got 'II'"),
    ],
)
def test_leads_are_of_the_spec(leads, said) -> None:
    with pytest.raises(ValueError, match=said):
        build("hybrid1", SPEC, 3, leads=leads)


def test_weights_are_read_out_beside_the_probabilities() -> None:
    core = build("hybrid2_gated", SPEC, 3, inputs="domains")
    shown = view(core, return_weights=True)(inputs_of(core), training=False)
    assert list(shown) == ["probabilities", "gates"]
    np.testing.assert_array_equal(shown["probabilities"], asked(core, inputs_of(core)))
    gates = np.asarray(shown["gates"])
    assert gates.shape == (3, 3, 64)
    assert 0 < gates.min() < gates.max() < 1


def test_weights_are_read_out_of_a_model_that_takes_signals() -> None:
    shown = build("hybrid1_graph", SPEC, 3, return_weights=True)(SIGNALS, training=False)
    assert {name: one.shape for name, one in shown.items()} == {
        "probabilities": (3, 3),
        "edges": (3, 2, 2),
    }
    assert list(build("cnn1d", SPEC, 3, return_weights=True).output) == ["probabilities"]


def test_branches_are_what_an_average_is_of() -> None:
    core = build("hybrid2_average", SPEC, 3, inputs="domains")
    shown = branches(core)(inputs_of(core), training=False)
    assert list(shown) == list(core.input)
    np.testing.assert_allclose(
        asked(core, inputs_of(core)), np.mean(list(shown.values()), axis=0), atol=1e-6
    )
    with pytest.raises(ValueError, match="only output fusions"):
        branches(build("hybrid2", SPEC, 3, inputs="domains"))


@pytest.mark.parametrize("domains", [2, 3])
def test_domain_dropout_leaves_one_and_keeps_its_rate(domains) -> None:
    """A domain goes if it draws less than the rate and another draws more: rate - rate^n / n."""
    rate, count = 0.6, 40_000
    left = np.asarray(DomainDropout(rate, seed=0)(np.ones((count, domains)), training=True))
    assert set(np.unique(left)) == {0, 1}
    assert left.sum(1).min() == 1
    np.testing.assert_allclose(1 - left.mean(0), rate - rate**domains / domains, atol=0.01)


def test_domain_dropout_leaves_one_of_those_that_are_there() -> None:
    there = np.tile(np.array([[1, 0, 1], [0, 1, 0], [0, 0, 0]], "float32"), (500, 1))
    left = np.asarray(DomainDropout(0.9, seed=0)(there, training=True))
    assert (left <= there).all()
    np.testing.assert_array_equal(left.any(1), there.any(1))
    assert left[::3].sum() < there[::3].sum()


def test_domain_dropout_is_for_training_and_owns_no_weights(tmp_path) -> None:
    core = build("hybrid2", SPEC, 3, inputs="domains", domain_dropout=0.5)
    given = inputs_of(core)
    assert any(isinstance(one, DomainDropout) for one in core.layers)
    core.save_weights(tmp_path / "model.weights.h5")
    plain = build("hybrid2", SPEC, 3, inputs="domains")
    plain.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_array_equal(asked(core, given), asked(plain, given))
    vectors = keras.Model(core.input, core.get_layer("fusion").output)
    lost = np.asarray(vectors(given, training=True)).reshape(3, 3, -1) == 0
    assert lost.all(-1).any(), "no domain of any record was dropped"
    core.compile("sgd", "categorical_crossentropy")
    assert np.isfinite(core.train_on_batch(given, np.eye(3)))


def test_domain_dropout_survives_a_keras_file(tmp_path) -> None:
    core = build("hybrid1", SPEC, 3, inputs="domains", domain_dropout=0.25)
    core.save(tmp_path / "core.keras")
    again = keras.models.load_model(tmp_path / "core.keras")
    assert again.get_layer("domain_dropout").rate == 0.25


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_the_rate_of_domain_dropout_is_below_one(rate) -> None:
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\)"):
        DomainDropout(rate)


def test_any_set_of_domains_is_fused() -> None:
    model = build("hybrid", SPEC, 3, domains=("frequency", "time"), fusion="gated")
    assert domains_of(core_of(model)) == ["frequency", "time"]
    assert asked(model, SIGNALS).shape == (3, 3)


def test_a_run_of_any_set_of_domains_is_loaded_again(tmp_path) -> None:
    """JSON makes a list of the tuple; both are the same to whoever asks for the weights."""
    options = {"domains": ("frequency", "time"), "fusion": "sum"}
    folder = make_preset(tmp_path / "run", "hybrid", SPEC, options=options)
    model = build("hybrid", weights=folder, inputs="domains", **options)
    assert list(model.input) == ["frequency", "time"]
    with pytest.raises(ValueError, match="the weights are of fusion sum, not concat"):
        build("hybrid", weights=folder, fusion="concat")


@pytest.mark.parametrize("kind", [list, tuple])
def test_domains_in_a_list_are_those_that_a_model_has_by_default(kind, tmp_path) -> None:
    folder = make_preset(tmp_path / "run", "hybrid", SPEC)
    model = build("hybrid", weights=folder, domains=kind(("time", "time_frequency")))
    assert domains_of(core_of(model)) == ["time", "time_frequency"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"domains": ("time",)}, "'concat' needs two domains or more; got 'time' alone"),
        ({"domains": ("time",), "fusion": "mmtm"}, "'mmtm' needs two domains or more"),
        ({"domains": ()}, "one or more different domains"),
        ({"domains": ("time", "tme")}, "unknown domain 'tme'; did you mean 'time'"),
        ({"fusion": "cros_attention"}, "unknown fusion 'cros_attention'; did you mean 'cross_att"),
    ],
)
def test_what_cannot_be_fused_is_said(arguments, said) -> None:
    with pytest.raises(ValueError, match=said):
        build("hybrid", SPEC, 3, **arguments)


def test_a_name_that_stands_for_a_fusion_takes_no_other() -> None:
    assert build("hybrid1_sum", SPEC, 3, fusion="sum").output_shape == (None, 3)
    with pytest.raises(ValueError, match="hybrid1_sum has the fusion 'sum'; got 'gated'"):
        build("hybrid1_sum", SPEC, 3, fusion="gated")
