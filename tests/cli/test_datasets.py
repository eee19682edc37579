"""The commands datasets and prepare."""

import json
import re
import subprocess
import sys

import pytest
from published_sets import write_ludb, write_ptb_xl
from typer.testing import CliRunner

import tf_data
from ecgzoo.cli import app

NAMES = [name for name in tf_data.DATASETS if tf_data.card_of(name)]


def run(*arguments):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("columns", [80, 100])
def test_all_data_sets_stand_in_a_table_of_the_terminals_width(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr("rich.console.Console.is_terminal", True)
    lines = re.sub(r"\x1b\[[\d;]*m", "", run("datasets").stdout).splitlines()
    assert max(map(len, lines)) <= columns
    for name in NAMES:
        card = tf_data.card_of(name)
        (row,) = [line for line in lines if line.split()[:1] == [name]]
        assert f"{card.records:,}" in row
        assert card.licence.partition(",")[0] in row
    assert any("not known" in line for line in lines)
    assert "Records of your own" in lines[-2] + lines[-1]


@pytest.mark.parametrize("name", NAMES)
def test_the_card_of_one_says_how_to_get_it(name):
    card = tf_data.card_of(name)
    shown = "".join(run("datasets", name).stdout.split())  # an address may be folded
    told = [
        card.title,
        card.homepage,
        card.licence,
        card.get,
        f"ecgzoo prepare {name} --manual-dir",
    ]
    told += [", ".join(one.classes) for one in card.label_sets.values()]
    for one in told:
        assert "".join(one.split()) in shown


def test_json_is_what_the_cards_say():
    every = json.loads(run("datasets", "--json").stdout)
    assert list(every) == NAMES
    one = json.loads(run("datasets", "ptb_xl", "--json").stdout)
    assert one == every["ptb_xl"]
    assert one["label_sets"]["superclass"]["classes"] == ["NORM", "MI", "STTC", "CD", "HYP"]


def test_prepare_says_where_how_large_and_what_comes_next(tmp_path):
    write_ludb(tmp_path / "ludb")
    options = ("--manual-dir", tmp_path / "ludb", "--output", tmp_path / "out", "--partial")
    done = run("prepare", "ludb", *options)
    assert done.exit_code == 0, done.exception
    assert done.stdout.splitlines() == [
        f"{tmp_path / 'out' / '1.0.0'}: 0.3 MB",
        "Next: ecgzoo train hybrid1 --dataset ludb --labels rhythm",
    ]
    form, classes = tmp_path / "out" / "1.0.0", ["normal", "left axis deviation"]
    assert len(tf_data.load("ludb", directory=form, labels="axis", classes=classes)) == 2


@pytest.mark.whole
def test_half_a_set_is_one_sentence_with_counts_and_the_flag(tmp_path):
    write_ptb_xl(tmp_path / "ptb", records=(1, 2))
    command = [sys.executable, "-m", "ecgzoo", "prepare", "ptb_xl"]
    options = ["--manual-dir", str(tmp_path / "ptb"), "--output", str(tmp_path / "out")]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.strip().splitlines()
    for part in ("error: ", "21,799 records", "2 are there", "--partial", "physionet.org"):
        assert part in sentence


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("datasets", "ptbxl"), "unknown data set 'ptbxl'; did you mean 'ptb_xl'"),
        (("datasets", "records"), "the data set records has no card"),
        (("prepare", "ptbxl"), "unknown data set 'ptbxl'; did you mean 'ptb_xl'"),
        (("prepare", "records"), "records is not prepared: it is read where it is"),
        (("prepare", "ptb_xl"), r"expected the folder of PTB-XL \(--manual-dir\)"),
        (("prepare", "mit_bih", "--partial"), "mit_bih is prepared as a whole"),
        (("prepare", "ecg_images"), "ecg_images is in the package; .* pass --output"),
        (("prepare", "ecg_images", "--output", "no/such"), r"folder of ECG Images .*--manual-dir"),
        (("prepare", "mit_bih", "--manual-dir", "no/such"), "no/such is none, or empty. Download"),
    ],
)
def test_what_is_wrong_is_a_sentence(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 1
    with pytest.raises(type(done.exception), match=message):
        raise done.exception


def test_assumptions_are_said_as_warnings_in_one_line(tmp_path):
    program = (
        "import warnings, ecgzoo.cli as cli; from ecgzoo.errors import DataWarning; "
        "cli.app = lambda words: warnings.warn('the column patient is taken', DataWarning); "
        "cli.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stderr == "warning: the column patient is taken\n"
