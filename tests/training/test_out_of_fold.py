"""Fitted output fusions: what they are fitted to, and that nothing leaks into it."""

from dataclasses import replace

import numpy as np
import pytest
from small_encoders import small_encoders
from toy_ecgs import toy_ecgs

from ecgzoo.errors import RunError
from ecgzoo.models.weights import load_preset
from ecgzoo.training import fit as fit_module
from ecgzoo.training.fit import BranchAnswers, answers_file, combiner_of, fit
from ecgzoo.training.job import Job
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of

pytestmark = pytest.mark.whole

RECIPE = Recipe(
    "hybrid1_weighted_average", epochs=2, batch_size=16, augmentation=False, folds=3, fold=1
)


@pytest.fixture(autouse=True, scope="module")
def small_models():
    with small_encoders():
        yield


def paired_ecgs():
    """Toy records of which two each share a group."""
    data = toy_ecgs(72, classes=2)
    groups = np.array([f"patient{i // 4}{i % 2}" for i in range(72)])
    return type(data)(**(vars(data) | {"groups": groups}))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The run, and for each job in it the groups that it trained and validated on, and answered."""
    seen, make = [], Job.__init__

    def noting(self, recipe, run, dataset, cache=None):
        make(self, recipe, run, dataset, cache)
        split = split_of(recipe, dataset)
        fitted = np.concatenate([split.train, split.validation])
        seen.append((set(dataset.groups[fitted]), set(dataset.groups[split.test])))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Job, "__init__", noting)
        run = fit(RECIPE, tmp_path_factory.mktemp("runs") / "run", paired_ecgs(), verbose=0)
    return run, seen


def test_no_group_of_the_test_or_validation_part_is_in_what_is_fitted(trained):
    run, (_, *inner) = trained
    data = paired_ecgs()
    split = split_of(RECIPE, data)
    held_out = {*data.groups[split.test], *data.groups[split.validation]}
    answers = BranchAnswers.read(*(answers_file(run, fold) for fold in range(2)))
    assert held_out.isdisjoint(answers.groups)
    for fitted, answered in inner:
        assert held_out.isdisjoint(fitted | answered)
        assert fitted.isdisjoint(answered), "a branch answers for what it has not seen"


def test_every_record_of_the_training_part_is_answered_once(trained):
    run, _ = trained
    data = paired_ecgs()
    part = data.take(split_of(RECIPE, data).train)
    answers = BranchAnswers.read(*(answers_file(run, fold) for fold in range(2)))
    assert sorted(answers.names) == sorted(part.names)
    labels = dict(zip(part.names, part.labels, strict=True))
    assert [labels[name] for name in answers.names] == answers.labels.tolist()
    np.testing.assert_allclose(answers.probabilities.sum(-1), 1, atol=1e-5)


def test_the_saved_combiner_is_the_one_fitted_to_these_answers(trained):
    run, _ = trained
    core, _ = load_preset(run.folder, inputs="domains")
    saved = combiner_of(core)
    scores = np.asarray(saved.scores)
    answers = BranchAnswers.read(*(answers_file(run, fold) for fold in range(2)))
    shares = saved.fit(answers.probabilities, answers.labels)
    np.testing.assert_allclose(np.exp(scores), shares, atol=1e-5)
    assert not np.allclose(shares, 0.5, atol=1e-3), "it was fitted"


def test_a_killed_run_keeps_the_inner_folds_that_are_done(tmp_path, monkeypatch):
    folder, made = tmp_path / "run", []

    class KilledError(Exception):
        pass

    class Noting(Job):
        def __init__(self, recipe, run, dataset, cache=None):
            made.append(run.folder.name)
            super().__init__(recipe, run, dataset, cache)

        def train(self, *arguments):
            if made.count("run") == 1 and self.run.folder.name == "run":
                raise KilledError
            super().train(*arguments)

    monkeypatch.setattr(fit_module, "Job", Noting)
    monkeypatch.setattr("ecgzoo.training.fit.Job", Noting)
    recipe = Recipe("hybrid1_stacking", epochs=1, batch_size=16, augmentation=False, folds=3)
    with pytest.raises(KilledError):
        fit(recipe, folder, paired_ecgs(), verbose=0)
    others = replace(paired_ecgs(), signals=-paired_ecgs().signals)
    hashes = np.array([f"other {name}" for name in others.names])
    with pytest.raises(RunError, match="holds a killed run of another data set"):
        fit(recipe, folder, replace(others, hashes=hashes), verbose=0)
    assert fit(recipe, folder, paired_ecgs(), verbose=0).finished
    assert made == ["run", "inner0", "inner1", "run", "run"]
