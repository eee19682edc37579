import importlib
import json
from dataclasses import replace

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import SPEC, toy_ecgs

from ecgzoo.artifact.answers import Predictions
from ecgzoo.errors import OversamplingError, RunError
from ecgzoo.models.weights import load_preset
from ecgzoo.training.fit import fit
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from tf_data.augmentation import Augmentation

training_fit = importlib.import_module("ecgzoo.training.fit")  # not the function of its name
RECIPE = Recipe("cnn1d", epochs=12, patience=12, batch_size=16, augmentation=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return fit(RECIPE, tmp_path_factory.mktemp("runs") / "run", toy_ecgs(), verbose=0)


@pytest.mark.whole
def test_training_learns_what_can_be_learnt(run):
    history = json.loads(run.history_file.read_text())
    assert history[-1]["loss"] < 0.7 * history[0]["loss"]
    assert run.metrics()["accuracy"] > 0.9


def test_files_of_a_finished_run(run):
    names = {path.name for path in run.folder.iterdir()}
    assert names == {
        "recipe.json",
        "preset.json",
        "model.weights.h5",
        "history.json",
        "metrics.json",
        "predictions.csv",
    }


def test_predictions_are_those_of_the_saved_weights_on_the_test_part(run):
    model, preset = load_preset(run.folder)
    data = toy_ecgs()
    test = data.take(split_of(RECIPE, data).test)
    saved = run.predictions()
    assert saved.names.tolist() == test.names.tolist()
    assert saved.labels.tolist() == test.labels.tolist()
    np.testing.assert_allclose(
        np.asarray(model(test.signals, training=False)), saved.probabilities, atol=1e-5
    )
    assert preset.spec == data.spec


def smoothed(history):
    losses = [epoch["val_loss"] for epoch in history]
    return [np.mean(losses[max(0, i - 4) : i + 1]) for i in range(len(losses))]


def test_the_epoch_with_the_lowest_smoothed_loss_is_kept(run):
    model, _ = load_preset(run.folder, inputs="signal")
    data = toy_ecgs()
    validation = data.take(split_of(RECIPE, data).validation)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=RECIPE.label_smoothing)
    found = loss(np.eye(2)[validation.labels], model(validation.signals, training=False))
    history = json.loads(run.history_file.read_text())
    penalty = sum(float(one) for one in model.losses)
    kept = history[int(np.argmin(smoothed(history)))]["val_loss"]
    assert float(found) + penalty == pytest.approx(kept, abs=1e-3)


def test_preset_names_what_was_trained_on_and_nothing_of_the_test_part(run):
    preset = json.loads((run.folder / "preset.json").read_text())
    data = toy_ecgs()
    split = split_of(RECIPE, data)
    assert set(preset["training"]["records"]).isdisjoint(data.hashes[split.test])
    assert len(preset["training"]["records"]) == len(split.train) + len(split.validation)


def test_a_finished_run_is_not_trained_again(run):
    before = (run.folder / "model.weights.h5").stat().st_mtime_ns
    fit(RECIPE, run.folder, toy_ecgs(), verbose=0)
    assert (run.folder / "model.weights.h5").stat().st_mtime_ns == before


def test_a_folder_keeps_to_its_recipe(run):
    with pytest.raises(RunError, match=r"another recipe: epochs 12 \(now 3\)"):
        fit(replace(RECIPE, epochs=3), run.folder, toy_ecgs(), verbose=0)


def test_any_domains_are_trained_and_the_run_knows_its_recipe_again(tmp_path):
    """A tuple is a list in the recipe's file; that makes no other recipe of it."""
    options = {"domains": ("frequency", "time"), "fusion": "sum"}
    recipe = replace(RECIPE, model="hybrid", options=options, epochs=1)
    with small_encoders():
        run = fit(recipe, tmp_path / "run", toy_ecgs(), verbose=0)
        run.check(recipe)
        assert list(load_preset(run.folder, inputs="domains")[0].input) == ["frequency", "time"]
    with pytest.raises(RunError, match="another recipe: options"):
        run.check(replace(recipe, options={**options, "fusion": "gated"}))


def test_two_processes_do_not_train_in_one_folder(tmp_path):
    (tmp_path / "run").mkdir()
    with Run(tmp_path / "run").locked(), pytest.raises(RunError, match="another process"):
        fit(RECIPE, tmp_path / "run", toy_ecgs(), verbose=0)
    assert not (tmp_path / "run" / "checkpoint.npz").exists()


@pytest.mark.whole
def test_dropouts_reach_the_model_and_the_augmentation(tmp_path, monkeypatch):
    rates, make = [], Augmentation.__init__

    def noting(self, **settings):
        rates.append(settings)
        make(self, **settings)

    recipe = Recipe(
        "hybrid1", epochs=1, batch_size=16, domain_dropout=0.4, lead_dropout=0.25, folds=2
    )
    monkeypatch.setattr(Augmentation, "__init__", noting)
    with small_encoders():
        run = fit(recipe, tmp_path / "run", toy_ecgs(), verbose=0)
        core, preset = load_preset(run.folder, inputs="domains")
    assert rates == [{"lead_dropout": 0.25}]
    assert core.get_layer("domain_dropout").rate == 0.4
    assert preset.options == {"domain_dropout": 0.4}
    assert Recipe("cnn1d", domain_dropout=0.4).model_options == {}, "it has none to lose"


@pytest.mark.parametrize(
    ("option", "other", "said"),
    [
        ("domain_dropout", 0.5, r"domain_dropout 0.0 \(now 0.5\)"),
        ("dataset", "mit_bih", r"dataset 'ecg_images' \(now 'mit_bih'\)"),
    ],
)
def test_a_run_of_before_an_option_is_one_of_its_default(option, other, said, tmp_path):
    run = Run(tmp_path)
    run.start(RECIPE)
    content = json.loads(run.recipe_file.read_text())
    del content[option]
    run.recipe_file.write_text(json.dumps(content))
    run.check(RECIPE)
    assert run.recipe() == RECIPE
    with pytest.raises(RunError, match=said):
        run.check(replace(RECIPE, **{option: other}))


@pytest.mark.whole
def test_early_stopping(tmp_path):
    recipe = replace(RECIPE, epochs=30, patience=1, learning_rate=0.05)
    history = json.loads(
        fit(recipe, tmp_path / "run", toy_ecgs(), verbose=0).history_file.read_text()
    )
    losses = smoothed(history)
    assert len(losses) < 30
    assert losses[-1] >= min(losses[:-1])


def test_adasyn_where_neighbours_are_copies_is_an_error(tmp_path):
    few, many = np.repeat([0, 2, 4], 24), np.repeat([1, 3, 5, 7, 9, 11], 24)
    copied = toy_ecgs().take(np.r_[few, many])
    recipe = replace(RECIPE, protocol="paper", oversampling="adasyn", folds=2)
    with pytest.raises(OversamplingError, match="De-duplicate"):
        fit(recipe, tmp_path / "run", copied, verbose=0)
    assert not (tmp_path / "run").exists(), "another method may be tried in the same folder"


def test_predictions_round_trip(tmp_path):
    names = np.array(["a, b", 'c"d'])
    given = Predictions(
        names, names, np.array([1, 0]), np.array([[0.1, 0.9], [1 / 3, 2 / 3]]), ("x", "y")
    )
    given.write(tmp_path / "p.csv")
    read = Predictions.read(tmp_path / "p.csv")
    assert read.names.tolist() == names.tolist()
    assert read.labels.tolist() == [1, 0]
    np.testing.assert_array_equal(read.probabilities, given.probabilities)


def test_an_unfinished_run_has_no_predictions(tmp_path):
    with pytest.raises(RunError, match="no finished run"):
        Run(tmp_path).predictions()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("model", "hybird1", "did you mean 'hybrid1'"),
        ("protocol", "group", "did you mean 'grouped'"),
        ("signals", "trace", "did you mean 'traces'"),
        ("oversampling", "smote", "unknown oversampling"),
        ("device", "gpu", "unknown device"),
        ("fold", 5, "fold must lie in 0 to 4"),
        ("lead_dropout", 1.0, "lead_dropout must lie in"),
        ("domain_dropout", -0.1, "domain_dropout must lie in"),
        ("epochs", 0, "epochs must be at least 1"),
        ("changes", {"count": 1.5}, r"^expected count= as a whole number above 0; got 1\.5$"),
    ],
)
def test_recipes_are_checked(field, value, message):
    with pytest.raises(ValueError, match=message):
        replace(RECIPE, **{field: value})


def test_records_of_one_class_are_refused(tmp_path):
    data = toy_ecgs()
    alone = replace(data.take(np.flatnonzero(data.labels == 0)), classes=("slow",))
    said = "expected signals of two classes or more; all 30 are of slow: there is nothing to tell"
    with pytest.raises(ValueError, match=said):
        fit(RECIPE, tmp_path / "run", alone, verbose=0)


def test_without_validation_all_is_trained_on_and_the_last_weights_are_kept(tmp_path):
    recipe = replace(RECIPE, validation=False, epochs=3, patience=1)
    with small_encoders():
        run = fit(recipe, tmp_path / "run", toy_ecgs(), verbose=0)
    data = toy_ecgs()
    split = split_of(recipe, data)
    assert len(split.validation) == 0
    assert set(run.preset().training["records"]) == set(data.hashes[split.train])
    history = json.loads(run.history_file.read_text())
    assert len(history) == 3
    assert not any("val_loss" in epoch for epoch in history)


def test_a_change_that_the_augmentation_has_not_is_refused():
    with pytest.raises(ValueError, match="did you mean 'stretch'"):
        replace(RECIPE, changes={"stretches": 0.1})


def test_only_a_failed_lock_is_told_as_another_process(tmp_path):
    with pytest.raises(BlockingIOError, match="a full pipe"), Run(tmp_path / "run").locked():
        raise BlockingIOError("a full pipe")


def test_a_folder_that_another_process_began_meanwhile_keeps_to_that_recipe(tmp_path, monkeypatch):
    lock = Run.locked

    def after_another(run):
        run.start(RECIPE)
        return lock(run)

    monkeypatch.setattr(Run, "locked", after_another)
    with pytest.raises(RunError, match=r"another recipe: epochs 12 \(now 3\)"):
        fit(replace(RECIPE, epochs=3), tmp_path / "run", toy_ecgs(), verbose=0)


OTHER = "records, labels or groups"


@pytest.mark.parametrize(
    ("dataset", "differing"),
    [
        (toy_ecgs(50), OTHER),
        (replace(toy_ecgs(), labels=1 - toy_ecgs().labels), OTHER),
        (replace(toy_ecgs(), groups=np.roll(toy_ecgs().groups, 1)), OTHER),
        (replace(toy_ecgs(), classes=("a", "b")), "classes"),
        (replace(toy_ecgs(50), spec=replace(SPEC, sampling_rate=64)), f"signals and {OTHER}"),
    ],
)
def test_a_finished_run_is_not_one_of_other_records(run, dataset, differing):
    with pytest.raises(RunError) as caught:
        fit(RECIPE, run.folder, dataset, verbose=0)
    assert str(caught.value) == (
        f"{run.folder} holds a finished run of another data set, with other {differing}. "
        "Choose another folder (--runs), or remove this one."
    )


def test_a_run_that_noted_no_digest_is_known_by_the_content_of_its_records(run, monkeypatch):
    preset = run.preset()
    training = {name: one for name, one in preset.training.items() if name != "digest"}
    monkeypatch.setattr(Run, "preset", lambda _: replace(preset, training=training))
    fit(RECIPE, run.folder, replace(toy_ecgs(), labels=1 - toy_ecgs().labels), verbose=0)
    with pytest.raises(RunError, match="of another data set, with other records. Choose"):
        fit(RECIPE, run.folder, toy_ecgs(50), verbose=0)


def test_a_table_that_was_edited_since_is_not_the_finished_run_s(run, monkeypatch):
    own = replace(RECIPE, dataset="records", loading={"data": "d", "labels": "l.csv"})
    run.recipe_file.write_text(json.dumps(own.to_dict()))
    edited = replace(toy_ecgs(), labels=1 - toy_ecgs().labels)
    try:
        monkeypatch.setattr(training_fit, "load", lambda *_, **__: toy_ecgs())
        fit(own, run.folder, verbose=0)
        monkeypatch.setattr(training_fit, "load", lambda *_, **__: edited)
        with pytest.raises(RunError, match="other records, labels or groups. Choose another"):
            fit(own, run.folder, verbose=0)
    finally:
        run.start(RECIPE)
