"""Presets: strict loading, and messages that name the file."""

import dataclasses
import json
import shutil
import sys

import h5py
import keras
import numpy as np
import pytest

from ecgzoo import SignalSpec, build
from ecgzoo.artifact import preset as presets
from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.artifact.resolution import resolve
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset

SPEC = SignalSpec(("I", "II"), sampling_rate=100, samples=128)
SIGNALS = np.random.default_rng(0).normal(size=(3, *SPEC.shape)).astype("float32")


@pytest.fixture(scope="module")
def core() -> keras.Model:
    return build("cnn1d", SPEC, 3, inputs="domains")


@pytest.fixture(scope="module")
def written(core, tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    core.save_weights(folder / WEIGHTS)
    fitted = {"temperature": 2.0, "thresholds": {"a": 0.4}}
    describe(folder, Preset("cnn1d", SPEC, ("a", "b", "c"), **fitted))
    return folder


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "preset")


def describe(folder, preset: Preset) -> None:
    preset = dataclasses.replace(preset, weights_sha256=digest(folder / WEIGHTS))
    (folder / DESCRIPTION).write_text(json.dumps(preset.to_dict()), encoding="utf-8")


@pytest.mark.parametrize("inputs", ["signal", "domains"])
def test_what_was_written_is_loaded(folder, core, inputs) -> None:
    model, preset = load_preset(folder, inputs=inputs)
    assert (preset.model, preset.spec, preset.classes) == ("cnn1d", SPEC, ("a", "b", "c"))
    assert (preset.temperature, preset.thresholds) == (2.0, {"a": 0.4})
    for ours, theirs in zip(core_of(model).weights, core.weights, strict=True):
        if "seed_generator" not in ours.path:
            np.testing.assert_array_equal(ours, theirs)


def test_build_takes_a_folder(folder, core) -> None:
    model = build("cnn1d", weights=folder)
    assert model.input_shape == (None, *SPEC.shape)
    expected = build("cnn1d", SPEC, 3)
    core_of(expected).set_weights(core.get_weights())
    np.testing.assert_array_equal(model(SIGNALS), expected(SIGNALS))


@pytest.mark.parametrize("damage", ["flip", "cut", "append"])
def test_damaged_weights_are_named_with_their_digests(folder, damage) -> None:
    file, expected = folder / WEIGHTS, digest(folder / WEIGHTS)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    spoiled = {
        "flip": bytes(content),
        "cut": bytes(content[:-1000]),
        "append": file.read_bytes() + b"x",
    }
    file.write_bytes(spoiled[damage])
    with pytest.raises(PresetError) as caught:
        load_preset(folder)
    message = str(caught.value)
    assert message.startswith(f"{file} is damaged: expected SHA-256 {expected}")
    assert digest(file) in message
    assert digest(file) != expected


def test_missing_weights_are_named(folder) -> None:
    (folder / WEIGHTS).unlink()
    with pytest.raises(PresetError, match=f"{folder / WEIGHTS} is missing"):
        load_preset(folder)


def test_a_missing_description_is_named(folder) -> None:
    (folder / DESCRIPTION).unlink()
    with pytest.raises(PresetError, match=f"{folder / DESCRIPTION} is missing"):
        load_preset(folder)
    with pytest.raises(PresetError, match=f"{folder} has no {DESCRIPTION}"):
        build("cnn1d", weights=folder)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: text.replace('"spec"', '"speck"'),
        lambda text: text.replace('"model"', '"modle"'),
        lambda text: text.replace('"samples": 128', '"samples": 3'),
        lambda text: text.replace('"sampling_rate": 100', '"sampling_rate": "fast"'),
        lambda text: text.replace('"classes"', '"unknown": 1, "classes"'),
    ],
)
def test_a_damaged_description_is_named(folder, spoil) -> None:
    file = folder / DESCRIPTION
    text = file.read_text(encoding="utf-8")
    assert spoil(text) != text
    file.write_text(spoil(text), encoding="utf-8")
    with pytest.raises(PresetError, match=f"{file} is damaged"):
        load_preset(folder)


def test_weights_of_another_model_are_refused_by_name(folder) -> None:
    with pytest.raises(PresetError, match="are of model cnn1d, not cnn2d"):
        build("cnn2d", weights=folder)


@pytest.mark.parametrize(
    "other",
    [
        {"model": "cnn1d_transformer"},
        {"model": "hybrid1"},
        {"classes": ("a", "b")},
        {"spec": SignalSpec(("I",), 100, 128)},
    ],
    ids=str,
)
def test_weights_that_do_not_fit_the_description_are_refused(folder, other) -> None:
    describe(folder, dataclasses.replace(Preset("cnn1d", SPEC, ("a", "b", "c")), **other))
    with pytest.raises(PresetError, match=f"{WEIGHTS} does not fit"):
        load_preset(folder)


def test_weights_with_more_than_the_model_takes_are_refused(folder) -> None:
    """Strict both ways: a tensor that no layer wants is no less wrong than one that lacks."""
    with h5py.File(folder / WEIGHTS, "a") as stored:
        stored["layers/another/vars/0"] = np.zeros(3, "float32")
    describe(folder, Preset("cnn1d", SPEC, ("a", "b", "c")))
    with pytest.raises(PresetError, match=r"does not fit cnn1d: expected 53 tensors, found 54"):
        load_preset(folder)


def test_an_unknown_model_in_a_description_is_named(folder) -> None:
    describe(folder, Preset("cnn1", SPEC, ("a", "b", "c")))
    with pytest.raises(UnknownNameError, match="'cnn1d'"):
        load_preset(folder)


def test_an_unknown_weights_name_suggests_the_nearest(folder, monkeypatch) -> None:
    shutil.copytree(folder, folder.parent / "cnn1d.traces")
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    assert resolve("traces", model="cnn1d") == folder.parent / "cnn1d.traces"
    with pytest.raises(UnknownNameError, match="unknown weights for cnn1d 'trace'.*'traces'"):
        build("cnn1d", weights="trace")
    with pytest.raises(UnknownNameError, match="unknown weights for cnn2d 'traces'"):
        build("cnn2d", weights="traces")


def test_the_digest_is_that_of_sha256sum(tmp_path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest(tmp_path / "file") == expected


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"spec": dataclasses.replace(SPEC, sampling_rate=50)}, "of spec .*samples=128.*not"),
        ({"spec": dataclasses.replace(SPEC, samples=9000)}, "at most 8192 samples.*got 9000"),
        ({"multi_label": True}, "of multi_label False, not True"),
        ({"spec": dataclasses.replace(SPEC, leads=("I", "V9"))}, "unknown leads 'V9'.* I, II"),
    ],
)
def test_weights_of_another_kind_than_asked_for_are_refused(folder, asked, message) -> None:
    with pytest.raises(PresetError, match=message):
        build("cnn1d", weights=folder, **asked)


def test_what_is_asked_for_may_repeat_what_the_weights_are_of(folder) -> None:
    assert build("cnn1d", SPEC, 3, weights=folder).output_shape == (None, 3)


def weights_of(core) -> dict[str, list[np.ndarray]]:
    return {layer.name: layer.get_weights() for layer in core.layers if layer.weights}


def equal(ours, theirs) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def test_the_report_counts_every_tensor(folder, core) -> None:
    loaded = build("cnn1d", weights=folder, inputs="domains").loaded
    assert (loaded.tensors, loaded.matched, loaded.new) == (53, 53, ())
    assert str(loaded) == f"53 of 53 tensors from {folder / WEIGHTS}"


@pytest.mark.parametrize("head", [{"num_classes": 5}, {"classifier": Classifier(3, width=128)}])
def test_another_number_of_classes_is_a_new_head_on_the_same_body(folder, core, head) -> None:
    found = build("cnn1d", weights=folder, inputs="domains", **head)
    assert found.loaded.new == ("dense", "probabilities")
    assert (found.loaded.matched, found.loaded.tensors) == (49, 53)
    assert found.preset.classes == tuple(map(str, range(found.output_shape[1])))
    assert found.preset.metrics == {}
    assert (found.preset.temperature, found.preset.thresholds) == (1.0, {})
    bodies = zip(core.layers, found.layers, strict=True)
    same = [equal(a.get_weights(), b.get_weights()) for a, b in bodies if a.weights]
    assert same[:-2] == [True] * (len(same) - 2)
    assert same[-2:] == [False, False]


def test_a_weights_file_by_itself_fits_what_is_asked_for(folder, core, tmp_path) -> None:
    file = shutil.copy(folder / WEIGHTS, tmp_path / "mine.weights.h5")
    found = build("cnn1d", SPEC, 3, weights=file, inputs="domains")
    assert found.loaded.matched == 53
    assert equal(found.get_layer("time_stem").get_weights(), weights_of(core)["time_stem"])
    with pytest.raises(PresetError, match=r"probabilities/0 is \[64, 3\] instead of \[64, 4\]"):
        build("cnn1d", SPEC, 4, weights=file)
    with pytest.raises(PresetError, match=r"does not fit cnn2d: expected \d+ tensors, found 53"):
        build("cnn2d", SPEC, 3, weights=file)
    (tmp_path / "cut.weights.h5").write_bytes((folder / WEIGHTS).read_bytes()[:3000])
    with pytest.raises(PresetError, match=r"cut.weights.h5 is damaged or no weights file"):
        build("cnn1d", SPEC, 3, weights=tmp_path / "cut.weights.h5")
    with pytest.raises(PresetError, match=r"nothing.weights.h5 is missing"):
        build("cnn1d", SPEC, 3, weights=tmp_path / "nothing.weights.h5")


def test_the_weights_file_of_a_preset_stands_for_the_preset(folder) -> None:
    assert build("cnn1d", weights=folder / WEIGHTS).preset.classes == ("a", "b", "c")


def test_what_is_shipped_is_listed_even_where_no_name_is_near(folder, monkeypatch) -> None:
    shutil.copytree(folder, folder.parent / "cnn1d.traces")
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    with pytest.raises(UnknownNameError, match=r"known: traces; or name the folder"):
        resolve("zzz", model="cnn1d")


def test_records_are_known_again_by_their_file_or_their_samples() -> None:
    preset = Preset("cnn1d", SPEC, ("a", "b"), training={"records": ["f1"], "signals": ["s2"]})
    assert presets.seen(preset, ["f1", "f2", "f3"], ["s1", "s2", "s3"]) == [True, True, False]


class Hub:
    """Stands in for the hub's client: one repository, no network."""

    def __init__(self, folder) -> None:
        self.folder, self.asked = folder, []

    def snapshot_download(self, repo_id, revision, allow_patterns, library_name):
        self.asked.append((repo_id, revision, allow_patterns))
        if repo_id != "me/mine":
            raise OSError("404")
        return str(self.folder)


def test_a_hub_handle_is_fetched_as_keras_does_and_checked(folder, monkeypatch) -> None:
    hub = Hub(folder)
    monkeypatch.setitem(sys.modules, "huggingface_hub", hub)
    assert build("cnn1d", weights="hf://me/mine").preset.classes == ("a", "b", "c")
    files = [DESCRIPTION, WEIGHTS, "README.md"]
    assert hub.asked == [("me/mine", None, files)]
    assert build("cnn1d", weights="hf://me/mine@v2").preset.classes == ("a", "b", "c")
    assert hub.asked[1:] == [("me/mine", "v2", files)]
    with pytest.raises(PresetError, match="hf://me/other cannot be fetched: 404"):
        build("cnn1d", weights="hf://me/other")
    with pytest.raises(PresetError, match="such as hf://owner/name@revision; got hf://me/mine/x"):
        build("cnn1d", weights="hf://me/mine/x")
    (folder / WEIGHTS).write_bytes(b"other")
    with pytest.raises(PresetError, match="is damaged"):
        build("cnn1d", weights="hf://me/mine")
    (folder / DESCRIPTION).unlink()
    with pytest.raises(PresetError, match=f"hf://me/mine has no {DESCRIPTION}"):
        build("cnn1d", weights="hf://me/mine")
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(PresetError, match="pip install huggingface_hub"):
        build("cnn1d", weights="hf://me/mine")


def group_for_a_tensor(stored) -> None:
    del stored["layers/conv1d/vars/0"]
    stored.create_group("layers/conv1d/vars/0")


def text_for_a_tensor(stored) -> None:
    del stored["layers/conv1d/vars/0"]
    stored["layers/conv1d/vars/0"] = "weights"


def a_link_to_nowhere(stored) -> None:
    del stored["layers/conv1d/vars/0"]
    stored["layers/conv1d/vars/0"] = h5py.SoftLink("/nowhere")


def names_that_are_numbers(stored) -> None:
    stored["layers/conv1d"].attrs["name"] = 3


@pytest.mark.parametrize(
    "spoil", [group_for_a_tensor, text_for_a_tensor, a_link_to_nowhere, names_that_are_numbers]
)
def test_a_bad_weights_file_whose_digest_fits_is_one_error_or_harmless(folder, core, spoil) -> None:
    with h5py.File(folder / WEIGHTS, "a") as stored:
        spoil(stored)
    describe(folder, Preset("cnn1d", SPEC, ("a", "b", "c")))
    if spoil is names_that_are_numbers:
        assert load_preset(folder)[0].loaded.matched == 53
        return
    with pytest.raises(PresetError, match=f"^{folder / WEIGHTS} (does not fit cnn1d|is damaged)"):
        load_preset(folder)


def test_bytes_that_are_no_weights_are_one_error(folder) -> None:
    for content in (b"", b"x" * 5000, (folder / WEIGHTS).read_bytes()[:3000]):
        (folder / WEIGHTS).write_bytes(content)
        describe(folder, Preset("cnn1d", SPEC, ("a", "b", "c")))
        with pytest.raises(PresetError, match="is damaged or no weights file"):
            load_preset(folder)
