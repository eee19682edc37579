"""The ranking: its order, its comparisons with the baseline, its table and its figure."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import holm, paired_difference
from ecgzoo.report.figures import draw_accuracy_against_cost
from ecgzoo.report.study.side_by_side import ranking, ranking_cells, ranking_markdown, survivors
from ecgzoo.training.cost import Cost

RIGHT = {"poor": 0.5, "base": 0.75, "equal": 0.75, "good": 0.97}


@pytest.fixture
def predictions():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 200)
    names = np.array([f"page{i}" for i in range(200)])
    groups = np.array([f"patient{i // 2}" for i in range(200)])
    found = {}
    for model, share in RIGHT.items():
        answer = np.where(rng.random(200) < share, labels, (labels + 1) % 3)
        found[model] = Predictions(names, groups, labels, np.eye(3)[answer], ("a", "b", "c"))
    return found


@pytest.fixture
def rows(predictions):
    costs = {model: Cost(10**5 * i, 10**7 * i, 1.0 * i) for i, model in enumerate(RIGHT, 1)}
    return ranking(predictions, costs, "base")


def test_best_first_and_the_baseline_is_compared_with_nobody(rows):
    assert rows[0].model == "good"
    assert rows[-1].model == "poor"
    assert [row.model for row in rows if row.difference is None] == ["base"]
    assert survivors(rows) == ["good", "poor"]


def test_differences_are_paired_and_corrected_over_all_but_the_baseline(rows, predictions):
    by_name = {row.model: row for row in rows}
    answers = {model: one.probabilities.argmax(1) for model, one in predictions.items()}
    one = predictions["base"]
    others = ["poor", "equal", "good"]
    expected = [
        paired_difference(one.labels, answers[other], answers["base"], one.groups)
        for other in others
    ]
    assert [by_name[other].difference for other in others] == expected
    corrected = holm([difference.p_value for difference in expected])
    assert [by_name[other].corrected for other in others] == corrected.tolist()


@pytest.mark.parametrize("column", ["names", "groups", "labels"])
def test_models_of_other_records_labels_or_groups_are_not_compared(predictions, column):
    turned = getattr(predictions["poor"], column)[::-1]
    predictions["poor"] = replace(predictions["poor"], **{column: turned})
    said = (
        "poor and base did not answer for the same records with the same labels and groups; train "
        "both on one data set"
    )
    with pytest.raises(ValueError, match=f"^{said}$"):
        ranking(predictions, dict.fromkeys(RIGHT, Cost(1, 1, 1.0)), "base")


def test_a_row_fits_a_terminal_of_100_columns(rows):
    longest = replace(rows[0], model="hybrid2_mixture_of_experts", cost=Cost(10**6, 10**9, 99.94))
    # Beside the cells: a place of two digits, and a blank between columns and at the edges.
    assert sum(map(len, ranking_cells(longest))) + 2 + 10 <= 100


def test_markdown_has_a_line_per_model(rows):
    lines = ranking_markdown(rows, "base").splitlines()
    assert lines[2].startswith("| 1 | good | 0.9")
    assert len(lines) == 2 + len(RIGHT)
    assert {line.count("|") for line in lines} == {11}


def test_the_figure_is_drawn(rows, tmp_path):
    for ending in ("png", "svg"):
        draw_accuracy_against_cost(rows, "base", tmp_path / f"figure.{ending}", "title")
    assert np.asarray(Image.open(tmp_path / "figure.png").convert("L")).std() > 5
    first = (tmp_path / "figure.svg").read_bytes()
    draw_accuracy_against_cost(rows, "base", tmp_path / "figure.svg", "title")
    assert (tmp_path / "figure.svg").read_bytes() == first
