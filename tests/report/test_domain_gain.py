"""What a domain adds: read from finished runs, compared over patients and repetitions, drawn."""

import json
from dataclasses import replace

import numpy as np
import pytest
from toy_ecgs import toy_ecgs, toy_ecgs_of_several_labels

from ecgzoo.artifact.answers import Predictions
from ecgzoo.artifact.preset import DESCRIPTION, Preset
from ecgzoo.errors import RunError, UnknownNameError
from ecgzoo.evaluation import Interval
from ecgzoo.files.atomic import write_json
from ecgzoo.report.study.domain_gain import BASELINE, GAINS, DomainGain, domain_gain
from ecgzoo.report.study.domain_gain_folder import read_domain_gains, write_domain_gain
from ecgzoo.report.study.domain_gain_tables import (
    caption,
    claims_markdown,
    gains_markdown,
    models_markdown,
    summary,
)
from ecgzoo.report.study.study_plan import MODELS, SETS, base_recipe, plan
from ecgzoo.training.log_spectrum import log_spectrum
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run

BASE = replace(base_recipe("ecg_images"), epochs=1, folds=2, batch_size=32, augmentation=False)


def write_run(root, recipe, data, skill: float) -> None:
    """A finished run whose answers were drawn: the higher the skill, the better."""
    test = data.take(split_of(recipe, data).test)
    rng = np.random.default_rng([recipe.seed, recipe.fold, len(recipe.model)])
    shares = rng.random(test.targets.shape) + skill * test.targets
    shares /= shares.sum(axis=1, keepdims=True) if not data.multi_label else 1 + skill
    run = Run(root / recipe.run_name)
    run.start(recipe)
    found = Predictions(test.names, test.groups, test.labels, shares, data.classes)
    found.per_record("names").write(run.predictions_file)
    write_json(run.folder / DESCRIPTION, Preset(recipe.model, data.spec, data.classes).to_dict())


@pytest.fixture(scope="module", params=[False, True], ids=["one label", "several"])
def study(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("study")
    data = toy_ecgs_of_several_labels(40, windows=2) if request.param else toy_ecgs(40)
    for recipe in plan(BASE, 2):
        write_run(root, recipe, data, skill=0.4 + 0.2 * MODELS.index(recipe.model))
    return root, data, domain_gain(BASE, 2, root, data, resamples=200)


def test_every_model_and_the_baseline_has_a_mean_of_all_repetitions(study) -> None:
    root, data, found = study
    assert list(found.models) == [*MODELS, BASELINE]
    metric = "macro_auc" if data.multi_label else "macro_f1"
    assert found.metric == metric
    for model in MODELS:
        each = []
        for one in plan(BASE, 2, [model])[::2]:
            parts = [Run(root / replace(one, fold=fold).run_name).predictions() for fold in (0, 1)]
            each.append(type(parts[0]).joined(parts).metrics().headline[1])
        assert found.models[model].estimate == pytest.approx(np.mean(each))
        assert found.models[model].spread == pytest.approx(np.std(each, ddof=1))


def test_gains_are_differences_of_those_means(study) -> None:
    found = study[2]
    assert [(one.model, one.without) for one in found.gains] == [*GAINS]
    for gain in found.gains:
        ours, theirs = (found.models[name].estimate for name in (gain.model, gain.without))
        assert gain.difference.estimate == pytest.approx(ours - theirs)
        assert gain.corrected >= gain.difference.p_value


def test_records_and_groups_are_counted_once(study) -> None:
    found = study[2]
    assert (found.records, found.groups, found.repetitions) == (40, 40, 2)
    assert "40 records of 40 groups, means of 2 repetitions" in caption(found)


def test_accuracy_is_of_one_label_each(study) -> None:
    _, data, found = study
    assert list(found.accuracy) == ([] if data.multi_label else [*MODELS, BASELINE])
    assert ("accuracy" in models_markdown(found)) is not data.multi_label


def test_tables_have_a_row_each(study) -> None:
    found = study[2]
    assert len(models_markdown(found).splitlines()) == 2 + len(MODELS) + 1
    assert len(gains_markdown(found).splitlines()) == 2 + len(GAINS)


def test_a_summary_has_a_row_per_data_set_with_both_gains(study) -> None:
    found = study[2]
    first, second = summary([found, found]).splitlines()[2:4]
    assert first == second
    cells = [cell.strip() for cell in first.strip("|").split("|")]
    assert cells[2:5] == [
        f"{found.models[m].estimate:.3f}" for m in ("cnn1d", "hybrid1", "hybrid2")
    ]
    assert cells[5:] == [one.difference.interval for one in (found.gains[0], found.gains[2])]


@pytest.mark.parametrize(
    ("estimate", "corrected", "second", "third"),
    [
        (0.1, 0.01, "holds", "contradicted"),
        (0.1, 0.3, "agrees, within", "not contradicted: within"),
        (-0.1, 0.3, "not contradicted: within", "agrees, within"),
        (-0.1, 0.01, "contradicted", "holds"),
    ],
)
def test_claims_have_the_verdict_of_the_figures(study, estimate, corrected, second, third) -> None:
    found = study[2]
    gains = tuple(
        replace(one, difference=replace(one.difference, estimate=estimate), corrected=corrected)
        for one in found.gains
    )
    accuracy = {
        "hybrid1": Interval(0.9, 0.85, 0.95, 100, 0.95),
        "hybrid2": Interval(0.97, 0.95, 0.99, 100, 0.95),
    }
    told = claims_markdown(replace(found, gains=gains, accuracy=accuracy)).splitlines()[2:]
    for line, verdict in zip(told, (second, third, "not reached", "exceeded"), strict=True):
        assert line.split("|")[3].strip().startswith(verdict)


def test_a_folder_keeps_what_was_found_and_draws_all_that_it_holds(study, tmp_path) -> None:
    found = study[2]
    write_domain_gain(found, tmp_path)
    leaky = replace(found, recipe={**found.recipe, "protocol": "paper"})
    write_domain_gain(leaky, tmp_path)
    assert read_domain_gains(tmp_path) == [found, leaky]
    assert DomainGain.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert (tmp_path / "domain-gain.png").stat().st_size > 5000
    tables = (tmp_path / "domain-gain.md").read_text()
    assert "grouped protocol: 40" in tables
    assert "paper protocol (it leaks): 40" in tables


def test_a_run_that_is_missing_is_an_error(study) -> None:
    root, data, _ = study
    with pytest.raises(RunError, match="holds no finished run"):
        domain_gain(BASE, 3, root, data)


def test_the_baseline_learns_what_spectra_show() -> None:
    data = toy_ecgs(60)
    found = log_spectrum(BASE, data)
    assert found.metrics().accuracy > 0.9
    again = log_spectrum(replace(BASE, fold=1), data)
    assert sorted([*found.names, *again.names]) == sorted(data.names)


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_a_recipe_of_its_own_folder(name: str) -> None:
    names = {one.run_name for one in plan(base_recipe(name), 3)}
    folds = 1 if base_recipe(name).official else 5
    assert len(names) == 3 * folds * len(MODELS)


def test_an_unknown_set_is_named() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'ptb_xl'"):
        base_recipe("ptbxl")
