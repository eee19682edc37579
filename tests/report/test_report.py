"""The report: read from runs, written as one file, kept section by section, drawn by a browser."""

import pytest
from browser import Seen, browser
from finished_runs import RECORDS, finished_runs
from small_presets import CLASSES
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.errors import RunError
from ecgzoo.evaluation import classification_metrics
from ecgzoo.report.report import write_report
from ecgzoo.report.sections.health import training_health_section
from ecgzoo.report.sections.results import method, results
from ecgzoo.report.study.cross_validation import CrossValidation, Study

LIGHT = {"results": ("Results", results), "method": ("Method", method)}


@pytest.fixture
def folder(tmp_path):
    finished_runs(tmp_path / "runs", "cnn1d", 0.7)
    return finished_runs(tmp_path / "runs", "hybrid1", 0.9)


def test_a_cross_validation_joins_its_folds(folder):
    one = CrossValidation.read(folder)
    assert one.models == ("cnn1d", "hybrid1")
    assert one.folds == 2
    assert one.fold_of_record.tolist() == [0] * RECORDS + [1] * RECORDS
    assert [name[0] for name in one.predictions["cnn1d"].names] == ["0"] * RECORDS + ["1"] * RECORDS


def test_models_with_fewer_folds_are_left_out_and_named(folder, tmp_path):
    finished_runs(tmp_path / "runs", "cnn2d", 0.5, folds=1)
    one = CrossValidation.read(folder)
    assert one.models == ("cnn1d", "hybrid1")
    assert one.incomplete == ("cnn2d",)
    assert "Left out, since folds are missing: cnn2d." in results(Study((one,)))


def test_a_variant_stands_in_the_ablation_only(folder, tmp_path):
    finished_runs(tmp_path / "runs", "hybrid", 0.5, options={"domains": ["time", "frequency"]})
    one = CrossValidation.read(folder)
    assert one.models == ("cnn1d", "hybrid1")
    assert one.variants == ("hybrid,domains=time+frequency",)
    assert set(one.predictions) == {*one.models, *one.variants}
    assert "In the ablation only: hybrid,domains=time+frequency." in results(Study((one,)))


def test_variants_alone_are_compared(tmp_path):
    folder = finished_runs(tmp_path, "hybrid", 0.5, options={"domains": ["time", "frequency"]})
    assert CrossValidation.read(folder).models == ("hybrid,domains=time+frequency",)


def test_the_digest_follows_the_runs(folder, tmp_path):
    before = CrossValidation.read(folder).digest
    assert CrossValidation.read(folder).digest == before
    finished_runs(tmp_path / "runs", "hybrid1", 0.8)
    assert CrossValidation.read(folder).digest != before


def test_runs_of_other_records_are_not_reported_together(folder):
    file = folder / "hybrid1" / "fold1" / "predictions.csv"
    file.write_text(file.read_text().replace("1-0,", "other,"))
    with pytest.raises(RunError, match="hybrid1 and cnn1d .* same records"):
        _ = CrossValidation.read(folder).predictions


def test_runs_of_other_labels_are_not_reported_together(folder):
    file = folder / "hybrid1" / "fold1" / "predictions.csv"
    first, other = (f"1-0,1-0,{name}," for name in CLASSES[:2])
    file.write_text(file.read_text().replace(first, other))
    said = "did not answer for the same records, labels and groups; keep runs of different data in"
    with pytest.raises(RunError, match=said):
        _ = CrossValidation.read(folder).predictions


def test_a_folder_without_runs_is_named(tmp_path):
    with pytest.raises(RunError, match=r"holds no finished runs; expected <model>/fold<k>"):
        Study.read([tmp_path])
    result = CliRunner().invoke(app, ["report", str(tmp_path)])
    assert "holds no finished runs" in str(result.exception)


def test_the_leak_free_protocol_comes_first(folder, tmp_path):
    leaky = finished_runs(tmp_path / "runs", "cnn1d", 0.99, protocol="paper")
    study = Study.read([leaky, folder])
    assert [one.leaky for one in study] == [False, True]
    assert study.headline.folder == folder
    assert results(study).count("This protocol leaks") == 1


def test_the_results_are_the_metrics_of_the_predictions(folder):
    study = Study.read([folder])
    one = study.headline.predictions["hybrid1"]
    expected = classification_metrics(one.labels, one.probabilities, one.classes)
    body = results(study)
    assert f"{expected.accuracy:.3f} (" in body
    assert f"{expected.f1:.3f} (" in body


def test_losses_of_which_nothing_was_held_out_are_shown_and_not_judged(tmp_path):
    alone = [{"loss": 2.0}, {"loss": 1.0}]
    folder = finished_runs(tmp_path, "cnn1d", 0.7, history=alone)
    found = training_health_section(Study.read([folder]))
    said = (
        "<li>cnn1d is not judged: nothing was held out of its training part, so there is no "
        "validation loss.</li>"
    )
    assert said in found
    assert "<td>2.0</td><td></td><td></td><td></td><td>not judged</td>" in found
    assert "<figure>" in found
    assert "No run overfitted" not in found
    finished_runs(tmp_path, "cnn2d", 0.7)
    one_epoch = training_health_section(Study.read([folder]))
    assert "<li>cnn2d is not judged: it was trained for one epoch only.</li>" in one_epoch
    rising = [{"loss": 2.0, "val_loss": 2.0}, {"loss": 1.0, "val_loss": 3.0}]
    finished_runs(tmp_path, "hybrid1", 0.7, history=rising)
    beside = training_health_section(Study.read([folder]))
    assert said in beside
    assert "<li>hybrid1 fold 1: the validation loss rose by 25%" in beside
    assert "<td>2.0</td><td>1.0</td><td>+0.000</td><td>+2.000</td><td>2 of 2</td>" in beside


def test_a_section_that_is_done_is_not_made_again(folder, tmp_path):
    made = []

    def counting(study):
        made.append(len(made))
        return f"<p>{len(made)}</p>"

    def failing(study):
        raise KeyboardInterrupt

    study, page = Study.read([folder]), tmp_path / "report.html"
    with pytest.raises(KeyboardInterrupt):
        write_report(study, page, sections={"a": ("A", counting), "b": ("B", failing)})
    assert not page.exists()
    write_report(study, page, sections={"a": ("A", counting), "b": ("B", counting)})
    assert made == [0, 1]
    assert "<p>1</p>" in page.read_text()
    finished_runs(tmp_path / "runs", "hybrid1", 0.5)
    write_report(Study.read([folder]), page, sections={"a": ("A", counting)})
    assert made == [0, 1, 2]


@pytest.mark.skipif(browser() is None, reason="no Chromium on PATH or in $ECGZOO_BROWSER")
@pytest.mark.parametrize("width", [1000, 500])
def test_a_browser_draws_every_figure_without_an_error(folder, tmp_path, width):
    page = tmp_path / "report.html"
    write_report(Study.read([folder]), page, sections=LIGHT)
    seen = Seen(page, tmp_path, width)
    assert seen.console == []
    assert len(seen.figures) == page.read_text().count("<figure>") > 0
    for wide, high, drawn in seen.figures.values():
        assert wide > 300
        assert high > 100
        assert drawn > 10
    assert seen.width <= width, "the page itself must not scroll sideways"


@pytest.mark.skipif(browser() is None, reason="no Chromium on PATH or in $ECGZOO_BROWSER")
def test_the_browser_would_see_an_error(tmp_path):
    page = tmp_path / "broken.html"
    page.write_text("<body><script>throw new Error('seen')</script></body>")
    assert any("seen" in line for line in Seen(page, tmp_path).console)
