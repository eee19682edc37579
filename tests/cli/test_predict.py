"""`ecgzoo predict` as a user meets it: good files, and every kind of bad one.

Most tests run twice, on a folder and on a server: both must answer the same and say the same.
"""

import contextlib
import io
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from limb_leads import lawful
from rest_server import stand_in
from rich.console import Console
from small_encoders import small_encoders
from small_presets import heartbeats
from typer.testing import CliRunner

import ecgzoo
from ecgzoo.artifact import shipped_presets
from ecgzoo.cli import app
from ecgzoo.cli.answers import table
from ecgzoo.client import Client, Prediction
from ecgzoo.errors import DataWarning
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.pages.decode import trace_page
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.prediction.told import Row, Told, content, decided

RATE = f"{PAGE_SPEC.sampling_rate:.4f}"


@pytest.fixture(scope="module")
def exported(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces", small=True).version.parents[1]


@pytest.fixture(scope="module")
def server(exported):
    with stand_in({"cnn1d": exported / "cnn1d"}) as address:
        yield address


@pytest.fixture(scope="module", params=["folder", "server"])
def predict(request, exported, server):
    where = {"folder": ["--exported", str(exported)], "server": ["--server", server]}

    def run(file, *options):
        arguments = ["predict", str(file), "--model", "cnn1d", *where[request.param]]
        return CliRunner().invoke(app, [*arguments, *options])

    return run


@pytest.fixture(scope="module")
def served(exported):
    return Served(exported / "cnn1d")


@pytest.fixture(scope="module")
def signal():
    return lawful(heartbeats(PAGE_SPEC, 1))[0]


def answered(result):
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


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


@pytest.fixture(scope="module")
def two_versions(exported, tmp_path_factory):
    folder = tmp_path_factory.mktemp("two") / "cnn1d"
    for number in ("1", "2"):
        shutil.copytree(exported / "cnn1d" / "1", folder / number)
    return folder


CANARY = {"cnn1d": {"stable": 1, "canary": 2}}


@pytest.mark.parametrize(
    ("labels", "answers", "said"),
    [
        (CANARY, "1", "version 1 (stable)"),
        (None, "2", "version 2 (newest; none is labelled stable)"),
    ],
)
def test_the_stable_version_answers_though_a_canary_is_higher(
    two_versions, signal, tmp_path, labels, answers, said
):
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    with stand_in({"cnn1d": two_versions}, labels) as address:
        options = ["--server", address, "--model", "cnn1d"]
        answer = answered(CliRunner().invoke(app, [*arguments, *options, "--json"]))
        shown = CliRunner().invoke(app, [*arguments, *options]).stdout
    assert answer["version"] == answers
    assert answer["model"] == f"{address}/v1/models/cnn1d/versions/{answers}"
    assert said in " ".join(shown.split())


def test_a_stable_version_that_still_loads_is_waited_for(two_versions, signal, tmp_path):
    """Beside a canary that can be asked already."""
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    for states, labels, which, got in (
        ({1: "LOADING"}, CANARY, "labelled stable ", "version 2 AVAILABLE, version 1 LOADING"),
        ({1: "START", 2: "END"}, None, "", "version 2 END, version 1 START"),
    ):
        with stand_in({"cnn1d": two_versions}, labels, states) as address:
            result = CliRunner().invoke(app, [*arguments, "--server", address, "--model", "cnn1d"])
        assert str(result.exception) == (
            f"expected a version of cnn1d {which}that can be asked; got {got}. Wait and ask again "
            "while it loads; the server prints why one does not load. "
            f"(Asked: GET {address}/v1/models/cnn1d)"
        )


def test_a_servers_names_are_no_commands_to_the_terminal(exported, server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    contract = replace(Client(server, "cnn1d").contract(), model="[/bold]\x1b[31m", label="[b]\x07")
    name = "[/bold]\x1b[2J"
    row = Row("1", Prediction({name: 1.0}, name, 1.0))
    told = Told(tmp_path / "[x].npy", contract, "1", "", server, [row], row, False)
    console = Console(width=200, file=io.StringIO())
    console.print(table(told))
    shown = console.file.getvalue()
    assert "[x].npy by [/bold][31m version 1" in shown
    assert "The label is the [b] class." in shown
    assert shown.count("[/bold][2J") == 2
    assert "\x1b" not in shown
    assert "\x07" not in shown


THIRTY = {f"class {number}": number / 40 for number in range(1, 31)}


def shown_of_thirty(server, tmp_path, thresholds):
    """What a terminal of 80 columns shows of thirty classes, and the cells of each row."""
    contract = replace(
        Client(server, "cnn1d").contract(), classes=tuple(THIRTY), thresholds=thresholds
    )
    row = Row("1", Prediction(THIRTY, "class 30", 0.75))
    told = Told(tmp_path / "x.npy", contract, "1", "", server, [row], row, False)
    console = Console(width=80, file=io.StringIO())
    console.print(table(told))
    lines = console.file.getvalue().splitlines()
    rows = [re.split(r" *│ *", line)[1:-1] for line in lines if line.startswith("│")]
    return " ".join(" ".join(lines).split()), rows


@pytest.mark.parametrize("fitted", [False, True])
def test_many_classes_are_rows_of_a_table_that_fits_the_terminal(server, tmp_path, fitted):
    thresholds = dict.fromkeys(THIRTY, 0.7) if fitted else {}
    said, rows = shown_of_thirty(server, tmp_path, thresholds)
    assert [one[:2] for one in rows] == [
        [f"class {number}", f"{number / 40:.3f}"] for number in range(30, 18, -1)
    ]
    assert [one[2:] for one in rows] == [["yes"]] * 3 + [[""]] * 9 if fitted else [[]] * 12
    assert "18 more classes, each below 0.450: --json has all." in said


def test_of_many_classes_those_above_their_thresholds_are_all_shown(server, tmp_path):
    thresholds = dict.fromkeys(THIRTY, 1.0) | {"class 3": 0.05, "class 30": 0.1}
    said, rows = shown_of_thirty(server, tmp_path, thresholds)
    assert [name for name, _, above in rows if above] == ["class 30", "class 3"]
    assert len(rows) == 13
    assert "17 more classes, each below 0.450" in said


@pytest.mark.parametrize("count", [3, 5, 6, 8])
def test_neither_names_nor_probabilities_are_cut_in_80_columns(server, tmp_path, count):
    shares = {f"ventricular_tachycardia_{number}": 0.101 + number for number in range(count)}
    contract = replace(
        Client(server, "cnn1d").contract(), classes=tuple(shares), thresholds=dict(shares)
    )
    label = next(iter(shares))
    rows = [Row(f"{start}.0-{start}0.0 s", Prediction(shares, label, 0.1)) for start in (1, 2)]
    told = Told(tmp_path / "x.npy", contract, "1", "", server, rows, rows[0], False)
    console = Console(width=80, file=io.StringIO())
    console.print(table(told))
    shown = console.file.getvalue()
    assert "…" not in shown
    assert all(f"{share:.3f}" in shown for share in shares.values())
    assert ("The mean of 2 windows: --json has each." in shown) == (count > 5)


def test_it_is_said_how_a_label_is_decided(exported, server, signal, tmp_path):
    contract = Client(server, "cnn1d").contract()
    row = Row("1", Prediction(dict.fromkeys(contract.classes, 1.0), contract.classes[0], 1.0))
    told = Told(tmp_path, contract, "1", "", server, [row], row, False)
    most = "The label is the most probable class."
    assert decided(told) == most
    assert decided(replace(told, calibrated=True)) == f"{most} No temperature was fitted."
    fitted = replace(told, contract=replace(contract, fitted=("temperature",), temperature=1.5))
    assert decided(fitted) == f"{most} A temperature was fitted: --calibrated applies it."
    assert decided(replace(fitted, calibrated=True)).endswith("with the fitted temperature, 1.50.")
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    where = ["--model", "cnn1d", "--exported", str(exported)]
    assert "most probable class" in CliRunner().invoke(app, [*arguments, *where]).stdout
    assert answered(CliRunner().invoke(app, [*arguments, *where, "--json"]))["decision"] == {
        "label": "most probable",
        "temperature": 1,
        "thresholds": {},
        "fitted": [],
        "applied": [],
    }


def test_what_was_fitted_is_applied_where_it_is_asked_for(exported, server, tmp_path):
    plain = Client(server, "cnn1d").contract()
    first, *others = plain.classes
    thresholds = {first: 0.6, others[0]: 0.1}
    contract = replace(plain, temperature=2.0, thresholds=thresholds, fitted=("temperature",))
    shares = {first: 0.64, others[0]: 0.36} | dict.fromkeys(others[1:], 0.0)
    row = Row("1", Prediction(shares, first, 0.64))
    told = Told(tmp_path, contract, "1", "", server, [row], row, True)
    found = content(told)
    assert found["probabilities"][first] == pytest.approx(0.8 / 1.4)
    assert found["decision"]["applied"] == ["temperature"]
    assert found["above_thresholds"] == (first, others[0]), "of what was answered"
    console = Console(width=200, file=io.StringIO())
    console.print(table(told))
    assert "above threshold" in console.file.getvalue()
    assert f"{first}, {others[0]}" in console.file.getvalue()


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


def test_a_server_and_a_folder_give_the_same(exported, server, signal, tmp_path):
    """Leads in another order at another rate, so that nothing is right by chance."""
    order = np.random.default_rng(0).permutation(len(PAGE_SPEC.leads))
    long = np.repeat(np.concatenate([signal, signal[::-1]]), 2, axis=0)[:, order]
    file = tmp_path / "long.csv"
    header = ",".join(PAGE_SPEC.leads[place] for place in order)
    np.savetxt(file, long, delimiter=",", header=header, comments="")
    options = ["--model", "cnn1d", "--sampling-rate", f"{2 * PAGE_SPEC.sampling_rate:.4f}"]
    local, remote = (
        answered(CliRunner().invoke(app, ["predict", str(file), *options, *where, "--json"]))
        for where in (["--exported", str(exported)], ["--server", server])
    )
    assert remote.pop("model") == f"{server}/v1/models/cnn1d/versions/1"
    assert local.pop("model") == str(exported / "cnn1d" / "1")
    assert len(local["windows"]) == 3
    for one, other in zip(local.pop("windows"), remote.pop("windows"), strict=True):
        assert one.pop("probabilities") == pytest.approx(other.pop("probabilities"), abs=1e-5)
        assert one == other
    assert local.pop("probabilities") == pytest.approx(remote.pop("probabilities"), abs=1e-5)
    assert local == remote


def test_a_server_is_asked_without_tensorflow(server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    command = [str(tmp_path / "signal.npy"), "--sampling-rate", RATE, "--server", server]
    program = """
import sys
sys.modules |= dict.fromkeys(("tensorflow", "keras"))
from ecgzoo.cli import app
app(sys.argv[1:])
"""
    arguments = ["predict", *command, "--model", "cnn1d"]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "0.0-2.5 s" in done.stdout, done.stderr


def test_a_server_without_the_model_or_none_at_all(server, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--sampling-rate", RATE]
    unknown = CliRunner().invoke(app, [*arguments, "--server", server, "--model", "hybrid9"])
    assert "Could not find any versions of model hybrid9" in str(unknown.exception)
    nobody = CliRunner().invoke(app, [*arguments, "--server", "http://127.0.0.1:1"])
    assert "Is the server running" in str(nobody.exception)


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


def test_a_model_on_a_server_takes_no_other_leads(tmp_path) -> None:
    np.save(tmp_path / "one.npy", np.zeros((500, 1)))
    asked = ["predict", str(tmp_path / "one.npy"), "--server", "http://localhost:1"]
    found = CliRunner().invoke(app, [*asked, "--leads", "I"])
    assert "--leads and --seconds are of a model in this process" in str(found.exception)
