"""load: any artifact answers about arrays, files and folders as its model does."""

import re

import numpy as np
import pandas as pd
import pytest
from small_presets import SPEC, make_preset
from smooth_noise import smooth_noise

import ecgzoo
from ecgzoo.artifact.resolution import shipped_presets
from ecgzoo.errors import DataWarning, SignalError, UnknownNameError
from ecgzoo.models.front import with_front
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import write_page
from tf_data import load as load_data

SIGNALS = smooth_noise(0, (3, *SPEC.shape))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_preset(tmp_path_factory.mktemp("load") / "preset", "hybrid1")


@pytest.fixture(scope="module")
def model(folder):
    return ecgzoo.load(folder)


@pytest.mark.whole
def test_an_array_is_answered_as_the_model_does(model, folder) -> None:
    found = model.predict(SIGNALS)
    expected = np.asarray(ecgzoo.build("hybrid1", weights=folder)(SIGNALS))
    np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)
    assert found.predicted.tolist() == [model.preset.classes[i] for i in expected.argmax(1)]
    assert found.groups.tolist() == ["signal 0", "signal 1", "signal 2"]


def test_a_longer_signal_is_cut_and_joined_per_record(model) -> None:
    long = np.concatenate([SIGNALS[0], SIGNALS[1]])
    found = model.predict([long, SIGNALS[2]], sampling_rate=SPEC.sampling_rate)
    assert found.groups.tolist() == ["signal 0"] * 3 + ["signal 1"]
    per_record = found.per_record()
    assert per_record.names.tolist() == ["signal 0", "signal 1"]
    mean = found.probabilities[:3].astype(float).mean(0)  # in float32 it is rounded on the way
    np.testing.assert_allclose(per_record.probabilities[0], mean)
    frame = found.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame) == ["name", "group", "predicted", *model.preset.classes]


def test_files_and_folders_are_answered_by_name(model, tmp_path) -> None:
    for row in range(2):
        np.save(tmp_path / f"r{row}.npy", SIGNALS[row])
    rate = model.preset.spec.sampling_rate
    expected = model.predict(SIGNALS[:2]).probabilities
    for asked in (tmp_path, [tmp_path / "r0.npy", str(tmp_path / "r1.npy")]):
        found = model.predict(asked, sampling_rate=rate)
        assert found.groups.tolist() == ["r0.npy", "r1.npy"]
        np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)


def test_a_record_that_cannot_be_read_is_left_out_if_asked(model, tmp_path) -> None:
    for name, signal in {"a": SIGNALS[0], "b": SIGNALS[1] * np.nan, "c": SIGNALS[2]}.items():
        np.save(tmp_path / f"{name}.npy", signal)
    (tmp_path / "d.csv").write_text("I,II\n1,x\n")
    rate = model.preset.spec.sampling_rate
    with pytest.raises(SignalError, match=r"expected finite samples in b\.npy"):
        model.predict(tmp_path, sampling_rate=rate)
    with pytest.warns(DataWarning) as told:
        found = model.predict(tmp_path, sampling_rate=rate, unfit="skip")
    with pytest.warns(DataWarning, match="left out"):
        embedded = model.embed(tmp_path, sampling_rate=rate, unfit="skip")
    assert found.groups.tolist() == embedded["records"].tolist() == ["a.npy", "c.npy"]
    np.testing.assert_allclose(
        found.probabilities, model.predict(SIGNALS[[0, 2]]).probabilities, atol=1e-5
    )
    said = [str(one.message) for one in told]
    assert said[0].startswith("b.npy: left out. expected finite samples in b.npy")
    assert said[1].startswith("d.csv: left out. ")


def test_records_of_which_none_can_be_read_are_refused(model) -> None:
    with pytest.raises(SignalError, match="none of 2 records can be asked about. signal 0: exp"):
        model.predict(SIGNALS[:2] * np.nan, unfit="skip")
    with pytest.raises(UnknownNameError, match="unknown unfit 'drop'; known: refuse, skip"):
        model.predict(SIGNALS, unfit="drop")


def test_microvolts_say_so(model) -> None:
    found = model.predict(SIGNALS * 1000, unit="uV")
    np.testing.assert_allclose(found.probabilities, model.predict(SIGNALS).probabilities, atol=1e-5)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (SIGNALS[..., :1], "signal 0: expected [samples, 2], the leads I, II; got shape"),
        (SIGNALS * 1e4, "expected millivolts in signal 0; lead I"),
        (
            (SIGNALS * 1000).astype("int16"),
            "signal 0: expected floating-point samples in mV; got int16",
        ),
        (SIGNALS[0, 0], "signal 0: expected files, or signals [samples, leads] in an array"),
        ([], "expected files, or signals [samples, leads] in an array or a list"),
    ],
)
def test_what_is_no_signal_is_said(model, asked, said) -> None:
    with pytest.raises(ecgzoo.SignalError, match=f"^{re.escape(said)}"):
        model.predict(asked)


def test_a_missing_file_and_an_empty_folder_are_said(model, tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match=r"^no file nothing\.csv$"):
        model.predict("nothing.csv")
    with pytest.raises(FileNotFoundError, match=f"^{tmp_path} holds no record and no page"):
        model.predict(tmp_path)
    with pytest.raises(ecgzoo.SignalError, match="^hybrid1 takes signals, not pages: "):
        model.predict(tmp_path / "page.png")


@pytest.mark.whole
def test_a_page_is_answered_as_its_signal(tmp_path) -> None:
    data = load_data("ecg_images")
    write_page(tmp_path / "page.png", data.signals[0], PAGE_SPEC)
    model = ecgzoo.load("cnn1d.ecg_images")
    found = model.predict(tmp_path / "page.png")
    assert found.names.tolist() == ["page.png"]
    expected = model.predict(data.signals[0]).probabilities
    np.testing.assert_allclose(found.probabilities, expected, atol=0.02)


@pytest.mark.whole
def test_a_keras_file_and_a_built_model_are_artifacts_too(folder, tmp_path, model) -> None:
    built = ecgzoo.build("hybrid1", weights=folder)
    built.save(tmp_path / "m.keras")
    core = ecgzoo.build("hybrid1", weights=folder, inputs="domains")
    expected = model.predict(SIGNALS).probabilities
    for artifact in (built, core, tmp_path / "m.keras"):
        found = ecgzoo.load(artifact).predict(SIGNALS)
        np.testing.assert_allclose(found.probabilities, expected, atol=1e-5)


@pytest.mark.parametrize("leads", [("II",), ("II", "I")])
def test_a_model_built_with_leads_is_asked_about_those_of_its_spec(leads) -> None:
    spec = ecgzoo.SignalSpec(("I", "II"), 100, 128)
    signals = smooth_noise(5, (2, *spec.shape))
    built = ecgzoo.build("cnn1d", spec, 2, leads=leads)
    with pytest.warns(DataWarning) as warned:
        found = ecgzoo.load(built)
    assert str(warned[0].message) == (
        f"the model was built with leads= {', '.join(leads)}; it is asked about those of its spec, "
        "I, II, in this order. Say ecgzoo.load(model, leads=...) for others"
    )
    whole = with_front(built.core, spec)
    np.testing.assert_allclose(found.predict(signals).probabilities, whole(signals), atol=1e-6)


def test_of_a_model_that_gives_its_weights_too_the_probabilities_are_asked() -> None:
    spec = ecgzoo.SignalSpec(("I", "II"), 100, 128)
    signals = smooth_noise(5, (2, *spec.shape))
    built = ecgzoo.build("hybrid1", spec, 2, fusion="gated", return_weights=True)
    np.testing.assert_allclose(
        ecgzoo.load(built).predict(signals).probabilities,
        built(signals)["probabilities"],
        atol=1e-6,
    )


def test_embeddings_and_explanations_are_of_the_same_windows(model) -> None:
    found = ecgzoo.embed(model.model, SIGNALS)
    assert {name: one.shape[0] for name, one in found.items()} == dict.fromkeys(found, 3)
    assert model.explain(SIGNALS, "grad_cam").domains["time"].shape == SIGNALS.shape


@pytest.mark.whole
@pytest.mark.parametrize("name", shipped_presets())
def test_every_shipped_preset_is_built_by_its_name(name) -> None:
    assert ecgzoo.build(name).preset == ecgzoo.load(name).preset


def test_an_unknown_artifact_suggests_the_nearest() -> None:
    with pytest.raises(ecgzoo.UnknownNameError, match="did you mean 'cnn1d.ecg_images'"):
        ecgzoo.load("cnn1d.ecg_image")


def test_some_leads_are_answered_as_zeros_for_the_others_are() -> None:
    leads, named = ("V5", "I"), PAGE_SPEC.leads
    signals = smooth_noise(1, (2, *PAGE_SPEC.shape))
    gaps = np.zeros_like(signals)
    chosen = [named.index(lead) for lead in leads]
    gaps[..., chosen] = signals[..., chosen]
    some = ecgzoo.load("cnn1d.ecg_images", leads=leads)
    assert some.preset.spec.leads == leads
    np.testing.assert_allclose(
        some.predict(signals[..., chosen]).probabilities,
        ecgzoo.load("cnn1d.ecg_images").predict(gaps).probabilities,
        atol=1e-5,
    )


@pytest.mark.whole
def test_a_shorter_record_is_answered_in_windows_of_its_length() -> None:
    short = smooth_noise(2, PAGE_SPEC.shape)[:250]
    with pytest.raises(SignalError, match="expected at least 2.479 s, one window"):
        ecgzoo.load("cnn1d.ecg_images").predict(short)
    seconds = 250 / PAGE_SPEC.sampling_rate
    model = ecgzoo.load("cnn1d.ecg_images", seconds=seconds)
    core = ecgzoo.build("cnn1d", weights="ecg_images", spec=PAGE_SPEC.lasting(seconds))
    found = model.predict(short).probabilities
    np.testing.assert_allclose(found, core(short[None]), atol=1e-5)
    # Figures, temperature and thresholds are of the windows that it was trained on.
    assert (model.preset.metrics, model.preset.temperature) == ({}, 1.0)


@pytest.mark.whole
@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("cnn1d.ecg_images", {"leads": ["X"]}, "unknown leads 'X'; the weights are of the leads"),
        ("cnn2d.ecg_images", {"seconds": 5}, "expected windows of 2.47904 s, on which the weights"),
        ("cnn1d.ecg_images", {"seconds": 1e-3}, "samples"),
    ],
)
def test_leads_and_windows_that_the_weights_cannot_take(name, asked, said) -> None:
    with pytest.raises(ecgzoo.EcgzooError, match=said):
        ecgzoo.load(name, **asked)
