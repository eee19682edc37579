"""The command `embed`."""

import numpy as np
import pytest
from small_presets import SPEC, make_preset
from smooth_noise import smooth_noise
from typer.testing import CliRunner

import ecgzoo
from ecgzoo.cli import app
from ecgzoo.errors import DataWarning


@pytest.mark.whole
def test_it_writes_what_the_model_makes_of_a_folder(tmp_path) -> None:
    preset, records = make_preset(tmp_path / "preset", "hybrid1"), tmp_path / "records"
    records.mkdir()
    signals = smooth_noise(0, (2, *SPEC.shape))
    for row, signal in enumerate(signals):
        np.save(records / f"r{row}.npy", signal)
    options = ["--to", str(tmp_path / "e.npz"), "--sampling-rate", str(SPEC.sampling_rate)]
    result = CliRunner().invoke(app, ["embed", str(preset), str(records), *options])
    assert result.exit_code == 0, result.output
    found = np.load(tmp_path / "e.npz")
    assert found["records"].tolist() == ["r0.npy", "r1.npy"]
    for name, expected in ecgzoo.embed(preset, signals).items():
        if expected.dtype.kind == "f":
            np.testing.assert_allclose(found[name], expected, atol=1e-5)


def test_another_ending_is_refused_before_anything_is_read(tmp_path) -> None:
    result = CliRunner().invoke(app, ["embed", "nothing", str(tmp_path), "--to", "e.csv"])
    assert str(result.exception) == "expected a file that ends in .npz; got e.csv"


def test_a_folder_with_a_bad_record_is_embedded_without_it(tmp_path) -> None:
    preset, records = make_preset(tmp_path / "preset", "cnn1d"), tmp_path / "records"
    records.mkdir()
    np.save(records / "bad.npy", np.full(SPEC.shape, np.nan))
    np.save(records / "good.npy", smooth_noise(0, SPEC.shape))
    options = ["--to", str(tmp_path / "e.npz"), "--sampling-rate", str(SPEC.sampling_rate)]
    asked = ["embed", str(preset), str(records), *options, "--skip-unfit"]
    with pytest.warns(DataWarning, match=r"bad\.npy: left out"):
        result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0, result.output
    assert np.load(tmp_path / "e.npz")["records"].tolist() == ["good.npy"]


def test_a_files_name_is_no_command_to_the_terminal(tmp_path) -> None:
    preset, folder = make_preset(tmp_path / "preset", "cnn1d"), tmp_path / "a["
    folder.mkdir()  # with the file's name what would be a closing tag to a console
    np.save(folder / "b].npy", smooth_noise(0, SPEC.shape))
    to = str(folder / "e].npz")
    options = ["--to", to, "--sampling-rate", str(SPEC.sampling_rate)]
    result = CliRunner().invoke(app, ["embed", str(preset), str(folder / "b].npy"), *options])
    assert result.exit_code == 0, result.exception
    assert f"written: {to} (" in result.stdout


def test_a_record_is_not_written_over(tmp_path) -> None:
    (tmp_path / "e.npz").write_text("I\n1\n")
    files = [str(tmp_path / "other.csv"), str(tmp_path / "e.npz")]
    result = CliRunner().invoke(app, ["embed", "nothing", *files, "--to", files[1]])
    assert str(result.exception).startswith(f"expected another file for --to than {files[1]}, ")
    assert (tmp_path / "e.npz").read_text() == "I\n1\n"
