"""What missing parts cost: the model's own answers, with zeros for leads and a mask for domains."""

from dataclasses import replace

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, strew

from ecgzoo import SignalSpec, build
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.errors import RunError
from ecgzoo.evaluation import group_bootstrap
from ecgzoo.files.atomic import write_json
from ecgzoo.models.weights import load_preset
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.report.study.missing import lead_groups, missing, missing_markdown
from ecgzoo.training.provenance import digest_with_groups
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of
from ecgzoo.training.run import Run
from tf_data import SignalDataset

TWELVE = SignalSpec(PAGE_SPEC.leads, sampling_rate=128, samples=128)


@pytest.fixture(autouse=True)
def small_models():
    with small_encoders():
        yield


def records(spec, n=48):
    ids = np.array([f"r{i}" for i in range(n)])
    labels = (np.arange(n) % len(CLASSES)).astype("int64")
    return SignalDataset(heartbeats(spec, n), labels, ids, ids, ids, spec, CLASSES)


def finished(folder, model, spec, **options):
    """Two folds' runs of random weights."""
    for fold in range(2):
        recipe = Recipe(model, folds=2, fold=fold, **options)
        run = Run(folder / f"fold{fold}")
        core = build(model, spec, len(CLASSES), inputs="domains", **recipe.model_options)
        strew(core, spec)
        run.start(recipe)
        core.save_weights(run.folder / WEIGHTS)
        sha = digest(run.folder / WEIGHTS)
        preset = Preset(model, spec, CLASSES, recipe.model_options, weights_sha256=sha)
        write_json(run.folder / DESCRIPTION, preset.to_dict())
    return folder


@pytest.mark.whole
def test_each_domain_and_each_group_of_leads_is_taken_away(tmp_path):
    folder = finished(tmp_path / "hybrid1", "hybrid1", TWELVE, domain_dropout=0.3)
    data = records(TWELVE)
    found = missing(folder, data)
    assert list(found.f1) == ["nothing", "time", "time_frequency", *lead_groups(TWELVE.leads)]
    labels, groups, whole, zeroed = [], [], [], []
    for fold in range(2):
        run = Run(folder / f"fold{fold}")
        model, _ = load_preset(run.folder)
        test = data.take(split_of(run.recipe(), data).test)
        without = test.signals.copy()
        without[:, :, [TWELVE.leads.index(lead) for lead in ("V1", "V2", "V3")]] = 0
        labels.append(test.labels)
        groups.append(test.groups)
        whole.append(np.asarray(model(test.signals)).argmax(1))
        zeroed.append(np.asarray(model(without)).argmax(1))
    labels, groups = np.concatenate(labels), np.concatenate(groups)
    for what, answers in (("nothing", whole), ("V1 to V3", zeroed)):
        assert found.f1[what] == group_bootstrap(labels, np.concatenate(answers), groups)
    table = missing_markdown([found]).splitlines()
    assert "domain dropout 0.3, lead dropout 0.1" in table[0]
    assert len(table) == 2 + len(found.f1)


def test_of_a_single_domain_and_few_leads_each_lead_is_missed(tmp_path):
    folder = finished(tmp_path / "cnn1d", "cnn1d", SPEC, domain_dropout=0.3)
    assert list(missing(folder, records(SPEC)).f1) == ["nothing", "I", "II"]


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        (("I",), {}),
        (("I", "II"), {"I": ("I",), "II": ("II",)}),
        (("C3", "C4", "O1", "O2"), {one: (one,) for one in ("C3", "C4", "O1", "O2")}),
        (
            ("I", "II", "V1", "V5"),
            {
                "limb leads": ("I", "II"),
                "chest leads": ("V1", "V5"),
                "all but I and II": ("V1", "V5"),
            },
        ),
    ],
)
def test_lead_groups_are_those_that_the_records_have(leads, expected):
    assert lead_groups(leads) == expected


def test_without_finished_folds_it_is_said(tmp_path):
    with pytest.raises(RunError, match="no finished folds"):
        missing(tmp_path)


def test_a_model_is_not_asked_about_records_whose_labels_changed_since(tmp_path):
    folder = finished(tmp_path / "cnn1d", "cnn1d", SPEC)
    data = records(SPEC)
    run = Run(folder / "fold1")
    training = {"digest": digest_with_groups(data)}
    write_json(run.folder / DESCRIPTION, replace(run.preset(), training=training).to_dict())
    assert missing(folder, data).f1
    with pytest.raises(RunError, match=r"fold1 holds a finished run of .* labels or groups\."):
        missing(folder, replace(data, labels=data.labels[::-1]))


def test_windows_of_a_record_answer_together(tmp_path):
    folder = finished(tmp_path / "cnn1d", "cnn1d", SPEC)
    data = records(SPEC)
    twice = data.take(np.repeat(np.arange(len(data)), 2))
    assert missing(folder, twice).f1 == missing(folder, data).f1
