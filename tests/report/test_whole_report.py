"""The whole report on models that were really trained: every section, as a browser sees it."""

import functools
import html
import re

import numpy as np
import pytest
from browser import Seen, browser
from heartbeats_of_patients import heartbeats_of_patients
from small_encoders import small_encoders

from ecgzoo.evaluation.complementarity import relations
from ecgzoo.explanation import explain
from ecgzoo.models.weights import load_preset
from ecgzoo.report.report import SECTIONS, write_report
from ecgzoo.report.sections import domains as domain_relations
from ecgzoo.report.sections.domains import ablation_section
from ecgzoo.report.sections.explanations import corrected_cases
from ecgzoo.report.study import cross_validation
from ecgzoo.report.study.cross_validation import Study
from ecgzoo.training.cross_validation import cross_validate, recipes
from ecgzoo.training.recipe import Recipe

pytestmark = pytest.mark.whole

MODELS = ("cnn1d", "cnn2d", "hybrid1", "hybrid2")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder, dataset = tmp_path_factory.mktemp("runs"), heartbeats_of_patients()
    base = Recipe(MODELS[0], epochs=2, folds=2, batch_size=16, augmentation=False)
    with small_encoders(), pytest.MonkeyPatch.context() as patch:
        cross_validate(list(recipes(base, MODELS)), folder, dataset=dataset)
        patch.setattr(cross_validation, "dataset_of", lambda recipe: dataset)
        quick = functools.partial(domain_relations.complementarity, resamples=4)
        patch.setattr(domain_relations, "complementarity", quick)
        patch.setattr(relations, "SHUFFLES", 2)
        yield Study.read([folder / "grouped-traces-seed0"])


@pytest.fixture(scope="module")
def page(study, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(study, path)
    return path


def nan_in(page: str) -> list[str]:
    """What is not a number, in all that a reader may see; pictures hold any letters."""
    body = page.partition("</style>")[2]
    return re.findall(r"\bnan\b", re.sub(r"base64,[^\"]*", "", body), re.IGNORECASE)


def test_every_section_is_there_and_none_is_empty(page):
    text = page.read_text()
    for name, (title, _) in SECTIONS.items():
        section = text.partition(f'<section id="{name}">')[2].partition("</section>")[0]
        assert html.escape(title) in section
        assert "<table>" in section or "verdict" in section, name
    assert nan_in(text) == []
    assert nan_in(text.replace("</td>", " (nan to NaN)</td>", 1)) == ["nan", "NaN"]


@pytest.mark.skipif(browser() is None, reason="no Chromium on PATH or in $ECGZOO_BROWSER")
def test_a_browser_draws_all_of_it(page, tmp_path):
    seen = Seen(page, tmp_path, 500)
    assert seen.console == []
    assert len(seen.figures) == page.read_text().count("<figure>") >= 5
    assert all(
        wide > 300 and high > 100 and drawn > 10 for wide, high, drawn in seen.figures.values()
    )
    assert seen.width <= 500


def test_records_are_explained_by_the_fold_that_was_not_trained_on_them(study):
    one = study.headline
    answers = one.predictions["hybrid1"]
    assert one.records.names.tolist() == answers.names.tolist()
    assert one.fold_of_record[[3, -2]].tolist() == [0, 1]
    found, cases = corrected_cases(one.runs["cnn1d"], one.runs["hybrid1"], one.dataset, most=150)
    assert {case.run.recipe().fold for case in cases} == {0, 1}
    load = functools.cache(load_preset)
    for row, case in zip(found.rows, cases, strict=True):
        assert case.run.recipe().fold == one.fold_of_record[row]
        assert case.record.names.tolist() == [answers.names[row]]
        model, preset = load(case.run.folder)
        explained = explain(model, case.record.signals, preset.spec)
        np.testing.assert_allclose(
            explained.probabilities[0], answers.probabilities[row], atol=1e-5
        )


def test_the_ablation_takes_hybrid1_for_what_lacks_the_frequency_and_says_what_was_not_run(study):
    body = ablation_section(study)
    assert "No model was trained without" in body
    assert "retrained without" in body
    assert body.count("silenced at test time") >= 1
