"""ArtifactFolder: runs, presets, fine-tuned runs and exported versions are one kind of thing."""

import shutil

import pytest
from small_presets import make_preset

import ecgzoo
from ecgzoo.artifact import ArtifactFolder
from ecgzoo.artifact.folder import EXTRA
from ecgzoo.artifact.preset import DESCRIPTION
from ecgzoo.files import write_json


@pytest.fixture
def preset(tmp_path):
    return make_preset(tmp_path / "preset", "cnn1d")


@pytest.mark.parametrize(
    ("file", "kind"),
    [("recipe.json", "run"), ("finetuning.json", "fine-tuned run"), (None, "preset")],
)
def test_its_files_tell_what_it_is(preset, file, kind) -> None:
    if file:
        write_json(preset / file, {})
    assert ArtifactFolder(preset).kind == kind
    assert ArtifactFolder(preset).preset().classes == ("Normal", "HB", "MI")


def test_a_version_has_its_description_beside_the_graph(preset, tmp_path) -> None:
    version = tmp_path / "1"
    (version / EXTRA).mkdir(parents=True)
    shutil.copy(preset / DESCRIPTION, version / EXTRA / DESCRIPTION)
    found = ArtifactFolder(version)
    assert (found.kind, found.finished) == ("exported version", True)
    assert found.preset() == ArtifactFolder(preset).preset()


def test_what_is_not_finished_says_so(tmp_path) -> None:
    with pytest.raises(ecgzoo.RunError, match=f"^{tmp_path} holds no finished run; `ecgzoo train`"):
        ArtifactFolder(tmp_path).preset()


def test_what_was_not_tested_has_no_predictions(preset) -> None:
    with pytest.raises(ecgzoo.RunError, match="was fitted on all records and has no test part"):
        ArtifactFolder(preset).predictions()
