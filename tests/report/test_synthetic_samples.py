"""synthesised: ADASYN's samples of a run's training part, and their picture."""

import json

import numpy as np
import pytest
from heartbeats_of_patients import heartbeats_of_patients
from PIL import Image
from scipy.spatial.distance import cdist
from small_encoders import small_encoders
from small_presets import make_preset

from ecgzoo.errors import RunError
from ecgzoo.files.atomic import write_json
from ecgzoo.report.sections.synthetic import draw_neighbours, synthesised
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run

CLASSES = ("Normal", "HB", "MI")


@pytest.fixture(autouse=True, scope="module")
def small_models():
    with small_encoders():
        yield


@pytest.fixture(scope="module")
def dataset():
    """150 records; a third of the classes' number each."""
    return heartbeats_of_patients((80, 40, 30))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = make_preset(tmp_path_factory.mktemp("runs") / "run", "cnn1d")
    write_json(folder / "recipe.json", Recipe("cnn1d").to_dict())
    write_json(folder / "metrics.json", {})
    return folder


@pytest.fixture(scope="module")
def found(run, dataset):
    return synthesised(run, dataset)


def test_only_the_training_part_is_oversampled_and_compared(found, dataset):
    split = split_of(Recipe("cnn1d"), dataset)
    assert found.names.tolist() == dataset.names[split.train].tolist()
    counts = {one.name: one.real for one in found.compared.classes}
    labels = dataset.labels[split.train]
    assert counts == {name: (labels == CLASSES.index(name)).sum() for name in counts}
    assert set(counts) == {"HB", "MI"}
    assert "Normal" in found.compared.left_out


def test_neighbours_are_of_the_same_class_and_a_synthetic_signal_lies_between_two(found, dataset):
    labels = dict(zip(dataset.names, dataset.labels, strict=True))
    near = found.names[found.neighbours.indices]
    of_near = np.vectorize(labels.__getitem__)(near)
    np.testing.assert_array_equal(of_near, found.synthetic_labels[:, None].repeat(3, axis=1))


def test_a_synthetic_signal_lies_between_two_real_ones_of_its_class(found, dataset):
    labels = dict(zip(dataset.names, dataset.labels, strict=True))
    own = [labels[name] == found.synthetic_labels[0] for name in found.names]
    real = found.real[own].reshape(sum(own), -1)
    to_real = np.linalg.norm(real - found.synthetic[0].ravel(), axis=1)
    detours = to_real[:, None] + to_real - cdist(real, real)
    np.fill_diagonal(detours, np.inf)
    assert detours.min() == pytest.approx(0, abs=1e-3)


def test_figures_survive_json_and_the_picture_shows_every_row(found, tmp_path):
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    path = tmp_path / "neighbours.png"
    draw_neighbours(found, 2, "II", path, "MI", count=3)
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    orange = (np.abs(pixels.astype(int) - (0xD5, 0x5E, 0)).sum(axis=2) < 90).any(axis=1)
    bands = np.flatnonzero(np.diff(orange.astype(int)) == 1)
    assert len(bands) >= 3, "a synthetic signal in every row"


@pytest.mark.parametrize(
    ("label", "lead", "message"),
    [(0, "II", "Normal has no synthetic signals"), (2, "V9", "lead among I, II; got 'V9'")],
)
def test_what_cannot_be_drawn_is_named(found, tmp_path, label, lead, message):
    with pytest.raises(ValueError, match=message):
        draw_neighbours(found, label, lead, tmp_path / "none.png", "none")


def test_an_unfinished_run_is_named(tmp_path, dataset):
    run = Run(tmp_path)
    run.start(Recipe("cnn1d"))
    with pytest.raises(RunError, match="no finished run"):
        synthesised(tmp_path, dataset)
