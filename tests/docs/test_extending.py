"""docs/extending.md: its files and its command work as they stand, and are short as it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from small_encoders import small_encoders

import ecgzoo
import tf_data
from ecgzoo.models.views import present
from ecgzoo.registry import DOMAINS, FUSIONS, MODELS
from ecgzoo.training.run import Run

pytestmark = pytest.mark.whole

PAGE = Path(__file__).parents[2] / "docs" / "extending.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
DOMAIN, FUSION, TOGETHER, MODEL, PUBLISHED, BUILDER, REGISTERED = BLOCKS
(CARD,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
COMMAND, PREPARE = re.findall(r"```bash\n(.*?)```", TEXT, re.DOTALL)
# A second file of parts: encoders that are trained in no time take the place of those that ship.
SMALL = """
import ecgzoo
from small_encoders import small

for name in ("conv1d", "conv2d"):
    ecgzoo.register_encoder(name, small, replace=True)
"""

QUICK = ["--epochs", "1", "--signals", "average", "--no-augmentation", "--oversampling", "none"]


@pytest.fixture(scope="module")
def made():
    """What the last block makes, with the parts of the first two registered meanwhile."""
    names = {"ecgzoo": ecgzoo}
    with pytest.MonkeyPatch.context() as patch:
        for table in (DOMAINS, FUSIONS, MODELS):
            patch.setattr(table, "entries", dict(table.entries))
        with small_encoders():
            for block in (DOMAIN, FUSION, TOGETHER, MODEL):
                exec(compile(block, str(PAGE), "exec"), names)
        yield names


def signals(spec) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(4, *spec.shape)).astype("float32")


@pytest.mark.parametrize("block", [DOMAIN, FUSION], ids=["domain", "fusion"])
def test_a_part_takes_about_forty_lines(block) -> None:
    assert len(block.splitlines()) <= 42


def test_the_domain_shows_a_sine_at_its_frequency(made) -> None:
    layer = made["stft"](made["spec"])
    seconds = np.arange(1000) / 250
    sine = np.sin(2 * np.pi * 20 * seconds).astype("float32")
    image = np.asarray(layer(np.stack([sine, 0 * sine], -1)[None]))
    assert image.shape == layer.compute_output_shape((1, 1000, 2))
    bins = np.arange(image.shape[1]) * 250 / 125
    assert bins[image[0, :, image.shape[2] // 2, 0].argmax()] == 20
    np.testing.assert_allclose(image[..., 1], np.log(1e-2), atol=1e-4)


def test_the_model_learns_and_is_saved(made, tmp_path) -> None:
    model, given = made["model"], signals(made["spec"])
    model.compile("adam", "categorical_crossentropy")
    assert np.isfinite(model.train_on_batch(given, np.eye(4, 3)))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(given, training=False), model(given, training=False))


def test_the_fusion_leaves_out_what_is_absent_and_shows_its_shares(made) -> None:
    core, spec = made["core"], made["spec"]
    given = {name: DOMAINS.get(name)(spec)(signals(spec)) for name in made["domains"]}
    answer = core(given | {"present": present(core, 4, missing=["stft"])}, training=False)
    shares = np.asarray(answer["shares"])
    np.testing.assert_allclose(shares.sum(1), 1, atol=1e-6)
    np.testing.assert_array_equal(shares[:, 2], 0)
    assert shares[:, :2].min() > 0.1


def test_the_command_knows_the_parts(tmp_path, monkeypatch) -> None:
    (tmp_path / "my_parts.py").write_text("\n".join([DOMAIN, FUSION, MODEL]), encoding="utf-8")
    (tmp_path / "small.py").write_text(SMALL)
    house = PAGE.parents[1]
    path = map(str, (house, house / "tests" / "support"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    name, *words = COMMAND.split()
    asked = [sys.executable, "-m", name, *words, "--parts", "small.py", *QUICK]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    preset = Run(tmp_path / "runs" / "grouped-average-seed0" / "mine" / "fold0").preset()
    assert (preset.model, len(preset.spec.leads)) == ("mine", 1)


@pytest.fixture
def my_ecgs(tmp_path, monkeypatch):
    """The folder of three files, the line that registers it, and six published records."""
    folder, published = tmp_path / "my_ecgs", tmp_path / "published"
    folder.mkdir()
    published.mkdir()
    (folder / "card.json").write_text(CARD)
    (folder / "published.py").write_text(PUBLISHED)
    (folder / "my_ecgs_dataset_builder.py").write_text(BUILDER)
    (tmp_path / "my_data.py").write_text(REGISTERED)
    lines = ["record,patient,rhythm"]
    for record in range(6):
        lines.append(f"r{record},p{record // 2},{'AF' if record % 3 else 'SR'}")
        np.save(published / f"r{record}.npy", counts(record))
    (published / "patients.csv").write_text("\n".join(lines))
    monkeypatch.setenv("PYTHONPATH", str(PAGE.parents[1]))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "forms"))
    return tmp_path


def counts(record) -> np.ndarray:
    rng = np.random.default_rng(record)
    return rng.integers(-900, 900, (1250, 2)).astype(np.int16)


def test_a_data_set_takes_a_folder_of_three_files(my_ecgs, monkeypatch) -> None:
    name, *words = PREPARE.split()
    asked = [sys.executable, "-m", name, *words]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=my_ecgs)
    assert (done.returncode, done.stderr.strip()) == (0, "")
    form = my_ecgs / "forms" / "my_ecgs" / "1.0.0"
    assert done.stdout.splitlines() == [
        f"{form}: 0.0 MB",
        "Next: ecgzoo train hybrid1 --dataset my_ecgs --labels rhythm",
    ]
    monkeypatch.setattr(tf_data.DATASETS, "entries", dict(tf_data.DATASETS.entries))
    monkeypatch.setattr(sys, "path", list(sys.path))
    exec(compile(REGISTERED, "my_data.py", "exec"), {"__file__": str(my_ecgs / "my_data.py")})
    data = tf_data.load("my_ecgs", directory=form, rate=250)
    assert (data.names.tolist(), data.classes) == (
        [f"r{record}" for record in range(6)],
        ("SR", "AF"),
    )
    assert data.groups.tolist() == ["p0", "p0", "p1", "p1", "p2", "p2"]
    assert data.labels.tolist() == [0, 1, 1, 0, 1, 1]
    for record, signal in enumerate(data.signals):
        np.testing.assert_allclose(signal, counts(record) / 1000, atol=1e-6)
    published = my_ecgs / "published"
    (published / "r5.npy").unlink()
    with pytest.raises(ecgzoo.DatasetNotFoundError, match=r"6 records of My ECGs .* 5 are there"):
        tf_data.load("my_ecgs", directory=published)
