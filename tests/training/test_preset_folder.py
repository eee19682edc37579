"""A preset of finished folds and a final fit: whose weights, whose figures, whose records."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from described_presets import described_final, described_folds
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs
from typer.testing import CliRunner

from ecgzoo import build
from ecgzoo.artifact import preset as presets
from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact.preset import DESCRIPTION, digest, seen
from ecgzoo.cli import app
from ecgzoo.errors import RunError
from ecgzoo.evaluation import group_bootstrap
from ecgzoo.files.atomic import write_json
from ecgzoo.models.weights import load_preset
from ecgzoo.training.fit import fit
from ecgzoo.training.preset_folder import publish_preset
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from tf_data.dataset import content_hashes

pytestmark = pytest.mark.whole

DATA = toy_ecgs(40)
RECIPE = Recipe("cnn1d", epochs=1, batch_size=16, augmentation=False, folds=2)
FINAL = replace(RECIPE, final=True)
SOURCE = {"name": "toy", "licence": "CC0", "citation": "nobody"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    plan = [RECIPE, replace(RECIPE, fold=1), FINAL]
    with small_encoders():
        yield [fit(one, root / one.run_name, DATA, verbose=0) for one in plan]


@pytest.fixture(scope="module")
def folder(runs, tmp_path_factory):
    *folds, final = runs
    return publish_preset(folds, final, "toy", SOURCE, tmp_path_factory.mktemp("weights"))


def test_runs_of_a_table_before_and_after_it_was_edited_make_no_preset(runs, tmp_path) -> None:
    *folds, final = runs
    other = Run(shutil.copytree(final.folder, tmp_path / "final"))
    training = final.preset().training | {"digest": "00000000"}
    write_json(other.folder / DESCRIPTION, replace(final.preset(), training=training).to_dict())
    said = (
        f"{folds[0].folder} and {other.folder} are of different records, labels or groups; remove "
        "what is older and train it again"
    )
    with pytest.raises(RunError, match=f"^{re.escape(said)}$"):
        publish_preset(folds, other, "toy", SOURCE, tmp_path / "weights")


def test_a_final_fit_has_no_test_part_and_has_seen_every_record(runs) -> None:
    final = runs[-1]
    split = split_of(FINAL, DATA)
    assert len(split.test) == 0
    assert sorted([*split.train, *split.validation]) == list(range(len(DATA)))
    assert set(final.preset().training["records"]) == set(DATA.hashes)
    assert FINAL.run_name.endswith("cnn1d/final")
    for ask in (final.metrics, final.predictions):
        with pytest.raises(RunError, match="fitted on all records and has no test part"):
            ask()


def test_the_weights_are_the_final_fit_s_and_the_figures_out_of_fold(runs, folder) -> None:
    *folds, final = runs
    preset = presets.read_preset(folder)
    assert preset.weights_sha256 == digest(final.folder / presets.WEIGHTS)
    parts = [run.predictions() for run in folds]
    labels = np.concatenate([part.labels for part in parts])
    predicted = np.concatenate([part.probabilities.argmax(1) for part in parts])
    groups = np.concatenate([part.groups for part in parts])
    assert preset.metrics["n"] == len(DATA)
    assert preset.metrics["accuracy"] == pytest.approx((labels == predicted).mean())
    expected = group_bootstrap(labels, predicted, groups, "macro_f1")
    assert preset.metrics["intervals"]["macro_f1"] == expected.to_dict()
    assert "not of these weights" in preset.metrics["measured_on"]
    assert preset.metrics["leaky"] is False
    assert preset.data == SOURCE
    assert Run(folder).metrics() == json.loads((folder / DESCRIPTION).read_text())["metrics"]


def test_it_lists_every_record_by_file_and_by_samples(folder) -> None:
    preset = presets.read_preset(folder)
    nothing = [""] * len(DATA)
    assert all(seen(preset, DATA.hashes, nothing))
    assert all(seen(preset, nothing, content_hashes(DATA.signals)))
    assert not any(seen(preset, nothing, content_hashes(DATA.signals + 1)))


def test_build_finds_it_by_its_tag(runs, folder, monkeypatch) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", folder.parent)
    with small_encoders():
        model = build("cnn1d", weights="toy")
        expected, _ = load_preset(runs[-1].folder)
        answers = [np.asarray(one(DATA.signals[:3])) for one in (model, expected)]
        np.testing.assert_array_equal(*answers)
    assert list(resolving.shipped_presets("cnn1d")) == ["cnn1d.toy"]


def test_what_does_not_belong_together_is_refused_and_nothing_written(runs, tmp_path) -> None:
    first, second, final = runs
    (tmp_path / "there" / "cnn1d.toy").mkdir(parents=True)
    for folds, last, tag, root, message in (
        ([first], final, "toy", "new", r"each of 2 folds once; got folds \[0\]"),
        ([first, first], final, "toy", "new", r"got folds \[0, 0\]"),
        ([first, second], first, "toy", "new", "no final fit; `ecgzoo train --final`"),
        ([first, second], final, "toy", "there", "is there already"),
        ([first, second], final, "../toy", "new", "letters, digits and underscores"),
    ):
        with pytest.raises(ValueError, match=message):
            publish_preset(folds, last, tag, SOURCE, tmp_path / root)
    assert not (tmp_path / "new").exists()
    assert not list((tmp_path / "there" / "cnn1d.toy").iterdir())


def test_folds_of_another_recipe_are_refused(runs, tmp_path) -> None:
    first, second, final = runs
    other = Run(tmp_path / "other")
    other.start(replace(RECIPE, seed=5))
    with pytest.raises(RunError, match="are of different recipes"):
        publish_preset([other, second], final, "toy", SOURCE, tmp_path / "new")


@pytest.mark.parametrize(
    ("dataset", "licence", "cited"),
    [
        ("ecg_images", "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/", "Khan and"),
        ("mit_bih", "ODC-By 1.0, https://opendatacommons.org/licenses/by/1-0/", "Moody and"),
    ],
)
def test_the_licence_is_that_of_the_data_set_that_the_recipe_names(
    dataset, licence, cited, tmp_path
) -> None:
    first, _ = described_folds(tmp_path, 10, dataset=dataset)
    described_final(tmp_path, dataset=dataset)
    asked = ["preset", str(first.folder.parent), "--tag", "toy", "--to", str(tmp_path / "weights")]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.exception
    data = presets.read_preset(tmp_path / "weights" / "hybrid1.toy").data
    assert (data["name"], data["licence"]) == (dataset, licence)
    assert cited in data["citation"]


@pytest.mark.parametrize("wrong", [{"fold": 1}, {"protocol": "paper"}])
def test_a_final_fit_is_of_no_fold_and_does_not_leak(wrong) -> None:
    with pytest.raises(ValueError, match="a final fit is of no fold and of no leaky protocol"):
        replace(FINAL, **wrong)
