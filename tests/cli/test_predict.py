"""`ecgzoo predict` as a user meets it: good files, and every kind of bad one.

Most tests run twice, on a folder and on a server: both must answer the same and say the same.
"""

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from predict_command import RATE, answered
from small_encoders import small_encoders
from typer.testing import CliRunner

import ecgzoo
from ecgzoo.artifact import shipped_presets
from ecgzoo.cli import app
from ecgzoo.errors import DataWarning
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import page_bytes, render_page


@pytest.fixture(scope="module")
def served(exported):
    return Served(exported / "cnn1d")


@pytest.mark.whole
def test_a_page_and_its_traces_get_the_same_answer(predict, signal, tmp_path):
    page, array = tmp_path / "page.png", tmp_path / "signal.npy"
    page.write_bytes(page_bytes(render_page(signal, PAGE_SPEC)))
    np.save(array, trace_page(page).signal)
    from_page = answered(predict(page, "--json"))
    from_signal = answered(predict(array, "--sampling-rate", RATE, "--json"))
    assert sum(from_page["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert from_page["probabilities"] == pytest.approx(from_signal["probabilities"], abs=1e-4)


def test_a_long_signal_is_answered_per_window_and_overall(predict, signal, tmp_path):
    file = tmp_path / "long.csv"
    long = np.concatenate([signal, signal, signal])[: 2 * PAGE_SPEC.samples]
    header = ",".join(PAGE_SPEC.leads)
    np.savetxt(file, long, delimiter=",", header=header, comments="")
    answer = answered(predict(file, "--sampling-rate", RATE, "--json"))
    rows = np.array([list(one["probabilities"].values()) for one in answer["windows"]])
    assert len(rows) == 3  # at 0, 244 and the last one, at 488
    np.testing.assert_allclose(list(answer["probabilities"].values()), rows.mean(0), atol=1e-5)
    assert answer["windows"][-1]["window"] == "2.5-5.0 s"


def test_a_file_of_whole_microvolts_and_other_names(predict, signal, tmp_path):
    in_steps = np.rint(signal * 1000)
    np.save(tmp_path / "mv.npy", in_steps / 1000)
    expected = answered(predict(tmp_path / "mv.npy", "--sampling-rate", RATE, "--json"))
    names = ",".join(f"MDC_ECG_LEAD_{lead}" for lead in PAGE_SPEC.leads[::-1])
    file = tmp_path / "uv.csv"
    np.savetxt(file, in_steps[:, ::-1], delimiter=",", header=names, comments="", fmt="%d")
    with pytest.warns(DataWarning, match="uv.csv: the leads MDC_ECG_LEAD_") as told:
        found = answered(predict(file, "--sampling-rate", RATE, "--unit", "uV", "--json"))
    assert len(told) == 1
    assert found["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-5)
    assert "--unit uV" in str(predict(file, "--sampling-rate", RATE).exception)


def test_the_table_says_what_it_is_not(predict, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    result = predict(tmp_path / "signal.npy", "--sampling-rate", RATE)
    assert "not a diagnostic device" in result.stdout
    assert "signal.npy by cnn1d version 1" in result.stdout
    assert "0.0-2.5 s" in result.stdout


def broken(signal):
    nan, infinite = signal.copy(), signal.copy()
    nan[3, 2], infinite[5, 1] = np.nan, np.inf
    return {
        "nan": (nan, "finite"),
        "infinite": (infinite, "finite"),
        "empty": (np.zeros((0, 12)), "holds none"),
        "two leads": (signal[:, :2], "12|leads"),
        "constant": (np.ones_like(signal), "varying"),
        "integers": ((signal * 1000).astype(int), "converter units"),
        "microvolts": (signal * 1e6, "microvolts"),
        "short": (signal[:100], "at least 2.479 s, one window; got 0.508. Take a longer recording"),
        "transposed": (signal.T, "Transpose"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "nan",
        "infinite",
        "empty",
        "two leads",
        "constant",
        "integers",
        "microvolts",
        "short",
        "transposed",
    ],
)
def test_bad_signals_are_refused_with_a_reason(predict, signal, tmp_path, kind):
    array, reason = broken(signal)[kind]
    np.save(tmp_path / "bad.npy", array)
    result = predict(tmp_path / "bad.npy", "--sampling-rate", RATE)
    assert result.exit_code != 0
    assert isinstance(result.exception, ValueError)
    assert re.search(reason, str(result.exception)), result.exception


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda page: page_bytes(page, "jpeg")[:20_000], "ends early"),
        (lambda page: page_bytes(page)[:20_000], "ends early"),
        (lambda page: b"hello", "neither JPEG nor PNG"),
        (lambda page: b"", "neither JPEG nor PNG"),
        (lambda page: page_bytes(page[::2, ::2]), "another size"),
        (lambda page: page_bytes(np.full_like(page, 255)), "without traces"),
    ],
    ids=["cut jpeg", "cut png", "text", "empty", "small", "blank"],
)
def test_bad_pages_are_refused_with_a_reason(served, signal, content, reason):
    with pytest.raises(ValueError, match=reason):
        served.page(content(render_page(signal, PAGE_SPEC)))


def test_a_bad_page_on_the_command_line(predict, tmp_path):
    (tmp_path / "text.jpg").write_text("hello")
    result = predict(tmp_path / "text.jpg")
    assert result.exit_code != 0
    said = str(result.exception)
    assert said.startswith(f"{tmp_path / 'text.jpg'}: expected a 3 x 4 + 1 ECG page of ")
    assert "found bytes that are neither JPEG nor PNG" in said


@pytest.mark.parametrize("option", ["--to=out.csv", "--picture=out.png"])
def test_what_is_of_many_windows_is_not_ignored_for_a_page(predict, tmp_path, option):
    (tmp_path / "page.png").write_bytes(b"")
    said = str(predict(tmp_path / "page.png", option).exception)
    assert said.startswith("--to and --picture are of a record's windows over time")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sampling-rate", "500"], "expected no --sampling-rate, which is of records: "),
        (["--unit", "uV"], "expected no --unit, which is of records: "),
        (["--leads", "I", "--seconds", "5"], "expected no --leads, --seconds, which are of recor"),
    ],
)
def test_what_is_of_a_record_is_not_ignored_for_a_page(predict, tmp_path, options, said):
    (tmp_path / "page.png").write_bytes(b"")
    told = str(predict(tmp_path / "page.png", *options).exception)
    assert told.startswith(said)
    assert told.endswith(f"page.png is a page; leave {'them' if options[2:] else 'it'} out")


@pytest.mark.parametrize(("option", "name"), [("to", "a.csv"), ("picture", "a.png")])
def test_what_is_asked_about_is_not_written_over(predict, tmp_path, option, name):
    (tmp_path / name).write_text("I\n1\n")
    told = predict(tmp_path / name, f"--{option}", str(tmp_path / name))
    assert str(told.exception) == (
        f"expected another file for --{option} than {tmp_path / name}, which is read and would be "
        "lost: name a new one"
    )
    assert (tmp_path / name).read_text() == "I\n1\n"


def test_a_preset_names_a_bad_page(tmp_path):
    (tmp_path / "text.jpg").write_text("hello")
    arguments = ["predict", str(tmp_path / "text.jpg"), "--model", "cnn1d.ecg_images"]
    result = CliRunner().invoke(app, [*arguments, "--exported", str(tmp_path)])
    said = str(result.exception)
    assert said.startswith(f"{tmp_path / 'text.jpg'}: expected a 3 x 4 + 1 ECG page of ")


def test_of_what_is_no_page_there_is_the_sentence_alone(tmp_path, capfd):
    folder = tmp_path / "a["  # with the file's name what would be a closing tag to a console
    folder.mkdir()
    (folder / "b].jpg").write_text("hello")
    arguments = ["predict", str(folder / "b].jpg"), "--model", "cnn1d.ecg_images"]
    result = CliRunner().invoke(app, [*arguments, "--exported", str(tmp_path)])
    assert "neither JPEG nor PNG" in str(result.exception)
    assert "Not a JPEG" not in capfd.readouterr().err  # of libjpeg, on the descriptor itself


def test_a_missing_sampling_rate_is_asked_for(predict, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    result = predict(tmp_path / "signal.npy")
    assert "--sampling-rate" in str(result.exception)


def test_a_missing_file_is_named(predict, tmp_path):
    assert "gone.npy" in str(predict(tmp_path / "gone.npy").exception)


def test_a_folder_is_no_file(predict, tmp_path):
    for folder in (tmp_path, Path()):
        said = str(predict(folder).exception)
        assert said == f"expected one file; {folder} is a folder. Name a file in it."


@pytest.mark.parametrize(
    ("model", "preset"),
    [
        ("hybrid1", "hybrid1.ecg_images"),
        ("mine", f"{next(iter(shipped_presets()))} and {len(shipped_presets()) - 1} more"),
    ],
)
def test_of_a_model_that_was_not_exported_its_preset_is_said(signal, tmp_path, model, preset):
    np.save(tmp_path / "signal.npy", signal)
    arguments = [str(tmp_path / "signal.npy"), "--exported", str(tmp_path), "--model", model]
    assert str(CliRunner().invoke(app, ["predict", *arguments]).exception) == (
        f"{tmp_path} holds no exported version; `ecgzoo export` writes one "
        f"(a preset needs no export: --model {preset})"
    )


@pytest.mark.whole
@pytest.mark.parametrize("kind", ["signal", "page"])
def test_a_preset_answers_without_an_export(kind, signal, tmp_path):
    np.save(tmp_path / "record.npy", signal)
    (tmp_path / "record.png").write_bytes(page_bytes(render_page(signal)))
    file, name = tmp_path / f"record.{'npy' if kind == 'signal' else 'png'}", "cnn1d.ecg_images"
    where = ["--exported", str(tmp_path), "--json"]
    where += ["--sampling-rate", RATE] if kind == "signal" else []
    found = answered(CliRunner().invoke(app, ["predict", str(file), "--model", name, *where]))
    expected = ecgzoo.load(name).predict(file, sampling_rate=PAGE_SPEC.sampling_rate)
    (row,) = found["windows"]
    assert [*row["probabilities"].values()] == pytest.approx(expected.probabilities[0].tolist())
    assert row["label"] == expected.predicted[0]


@pytest.mark.parametrize("command", ["predict {file} --model {folder}", "export {folder}"])
def test_a_folder_of_anything_is_refused_at_once(command, signal, tmp_path):
    """Without a look at what lies deeper, and before TensorFlow is imported."""
    np.save(tmp_path / "signal.npy", signal)
    (tmp_path / "any" / "a" / "b" / "c" / "cnn1d" / "1").mkdir(parents=True)
    program = """
import os, sys
sys.modules |= dict.fromkeys(("tensorflow", "keras"))
for name in ("scandir", "listdir", "walk"):
    def listed(path=".", *rest, do=getattr(os, name), **options):
        assert "any" + os.sep not in str(path), f"looked into {path}"
        return do(path, *rest, **options)
    setattr(os, name, listed)
from ecgzoo.cli import main
main()
"""
    filled = command.format(file=tmp_path / "signal.npy", folder=tmp_path / "any")
    done = subprocess.run(
        [sys.executable, "-c", program, *filled.split()],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    said = {
        "predict": "holds no exported version: expected a model's folder such as exported/hybrid1, "
        "or a version's such as exported/hybrid1/1; `ecgzoo export RUN` or `make demo` writes one",
        "export": "has no preset.json: it is no finished run and no preset",
    }
    assert done.stderr == f"error: {tmp_path / 'any'} {said[command.split()[0]]}\n"


@pytest.mark.whole
@pytest.mark.parametrize("model", ["preset", "version"])
def test_some_leads_and_shorter_windows_are_answered(model, exported, tmp_path) -> None:
    file = tmp_path / "watch.csv"
    lead = np.random.default_rng(0).normal(size=250).cumsum() / 30
    np.savetxt(file, lead, header="I", comments="")
    name = {"preset": "cnn1d.ecg_images", "version": str(exported / "cnn1d")}[model]
    asked = ("predict", str(file), "--model", name, "--sampling-rate", "125")
    refused = CliRunner().invoke(app, [*asked])
    assert "expected the leads I, II" in str(refused.exception)
    with small_encoders() if model == "version" else contextlib.nullcontext():
        found = CliRunner().invoke(app, [*asked, "--leads", "I", "--seconds", "2", "--json"])
        assert found.exit_code == 0, found.exception
        other = ecgzoo.load(name, leads=["I"], seconds=2)
    answers = json.loads(found.stdout)["probabilities"]
    expected = other.predict(lead[:, None], sampling_rate=125)
    np.testing.assert_allclose([*answers.values()], expected.probabilities[0], atol=1e-5)
