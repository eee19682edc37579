"""`evaluate-pages`: pages whose printed signal is known."""

import numpy as np
import pandas as pd
import pytest
from limb_leads import lawful
from smooth_noise import smooth_noise
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC
from ecgzoo.pages.render import write_page
from ecgzoo.prediction import page_evaluation
from ecgzoo.prediction.page_evaluation import PageResult


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page of the known layout with its truth, and a white one."""
    folder = tmp_path_factory.mktemp("pages")
    waves = lawful(0.3 * smooth_noise(0, (8, 12)))
    signal = np.stack([np.interp(np.linspace(0, 7, 488), range(8), lead) for lead in waves.T], -1)
    strip = np.resize(signal[:, 1], 1966)
    write_page(folder / "page.png", signal, rhythm=strip)
    truth = np.full((1966, 12), np.nan)
    for place, lead in enumerate(PAGE_SPEC.leads):
        start = PAGE_LAYOUT.box(lead)[1] - PAGE_LAYOUT.strip_left
        truth[start : start + 488, place] = signal[:, place]
    truth[:, 1] = strip
    microvolts = np.where(np.isnan(truth), -32768, np.round(1000 * truth)).astype(np.int16)
    np.savez(folder / "page.npz", microvolts=microvolts)
    write_page(folder / "white.png", 0 * signal)
    (folder / "white.png").write_bytes(b"no image")
    table = pd.DataFrame(
        {
            "image": ["page.png", "white.png"],
            "truth": ["page.npz", "page.npz"],
            "hz": PAGE_SPEC.sampling_rate,
            "degradation": ["clean", "damaged"],
        }
    )
    table.to_csv(folder / "manifest.csv", index=False)
    return folder


def run(*arguments):
    return CliRunner().invoke(app, ["evaluate-pages", *map(str, arguments)])


def test_pages_are_read_and_compared(folder, tmp_path) -> None:
    told = run(folder / "manifest.csv", "--to", tmp_path / "results.csv")
    assert told.exit_code == 0, told.exception
    assert "1 of 2" in told.output
    page, white = pd.read_csv(tmp_path / "results.csv").to_dict("records")
    assert page["decibels"] > 25
    assert page["aVF"] > 15
    assert page["said"] == "a clean original, traced as it is"
    assert np.isnan(white["decibels"])
    assert "neither JPEG nor PNG" in white["said"]


def test_leads_that_are_far_off_are_counted_and_drawn(folder, tmp_path, monkeypatch) -> None:
    errors = {"I": (0.02, 0.03), "II": (0.3, 0.2), "V1": (0.05, 0.15)}
    result = PageResult("page.png", "clean", 12.0, {}, errors, 1.0, "")
    monkeypatch.setattr(page_evaluation, "evaluate_pages", lambda manifest: iter([result]))
    told = run(folder / "manifest.csv", "--picture", tmp_path / "trust.png")
    assert told.exit_code == 0, told.exception
    assert "2 of 3 leads" in told.output
    assert "1 of these are marked" in (said := " ".join(told.output.split()))
    assert "with an AUC of 1.000" in said
    assert (tmp_path / "trust.png").read_bytes().startswith(b"\x89PNG")


def test_a_manifests_words_are_no_commands_to_the_terminal(folder, monkeypatch) -> None:
    results = [PageResult("p", kind, None, {}, {}, 1.0, "") for kind in ("[bold]a", "[/b]")]
    monkeypatch.setattr(page_evaluation, "evaluate_pages", lambda manifest: iter(results))
    told = run(folder / "manifest.csv")
    assert told.exit_code == 0, told.exception
    assert "[bold]a" in told.output
    assert "[/b]" in told.output


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.drop(columns="hz"), "it lacks hz"),
        (lambda table: table.assign(truth="nowhere.npz"), "names nowhere.npz, which is not in"),
        (lambda table: table.assign(hz=[500, 0]), "expected hz above 0 of page.npz; mend it in"),
        (lambda table: table.assign(hz=["fast", 500]), "expected hz above 0 of page.npz; mend"),
        (
            lambda table: table.assign(truth="page.png"),
            "page.png: expected an .npz whose microvolts are int16 [samples, 12]; it holds none: "
            "name another file",
        ),
    ],
)
def test_an_unfit_manifest_is_a_sentence(folder, change, said) -> None:
    change(pd.read_csv(folder / "manifest.csv")).to_csv(folder / "other.csv", index=False)
    told = run(folder / "other.csv")
    assert told.exit_code
    assert said in str(told.exception)


@pytest.mark.parametrize(
    ("held", "came"),
    [
        ({"millivolts": np.zeros((5, 12))}, "it holds none: name another file"),
        ({"microvolts": np.zeros((12, 5), np.int16)}, "got int16 [12, 5]: write it anew"),
        ({"microvolts": np.zeros((0, 12), np.int16)}, "got int16 [0, 12]: write it anew"),
    ],
)
def test_an_unfit_truth_is_a_sentence_before_a_page_is_read(folder, tmp_path, held, came) -> None:
    table = pd.read_csv(folder / "manifest.csv").assign(truth=["page.npz", "other.npz"])
    table.to_csv(folder / "last_unfit.csv", index=False)
    np.savez(folder / "other.npz", **held)
    told = run(folder / "last_unfit.csv", "--to", tmp_path / "results.csv")
    assert str(told.exception) == (
        f"{folder / 'other.npz'}: expected an .npz whose microvolts are int16 [samples, 12]; {came}"
    )
    assert "reading" not in told.output


def test_the_folder_of_the_results_is_made(folder, tmp_path, monkeypatch) -> None:
    result = PageResult("page.png", "clean", 12.0, {}, {}, 1.0, "")
    monkeypatch.setattr(page_evaluation, "evaluate_pages", lambda manifest: iter([result]))
    told = run(folder / "manifest.csv", "--to", tmp_path / "new" / "results.csv")
    assert told.exit_code == 0, told.exception
    assert pd.read_csv(tmp_path / "new" / "results.csv")["decibels"].tolist() == [12.0]


@pytest.mark.parametrize(
    ("option", "file"), [("to", "manifest.csv"), ("picture", "page.png"), ("picture", "white.png")]
)
def test_nothing_is_written_over_what_is_read(folder, option, file) -> None:
    before = (folder / file).read_bytes()
    told = run(folder / "manifest.csv", f"--{option}", folder / "." / file)
    assert str(told.exception) == (
        f"expected another file for --{option} than {folder / file}, which is read and would be "
        "lost: name a new one"
    )
    assert (folder / file).read_bytes() == before
