"""Reports of several labels at once: headline figures, tables per class, files, two models."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from ecgzoo.artifact.answers import Predictions
from ecgzoo.cli.tables import metrics_table
from ecgzoo.evaluation import multi_label_metrics
from ecgzoo.report.cards.figures import _per_class
from ecgzoo.report.compare import two_models, verdict
from ecgzoo.report.study.ablation import ablation, ablation_markdown, whole_interval
from ecgzoo.report.study.missing import Answers
from ecgzoo.report.study.prediction_files import in_one_order, read_predictions
from ecgzoo.report.study.side_by_side import ranking, ranking_markdown, side_by_side
from ecgzoo.report.study.side_by_side import side_by_side_markdown as markdown
from ecgzoo.training.cost import Cost
from ecgzoo.training.recipe import Recipe

CLASSES = ("NORM", "MI", "CD")


def answers(skill: float, seed: int, n: int = 150) -> Predictions:
    labels = (np.random.default_rng(0).random((n, 3)) < [0.5, 0.3, 0.2]).astype(int)
    noise = np.random.default_rng(seed).normal(size=(n, 3))
    likely = 1 / (1 + np.exp(-(skill * (2 * labels - 1) + noise)))
    names, groups = np.array([f"r{i}" for i in range(n)]), np.array([f"p{i}" for i in range(n)])
    return Predictions(names, groups, labels, likely, CLASSES)


BETTER, WORSE = answers(1.5, 1), answers(0.3, 2)
COST = Cost(1000, 1000, 1.0)


def test_side_by_side_holds_the_macro_auc_and_no_column_of_the_paper() -> None:
    (row,) = side_by_side({"hybrid1": BETTER}, resamples=100, dataset="ptb_xl")
    assert row.metric == "macro_auc"
    assert row.f1.estimate == pytest.approx(roc_auc_score(BETTER.labels, BETTER.probabilities))
    assert row.accuracy.estimate == pytest.approx((BETTER.called == BETTER.labels).all(1).mean())
    lines = markdown([row]).splitlines()
    assert "macro AUC" in lines[0]
    assert "paper" not in lines[0]
    assert lines[2].endswith("| 150 |")


def test_the_ranking_is_by_macro_auc() -> None:
    rows = ranking({"a": WORSE, "b": BETTER}, {"a": COST, "b": COST}, "a")
    assert [row.model for row in rows] == ["b", "a"]
    expected = [roc_auc_score(one.labels, one.probabilities) for one in (BETTER, WORSE)]
    assert [row.f1.estimate for row in rows] == pytest.approx(expected)
    assert rows[0].difference.estimate == pytest.approx(expected[0] - expected[1])
    assert "macro AUC (95% interval)" in ranking_markdown(rows, "a")


def test_ablation_is_of_the_macro_auc() -> None:
    silenced = Answers(
        Recipe("hybrid1"),
        BETTER.names,
        BETTER.labels,
        BETTER.groups,
        {"time": WORSE.probabilities},
        "macro_auc",
    )
    rows = ablation(BETTER, {"time": ("cnn2d", WORSE)}, silenced, "hybrid1")
    worse = roc_auc_score(WORSE.labels, WORSE.probabilities)
    assert [row.f1.estimate for row in rows] == pytest.approx([worse, worse])
    text = ablation_markdown(rows, whole_interval(BETTER), "hybrid1", "macro_auc")
    assert "macro AUC (95% interval)" in text


def test_a_runs_own_file_is_read_and_both_are_put_in_one_order(tmp_path) -> None:
    told = replace(BETTER, thresholds=np.full(BETTER.probabilities.shape, 0.3))
    told.write(tmp_path / "a.csv")
    turned = replace(WORSE, classes=CLASSES).take(np.arange(150)[::-1])
    turned.write(tmp_path / "b.csv")
    first, second = (read_predictions(tmp_path / name, "group") for name in ("a.csv", "b.csv"))
    assert first.several
    np.testing.assert_array_equal(first.called, told.called)
    ordered = in_one_order(first, second)
    np.testing.assert_allclose(ordered.probabilities, WORSE.probabilities)
    found = two_models(first, ordered, resamples=200)
    assert found.metric == "macro_auc"
    assert found.first.macro_f1.estimate == pytest.approx(
        f1_score(told.labels, told.called, average="macro")
    )
    assert found.second.macro_average_precision.estimate == pytest.approx(
        average_precision_score(WORSE.labels, WORSE.probabilities)
    )
    assert (
        found.mcnemar.only_first
        == ((told.called == told.labels).all(1) & (WORSE.called != WORSE.labels).any(1)).sum()
    )
    assert verdict(found).startswith("A is better than B: its macro AUC is higher by")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("labels,p,MI,CD\nMI|XX,1,.5,.9\n", "line 2: label 'XX' is not among the classes MI, CD"),
        ("labels,p,MI\nMI,1,1.5\n", "probabilities from 0 to 1"),
    ],
)
def test_bad_files_are_told(tmp_path, text, message) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=message):
        read_predictions(path, "p")


def test_several_labels_and_one_do_not_go_together(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("labels,p,MI,CD\nMI|CD,1,.5,.9\n,2,.2,.1\n", "utf-8")
    (tmp_path / "b.csv").write_text("label,p,MI,CD\nMI,1,.5,.5\nCD,2,.2,.8\n", "utf-8")
    first, second = (read_predictions(tmp_path / name, "p") for name in ("a.csv", "b.csv"))
    assert first.labels.tolist() == [[1, 1], [0, 0]]
    with pytest.raises(ValueError, match="or several in both"):
        in_one_order(first, second)


def test_tables_show_areas_per_class_and_what_has_none() -> None:
    labels = BETTER.labels.copy()
    labels[:, 2] = 0
    found = multi_label_metrics(labels, BETTER.probabilities, CLASSES)
    told = found.to_dict() | {"protocol": "grouped", "leaky": False}
    stream = Console(file=io.StringIO(), width=120)
    stream.print(metrics_table(told, "run"))
    shown = stream.file.getvalue()
    assert f"macro AUC {found.auc:.3f}" in shown
    assert "No AUC of CD" in shown
    assert "records" in shown
    table = _per_class(told)
    assert table.splitlines()[0].startswith("| class | AUC | average precision |")
    assert "| CD | none | none |" in table
