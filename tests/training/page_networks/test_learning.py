"""Page networks: losses in closed form, crops that agree with their sheet, a brief training."""

from pathlib import Path

import numpy as np
import pytest
from lawful_beats import beats
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.pages.networks import reading_networks
from ecgzoo.pages.networks.unet import print_network
from ecgzoo.pages.sheets.drawing import FIRST_NAME, KINDS
from ecgzoo.pages.sheets.sheet import TWELVE
from ecgzoo.prediction.lead_files import write_leads
from ecgzoo.signal_spec import SignalSpec
from ecgzoo.training.page_networks import learning
from ecgzoo.training.page_networks.crops import NO_TRACE, NOT_ASKED, PrintCrops, RowCrops
from ecgzoo.training.page_networks.example_files import draw_examples
from ecgzoo.training.page_networks.losses import KIND_WEIGHTS, print_loss, row_loss

SPEC = SignalSpec(TWELVE, 500, 5000)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    write_leads(beats(), SPEC, folder / "one.hea")
    write_leads(0.8 * beats(), SPEC, folder / "two.hea")
    return folder


@pytest.fixture(scope="module")
def files(records, tmp_path_factory):
    return list(draw_examples(sorted(records.glob("*.hea")), tmp_path_factory.mktemp("drawn"), 2))


def test_a_print_loss_is_the_weighted_cross_entropy() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 3, 4, KINDS)).astype("float32")
    target = rng.integers(0, KINDS, (2, 3, 4)).astype("int32")
    chances = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    entropy = -np.log(np.take_along_axis(chances, target[..., None], axis=-1))[..., 0]
    expected = np.average(entropy, weights=KIND_WEIGHTS[target])
    assert float(print_loss(target, logits)) == pytest.approx(expected, rel=1e-5)


def test_crops_look_for_names_for_other_ink_and_anywhere(files) -> None:
    crops = PrintCrops(files, 1, 1)
    example = crops.examples[0]
    names, dark = example["kinds"] >= FIRST_NAME, example["plane"][:, ::2, 0] > 128
    counts = {"names": 0, "words": 0, "anywhere": 0}
    for _ in range(200):
        wanted = crops.wanted(example)
        if not wanted.any():
            counts["anywhere"] += 1
        elif wanted.shape == names.shape and (wanted == names).all():
            counts["names"] += 1
        else:
            rows, columns = wanted.shape
            assert not example["kinds"][:rows, :columns][wanted].any()
            assert dark[:rows, :columns][wanted].all()
            counts["words"] += 1
    assert counts["names"] == pytest.approx(120, abs=25)
    assert counts["words"] == pytest.approx(50, abs=20)


def test_a_row_loss_is_least_for_the_right_answer_and_ignores_what_is_not_asked() -> None:
    place = np.arange(20)[None, :, None]
    target = np.array([[5.0, 9.0, NO_TRACE, NOT_ASKED]], "float32")

    def loss_of(*rows):
        peaks = np.array(rows)[None, None, :]
        logits = np.where(peaks < 0, -9.0, 9 - 3 * (place - peaks) ** 2.0).astype("float32")
        return float(row_loss(target, logits))

    right = loss_of(5, 9, -1, 3)
    assert right < loss_of(6, 9, -1, 3)
    assert right < loss_of(5, 9, 4, 3)
    assert right < loss_of(5, -1, -1, 3)
    assert right == pytest.approx(loss_of(5, 9, -1, 17))


def test_crops_show_what_the_sheet_has_there(files) -> None:
    inputs, targets = RowCrops(files, 1, 12)[0]
    assert inputs.shape == (12, 192, 512, 3)
    asked = targets > 0
    number, column = np.nonzero(asked)
    row = np.round(targets[asked]).astype(int)
    on = inputs[number, np.clip(row, 0, 191), column, 0]
    off = inputs[number, np.clip(row + 14, 0, 191), column, 0]
    assert on.mean() > off.mean() + 0.1
    shown, kinds = PrintCrops(files, 1, 8)[0]
    assert shown.shape == (8, 128, 192, 2)
    assert kinds.shape == (8, 64, 96)
    assert (kinds >= 3).any()


def test_examples_that_are_there_are_not_drawn_again(files, records) -> None:
    folder = files[0].parent
    before = [file.stat().st_mtime_ns for file in files]
    assert list(draw_examples(sorted(records.glob("*.hea")), folder, 2)) == files
    assert [file.stat().st_mtime_ns for file in files] == before
    assert [file.name[:5] for file in files] == ["check", "learn"]


def test_sheets_of_another_seed_are_others(files, records, tmp_path) -> None:
    (other, *_) = draw_examples(sorted(records.glob("*.hea")), tmp_path, 1, seed=1)
    one, two = (np.load(file) for file in (files[0], other))
    assert other.name == files[0].name
    assert one["plane"].shape != two["plane"].shape


@pytest.mark.whole
def test_training_goes_on_from_the_weights_that_it_is_given(files, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(learning, "STEPS", 1)  # its rate is 0: warming up begins there
    monkeypatch.setattr(learning, "CHECKED", 1)
    shipped = Path(reading_networks.__file__).parent
    network = print_network()
    network.load_weights(learning.learn("print", files, tmp_path, 1, start=shipped))
    for one, other in zip(
        network.trainable_variables,
        reading_networks._networks()[0].trainable_variables,
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


@pytest.mark.slow
def test_the_command_trains_both_networks(records, tmp_path) -> None:
    arguments = [records, "--examples", 2, "--epochs", 1, "--work", tmp_path]
    told = CliRunner().invoke(app, ["train-digitiser", *map(str, arguments)])
    assert told.exit_code == 0, told.exception
    for name in ("print", "row"):
        assert (tmp_path / f"{name}.weights.h5").stat().st_size > 10_000


def test_an_unknown_network_or_no_records_is_a_sentence(tmp_path) -> None:
    told = CliRunner().invoke(app, ["train-digitiser", str(tmp_path), "--network", "eye"])
    assert "expected --network print or row; got eye" in str(told.exception)
    told = CliRunner().invoke(app, ["train-digitiser", str(tmp_path), "--start", str(tmp_path)])
    assert f"expected print.weights.h5, row.weights.h5 in {tmp_path}" in str(told.exception)
    told = CliRunner().invoke(app, ["train-digitiser", str(tmp_path), "--work", str(tmp_path)])
    assert "expected records of twelve leads" in str(told.exception)
