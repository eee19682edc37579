import numpy as np
import pytest
from PIL import Image

from ecgzoo.artifact.answers import Predictions
from ecgzoo.evaluation import classification_metrics
from ecgzoo.report.figures import draw_domains, draw_side_by_side
from ecgzoo.report.study.side_by_side import side_by_side, side_by_side_markdown
from ecgzoo.signal_spec import SignalSpec


@pytest.fixture
def predictions():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    probabilities = rng.dirichlet(np.ones(3), 60) + 0.5 * np.eye(3)[labels]
    names = np.array([f"page{i}" for i in range(60)])
    groups = np.array([f"patient{i // 2}" for i in range(60)])
    shares = probabilities / probabilities.sum(axis=1, keepdims=True)
    return Predictions(names, groups, labels, shares, ("a", "b", "c"))


def test_estimates_are_the_metrics_and_lie_within_their_intervals(predictions):
    (row,) = side_by_side({"cnn1d": predictions})
    expected = classification_metrics(predictions.labels, predictions.probabilities, "abc")
    assert row.accuracy.estimate == pytest.approx(expected.accuracy)
    assert row.f1.estimate == pytest.approx(expected.f1)
    assert row.f1.low < row.f1.estimate < row.f1.high
    assert row.pages == 60


def test_the_table_holds_the_papers_figures_where_they_were_read(predictions):
    lines = side_by_side_markdown(
        side_by_side({"cnn1d": predictions, "hybrid1": predictions})
    ).splitlines()
    assert lines[2].endswith("| 60 | not read |")
    assert lines[3].endswith("| 60 | 96% |")


def test_figures_are_drawn(predictions, tmp_path):
    draw_side_by_side(side_by_side({"hybrid1": predictions}), tmp_path / "rows.png", "title")
    spec = SignalSpec(("I", "II"), sampling_rate=128, samples=256)
    signal = np.random.default_rng(0).normal(size=spec.shape).astype("float32")
    draw_domains(signal, spec, "II", tmp_path / "domains.png", "title")
    for name in ("rows.png", "domains.png"):
        image = np.asarray(Image.open(tmp_path / name).convert("L"))
        assert image.std() > 5, f"{name} is blank"
