"""`make-preset`: from a recipe to a preset's folder, and what it says of bad input."""

import pytest
from small_encoders import small_encoders
from typer.testing import CliRunner

from ecgzoo.artifact.preset import read_preset
from ecgzoo.artifact.resolution import SHIPPED
from ecgzoo.cli import app


def run(*arguments):
    return CliRunner().invoke(app, ["make-preset", *map(str, arguments)])


@pytest.mark.slow
def test_folds_and_final_fit_become_a_folder_beside_the_shipped_one(tmp_path) -> None:
    name = "cnn1d.ecg_images"
    asked = (name, "--fold-seeds", "10", "--epochs", "1", "--runs", tmp_path / "runs")
    with small_encoders():
        made = run(*asked, "--to", tmp_path / "made")
    assert made.exit_code == 0, made.exception
    preset, shipped = read_preset(tmp_path / "made" / name), read_preset(SHIPPED / name)
    assert preset.metrics["fold_seeds"] == [10]
    assert preset.metrics["n"] == len(preset.training["records"]) == 491
    assert preset.training["recipe"]["epochs"] == 1
    for one in (preset, shipped):
        assert f"{one.metrics['intervals']['macro_f1']['estimate']:.3f}" in made.stdout
    with small_encoders():
        again = run(*asked, "--to", tmp_path / "made")
    assert "is there already" in str(again.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cnn1d.ecg_image",), "did you mean 'cnn1d.ecg_images'"),
        (("cnn1d.ecg_images", "--fold-seeds", "ten"), "takes numbers with commas; got 'ten'"),
    ],
)
def test_bad_input_is_named(arguments, said, tmp_path) -> None:
    assert said in str(run(*arguments, "--runs", tmp_path).exception)
    assert not list(tmp_path.iterdir())
