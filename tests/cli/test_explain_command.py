"""`ecgzoo explain` and `ecgzoo corrected` as a user meets them: pictures, figures, bad input."""

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.evaluation import peak_share
from ecgzoo.explanation import explain, near_r_peaks
from ecgzoo.models.weights import load_preset
from ecgzoo.pages.layout import PAGE_SPEC

RATE = f"{SPEC.sampling_rate}"
SIGNAL = heartbeats(SPEC, 1)[0]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    with small_encoders():
        make_preset(root / "cnn1d", "cnn1d")
        make_preset(root / "hybrid1", "hybrid1")
        make_preset(root / "pages", "cnn1d", PAGE_SPEC, page="traces")
    return root


@pytest.fixture
def ask(runs, tmp_path):
    def run(model, signal, *options):
        np.save(tmp_path / "signal.npy", signal)
        out = ["--out", str(tmp_path / "why.png"), "--sampling-rate", RATE]
        arguments = ["explain", str(runs / model), str(tmp_path / "signal.npy"), *out, *options]
        with small_encoders():
            return CliRunner().invoke(app, arguments)

    return run


@pytest.mark.whole
def test_the_figures_are_those_of_the_library(runs, ask, tmp_path):
    result = ask("hybrid1", SIGNAL, "--class", "MI")
    assert result.exit_code == 0, result.exception
    with small_encoders():
        model, preset = load_preset(runs / "hybrid1")
        found = explain(model, SIGNAL[None], SPEC, target="MI", classes=CLASSES)
    for share in found.probabilities[0]:
        assert f"{share:.3f}" in result.stdout
    near = near_r_peaks(SIGNAL[None], SPEC)
    assert str(peak_share(found.on_signal(), near)) in result.stdout
    assert "0.000  explained" not in result.stdout
    assert (tmp_path / "why.png").stat().st_size > 10_000


def test_integrated_gradients_say_what_they_sum_to(ask):
    result = ask("cnn1d", SIGNAL, "--method", "integrated_gradients")
    assert "of the rise" in result.stdout, result.exception


def test_a_signal_without_r_peaks_is_drawn_without_a_share(ask, tmp_path):
    slow = np.sin(np.arange(SPEC.samples) / 60)[:, None] * np.ones(2)
    result = ask("cnn1d", slow)
    assert "no R peaks found" in result.stdout, result.exception
    assert (tmp_path / "why.png").exists()


def test_a_window_of_a_long_signal(ask):
    long = np.concatenate([SIGNAL, SIGNAL[::-1]])
    assert "window 2 of 3: 2.0-4.0 s" in ask("cnn1d", long, "--window", "2").stdout
    assert "--window must lie in 0 to 2" in str(ask("cnn1d", long, "--window", "3").exception)


@pytest.mark.parametrize(
    ("signal", "options", "message"),
    [
        (SIGNAL, ("--class", "HBB"), "unknown class 'HBB'; did you mean 'HB'?"),
        (SIGNAL, ("--method", "gradcam"), "did you mean 'grad_cam'"),
        (SIGNAL, ("--domain", "time_frequency"), "unknown domain 'time_frequency'; known: time"),
        (SIGNAL, ("--record", "HB(81).jpg"), "either a FILE or a --record"),
        (SIGNAL[:, :1], (), "2|leads"),
        (SIGNAL[:300], (), "at least 2.000 s, one window; got 1.200"),
        (np.where(np.arange(500)[:, None] == 7, np.nan, SIGNAL), (), "finite"),
    ],
)
def test_bad_input_is_refused_with_a_reason(ask, tmp_path, signal, options, message):
    result = ask("cnn1d", signal, *options)
    assert isinstance(result.exception, ValueError)
    assert any(one in str(result.exception) for one in message.split("|"))
    assert not (tmp_path / "why.png").exists()


@pytest.mark.whole
def test_a_record_is_explained_by_its_name(runs, tmp_path):
    out = ["--out", str(tmp_path / "why.svg"), "--method", "grad_cam"]
    with small_encoders():
        ask = ["explain", str(runs / "pages"), "--record"]
        good = CliRunner().invoke(app, [*ask, "HB(81).jpg", *out])
        bad = CliRunner().invoke(app, [*ask, "HB(81)", *out])
        no_pages = CliRunner().invoke(app, ["explain", str(runs / "cnn1d"), "--record", "x", *out])
    assert "labelled HB" in good.stdout, good.exception
    assert (tmp_path / "why.svg").exists()
    assert "unknown record 'HB(81)'; did you mean" in str(bad.exception)
    assert "names no data set that it was trained on" in str(no_pages.exception)


def test_without_a_run_or_a_file_it_is_said(runs, tmp_path):
    gone = CliRunner().invoke(app, ["explain", str(runs / "cnn1d"), str(tmp_path / "gone.npy")])
    assert "gone.npy" in str(gone.exception)
    unknown = CliRunner().invoke(app, ["explain", "cnn9d", "--record", "x"])
    assert "did you mean" in str(unknown.exception)
    empty = CliRunner().invoke(app, ["corrected", str(tmp_path), str(tmp_path)])
    assert "no finished folds" in str(empty.exception)


def test_a_files_name_is_no_command_to_the_terminal(runs, tmp_path):
    np.save(tmp_path / "[bold]a.npy", SIGNAL)
    out = ["--out", str(tmp_path / "[i]why.png"), "--sampling-rate", RATE]
    with small_encoders():
        asked = ["explain", str(runs / "cnn1d"), str(tmp_path / "[bold]a.npy"), *out]
        result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.exception
    assert "[bold]a.npy by cnn1d" in " ".join(result.stdout.split())
    assert f"written: {tmp_path / '[i]why.png'}" in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--window", "1"), "--window, which is"),
        (("--sampling-rate", "500", "--unit", "mV"), "--sampling-rate, --unit, which are"),
    ],
)
def test_what_is_of_a_record_is_not_ignored_for_a_page(runs, tmp_path, options, said):
    (tmp_path / "page.png").write_bytes(b"a page")
    asked = ["explain", str(runs / "pages"), str(tmp_path / "page.png"), *options]
    told = str(CliRunner().invoke(app, asked).exception)
    assert told.startswith(f"expected no {said} of records: page.png is a page; leave ")


def test_a_page_is_not_drawn_over(runs, tmp_path) -> None:
    (tmp_path / "page.png").write_bytes(b"a page")
    page = str(tmp_path / "page.png")
    result = CliRunner().invoke(app, ["explain", str(runs / "pages"), page, "--out", page])
    assert str(result.exception).startswith(f"expected another file for --out than {page}, which")
    assert (tmp_path / "page.png").read_bytes() == b"a page"


def test_a_picture_that_cannot_be_written_is_refused_before_anything_is_computed(
    ask, tmp_path
) -> None:
    result = ask("cnn1d", SIGNAL, "--out", str(tmp_path / "why.jpg"))
    said = f"expected a picture that ends in .png or .svg; got {tmp_path / 'why.jpg'}"
    assert str(result.exception) == said


@pytest.mark.parametrize("option", ["--sampling-rate=500", "--unit=uV"])
def test_what_is_of_a_file_is_not_ignored_for_a_known_record(runs, option) -> None:
    asked = ["explain", str(runs / "pages"), "--record", "HB(81).jpg", option]
    told = str(CliRunner().invoke(app, asked).exception)
    assert told == "--sampling-rate and --unit are of a FILE; a --record's are known"
