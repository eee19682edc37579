"""A recipe names its data set: what is loaded, where its runs lie, which names are refused."""

import keras
import numpy as np
import pytest
from toy_ecgs import toy_ecgs

import tf_data
from ecgzoo.errors import UnknownNameError
from ecgzoo.models.build import build
from ecgzoo.training.fit import dataset_of, fit
from ecgzoo.training.recipe import DATASET, Recipe
from ecgzoo.training.run import Run


@pytest.fixture
def asked(monkeypatch):
    """What loaders are asked for: one of pages, that stands in for the default, and another."""
    found = []

    def loader(**options):
        found.append(options)
        return toy_ecgs(40)

    monkeypatch.setitem(tf_data.DATASETS.entries, DATASET, (loader, {"pages": True}))
    monkeypatch.setitem(tf_data.DATASETS.entries, "toy beats", (loader, {}))
    return found


def test_pages_are_read_as_the_signals_asked_for_and_other_records_as_they_are(asked) -> None:
    dataset_of(Recipe("cnn1d"))
    dataset_of(Recipe("cnn1d", signals="average", protocol="paper"))
    dataset_of(Recipe("cnn1d", dataset="toy beats", protocol="paper"))
    assert asked == [
        {"signals": "traces", "copies": False},
        {"signals": "average", "copies": True},
        {},
    ]


@pytest.mark.whole
def test_runs_of_another_data_set_lie_elsewhere_and_say_its_name(asked, tmp_path) -> None:
    recipe = Recipe(
        "cnn1d", dataset="toy beats", epochs=1, batch_size=16, augmentation=False, folds=2
    )
    assert recipe.run_name == "toy-beats-grouped-seed0/cnn1d/fold0"
    run = fit(recipe, tmp_path / recipe.run_name, verbose=0)
    assert asked == [{}]
    assert run.preset().training["recipe"]["dataset"] == "toy beats"
    assert set(run.predictions().names) < set(np.asarray(toy_ecgs(40).names))


def test_a_data_set_is_known_and_only_pages_are_read_in_ways() -> None:
    with pytest.raises(UnknownNameError) as refusal:
        Recipe("cnn1d", dataset="mit_bi")
    assert str(refusal.value) == "unknown data set 'mit_bi'; did you mean 'mit_bih'?"
    with pytest.raises(ValueError, match="signals are chosen") as refusal:
        Recipe("cnn1d", dataset="mit_bih", signals="average")
    assert str(refusal.value) == (
        "signals are chosen for data sets of pages, and mit_bih is none; got 'average'"
    )


@pytest.mark.whole
def test_a_recipe_says_the_head_and_the_trained_model_keeps_it(asked, tmp_path) -> None:
    recipe = Recipe(
        "cnn1d",
        head={"dropout": 0.25, "width": 16},
        dataset="toy beats",
        epochs=1,
        batch_size=16,
        augmentation=False,
        folds=2,
    )
    run = fit(recipe, tmp_path / "run", verbose=0)
    assert run.preset().head == {"dropout": 0.25, "width": 16}
    model = build("cnn1d", weights=run.folder, inputs="domains")
    assert model.get_layer("dense").units == 16
    rates = [one.rate for one in model.layers if isinstance(one, keras.layers.Dropout)]
    assert rates.count(0.25) == 2


def test_a_setting_that_no_head_has_is_refused_by_name() -> None:
    with pytest.raises(UnknownNameError, match="unknown setting of the head 'drop'; did you mean"):
        Recipe("cnn1d", head={"drop": 0.1})


def test_a_killed_run_of_numpy_s_numbers_knows_its_recipe_again(tmp_path) -> None:
    recipe, run = Recipe("cnn1d", epochs=np.int64(3)), Run(tmp_path)
    run.start(recipe)
    run.check(recipe)
    assert run.recipe() == Recipe("cnn1d", epochs=3)
