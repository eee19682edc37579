"""train_with_bar: what must be imported before the bar's thread runs, and who trains what first."""

import contextlib

import pytest
from rich.console import Console
from rich.progress import Progress

from ecgzoo.cli import cross_validation as cross_validating
from ecgzoo.training import cross_validation
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.run import Run


@pytest.mark.parametrize("trained", [False, True])
def test_datasets_are_imported_before_the_bar_starts_and_only_for_what_is_left(
    tmp_path, monkeypatch, trained
) -> None:
    happened = []

    class Bar(Progress):
        def start(self) -> None:
            happened.append("bar")
            super().start()

    monkeypatch.setattr(cross_validating, "Progress", Bar)
    monkeypatch.setattr(cross_validating, "import_datasets", lambda: happened.append("datasets"))
    monkeypatch.setattr(
        cross_validation, "cross_validate", lambda order, *_: {one.name: one for one in order}
    )
    monkeypatch.setattr(Run, "finished", trained)
    plan = [Recipe("cnn1d"), Recipe("cnn2d")]
    cross_validating.train_with_bar(plan, tmp_path, Console(quiet=True))
    assert happened == (["bar"] if trained else ["datasets", "bar"])


def test_shared_work_begins_with_the_dearest_of_a_fold_and_is_returned_as_it_was_planned(
    tmp_path, monkeypatch
) -> None:
    ran, given = [], []

    def cross_validate(order, *_):
        ran.extend(order)
        return {recipe.name: recipe.model for recipe in order}

    @contextlib.contextmanager
    def helpers(count, order, *_):
        given.append((count, list(order)))
        yield

    monkeypatch.setattr(cross_validating, "helpers", helpers)
    monkeypatch.setattr(cross_validation, "cross_validate", cross_validate)
    three = {"domains": ["time", "frequency", "time_frequency"]}
    names = [("cnn1d", {}), ("hybrid1", {}), ("hybrid", three), ("cnn2d", {})]
    plan = [Recipe(name, options, fold=fold) for fold in (1, 0) for name, options in names]
    found = cross_validating.train_with_bar(plan, tmp_path, Console(quiet=True), jobs=2)
    dearest = ["hybrid", "hybrid1", "cnn1d", "cnn2d"]
    assert [(one.fold, one.model) for one in ran] == [(k, name) for k in (1, 0) for name in dearest]
    assert given == [(1, ran)]
    assert list(found.values()) == [name for name, _ in names]

    ran.clear()
    cross_validating.train_with_bar(plan, tmp_path, Console(quiet=True))
    assert ran == plan
