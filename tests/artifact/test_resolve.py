"""What is exported: a folder, or a model by its newest finished run."""

import os

import pytest

from ecgzoo.artifact import resolve as resolving
from ecgzoo.artifact.preset import DESCRIPTION, Preset
from ecgzoo.artifact.resolve import resolve
from ecgzoo.atomic_write import write_json
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.signal_spec import SignalSpec


def make_run(folder, model, seconds, leaky=False):
    preset = Preset(model, SignalSpec(("II",), 250, 500), ("a", "b"), metrics={"leaky": leaky})
    write_json(folder / DESCRIPTION, preset.to_dict())
    os.utime(folder / DESCRIPTION, (seconds, seconds))
    return folder


def test_a_folder_is_itself_and_a_model_its_newest_run(tmp_path) -> None:
    runs = tmp_path / "runs"
    old = make_run(runs / "grouped" / "hybrid1" / "fold1", "hybrid1", 100)
    new = make_run(runs / "grouped" / "hybrid1" / "fold0", "hybrid1", 200)
    make_run(runs / "grouped" / "cnn1d" / "fold0", "cnn1d", 300)
    make_run(runs / "paper" / "hybrid1" / "fold0", "hybrid1", 400, leaky=True)
    (runs / "grouped" / "hybrid1" / "fold2").mkdir()
    assert resolve("hybrid1", runs=runs) == new
    assert resolve(str(old), runs=runs) == old


def test_without_a_run_the_shipped_preset_is_taken(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path / "weights")
    shipped = make_run(tmp_path / "weights" / "hybrid1.traces", "hybrid1", 100)
    make_run(tmp_path / "weights" / "hybrid1_gated.traces", "hybrid1_gated", 100)
    assert resolve("hybrid1", runs=tmp_path / "runs") == shipped
    run = make_run(tmp_path / "runs" / "hybrid1", "hybrid1", 50)
    assert resolve("hybrid1", runs=tmp_path / "runs") == run


def test_what_is_neither_is_named_with_the_remedy(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(resolving, "SHIPPED", tmp_path / "weights")
    with pytest.raises(UnknownNameError, match="did you mean 'hybrid1'"):
        resolve("hybird1", runs=tmp_path)
    with pytest.raises(PresetError, match="no finished run of hybrid1 .*`ecgzoo train hybrid1`"):
        resolve("hybrid1", runs=tmp_path)
