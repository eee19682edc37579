"""`ecgzoo inspect`: one record in full, several in a line each, a picture."""

import json

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ecgzoo.cli import app

RATE = 250


@pytest.fixture
def folder(tmp_path):
    rng, time = np.random.default_rng(0), np.arange(20 * RATE) / RATE
    beat = np.exp(-(((time % 0.9 - 0.4) / 0.03) ** 2)) + rng.normal(0, 0.01, time.size)
    good = np.stack([0.5 * beat, beat, 0.5 * beat], axis=1)
    flat = good * [1, 0, 1]
    for name, signal in (("good", good), ("flat", flat)):
        rows = "\n".join(",".join(map(str, row)) for row in signal.tolist())
        (tmp_path / f"{name}.csv").write_text(f"I,II,III\n{rows}\n")
    (tmp_path / "words.csv").write_text("I,II,III\n0.1,0.2,0.3\n0.1,a,0.3\n")
    return tmp_path


def run(*arguments, columns=120):
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(app, ["inspect", *map(str, arguments)])
    assert result.exception is None, result.exception
    return result.stdout


def test_one_record_is_told_in_full(folder):
    shown = run(folder / "flat.csv", "--sampling-rate", RATE)
    assert "5,000 samples, 0:00:20.0" in shown
    assert "warning: Lead II is flat throughout: not recorded, or its electrode is off." in shown
    assert "note: the file does not say its unit: mV is assumed" in shown
    assert "does not hold" in shown
    good = run(folder / "good.csv", "--sampling-rate", RATE, "--unit", "mV")
    assert "warning" not in good
    assert "note" not in good
    assert "I + III = II holds: 0 uV" in " ".join(good.split())


def test_a_folder_has_a_line_for_each_also_for_what_cannot_be_read(folder):
    found = json.loads(run(folder, "--sampling-rate", RATE, "--json"))
    assert [one["file"].rpartition("/")[2] for one in found] == [
        "flat.csv",
        "good.csv",
        "words.csv",
    ]
    assert [bool(one.get("warnings")) for one in found] == [True, False, False]
    assert "words.csv" in found[2]["error"]
    lines = run(folder, "--sampling-rate", RATE).splitlines()
    assert sum("csv " in line.split("CSV")[0] for line in lines) >= 3


def test_several_files_are_taken_as_they_are_named(folder):
    files = folder / "good.csv", folder / "flat.csv"
    found = json.loads(run(*files, "--sampling-rate", RATE, "--json"))
    assert [one["file"] for one in found] == [str(file) for file in files]


def test_nothing_is_cut_in_a_terminal_of_80_columns(folder):
    whole = np.random.default_rng(0).normal(0, 3e6, (5000, 12)).round()
    names = [f"MDC_ECG_LEAD_V{place}" for place in range(1, 13)]
    np.savetxt(folder / "raw.csv", whole, "%d", ",", header=",".join(names), comments="")
    for asked in (folder / "raw.csv", folder):
        lines = run(asked, "--sampling-rate", RATE, columns=80).splitlines()
        assert max(map(len, lines)) <= 80
        assert "…" not in "".join(lines)
    good = run(folder / "good.csv", "--sampling-rate", RATE, columns=80)
    assert "lead low high span step gaps flat clipped 50 Hz 60 Hz" in " ".join(good.split())


def test_leads_are_picked_or_named(folder):
    picked = json.loads(
        run(folder / "good.csv", "--sampling-rate", RATE, "--leads", "aVF, I", "--json")
    )
    assert [lead["name"] for lead in picked["leads"]] == ["aVF", "I"]
    assert "aVF is computed from I and II" in picked["notes"]
    np.save(folder / "array.npy", np.random.default_rng(0).normal(0, 0.3, (5000, 2)))
    shown = run(folder / "array.npy", "--sampling-rate", RATE, "--leads", "V1,V2")
    assert "V1, V2" in shown


def test_json_of_one_is_what_the_library_says(folder):
    from ecgzoo import inspect_record

    found = json.loads(run(folder / "good.csv", "--sampling-rate", RATE, "--json"))
    assert found == json.loads(json.dumps(inspect_record(folder / "good.csv", RATE).to_dict()))


def test_the_picture_is_written(folder):
    picture = folder / "p.png"
    run(folder / "good.csv", "--sampling-rate", RATE, "--picture", picture, "--start", 5)
    with Image.open(picture) as image:
        assert image.width > 1000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good.csv"], "does not say its sampling rate"),
        (["good.csv", "--sampling-rate", "250", "--picture", "p.gif"], r"\.png or \.svg; got p"),
        (["good.csv", "--sampling-rate", "250", "--picture", "p.png", "--start", "20"], "20 s of"),
        (["good.csv", "flat.csv", "--picture", "p.png"], "--picture shows one record"),
        (["gone.csv"], r"no record .*gone\.csv"),
        (["."], "holds no record"),
    ],
)
def test_what_cannot_be_done_is_said(folder, arguments, said, monkeypatch):
    monkeypatch.chdir(folder)
    if arguments == ["."]:
        (folder / "empty").mkdir()
        arguments = ["empty"]
    result = CliRunner().invoke(app, ["inspect", *arguments])
    assert result.exit_code == 1
    with pytest.raises((ValueError, OSError), match=said):
        raise result.exception
    assert not (folder / "p.png").exists()


def test_names_in_a_file_are_no_commands_to_the_terminal(folder):
    (folder / "named.csv").write_text("[red]I,[/b]II\n" + "0.1,0.2\n0.2,0.3\n" * 200)
    shown = run(folder / "named.csv", "--sampling-rate", RATE)
    assert "[red]I" in shown
    assert "[/b]II" in shown
