"""Fine-tuning: what is frozen stays so to the bit, rates are as asked, and figures are honest."""

import dataclasses
import json
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

import ecgzoo
from ecgzoo.encoders.features import Features
from ecgzoo.models.head import body_of, head_layers
from ecgzoo.models.weights import load_preset
from ecgzoo.presets import DESCRIPTION, WEIGHTS, Preset, PresetError, digest
from ecgzoo.registry import DOMAINS, ENCODERS, UnknownNameError
from ecgzoo.signal_spec import SignalError
from ecgzoo.training.finetuning.discriminative import DiscriminativeAdamW
from ecgzoo.training.finetuning.finetune import finetune, split_of
from ecgzoo.training.finetuning.layer_groups import layer_groups
from ecgzoo.training.finetuning.records import Meaning, records
from ecgzoo.training.finetuning.settings import FineTuning
from ecgzoo.training.finetuning.tuner import Tuner
from ecgzoo.training.flat_adamw import FlatAdamW
from ecgzoo.training.run import Run, RunError

HEAD_ONLY = FineTuning(head_epochs=3, epochs_per_group=0, epochs=0, augmentation=False)
SHORT = FineTuning(head_epochs=2, epochs_per_group=1, epochs=1, augmentation=False)
DATA = toy_ecgs(40)
PAIRS = (DATA.signals, DATA.labels)


@pytest.fixture(autouse=True)
def quick():
    with small_encoders():
        yield


def write_preset(folder, model="cnn1d", spec=SPEC, classes=("slow", "fast"), **facts):
    keras.utils.set_random_seed(1)
    core = ecgzoo.build(model, spec, len(classes), inputs="domains")
    folder.mkdir()
    core.save_weights(folder / WEIGHTS)
    preset = Preset(model, spec, classes, weights_sha256=digest(folder / WEIGHTS), **facts)
    (folder / DESCRIPTION).write_text(json.dumps(preset.to_dict()), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with small_encoders():
        return write_preset(tmp_path_factory.mktemp("presets") / "preset")


@pytest.fixture
def preset(shared, tmp_path):
    return shutil.copytree(shared, tmp_path / "preset")


def weights_of(some_layers):
    return [weight for layer in some_layers for weight in layer.get_weights()]


def body_weights(core):
    head = {id(layer) for layer in head_layers(core)}
    return weights_of(layer for layer in core.layers if id(layer) not in head)


def tuner(core, settings):
    split = split_of(DATA, 0)
    return Tuner(core, DATA.take(split.train), DATA.take(split.validation), settings)


def test_a_frozen_body_does_not_change_to_the_bit_and_the_head_does(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    before, head = body_weights(core), weights_of(head_layers(core))
    tuned = tuner(core, dataclasses.replace(HEAD_ONLY, augmentation=True))
    tuned.fit_head()
    tuned.fit_body()
    for ours, theirs in zip(body_weights(core), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert not np.array_equal(weights_of(head_layers(core))[0], head[0])


@pytest.mark.parametrize("opened", [1, 2])
def test_groups_that_are_still_frozen_do_not_change_to_the_bit(preset, opened) -> None:
    core, _ = load_preset(preset, inputs="domains")
    tuned = tuner(core, dataclasses.replace(SHORT, epochs=0))
    tuned.plan = tuned.plan[:opened]
    before = [weights_of(group.layers) for group in tuned.groups]
    tuned.best.restore = lambda: None  # the last weights, whatever their loss
    tuned.fit_body()
    for number, (group, old) in enumerate(zip(tuned.groups, before, strict=True)):
        new = weights_of(group.layers)
        same = [np.array_equal(a, b) for a, b in zip(new, old, strict=True)]
        normalised = [isinstance(one, layers.BatchNormalization) for one in group.layers]
        if number > opened or all(normalised):
            assert all(same), group.name
        else:
            assert not all(same), group.name


def test_batch_normalisation_keeps_statistics_scale_and_shift(preset) -> None:
    core, _ = load_preset(preset, inputs="domains")
    norms = [one for one in core.layers if isinstance(one, layers.BatchNormalization)]
    before = weights_of(norms)
    tuned = tuner(core, SHORT)
    tuned.best.restore = lambda: None
    tuned.fit_body()
    assert norms
    for ours, theirs in zip(weights_of(norms), before, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert all(layer.trainable for layer in norms)


def test_groups_go_from_the_head_to_the_first_layers_and_miss_none() -> None:
    core = ecgzoo.build("hybrid2_mmtm", SPEC, 3, inputs="domains")
    groups = {group.name: [layer.name for layer in group.layers] for group in layer_groups(core)}
    assert list(groups) == ["head", "stage2", "stage1"]
    assert groups["head"] == ["dense", "probabilities"]
    assert {"time_conv1", "time_frequency_norm", "mmtm_squeeze1"} <= set(groups["stage1"])
    assert {"time_conv2", "mmtm_squeeze2"} <= set(groups["stage2"])
    listed = sum(groups.values(), [])
    assert sorted(listed) == sorted(one.name for one in core.layers if one.trainable_variables)


def test_a_first_step_is_as_long_as_each_group_s_rate() -> None:
    """Adam's first step is the rate times the gradient's sign, whatever the gradient."""
    variables = [keras.Variable(np.ones(size, "float32")) for size in (3, 2, 4)]
    optimizer = DiscriminativeAdamW(0.25, weight_decay=0.0)
    optimizer.build(variables)
    optimizer.set_factors([1.0, 1 / 2.6, 0.0])
    gradients = zip(variables, (3, -7, 1), strict=True)
    optimizer.apply([keras.ops.full(one.shape, sign) for one, sign in gradients])
    steps = [np.asarray(one) - 1 for one in variables]
    np.testing.assert_allclose(steps[0], -0.25, rtol=1e-5)
    np.testing.assert_allclose(steps[1], 0.25 / 2.6, rtol=1e-5)
    np.testing.assert_array_equal(steps[2], 0)


def test_with_factors_of_one_it_is_adamw() -> None:
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=5), rng.normal(size=(4, 5))
    ends = []
    for kind in (FlatAdamW, DiscriminativeAdamW):
        variable, optimizer = keras.Variable(start.astype("float32")), kind(0.1, weight_decay=0.1)
        for gradient in gradients.astype("float32"):
            optimizer.apply([keras.ops.array(gradient)], [variable])
        ends.append(np.asarray(variable))
    np.testing.assert_allclose(*ends, rtol=1e-6)


def test_factors_are_one_per_variable() -> None:
    optimizer = DiscriminativeAdamW()
    optimizer.build([keras.Variable([1.0])])
    for factors in ([1.0, 1.0], [-1.0], []):
        with pytest.raises(ValueError, match="expected 1 factors from 0 up"):
            optimizer.set_factors(factors)


def test_the_rates_of_training_are_those_of_the_plan(preset, monkeypatch) -> None:
    seen, set_factors = [], DiscriminativeAdamW.set_factors

    def noting(self, factors):
        seen.append((float(self.learning_rate), dict.fromkeys(factors)))
        set_factors(self, factors)

    monkeypatch.setattr(DiscriminativeAdamW, "set_factors", noting)
    core, _ = load_preset(preset, inputs="domains")
    tuner(core, dataclasses.replace(SHORT, epochs=2, learning_rate=0.02)).fit_body()
    rates = [rate for rate, _ in seen]
    np.testing.assert_allclose(rates, [0.02, 0.02, 0.02, 0.01], rtol=1e-6)
    first, second, third = 1.0, 1 / 2.6, 1 / 2.6**2
    opened = [{first, second, 0.0}, *[{first, second, third}] * 3]
    for (_, found), expected in zip(seen, opened, strict=True):
        np.testing.assert_allclose(sorted(found), sorted(expected))


@dataclasses.dataclass(frozen=True)
class Linear:
    """A head that is logistic regression: the loss of it has one lowest value."""

    num_classes: int
    multi_label: bool = False

    def __call__(self, embedding, prefix=""):
        return layers.Dense(self.num_classes, "softmax", name="probabilities")(embedding)


def two_numbers(tensor, name):
    """Two features of a signal: a body that leaves the classes overlapping."""
    pooled = layers.GlobalAveragePooling1D()(layers.Conv1D(2, 9, activation="tanh")(tensor))
    return Features((), pooled, pooled)


def test_the_head_alone_is_logistic_regression_on_the_embeddings(monkeypatch) -> None:
    monkeypatch.setitem(ENCODERS.entries, "conv1d", (two_numbers, {}))
    keras.utils.set_random_seed(0)
    core = ecgzoo.build("cnn1d", SPEC, classifier=Linear(2), inputs="domains")
    rng = np.random.default_rng(0)
    labels = np.where(rng.random(len(DATA)) < 0.25, 1 - DATA.labels, DATA.labels)
    noisy = dataclasses.replace(DATA, labels=labels)
    settings = dataclasses.replace(
        HEAD_ONLY,
        head_epochs=80,
        learning_rate=0.5,
        batch_size=len(DATA),
        weight_decay=0.0,
        label_smoothing=0.0,
        oversampling="none",
    )
    tuned = Tuner(core, noisy, noisy, settings)
    tuned.fit_head()
    embeddings = body_of(core)({"time": DOMAINS.get("time")(SPEC)(DATA.signals)}, training=False)
    reference = LogisticRegression(C=np.inf, tol=1e-8, max_iter=10_000)
    best = reference.fit(np.asarray(embeddings), labels).predict_proba(np.asarray(embeddings))
    expected = log_loss(labels, best)
    assert 0.2 < expected < 0.69, "a toy that is neither trivial nor hopeless"
    assert log_loss(labels, tuner_answers(tuned)) == pytest.approx(expected, abs=2e-3)
    assert tuned.best.loss == pytest.approx(expected, abs=2e-3)


def tuner_answers(tuned):
    answers = tuned.predict(DATA.signals).astype(float)
    return answers / answers.sum(axis=1, keepdims=True)


def test_a_seed_decides_everything(preset) -> None:
    settings = dataclasses.replace(SHORT, augmentation=True)
    runs = [finetune("cnn1d", *PAIRS, weights=preset, settings=settings) for _ in range(2)]
    for ours, theirs in zip(*(run.model.get_weights() for run in runs), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert runs[0].history == runs[1].history


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
    assert len(described.training["signals"]) == len(DATA) - len(saved.labels)
    total = 2 + 2 + 1
    phases = ["head alone", "head alone", "down to stage2", "down to stage1", "all"]
    assert steps == [(phase, done, total) for done, phase in enumerate(phases, 1)]
    assert [epoch["phase"] for epoch in tuned.history] == phases
    assert list(tuned.to_frame().index) == ["before", "head only", "after"]
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


@pytest.mark.parametrize("known", ["records", "signals"])
def test_records_that_the_weights_have_seen_are_labelled_as_leaking(tmp_path, known) -> None:
    from tf_data.content_hash import content_hashes

    hashes = DATA.hashes if known == "records" else content_hashes(DATA.signals)
    facts = {"training": {known: hashes.tolist()}}
    folder = write_preset(tmp_path / "seen", "cnn1d", **facts)
    given = DATA if known == "records" else DATA.signals
    labels = None if known == "records" else DATA.labels
    tuned = finetune("cnn1d", given, labels, weights=folder, settings=HEAD_ONLY)
    assert tuned.overlap == tuned.after.n
    assert tuned.preset.metrics["leaky"] is True
    assert tuned.preset.metrics["overlap"] == tuned.overlap


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
    "too few for three parts": (
        {"signals": DATA.signals[:2], "labels": [0, 1]},
        ValueError,
        "cannot cut 2 signals into three parts",
    ),
    "leads that it lacks": ({"leads": ["V9"]}, PresetError, "unknown leads 'V9'.* I, II"),
    "other leads than said": ({"leads": ["I"]}, SignalError, r"the leads I; got shape \[128, 2\]"),
    "a rate of zero": ({"sampling_rate": 0}, SignalError, "rates above 0 Hz; got 0"),
    "a rate that makes it too short": ({"sampling_rate": 512}, SignalError, "at least 128 samples"),
    "an unknown unit": ({"unit": "furlong"}, SignalError, "cannot convert 'furlong'"),
    "raw units": ({"signals": DATA.signals * 1e4}, SignalError, "expected millivolts"),
    "NaN": ({"signals": DATA.signals * np.nan}, SignalError, "signal 0: expected finite"),
    "whole numbers": ({"signals": DATA.signals.astype(int)}, SignalError, "floating-point"),
    "no signals": ({"signals": [], "labels": []}, ValueError, "expected at least one"),
    "unknown model": ({"model": "hybird1"}, UnknownNameError, "did you mean 'hybrid1'"),
    "another model": ({"model": "cnn2d"}, PresetError, "are of model cnn1d, not cnn2d"),
    "unknown weights": ({"weights": "nowhere"}, UnknownNameError, "unknown weights for cnn1d"),
    "a class twice": ({"classes": ["a", "a"]}, ValueError, "every class name once"),
    "too few groups": ({"groups": ["one"] * 40}, ValueError, "cannot cut 40 signals"),
    "groups of another number": ({"groups": ["one"]}, ValueError, "expected 40 groups"),
    "no model of build": ({"model": keras.Sequential()}, ValueError, "that ecgzoo.build returned"),
}


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
        ("cnn1d", {"multi_label": True}, "this model is multi-label"),
    ],
)
def test_what_cannot_be_tuned_is_refused(tmp_path, model, facts, message) -> None:
    folder = write_preset(tmp_path / "preset", model, **facts)
    with pytest.raises(ValueError, match=message):
        finetune(model, *PAIRS, weights=folder, settings=HEAD_ONLY)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("head_epochs", 0),
        ("epochs", -1),
        ("decay", 0.5),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("batch_size", 0),
    ],
)
def test_settings_are_checked(field, value) -> None:
    with pytest.raises(ValueError, match=f"{field} must be"):
        dataclasses.replace(SHORT, **{field: value})
    with pytest.raises(UnknownNameError, match="unknown oversampling"):
        dataclasses.replace(SHORT, oversampling="smote")


@pytest.mark.full
@pytest.mark.parametrize("model", [name for name in ecgzoo.list_models("hybrid2*")])
def test_every_fusion_is_tuned_or_refused(model) -> None:
    built = ecgzoo.build(model, SPEC, 2)
    if model in ("hybrid2_stacking", "hybrid2_weighted_average"):
        with pytest.raises(ValueError, match="out-of-fold"):
            finetune(built, *PAIRS, settings=SHORT)
    else:
        assert np.isfinite(finetune(built, *PAIRS, settings=SHORT).history[-1]["loss"])
