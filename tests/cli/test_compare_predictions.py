"""compare-predictions: its table, its verdict and its JSON, without TensorFlow."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from simulated_answers import labels_and_groups, probabilities_of
from typer.testing import CliRunner

from ecgzoo.cli import app

CLASSES = ("MI", "NORM", "STTC")


def write(path, strength, seed, groups=40, named=True):
    labels, index = labels_and_groups(120, groups)
    likely = probabilities_of(labels, index, strength, seed).round(4)
    head = [*(["name"] if named else []), "label", "patient", *CLASSES]
    rows = [
        [*([f"r{i}"] if named else []), CLASSES[labels[i]], f"p{index[i]}", *likely[i]]
        for i in range(120)
    ]
    if named:
        rows = [rows[i] for i in np.random.default_rng(seed).permutation(120)]
    path.write_text("\n".join(",".join(map(str, row)) for row in [head, *rows]) + "\n")
    return str(path)


@pytest.fixture
def files(tmp_path):
    return write(tmp_path / "a.csv", 3.0, 1), write(tmp_path / "b.csv", 1.0, 2)


def run(*arguments):
    options = ["--groups", "patient", "--resamples", "200"]
    return CliRunner().invoke(app, ["compare-predictions", *arguments, *options])


def test_the_table_fits_80_columns_and_ends_in_the_verdict(files):
    shown = run(*files)
    assert shown.exit_code == 0, shown.exception
    lines = shown.stdout.splitlines()
    assert max(len(line) for line in lines if "/" not in line) <= 80
    assert "120 records, 40 groups by patient" in shown.stdout
    for metric in ("accuracy", "macro F1", "macro AUC"):
        assert sum(line.strip().startswith(metric) for line in lines) == 3
    assert "a patient has several records" in shown.stdout
    assert "40 groups are few: intervals, AUC's most, and Bayesian" in shown.stdout
    assert "A is better than B: its macro F1 is higher by 0." in shown.stdout


def test_json_holds_every_figure_and_the_verdict(tmp_path):
    to = tmp_path / "deep" / "figures.json"
    files = write(tmp_path / "a.csv", 3.0, 1, 120), write(tmp_path / "b.csv", 1.0, 2, 120)
    assert run(*files, "--json", str(to)).exit_code == 0
    found = json.loads(to.read_text())
    assert found["files"] == dict(zip(("first", "second"), files, strict=True))
    assert found["mcnemar"]["only_first"] > found["mcnemar"]["only_second"]
    assert found["contrasts"]["macro_auc"]["permutation"]["p_value"] < 0.05
    assert found["verdict"].startswith("A is better than B")
    assert found["first"]["accuracy"]["estimate"] > found["second"]["accuracy"]["estimate"]


def test_single_records_show_mcnemar_and_what_is_not_shown(tmp_path):
    one, other = (
        write(tmp_path / f"{seed}.csv", 2.0, seed, groups=120, named=False) for seed in (1, 2)
    )
    shown = run(one, other).stdout
    assert "McNemar (mid-p) p " in shown
    assert "accuracy, by paired outcomes" in shown
    assert "Not shown that A and B differ" in shown
    assert "are few" not in shown


def test_brackets_in_names_are_no_markup(files, tmp_path):
    for file in files:
        path = Path(file)
        path.write_text(path.read_text().replace("patient", "[bold]", 1))
    arguments = ["compare-predictions", *files, "--groups", "[bold]", "--resamples", "20"]
    assert "40 groups by [bold]" in CliRunner().invoke(app, arguments).stdout


def test_names_match_rows_in_any_order(files, tmp_path):
    sorted_ = tmp_path / "sorted.csv"
    head, *rows = Path(files[1]).read_text().splitlines()
    sorted_.write_text("\n".join([head, *sorted(rows)]) + "\n")
    shown, again = (run(files[0], other).stdout for other in (files[1], str(sorted_)))
    assert shown.splitlines()[2:] == again.splitlines()[2:]


@pytest.mark.whole
def test_a_bad_file_is_one_line_and_tensorflow_stays_away(files):
    program = (
        "import sys; from ecgzoo.cli import main\n"
        "try: main()\n"
        "finally: print({'tensorflow', 'keras', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", program, "compare-predictions", *files, "--groups"]
    done = [
        subprocess.run([*command, column], capture_output=True, text=True, check=False)
        for column in ("patient", "pateint")
    ]
    assert [one.returncode for one in done] == [0, 1]
    assert all(one.stdout.endswith("set()\n") for one in done)
    assert done[1].stderr == (
        f"error: {files[0]}: unknown column 'pateint'; did you mean 'patient'?\n"
    )
