"""Fine-tuning from records to a run: honest figures, and bad input that writes nothing."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs
from toy_presets import write_preset

import ecgzoo
from ecgzoo.artifact.preset import WEIGHTS
from ecgzoo.errors import PresetError, RunBusyError, RunError, SignalError, UnknownNameError
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.front import core_of
from ecgzoo.models.views import head_layers
from ecgzoo.models.weights import load_preset
from ecgzoo.training.finetuning.finetune import finetune
from ecgzoo.training.finetuning.given_records import Meaning, records
from ecgzoo.training.finetuning.result import FineTuning
from ecgzoo.training.finetuning.start import start
from ecgzoo.training.run import Run
from tf_data.dataset import content_hashes

HEAD_ONLY = FineTuning(head_epochs=3, epochs_per_group=0, epochs=0, augmentation=False)
SHORT = FineTuning(head_epochs=2, epochs_per_group=1, epochs=1, augmentation=False)
DATA = toy_ecgs(40)
PAIRS = (DATA.signals, DATA.labels)
MOMENTS = ["before", "linear probe", "head only", "after"]


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


@pytest.mark.whole
def test_a_seed_decides_everything(preset) -> None:
    settings = dataclasses.replace(SHORT, augmentation=True)
    runs = [finetune("cnn1d", *PAIRS, weights=preset, settings=settings) for _ in range(2)]
    for ours, theirs in zip(*(run.model.get_weights() for run in runs), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert runs[0].history == runs[1].history


def test_a_preset_s_folder_is_a_model_with_its_weights(preset) -> None:
    named = finetune("cnn1d", *PAIRS, weights=preset, settings=HEAD_ONLY)
    folder = finetune(str(preset), *PAIRS, settings=HEAD_ONLY)
    np.testing.assert_allclose(
        folder.predictions.probabilities, named.predictions.probabilities, atol=1e-5
    )


def test_a_run_s_folder_is_one_like_any_other(preset, tmp_path) -> None:
    steps = []
    tuned = finetune(
        "cnn1d",
        *PAIRS,
        weights=preset,
        settings=SHORT,
        folder=tmp_path / "run",
        progress=lambda *step: steps.append(step),
    )
    run = Run(tmp_path / "run")
    assert run.finished
    assert run.metrics()["accuracy"] == tuned.after.accuracy
    assert run.metrics()["leaky"] is False
    model, described = load_preset(run.folder)
    saved = run.predictions()
    rows = [int(name.split()[1]) for name in saved.names]
    answers = np.asarray(model(DATA.signals[rows], training=False))
    np.testing.assert_allclose(answers, saved.probabilities, atol=1e-5)
    np.testing.assert_array_equal(saved.labels, DATA.labels[rows])
    assert described.training["finetuning"] == SHORT.to_dict()
    assert len(described.training["records"]) == len(DATA) - len(saved.labels)
    total = 2 + 2 + 1
    phases = ["head alone", "head alone", "down to stage2", "down to stage1", "all"]
    assert steps == [(phase, done, total) for done, phase in enumerate(phases, 1)]
    assert [epoch["phase"] for epoch in tuned.history] == phases
    assert list(tuned.to_frame().index) == MOMENTS
    with pytest.raises(RunError, match="is there already"):
        finetune("cnn1d", *PAIRS, weights=preset, settings=SHORT, folder=tmp_path / "run")


def test_the_parts_keep_groups_apart_and_the_test_part_is_never_listed(preset) -> None:
    groups = [f"patient {row // 4}" for row in range(len(DATA))]
    tuned = finetune("cnn1d", *PAIRS, weights=preset, settings=HEAD_ONLY, groups=groups)
    held = set(tuned.predictions.groups)
    rows = [row for row, group in enumerate(groups) if group in held]
    assert len(rows) == len(tuned.predictions.labels)


def test_the_model_that_is_passed_stays_as_it_is_and_is_where_it_starts() -> None:
    model = ecgzoo.build("cnn1d", SPEC, 2)
    before = [value.copy() for value in model.get_weights()]
    tuned = finetune(model, *PAIRS, settings=SHORT)
    for ours, theirs in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    rows = [int(name.split()[1]) for name in tuned.predictions.names]
    expected = np.asarray(model(DATA.signals[rows], training=False)).argmax(1)
    assert tuned.before.accuracy == (expected == DATA.labels[rows]).mean()


def body_layers(model) -> list[keras.layers.Layer]:
    core = core_of(model)
    head = {id(layer) for layer in head_layers(core)}
    return [layer for layer in core.layers if layer.weights and id(layer) not in head]


def weights_by_layer(model) -> dict[str, list[np.ndarray]]:
    return {layer.name: layer.get_weights() for layer in core_of(model).layers if layer.weights}


def unchanged(before, after) -> set[str]:
    """Names of the layers whose weights are the same to the bit."""
    pairs = {name: zip(before[name], after[name], strict=True) for name in before}
    return {name for name, pair in pairs.items() if all(np.array_equal(*both) for both in pair)}


@pytest.mark.whole
@pytest.mark.parametrize("classes", [None, ["a", "b"]], ids=["its own head", "a new head"])
def test_what_the_user_froze_stays_as_it_is_to_the_bit(classes) -> None:
    """Its first layers are batch normalisation, whose statistics stay too, and a convolution."""
    model = ecgzoo.build("hybrid1", SPEC, 2)
    frozen = {"time_norm", "time_conv1", "time_frequency_norm"}
    for layer in core_of(model).layers:
        layer.trainable = layer.name not in frozen
    before = weights_by_layer(model)
    tuned = finetune(model, *PAIRS, classes=classes, settings=SHORT)
    assert unchanged(before, weights_by_layer(tuned.model)) == frozen
    assert (tuned.frozen, tuned.to_dict()["frozen"]) == (3, 3)
    core = core_of(tuned.model)
    assert {layer.name for layer in core.layers if not layer.trainable} == frozen


@pytest.mark.whole
def test_leads_are_chosen_with_what_is_frozen() -> None:
    model = ecgzoo.build("cnn1d", SPEC, 2)
    core_of(model).get_layer("time_conv1").trainable = False
    tuned = finetune(model, DATA.signals[..., :1], DATA.labels, leads=["I"], settings=SHORT)
    before, after = (
        core_of(one).get_layer("time_conv1").get_weights() for one in (model, tuned.model)
    )
    np.testing.assert_array_equal(after[0], before[0][:, :1])
    assert tuned.frozen == 1


def test_a_frozen_head_is_not_trained() -> None:
    model = ecgzoo.build("cnn1d", SPEC, 2)
    head = head_layers(core_of(model))
    for layer in head:
        layer.trainable = False
    before = weights_by_layer(model)
    tuned = finetune(model, *PAIRS, settings=SHORT)
    same = unchanged(before, weights_by_layer(tuned.model))
    assert same == {layer.name for layer in head if layer.weights}
    assert [epoch["phase"] for epoch in tuned.history] == [
        "down to stage2",
        "down to stage1",
        "all",
    ]


def test_a_frozen_body_is_a_new_head_s_and_nothing_is_left_without_one() -> None:
    model = ecgzoo.build("cnn1d", SPEC, 2)
    model.trainable = False
    before = weights_by_layer(model)
    tuned = finetune(model, *PAIRS, classes=["a", "b"], settings=SHORT)
    body = {layer.name for layer in body_layers(tuned.model)}
    assert unchanged(before, weights_by_layer(tuned.model)) == body
    assert tuned.frozen == len(body)
    with pytest.raises(ValueError, match="every layer of cnn1d is frozen") as caught:
        finetune(model, *PAIRS, settings=SHORT)
    assert str(caught.value) == (
        "every layer of cnn1d is frozen: there is nothing to tune. Set `layer.trainable = True` "
        "on some, or pass `classes=` for a new head."
    )


def test_other_classes_are_a_new_head(preset) -> None:
    names = np.array(["AF", "N"])[DATA.labels]
    tuned = finetune(
        "cnn1d", DATA.signals, names, weights=preset, classes=["N", "AF"], settings=HEAD_ONLY
    )
    assert tuned.new_head
    assert tuned.loaded.new == ("dense", "probabilities")
    assert tuned.preset.classes == ("N", "AF")
    rows = [int(name.split()[1]) for name in tuned.predictions.names]
    np.testing.assert_array_equal(tuned.predictions.labels, 1 - DATA.labels[rows])


@pytest.mark.parametrize(
    ("classes", "new"), [(("AF", "N"), True), (("fast", "slow"), False)], ids=["others", "turned"]
)
def test_a_data_set_says_its_classes(preset, classes, new) -> None:
    data = dataclasses.replace(DATA, classes=classes)
    tuned = finetune("cnn1d", data, weights=preset, settings=HEAD_ONLY)
    assert tuned.new_head is new
    assert tuned.preset.classes == (classes if new else DATA.classes)


@pytest.mark.whole
@pytest.mark.parametrize(
    "head",
    [Classifier(2, width=16), keras.layers.Dense(2, activation="softmax")],
    ids=["classifier", "layer"],
)
def test_a_head_of_ones_own_is_tuned_stored_and_built_again(head, tmp_path) -> None:
    model = ecgzoo.build("cnn1d", SPEC, classifier=head)
    before = weights_by_layer(model)
    tuned = finetune(model, *PAIRS, settings=SHORT, folder=tmp_path / "run")
    assert not tuned.new_head
    heads = {layer.name for layer in head_layers(core_of(tuned.model)) if layer.weights}
    assert unchanged(before, weights_by_layer(tuned.model)).isdisjoint(heads)
    assert tuned.preset.head == model.preset.head != {}
    again = ecgzoo.build("cnn1d", weights=tmp_path / "run")
    np.testing.assert_allclose(again(DATA.signals), tuned.model(DATA.signals), atol=1e-6)


def test_temperature_and_thresholds_are_not_those_of_the_tuned_answers(tmp_path) -> None:
    fitted = {"temperature": 2.0, "thresholds": {"slow": 0.4}}
    folder = write_preset(tmp_path / "preset", **fitted)
    for classes in (None, ("a", "b", "c")):
        found = start("cnn1d", folder, classes).preset
        assert (found.temperature, found.thresholds) == (1.0, {})


def test_some_leads_at_another_rate_in_microvolts(preset) -> None:
    """Twice the rate and the second lead alone: what is learnt is at the model's own rate."""
    doubled = np.repeat(DATA.signals[..., 1:], 2, axis=1) * 1000
    tuned = finetune(
        "cnn1d",
        list(doubled),
        DATA.labels,
        weights=preset,
        leads=["II"],
        sampling_rate=2 * SPEC.sampling_rate,
        unit="uV",
        settings=HEAD_ONLY,
    )
    assert tuned.preset.spec == dataclasses.replace(SPEC, leads=("II",))
    assert tuned.model.input_shape == (None, SPEC.samples, 1)
    assert set(tuned.loaded.by_lead) >= {"time_norm", "time_conv1"}


def test_a_dataset_of_pairs_is_what_its_arrays_are() -> None:
    meaning = Meaning(SPEC, ("slow", "fast"))
    expected = records(*PAIRS, meaning)
    pairs = tf.data.Dataset.from_tensor_slices(PAIRS)
    for given in (pairs, pairs.batch(7)):
        found = records(given, None, meaning)
        np.testing.assert_array_equal(found.signals, expected.signals)
        np.testing.assert_array_equal(found.labels, expected.labels)
    with pytest.raises(SignalError, match="a dataset of"):
        records(pairs.map(lambda signal, label: signal), None, meaning)


@pytest.mark.whole
def test_a_dataset_of_several_labels_each_gets_the_head_that_its_arrays_get() -> None:
    labels = np.array([[1, 0, 1], [0, 1, 0], [1, 1, 0], [0, 0, 1]] * 10)
    pairs = tf.data.Dataset.from_tensor_slices((DATA.signals, labels)).batch(7)
    told = {"classes": ["a", "b", "c"], "settings": HEAD_ONLY}
    of_pairs, of_arrays = (
        finetune(ecgzoo.build("cnn1d", SPEC, 3), *given, **told)
        for given in ((pairs,), (DATA.signals, labels))
    )
    assert of_pairs.preset.multi_label is of_arrays.preset.multi_label is True
    assert core_of(of_pairs.model).preset.head == core_of(of_arrays.model).preset.head
    np.testing.assert_array_equal(of_pairs.predictions.labels, of_arrays.predictions.labels)


@pytest.mark.whole
@pytest.mark.parametrize("known", ["records", "signals"])
def test_records_that_the_weights_have_seen_are_labelled_as_leaking(tmp_path, known) -> None:
    hashes = DATA.hashes if known == "records" else content_hashes(DATA.signals)
    facts = {"training": {known: hashes.tolist()}}
    folder = write_preset(tmp_path / "seen", "cnn1d", **facts)
    given = DATA if known == "records" else DATA.signals
    labels = None if known == "records" else DATA.labels
    tuned = finetune("cnn1d", given, labels, weights=folder, settings=HEAD_ONLY)
    assert tuned.overlap == tuned.after.n
    assert tuned.preset.metrics["leaky"] is True
    assert tuned.preset.metrics["overlap"] == tuned.overlap
    # Of all records none is new to the weights: what is not tested on is what is tuned on.
    assert len(tuned.known) == len(DATA.labels) - tuned.after.n
    assert set(tuned.known).isdisjoint(tuned.preset.metrics["seen"])


BAD = {
    "labels outside the classes": (
        {"labels": DATA.labels + 1},
        ValueError,
        "labels from 0 to 1; got 2",
    ),
    "names outside the classes": (
        {"labels": ["slow", "AF"] * 20},
        ValueError,
        r"labels AF are not among the classes slow, fast.*classes=",
    ),
    "one class only": ({"labels": [0] * 40}, ValueError, "two classes or more; all 40 are of slow"),
    "fewer signals than classes": (
        {"signals": DATA.signals[:1], "labels": [0]},
        ValueError,
        "at least a signal per class; got 1 for 2",
    ),
    "fewer labels than signals": ({"labels": [0, 1]}, ValueError, "expected 40 labels"),
    "no labels": ({"labels": None}, ValueError, "expected labels"),
    "too few for two parts": (
        {"signals": DATA.signals[:2], "labels": [0, 1]},
        ValueError,
        "cannot cut 2 signals into a training and a test part",
    ),
    "leads that it lacks": ({"leads": ["V9"]}, PresetError, "unknown leads 'V9'.* I, II"),
    "other leads than said": ({"leads": ["I"]}, SignalError, r"the leads I; got shape \[128, 2\]"),
    "a rate of zero": ({"sampling_rate": 0}, SignalError, "sampling rate above 0 Hz; got 0"),
    "a rate that makes it too short": ({"sampling_rate": 512}, SignalError, "at least 128 samples"),
    "an unknown unit": ({"unit": "furlong"}, SignalError, "cannot convert 'furlong'"),
    "raw units": ({"signals": DATA.signals * 1e4}, SignalError, "expected millivolts"),
    "NaN": ({"signals": DATA.signals * np.nan}, SignalError, "signal 0: expected finite"),
    "whole numbers": ({"signals": DATA.signals.astype(int)}, SignalError, "floating-point"),
    "no signals": ({"signals": [], "labels": []}, ValueError, "expected at least one"),
    "unknown model": ({"model": "hybird1"}, UnknownNameError, "did you mean 'hybrid1'"),
    "another model": ({"model": "cnn2d"}, PresetError, "are of model cnn1d, not cnn2d"),
    "unknown weights": ({"weights": "nowhere"}, UnknownNameError, "unknown weights for cnn1d"),
    "a bar in a class": (
        {"classes": ["AF|flutter", "N"]},
        ValueError,
        r"^expected class names without '\|', which stands between the classes of a record in "
        r"files of predictions; got 'AF\|flutter'\. Name it otherwise, such as 'AF/flutter'$",
    ),
    "one class alone": (
        {"classes": ("AF",)},
        ValueError,
        r"^expected two classes or more in classes=; got AF\. A number to estimate is "
        r"task='regression'$",
    ),
    "labels beside a data set": (
        {"signals": DATA},
        SignalError,
        "^expected no labels= beside a SignalDataset, which has its own; got ndarray",
    ),
    "another task than the data set's": (
        {"signals": DATA, "labels": None, "task": "regression"},
        SignalError,
        r"^expected records for task='regression'; got a SignalDataset for classification\. Leave",
    ),
    "a class twice": ({"classes": ["a", "a"]}, ValueError, "every class name once"),
    "too few groups": ({"groups": ["one"] * 40}, ValueError, "cannot cut 40 signals"),
    "groups of another number": ({"groups": ["one"]}, ValueError, "expected 40 groups"),
    "no model of build": ({"model": keras.Sequential()}, ValueError, "that ecgzoo.build returned"),
}


def test_two_are_not_tuned_into_one_folder(preset, tmp_path) -> None:
    folder = tmp_path / "run"
    with Run(folder).locked(), pytest.raises(RunBusyError) as caught:
        finetune("cnn1d", *PAIRS, weights=preset, settings=HEAD_ONLY, folder=folder)
    assert str(caught.value) == f"another process is training in {folder}; wait for it"


@pytest.mark.whole
@pytest.mark.parametrize("case", list(BAD))
def test_bad_input_is_named_and_nothing_is_written(preset, tmp_path, case) -> None:
    changed, kind, message = BAD[case]
    given = {"model": "cnn1d", "signals": DATA.signals, "labels": DATA.labels, "weights": preset}
    with pytest.raises(kind, match=message):
        finetune(**given | changed, settings=HEAD_ONLY, folder=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_damaged_or_missing_weights_are_named(preset, damage) -> None:
    file = preset / WEIGHTS
    content = file.read_bytes()
    file.unlink()
    if damage == "cut":
        file.write_bytes(content[:-1])
    with pytest.raises(PresetError, match=f"{file} is (damaged|missing)"):
        finetune("cnn1d", *PAIRS, weights=preset, settings=HEAD_ONLY)


@pytest.mark.parametrize(
    ("model", "facts", "message"),
    [
        ("hybrid1_stacking", {}, "fitted to out-of-fold answers"),
    ],
)
def test_what_cannot_be_tuned_is_refused(tmp_path, model, facts, message) -> None:
    folder = write_preset(tmp_path / "preset", model, **facts)
    with pytest.raises(ValueError, match=message):
        finetune(model, *PAIRS, weights=folder, settings=HEAD_ONLY)


@pytest.mark.full
@pytest.mark.parametrize("model", [name for name in ecgzoo.list_models("hybrid2*")])
def test_every_fusion_is_tuned_or_refused(model) -> None:
    built = ecgzoo.build(model, SPEC, 2)
    if model in ("hybrid2_stacking", "hybrid2_weighted_average"):
        with pytest.raises(ValueError, match="out-of-fold"):
            finetune(built, *PAIRS, settings=SHORT)
    else:
        assert np.isfinite(finetune(built, *PAIRS, settings=SHORT).history[-1]["loss"])
