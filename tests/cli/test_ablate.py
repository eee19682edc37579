"""`ecgzoo ablate`: from runs to a table whose figures are those of the parts it is made of."""

import json

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, heartbeats, strew
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo import SignalSpec, build
from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.cli import app
from ecgzoo.cli.commands import ablate as ablating
from ecgzoo.evaluation import group_bootstrap, holm, paired_difference
from ecgzoo.files.atomic import write_json
from ecgzoo.models.views import PRESENT, present, view
from ecgzoo.registry import DOMAINS
from ecgzoo.report.study import missing
from ecgzoo.training import cross_validation
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset

SPEC = SignalSpec(("I", "II"), sampling_rate=128, samples=128)


def records(n=60):
    ids = np.array([f"r{i}" for i in range(n)])
    labels = (np.arange(n) % len(CLASSES)).astype("int64")
    return SignalDataset(heartbeats(SPEC, n), labels, ids, ids, ids, SPEC, CLASSES)


def finished(root, recipe, data):
    """A run of random weights, with the answers that these give."""
    run = Run(root / recipe.run_name)
    core = build(recipe.model, SPEC, 3, inputs="domains", **recipe.model_options)
    strew(core, SPEC, seed=recipe.fold)
    run.start(recipe)
    core.save_weights(run.folder / WEIGHTS)
    test = data.take(split_of(recipe, data).test)
    domains = {name: DOMAINS.get(name)(SPEC)(test.signals) for name in core.input}
    answers = np.asarray(core(domains))
    shares = answers.astype(float)
    Predictions(test.names, test.groups, test.labels, shares, CLASSES).write(run.predictions_file)
    sha = digest(run.folder / WEIGHTS)
    preset = Preset(recipe.model, SPEC, CLASSES, recipe.model_options, weights_sha256=sha)
    write_json(run.folder / DESCRIPTION, preset.to_dict())
    return core, domains, test


def ablate(folder, *options):
    return CliRunner().invoke(app, ["ablate", *options, "--runs", str(folder), "--epochs", "1"])


def test_the_table_is_of_the_runs_and_of_the_masked_model(tmp_path, monkeypatch):
    data = records()
    monkeypatch.setattr(missing, "dataset_of", lambda recipe: data)
    monkeypatch.setattr(ablating, "import_datasets", lambda: None)
    whole, silent, labels, names = [], [], [], []
    with small_encoders():
        for fold in range(2):
            for model in ("cnn1d", "cnn2d"):
                finished(tmp_path, Recipe(model, fold=fold, epochs=1), data)
            recipe = Recipe("hybrid1", fold=fold, epochs=1)
            core, domains, test = finished(tmp_path, recipe, data)
            masked = view(core, mask=True)
            mask = present(masked, len(test), missing=["time"])
            silent.append(np.asarray(masked(domains | {PRESENT: mask})).argmax(1))
            whole.append(np.asarray(core(domains)).argmax(1))
            labels.append(test.labels)
            names.append(test.names)
        result = ablate(tmp_path, "hybrid1", "--folds", "2")
    assert result.exit_code == 0, result.exception
    content = json.loads((tmp_path / "grouped-traces-seed0/ablation-hybrid1.json").read_text())
    rows = {(row["domain"], row["how"]): row for row in content["rows"]}
    assert [row["model"] for row in content["rows"]] == ["cnn2d", "hybrid1", "cnn1d", "hybrid1"]
    full, quiet, true, ids = map(np.concatenate, (whole, silent, labels, names))
    row = rows["time", "silenced at test time"]
    expected = paired_difference(true, quiet, full, ids)
    assert row["difference"] == expected.to_dict()
    assert row["f1"] == group_bootstrap(true, quiet, ids).to_dict()
    assert content["whole"] == group_bootstrap(true, full, ids).to_dict()
    p_values = [one["difference"]["p_value"] for one in content["rows"]]
    assert [one["corrected"] for one in content["rows"]] == holm(p_values).tolist()
    table = (tmp_path / "grouped-traces-seed0/ablation-hybrid1.md").read_text().splitlines()
    assert len(table) == 2 + 2 + 1 + 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("hybird2",), "did you mean 'hybrid2'"),
        (("cnn1d",), "needs a model of two domains or more"),
        (("hybrid2", "--folds", "6"), "--folds must lie in 1 to 5"),
        (("hybrid2", "--protocol", "group"), "did you mean 'grouped'"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_trained(tmp_path, options, message):
    result = ablate(tmp_path / "runs", *options)
    assert message in str(result.exception)
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_toy_records_from_training_to_the_table(tmp_path, monkeypatch):
    for module in (cross_validation, missing):
        monkeypatch.setattr(module, "dataset_of", lambda recipe: toy_ecgs(100))
    result = ablate(tmp_path, "hybrid2", "--folds", "2")
    assert result.exit_code == 0, result.exception
    runs = {path.name for path in (tmp_path / "grouped-traces-seed0").iterdir() if path.is_dir()}
    assert runs == {"hybrid2", "hybrid1", "hybrid,domains=time+frequency"} | {
        "hybrid,domains=frequency+time_frequency"
    }
    again = ablate(tmp_path, "hybrid2", "--folds", "2")
    assert again.stdout.splitlines()[-8:] == result.stdout.splitlines()[-8:]
