"""Finished runs are exported several at a time, and each once."""

import io

import pytest
from rich.console import Console
from small_presets import make_preset

from ecgzoo.cli.exports import export_runs
from ecgzoo.exporting.saved_model.write import newest_export

pytestmark = pytest.mark.whole


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_missing_is_exported_and_the_rest_told(tmp_path, jobs):
    folders = [make_preset(tmp_path / name, name) for name in ("cnn1d", "cnn2d")]
    exported = tmp_path / "exported"
    export_runs(folders[:1], exported, 1, Console(file=io.StringIO()))
    shown = io.StringIO()
    export_runs(
        [*folders, make_preset(tmp_path / "other", "cnn1d_transformer")],
        exported,
        jobs,
        Console(file=shown, width=300),
    )
    lines = shown.getvalue().splitlines()
    assert lines[0] == f"exported already: {exported}/cnn1d/1"
    assert [line.partition(":")[0] for line in lines[1:]] == [
        f"exported {exported}/{name}/1" for name in ("cnn2d", "cnn1d_transformer")
    ]
    assert newest_export(folders[1], exported) == exported / "cnn2d" / "1"
