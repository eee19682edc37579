"""domain_options: one way from a spec to the layers, wherever a model's domains are made."""

import json
from dataclasses import replace

import keras
import numpy as np
import pytest

import ecgzoo
from ecgzoo.artifact.preset import Preset
from ecgzoo.bands import ecg_bands
from ecgzoo.domains.frequency import FrequencyDomain
from ecgzoo.domains.layers import checked_options, domain_layers
from ecgzoo.domains.time_frequency import TimeFrequencyDomain
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.explanation import explain
from ecgzoo.models import with_front
from ecgzoo.models.embed import embed
from ecgzoo.registry import DOMAINS
from tf_data.domain_cache import DomainCache
from tf_data.pipeline import Pipeline

SPEC = ecgzoo.SignalSpec(("PCG",), 2000, 1000, unit="au")
OPTIONS = {
    "time_frequency": {"frequencies": (20, 400), "scales": 32},
    "frequency": {"max_frequency": 300.0},
}
SIGNALS = np.random.default_rng(0).normal(size=(3, *SPEC.shape)).astype("float32")


@pytest.fixture(scope="module")
def core() -> keras.Model:
    return ecgzoo.build("hybrid2", SPEC, 3, inputs="domains", domain_options=OPTIONS)


@pytest.fixture(scope="module")
def domains() -> dict[str, np.ndarray]:
    """By the layers' own constructors."""
    layers = {
        "time": DOMAINS.get("time")(SPEC),
        "frequency": FrequencyDomain(2000, 300, bins=1024),
        "time_frequency": TimeFrequencyDomain(2000, (20, 400), 32),
    }
    return {name: np.asarray(layer(SIGNALS)) for name, layer in layers.items()}


@pytest.mark.whole
def test_every_way_makes_the_same_domains(core, domains) -> None:
    expected = np.asarray(core(domains))
    for name, found in with_front(core, SPEC).front(SIGNALS).items():
        np.testing.assert_allclose(found, domains[name], atol=1e-5)
    pipeline = Pipeline(SPEC, list(core.input), domain_options=core.domain_options)
    (batch,) = pipeline.evaluation(SIGNALS)
    for name, found in batch.items():
        np.testing.assert_allclose(found, domains[name], atol=1e-5)
    model = ecgzoo.build("hybrid2", SPEC, 3, domain_options=OPTIONS)
    model.core.set_weights(core.get_weights())
    np.testing.assert_allclose(model(SIGNALS), expected, atol=1e-5)
    np.testing.assert_allclose(explain(model, SIGNALS, SPEC).probabilities, expected, atol=1e-5)
    inner = keras.Model(core.input, core.insides.embeddings["fused"])
    np.testing.assert_allclose(embed(model, SIGNALS)["fused"], inner(domains), atol=1e-4)


@pytest.mark.whole
def test_a_preset_brings_its_options(core, domains, tmp_path) -> None:
    expected = np.asarray(core(domains))
    folder = ecgzoo.save_preset(core, tmp_path / "preset", classes="abc")
    again = ecgzoo.load(folder)
    assert again.preset.options["domain_options"] == checked_options(OPTIONS)
    np.testing.assert_allclose(again.ask(SIGNALS), expected, atol=1e-5)
    np.testing.assert_allclose(again.predict(SIGNALS).probabilities, expected, atol=1e-5)
    asked = ecgzoo.build("hybrid2", SPEC, weights=folder, domain_options=OPTIONS)
    np.testing.assert_allclose(asked(SIGNALS), expected, atol=1e-5)
    with pytest.raises(PresetError, match="the weights are of domain_options"):
        ecgzoo.build("hybrid2", SPEC, weights=folder, domain_options={"time": {"amplitude": 2.0}})
    masked = ecgzoo.build(str(folder), inputs="domains", mask=True)
    np.testing.assert_allclose(with_front(masked.owner(), SPEC)(SIGNALS), expected, atol=1e-5)
    assert masked.domain_options == core.domain_options
    head = ecgzoo.build(str(folder), num_classes=5)  # a new head on the same domains
    assert head.core.domain_options == core.domain_options


@pytest.mark.whole
def test_a_keras_file_keeps_them(core, domains, tmp_path) -> None:
    core.save(tmp_path / "core.keras")
    again = keras.saving.load_model(tmp_path / "core.keras")
    assert again.domain_options == core.domain_options
    whole = with_front(again, SPEC)
    np.testing.assert_allclose(whole(SIGNALS), core(domains), atol=1e-5)


def test_cached_domains_are_told_apart_by_their_options() -> None:
    cache, found = DomainCache(), []
    for options in (None, {"time": {"amplitude": 0.5}}):
        pipeline = Pipeline(SPEC, ["time"], shared=cache, domain_options=options)
        (batch,) = pipeline.evaluation(SIGNALS)
        found.append(np.asarray(batch["time"]))
    centred = SIGNALS - SIGNALS.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found[1], centred / 0.5, atol=1e-5)
    assert np.abs(found[0] - found[1]).max() > 0.1


def test_a_description_of_before_keeps_the_bands_it_was_trained_on() -> None:
    preset = Preset("hybrid2", SPEC, ("a", "b"))
    told = json.loads(json.dumps(preset.to_dict()))
    assert Preset.from_dict(told) == preset
    del told["bands"]
    old = Preset.from_dict(told).options["domain_options"]
    layers = domain_layers(["frequency", "time_frequency"], SPEC, old)
    assert layers["frequency"].max_frequency == 60
    assert layers["frequency"].bins(SPEC.samples) == 31
    assert layers["time_frequency"].frequencies == ecg_bands(SPEC).rows == (5, 45)
    ecg = Preset("hybrid2", replace(SPEC, unit="mV"), ("a", "b"))
    assert Preset.from_dict(ecg.to_dict()) == ecg
    assert "bands" not in ecg.to_dict()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"wavelets": {}}, UnknownNameError, "unknown domain 'wavelets'"),
        ({"frequency": {"highest": 3}}, UnknownNameError, "option of the domain frequency"),
        ({"time_frequency": {"frequencies": (20, 1001)}}, ValueError, "< 1000 Hz, half the sampl"),
        ({"time_frequency": {"frequencies": (1, 400)}}, ValueError, "start at 4 Hz or higher"),
        ({"time_frequency": {"frequencies": 400}}, ValueError, "lowest and the highest"),
        ({"frequency": {"max_frequency": 1001}}, ValueError, r"\(0, 1000\] Hz"),
        ({"frequency": {"bins": 0}}, ValueError, "at least 1"),
        ({"time": 3}, ValueError, "as a dictionary"),
        ("time", ValueError, "as a dictionary"),
    ],
)
def test_unfit_options(options, error, said) -> None:
    with pytest.raises(error, match=said) as raised:
        ecgzoo.build("hybrid2", SPEC, domain_options=options)
    assert str(raised.value).count(". ") == 0  # one sentence


@pytest.mark.parametrize("samples", [8200, 65_536])
@pytest.mark.parametrize("unit", ["mV", "au"])
def test_long_spectra_are_pooled_to_the_root_mean_square(samples: int, unit: str) -> None:
    spec = ecgzoo.SignalSpec(("x",), 100, samples, unit)
    signals = np.random.default_rng(1).normal(size=(1, *spec.shape)).astype("float32")
    (layer,) = domain_layers(["frequency"], spec, {"frequency": {"amplitude": 1.0}}).values()
    window = np.hanning(samples + 1)[:-1]
    centred = signals[0, :, 0] - signals[0, :, 0].mean()
    power = (2 * np.abs(np.fft.rfft(centred * window)) / window.sum()) ** 2
    pooled = -(-power.size // 1024)
    parts = [power[start : start + pooled] for start in range(0, power.size, pooled)]
    expected = np.log(np.sqrt([part.mean() for part in parts]) + 0.01)
    found = np.asarray(layer(signals))[0, :, 0]
    assert found.shape == layer.compute_output_shape((1, *spec.shape))[1:2] == expected.shape
    assert found.size <= 1024
    np.testing.assert_allclose(found, expected, atol=1e-4)
    at = [
        part.mean()
        for part in np.split(np.fft.rfftfreq(samples, 0.01), range(pooled, power.size, pooled))
    ]
    np.testing.assert_allclose(layer.bin_frequencies(samples), at)


def test_a_long_scalograms_columns_are_means_of_narrow_ones() -> None:
    rng = np.random.default_rng(2)
    signal = rng.normal(size=(1, 16_384, 1)).astype("float32")
    how = {"frequencies": (2, 45), "scales": 12, "output": "power"}
    found = np.asarray(TimeFrequencyDomain(200, columns=16, **how)(signal))
    narrow = np.asarray(TimeFrequencyDomain(200, columns=128, **how)(signal))
    expected = narrow.reshape(1, 12, 16, 8, 1).mean(axis=3)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
