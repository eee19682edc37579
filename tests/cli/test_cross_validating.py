"""train_with_bar: what must be imported before the bar's thread runs."""

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
    monkeypatch.setattr(cross_validation, "cross_validate", lambda *_: {})
    monkeypatch.setattr(Run, "finished", trained)
    plan = [Recipe("cnn1d"), Recipe("cnn2d")]
    cross_validating.train_with_bar(plan, tmp_path, Console(quiet=True))
    assert happened == (["bar"] if trained else ["datasets", "bar"])
