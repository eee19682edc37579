"""The recipes that presets are made by are those that the shipped artifacts say."""

import shlex
from dataclasses import asdict

import numpy as np
import pytest
from typer.testing import CliRunner

from ecgzoo import build
from ecgzoo.artifact.preset import read_preset
from ecgzoo.artifact.resolution import shipped_presets
from ecgzoo.cli import app
from ecgzoo.registry import FUSIONS, MODELS
from ecgzoo.training import pretraining
from ecgzoo.training.fit import fit
from ecgzoo.training.preset_folder import FOLD_SEEDS, PRESETS, PRETRAINED_BY, preset_recipe
from ecgzoo.training.recipe import Recipe
from tf_data import load


@pytest.mark.parametrize("name", PRESETS)
def test_every_recipe_is_of_a_registered_model(name) -> None:
    recipe = preset_recipe(name)
    assert f"{recipe.model}.{recipe.dataset}" == name
    assert recipe.protocol == "grouped"
    assert recipe.fold_seed == FOLD_SEEDS[0]


def test_every_category_of_the_taxonomy_has_a_preset() -> None:
    models = [MODELS.info(preset_recipe(name).model) for name in PRESETS]
    fusions = {
        (one.get("options") or one).get("fusion") for one in models if len(one["domains"]) > 1
    }
    assert {FUSIONS.info(name)["category"] for name in fusions} == {
        "input",
        "single-level",
        "hierarchical",
        "attention",
        "output",
    }


@pytest.mark.parametrize("name", sorted(set(shipped_presets()) & set(PRESETS)))
def test_a_shipped_preset_was_trained_by_its_recipe(name) -> None:
    preset = read_preset(shipped_presets()[name])
    there = Recipe(**preset.training["recipe"]).to_dict()
    expected = preset_recipe(name).to_dict() | {"final": True}
    assert there == expected


@pytest.mark.parametrize("name", sorted(set(shipped_presets()) - set(PRESETS)))
def test_one_of_several_data_sets_was_trained_by_its_command(name, monkeypatch) -> None:
    """Of what the command asks for nothing is done, but noted."""
    preset, asked = read_preset(shipped_presets()[name]), {}

    def noted(model, corpus, folder, settings, **options):
        asked.update(model=model, tasks=list(corpus), settings=asdict(settings))
        asked.update(options={"encoders": options["encoders"]})

    monkeypatch.setattr(pretraining, "read_corpus", lambda tasks, *_, **__: tasks)
    monkeypatch.setattr(pretraining, "pretrain", noted)
    result = CliRunner().invoke(app, shlex.split(PRETRAINED_BY[name])[1:])
    assert result.exit_code == 0, result.output
    told = dict(preset.training["pretraining"])
    assert asked["tasks"] == told.pop("tasks")
    assert asked == {
        "model": preset.model,
        "tasks": asked["tasks"],
        "settings": told,
        "options": preset.options,
    }
    with pytest.raises(ValueError, match="several data sets at once.*ecgzoo pretrain"):
        preset_recipe(name)


def test_an_encoder_without_its_domain_is_one_sentence() -> None:
    said = CliRunner().invoke(app, ["pretrain", "cnn1d", "--encoder", "conv1d_wide"]).exception
    assert str(said) == (
        "expected --encoder DOMAIN=ENCODER, such as time=conv1d_wide; got 'conv1d_wide'"
    )


@pytest.mark.slow
def test_a_preset_trained_again_answers_as_the_shipped_one(tmp_path) -> None:
    """Not to the bit: each of 700 steps rounds in the order that the threads happen to add."""
    name = "cnn1d.ecg_images"
    recipe = Recipe(**read_preset(shipped_presets()[name]).training["recipe"])
    run = fit(recipe, tmp_path / "run", verbose=0)
    signals = load("ecg_images").signals
    ours, theirs = (
        np.asarray(build("cnn1d", weights=one).predict(signals, verbose=0))
        for one in (run.folder, "ecg_images")
    )
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.97
    assert np.abs(ours - theirs).mean() < 0.03
