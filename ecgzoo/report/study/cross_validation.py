"""CrossValidation: the finished runs of several models over the same folds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ecgzoo.artifact.answers import Predictions, first_rows
from ecgzoo.errors import RunError
from ecgzoo.report.study.headline import asked_by, headline_of
from ecgzoo.report.study.side_by_side import PAPER_DATASET
from ecgzoo.training.answered import alike
from ecgzoo.training.cross_validation import out_of_fold
from ecgzoo.training.fit import check_finished, dataset_of
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from ecgzoo.version import __version__
from tf_data import SignalDataset
from tf_data.protocols import PROTOCOLS


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """A folder of runs: ``<folder>/<model>/fold<k>``.

    Attributes:
        folder: where they lie.
        runs: by model, in the order of the folds.
    """

    folder: Path
    runs: Mapping[str, tuple[Run, ...]]

    @classmethod
    def read(cls, folder: Path) -> CrossValidation:
        """The finished runs below a folder.

        Those that lack folds which others have answered for fewer records and are left out of
        everything: :attr:`incomplete` names them.

        Raises:
            RunError: if there is no finished run.
        """
        found: dict[str, tuple[Run, ...]] = {}
        for path in sorted(child for child in Path(folder).glob("*") if child.is_dir()):
            runs = [Run(one) for one in sorted(path.glob("fold*"))]
            if finished := tuple(run for run in runs if run.finished):
                found[path.name] = finished
        if not found:
            raise RunError(
                f"{folder} holds no finished runs; expected <model>/fold<k> below it, as "
                "`ecgzoo reproduce` and `ecgzoo compare` leave them"
            )
        return cls(Path(folder), found)

    @cached_property
    def folds(self) -> int:
        """How many folds were run: the most of any model."""
        return max(map(len, self.runs.values()))

    @cached_property
    def complete(self) -> tuple[str, ...]:
        """Those with all these folds."""
        return tuple(name for name, runs in self.runs.items() if len(runs) == self.folds)

    @cached_property
    def incomplete(self) -> tuple[str, ...]:
        """Those with fewer folds."""
        return tuple(name for name in self.runs if name not in self.complete)

    @cached_property
    def variants(self) -> tuple[str, ...]:
        """The complete ones whose model was built with options, such as fewer domains."""
        return tuple(name for name in self.complete if self.runs[name][0].recipe().options)

    @cached_property
    def models(self) -> tuple[str, ...]:
        """What is compared: the complete ones that are no variants, or all if there is no other."""
        plain = tuple(name for name in self.complete if name not in self.variants)
        return plain or self.complete

    @cached_property
    def recipe(self) -> Recipe:
        """That of the first run; the others differ in model and fold."""
        return self.runs[self.models[0]][0].recipe()

    @property
    def leaky(self) -> bool:
        """Whether copies of test records are trained on."""
        return PROTOCOLS[self.recipe.protocol].leaky

    @cached_property
    def parts(self) -> dict[str, list[Predictions]]:
        """Predictions of the complete ones for each fold's test part, by name."""
        return {name: [run.predictions() for run in self.runs[name]] for name in self.complete}

    @cached_property
    def predictions(self) -> dict[str, Predictions]:
        """Out-of-fold predictions of the complete ones, by name.

        Raises:
            RunError: if two models did not answer for the same records in the same order, their
                labels or groups differ, or a record was tested in two folds.
        """
        found = {name: out_of_fold(self.runs[name]) for name in self.complete}
        first = found[self.models[0]]
        for name, one in found.items():
            if not alike(one, first):
                raise RunError(
                    f"{name} and {self.models[0]} in {self.folder} did not answer for the same "
                    "records, labels and groups; keep runs of different data in different folders"
                )
        return found

    @cached_property
    def fold_of_record(self) -> np.ndarray:
        """Int ``[n]``: the place of the fold in which each record of the predictions was tested."""
        sizes = [len(part.labels) for part in self.parts[self.models[0]]]
        return np.repeat(np.arange(len(sizes)), sizes)

    def answers(self, *models: str) -> tuple[np.ndarray, ...]:
        """Labels, what each model called, and groups."""
        truth = self.predictions[models[0]]
        return truth.labels, *(self.predictions[name].answers for name in models), truth.groups

    @property
    def several(self) -> bool:
        """Whether several labels may hold at once."""
        return self.predictions[self.models[0]].several

    @property
    def metric(self) -> str:
        """The metric that stands for all."""
        return headline_of(self.predictions[self.models[0]])

    def asked(self, *models: str) -> tuple[np.ndarray, ...]:
        """Labels, what :attr:`metric` takes of each model, and groups."""
        truth = self.predictions[models[0]]
        taken = (asked_by(self.metric, self.predictions[name]) for name in models)
        return truth.labels, *taken, truth.groups

    @property
    def of_the_paper(self) -> bool:
        """Whether the records are the paper's, so that its figures stand beside."""
        return self.recipe.dataset == PAPER_DATASET

    @cached_property
    def dataset(self) -> SignalDataset:
        """The records that the runs are of.

        Raises:
            RunError: if they, their labels or their groups are no longer the same.
        """
        found = dataset_of(self.recipe)
        check_finished([run for name in self.complete for run in self.runs[name]], found)
        return found

    @cached_property
    def records(self) -> SignalDataset:
        """Those of the predictions, in their order; of several windows the first."""
        names = self.dataset.names
        tests = [split_of(run.recipe(), self.dataset).test for run in self.runs[self.models[0]]]
        return self.dataset.take(np.concatenate([rows[first_rows(names[rows])] for rows in tests]))

    @cached_property
    def digest(self) -> str:
        """Of all runs' descriptions and predictions: another one means another report."""
        found = hashlib.sha256()
        for name in self.complete:
            for run in self.runs[name]:
                found.update(run.predictions_file.read_bytes())
                found.update((run.folder / "preset.json").read_bytes())
        return found.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Study:
    """Cross-validations under one protocol or several, the leak-free ones first.

    Attributes:
        cross_validations: at least one.
    """

    cross_validations: tuple[CrossValidation, ...]

    @classmethod
    def read(cls, folders: Sequence[Path]) -> Study:
        """The finished runs in these folders.

        Raises:
            RunError: if one of them holds none.
            ValueError: if there is no folder.
        """
        if not folders:
            raise ValueError("a report needs at least one folder of runs")
        found = [CrossValidation.read(folder) for folder in dict.fromkeys(map(Path, folders))]
        return cls(tuple(sorted(found, key=lambda one: one.leaky)))

    def __iter__(self) -> Iterator[CrossValidation]:
        return iter(self.cross_validations)

    @property
    def headline(self) -> CrossValidation:
        """The first: leak-free, if any is."""
        return self.cross_validations[0]

    @property
    def digest(self) -> str:
        """Of all its runs, and of the software that reports on them."""
        parts = [__version__, *(one.digest for one in self)]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def title_of(one: CrossValidation) -> str:
    """What was run, in a few words, and whether it leaks."""
    title = one.recipe.title(one.folds)
    return title.replace(" protocol,", " protocol (leaks),", 1) if one.leaky else title
