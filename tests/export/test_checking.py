"""`ecgzoo verify`: what differs from what was exported is named."""

import re
import shutil

import pytest
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

from ecgzoo.artifact.folder import EXTRA, RECORDED
from ecgzoo.artifact.preset import DESCRIPTION
from ecgzoo.errors import PresetError
from ecgzoo.exporting.saved_model import verification
from ecgzoo.exporting.saved_model.signing import write_digests
from ecgzoo.exporting.saved_model.verification import check_version

pytestmark = pytest.mark.whole


@pytest.fixture
def version(export_small, tmp_path):
    return shutil.copytree(export_small("cnn1d").version, tmp_path / "1")


@pytest.fixture
def unasked(monkeypatch):
    """Without the fresh process, which has tests of its own."""
    monkeypatch.setattr(verification, "verify", lambda _: [])


@pytest.fixture
def never_run(monkeypatch):
    def run(version):
        raise AssertionError(f"the graph of {version} was run")

    monkeypatch.setattr(verification, "verify", run)


def problems(version):
    return {check.name: check.problems for check in check_version(version) if check.problems}


def test_an_exported_version_passes(version, unasked) -> None:
    checks = list(check_version(version))
    assert [check.name for check in checks] == ["files", "signatures", "answers"]
    assert not any(check.problems for check in checks)


@pytest.mark.slow
def test_a_changed_weight_changes_a_file_and_the_answers(version) -> None:
    (weights,) = version.glob("variables/*.data*")
    content = bytearray(weights.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4000] = bytes(4000)
    weights.write_bytes(content)
    assert problems(version)["files"] == (f"variables/{weights.name} was changed",)
    write_digests(version)  # as who knows of them would
    found = problems(version)
    assert found.keys() == {"answers"}
    assert "does not load" in found["answers"][0] or "answers otherwise" in found["answers"][0]


def test_a_signature_that_is_gone_is_named(version, unasked) -> None:
    path = version / "saved_model.pb"
    content = SavedModel.FromString(path.read_bytes())
    del content.meta_graphs[0].signature_def["embedding"]
    path.write_bytes(content.SerializeToString())
    found = problems(version)
    assert found["files"] == ("saved_model.pb was changed",)
    assert found["signatures"] == (f"embedding: not as {EXTRA}/{DESCRIPTION} describes",)


@pytest.mark.parametrize(
    "name", ["saved_model.pb", f"{EXTRA}/{DESCRIPTION}", f"{EXTRA}/{RECORDED}"]
)
@pytest.mark.parametrize("content", [b"", b"damaged", None])
def test_a_file_that_cannot_be_read_is_a_finding(name, content, version, monkeypatch) -> None:
    monkeypatch.setattr("ecgzoo.exporting.saved_model.verification.ask_fresh_process", lambda _: {})
    path = version / name
    path.unlink() if content is None else path.write_bytes(content)
    found = problems(version)
    what = "removed" if content is None else "changed"
    assert found["files"] == (f"{name} was {what}",)
    assert "answers" in found
    assert ("signatures" in found) == (RECORDED not in name)


@pytest.mark.parametrize("name", ["saved_model.pb", "assets.extra/note", "variables/new"])
def test_a_version_whose_files_differ_is_not_run(name, version, never_run) -> None:
    with (version / name).open("ab") as file:
        file.write(b"more")
    what = "changed" if name == "saved_model.pb" else "added"
    found = problems(version)
    assert found["files"] == (f"{name} was {what}",)
    assert found["answers"] == ("not asked, since the files are not as they were exported",)


def test_a_version_that_another_signed_is_not_run(version, tmp_path, never_run) -> None:
    found = {one.name: one.problems for one in check_version(version, tmp_path / "public.pem")}
    assert "is not signed" in found["signed"][0]
    assert found["answers"] == ("not asked, since the signature is not as it should be",)


def test_of_a_models_folder_the_versions_are_named(version) -> None:
    model = version.parent
    with pytest.raises(PresetError, match=f"holds 1: name one, {re.escape(str(model / '1'))}$"):
        list(check_version(model))


def test_another_folder_is_named(tmp_path) -> None:
    with pytest.raises(PresetError, match="is no version that `ecgzoo export` wrote"):
        list(check_version(tmp_path))
