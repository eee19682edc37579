"""Missing: what each missing domain and each missing group of leads costs a trained model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.artifact.answers import first_rows
from ecgzoo.errors import RunError
from ecgzoo.evaluation import Interval, group_bootstrap
from ecgzoo.evaluation.ranked import MACRO_AUC
from ecgzoo.evaluation.results import Told
from ecgzoo.models.embed import in_batches
from ecgzoo.models.front import with_front
from ecgzoo.models.views import PRESENT, present, view
from ecgzoo.models.weights import load_preset
from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.report.cards.markdown import table
from ecgzoo.report.study.headline import MACRO_F1, asked_by, headline_of
from ecgzoo.training.answered import answered
from ecgzoo.training.fit import dataset_of
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import check_records, split_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset

NOTHING = "nothing"
FEW_LEADS = 3  # up to which each is left out by itself
LIMBS = ("I", "II", "III", "aVR", "aVL", "aVF")
KEPT = ("I", "II")


def lead_groups(leads: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which leads are left out together, by how that is called.

    Limb leads, chest leads (all others) and all but I and II, where leads are left; of three or
    fewer each by itself; of one channel none. Those of a page's twelve are left out by its columns
    as well.

    Example:
        >>> lead_groups(("I", "II", "V5"))
        {'I': ('I',), 'II': ('II',), 'V5': ('V5',)}
        >>> [*lead_groups(PAGE_LAYOUT.leads)]
        ['I to III', 'aVR to aVF', 'V1 to V3', 'V4 to V6', 'limb leads', 'chest leads', \
'all but I and II']
        >>> lead_groups(("sound",))
        {}
    """
    if len(leads) <= FEW_LEADS:
        return {lead: (lead,) for lead in leads} if len(leads) > 1 else {}
    limbs = tuple(lead for lead in leads if lead in LIMBS)
    groups = {"limb leads": limbs, "chest leads": tuple(one for one in leads if one not in limbs)}
    if not limbs:  # of other channels than an ECG's nothing is known: each by itself
        return {lead: (lead,) for lead in leads}
    if set(leads) == set(PAGE_LAYOUT.leads):
        groups = {f"{one[0]} to {one[-1]}": tuple(one) for one in PAGE_LAYOUT.columns} | groups
    if set(KEPT) < set(leads):
        rest = tuple(lead for lead in leads if lead not in KEPT)
        groups[f"all but {' and '.join(KEPT)}"] = rest
    return {name: one for name, one in groups.items() if 0 < len(one) < len(leads)}


@dataclass(frozen=True)
class Missing(Told):
    """A trained model's answers to incomplete records.

    Attributes:
        folder: of its cross-validation runs.
        recipe: of the first of them.
        f1: the out-of-fold figure that stands for all, macro F1 or of several labels at once macro
            AUC, with a group-bootstrap interval, by what is missing.
        metric: what ``f1`` holds.
    """

    folder: Path
    recipe: Recipe
    f1: Mapping[str, Interval]
    metric: str = MACRO_F1


@dataclass(frozen=True, eq=False)
class Answers:
    """What the models of all folds answered to their test parts, complete and incomplete.

    Attributes:
        recipe: of the first fold.
        names: ``[n]`` where each record came from.
        labels: int ``[n]``, or of several at once ``[n, classes]``.
        groups: ``[n]`` group of each record.
        predicted: by what is missing, what ``metric`` takes: the most probable class, int ``[n]``;
            of several at once probabilities ``[n, classes]``.
        metric: the figure that stands for all.
    """

    recipe: Recipe
    names: np.ndarray
    labels: np.ndarray
    groups: np.ndarray
    predicted: Mapping[str, np.ndarray]
    metric: str = MACRO_F1


def missing(folder: Path, dataset: SignalDataset | None = None) -> Missing:
    """Asks the models of all folds about their test parts, complete and incomplete.

    Args:
        folder: of one model's runs: ``fold0``, ``fold1``, and so on.
        dataset: other records than the recipe's.

    Raises:
        RunError: if there is no finished run, or one is of other records, labels or groups.
    """
    found = answers(finished_folds(folder), dataset)
    f1 = {
        what: group_bootstrap(found.labels, predicted, found.groups, found.metric)
        for what, predicted in found.predicted.items()
    }
    return Missing(Path(folder), found.recipe, f1, found.metric)


def answers(
    runs: Sequence[Run], dataset: SignalDataset | None = None, leads: bool = True
) -> Answers:
    """The answers of finished runs, one of each fold, in their order.

    Args:
        runs: of one model.
        dataset: other records than the recipe's.
        leads: whether also records that lack leads are asked about.

    Raises:
        RunError: if a run is of other records, labels or groups: it may have been trained on what
            it would be tested on.
    """
    first = runs[0].recipe()
    dataset = dataset_of(first) if dataset is None else dataset
    for run in runs:
        check_records(run, dataset)
    tests = [dataset.take(split_of(run.recipe(), dataset).test) for run in runs]
    parts: dict[str, list[np.ndarray]] = {}
    for run, test in zip(runs, tests, strict=True):
        core, _ = load_preset(run.folder, inputs="domains")
        found = _without_domains(core, test) | (_without_leads(core, test) if leads else {})
        for what, answer in found.items():
            told = answered(test, answer).per_record("names")
            parts.setdefault(what, []).append(asked_by(headline_of(told), told))
    tests = [test.take(first_rows(test.names)) for test in tests]
    return Answers(
        first,
        np.concatenate([test.names for test in tests]),
        np.concatenate([test.labels for test in tests]),
        np.concatenate([test.groups for test in tests]),
        {what: np.concatenate(several) for what, several in parts.items()},
        MACRO_AUC if dataset.multi_label else MACRO_F1,
    )


def finished_folds(folder: Path) -> list[Run]:
    """The finished runs of a model's folds.

    Raises:
        RunError: if there is none.
    """
    runs = [Run(path) for path in sorted(Path(folder).glob("fold*"))]
    runs = [run for run in runs if run.finished]
    if not runs:
        raise RunError(f"{folder} holds no finished folds; `ecgzoo compare` trains some")
    return runs


def _without_domains(core: keras.Model, test: SignalDataset) -> dict[str, np.ndarray]:
    """The answers to whole records, and where there are several domains, to those without one."""
    layers = core.domain_layers(test.spec)
    domains = {name: in_batches(layer, test.signals) for name, layer in layers.items()}
    found = {NOTHING: _asked(core, domains)}
    if len(domains) > 1:
        masked = view(core, mask=True)
        for name in domains:
            mask = np.asarray(present(masked, len(test), missing=[name]))
            found[name] = _asked(masked, domains | {PRESENT: mask})
    return found


def _without_leads(core: keras.Model, test: SignalDataset) -> dict[str, np.ndarray]:
    found = {}
    for what, absent in lead_groups(test.spec.leads).items():
        left = [lead for lead in test.spec.leads if lead not in absent]
        columns = [test.spec.leads.index(lead) for lead in left]
        model = with_front(core, test.spec, left)
        found[what] = _asked(model, test.signals[:, :, columns])
    return found


def _asked(model: keras.Model, inputs: Any) -> np.ndarray:
    return np.asarray(in_batches(partial(model, training=False), inputs))


def missing_markdown(found: Sequence[Missing]) -> str:
    """A row for what is missing, a column per folder of runs."""
    heads = (f"{one.folder} ({dropouts(one.recipe)})" for one in found)
    rows = ([what, *(str(one.f1.get(what, "")) for one in found)] for what in everything(found))
    return table(("missing", *heads), rows) + "\n"


def everything(found: Sequence[Missing]) -> list[str]:
    """What is missing in any of them: nothing, the domains, the leads."""
    return list(dict.fromkeys(what for one in found for what in one.f1))


def dropouts(recipe: Recipe) -> str:
    """How a model was prepared for incomplete records."""
    leads = recipe.lead_dropout if recipe.augmentation else 0.0
    return f"domain dropout {recipe.domain_dropout:g}, lead dropout {leads:g}"
