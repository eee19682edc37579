"""What is exported: a folder, or a model by its newest finished run."""

import os

import pytest

import ecgzoo
from ecgzoo.artifact import resolution as resolving
from ecgzoo.artifact.preset import DESCRIPTION, Preset
from ecgzoo.artifact.resolution import resolve
from ecgzoo.errors import PresetError, UnknownNameError
from ecgzoo.files.atomic import write_json
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


@pytest.mark.parametrize(
    "where",
    [
        "cnn1d",
        "mine",
        "finetuned/mine",
        "grouped-traces-seed0/cnn1d/fold0",
        "grouped-traces-seed0/cnn1d,width=8/final",
        "demo/grouped-traces-seed0/cnn1d/fold0",
        "finetuned/cnn1d/records",
        "presets/made/cnn1d.ecg_images",
    ],
)
def test_runs_are_found_wherever_they_are_written(where, tmp_path) -> None:
    run = make_run(tmp_path / "runs" / where, "cnn1d", 100)
    assert resolve("cnn1d", runs=tmp_path / "runs") == run


def test_a_folder_of_runs_that_is_none_is_not_searched(tmp_path, monkeypatch) -> None:
    listed, listing = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(str(path)) or listing(path))
    (tmp_path / "a" / "b" / "c" / "d" / "e").mkdir(parents=True)
    resolve("cnn1d", runs=tmp_path)
    assert str(tmp_path) in listed
    assert str(tmp_path / "a" / "b" / "c") not in listed


def test_a_folder_of_anything_is_refused(tmp_path) -> None:
    with pytest.raises(PresetError) as caught:
        resolve(tmp_path, exported=True)
    assert str(caught.value) == (
        f"{tmp_path} has no preset.json: it is no finished run and no preset"
    )
    (tmp_path / "1").mkdir()
    assert resolve(tmp_path, exported=True) == tmp_path
    with pytest.raises(PresetError, match="is an exported version, without weights to build or"):
        resolve(tmp_path)


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


@pytest.mark.whole
def test_python_exports_by_a_presets_name(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("ecgzoo.exporting.saved_model.write.verify", lambda _: [])
    version = ecgzoo.export("cnn1d.ecg_images", tmp_path)
    assert version == tmp_path / "cnn1d" / "1"
    with pytest.raises(UnknownNameError, match=r"did you mean 'cnn1d.ecg_images'"):
        ecgzoo.export("cnn1d.ecg_image", tmp_path)
