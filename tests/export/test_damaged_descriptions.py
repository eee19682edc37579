"""A damaged preset.json: whoever reads it in an exported version or a run says which file it is."""

import json
import re
import shutil

import pytest
from small_presets import make_preset
from typer.testing import CliRunner

from ecgzoo.artifact.preset import CONTRACT, DESCRIPTION
from ecgzoo.artifact.resolution import resolve
from ecgzoo.cli import app
from ecgzoo.errors import PresetError
from ecgzoo.exporting.saved_model.contract import described_signatures
from ecgzoo.exporting.saved_model.served import Served, restored
from ecgzoo.exporting.saved_model.signing import write_digests
from ecgzoo.exporting.saved_model.verification import check_version
from ecgzoo.exporting.saved_model.write import newest_export
from ecgzoo.exporting.server.versions import summarize


def without(*names):
    return lambda told: {name: value for name, value in told.items() if name not in names}


DAMAGED = {
    "empty": lambda _: {},
    "a list": lambda _: [],
    "no spec": without("spec"),
    "no classes": without("classes"),
    "unknown key": lambda told: told | {"surplus": 1},
    "spec is a list": lambda told: told | {"spec": []},
    "thresholds are a list": lambda told: told | {"thresholds": []},
    "metrics are a list": lambda told: told | {"metrics": []},
    "temperature is a word": lambda told: told | {"temperature": "hot"},
    "nested": None,
    "no JSON": None,
    "no text": None,
}
TEXTS = {"nested": b"[" * 100_000, "no JSON": b'{"model": ', "no text": b"\xff\xfe\x00"}


def predicted(version):
    raise CliRunner().invoke(app, ["predict", __file__, "--model", str(version)]).exception


def listed(version):
    root, model = version.parents[1], version.parent.name
    raise CliRunner().invoke(app, ["versions", model, "--exported", str(root)]).exception


def exported_again(version):
    source = make_preset(version.parents[2] / "source", "cnn1d")
    return newest_export(source, version.parents[1])


READERS = {
    "summarize": summarize,
    "versions": listed,
    "Served": Served,
    "predict": predicted,
    "restored": restored,
    "signatures": described_signatures,
    "newest_export": exported_again,
}


@pytest.fixture(scope="module")
def sound(export_small):
    return export_small("cnn1d").version


@pytest.fixture
def version(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "exported" / "cnn1d" / "1")


def damage(path, how):
    told = json.loads(path.read_text())
    path.write_bytes(TEXTS.get(how) or json.dumps(DAMAGED[how](told)).encode())


@pytest.mark.whole
@pytest.mark.parametrize("how", DAMAGED)
@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_description_is_named(reader, how, version):
    path = version / "assets.extra" / DESCRIPTION
    damage(path, how)
    with pytest.raises(PresetError, match=f"^{re.escape(str(path))} is damaged: "):
        READERS[reader](version)


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_description_is_a_finding(how, version, monkeypatch):
    monkeypatch.setattr("ecgzoo.exporting.saved_model.verification.verify", lambda _: [])
    path = version / "assets.extra" / DESCRIPTION
    damage(path, how)
    write_digests(version)
    found = {one.name: one.problems for one in check_version(version)}
    assert found["signatures"][0].startswith(f"{path} is damaged: ")
    assert found["files"] == found["answers"] == ()


@pytest.mark.parametrize("how", DAMAGED)
def test_a_damaged_run_is_named_when_a_models_newest_is_looked_for(how, version, tmp_path):
    run = tmp_path / "runs" / "plan" / "cnn1d" / "fold0"
    run.mkdir(parents=True)
    path = shutil.copy(version / "assets.extra" / DESCRIPTION, run / DESCRIPTION)
    damage(path, how)
    with pytest.raises(PresetError, match=f"^{re.escape(str(path))} is damaged: "):
        resolve("cnn1d", runs=tmp_path / "runs")


@pytest.mark.parametrize("contract", [None, [], {}, {"signatures": []}])
def test_a_description_without_signatures_is_damaged_for_who_checks_them(contract, version):
    path = version / "assets.extra" / DESCRIPTION
    told = without(CONTRACT)(json.loads(path.read_text()))
    path.write_text(json.dumps(told if contract is None else told | {CONTRACT: contract}))
    with pytest.raises(PresetError) as caught:
        described_signatures(version)
    assert str(caught.value) == (
        f"{path} is damaged: expected a 'contract' with 'signatures'; got {contract!r}"
    )


@pytest.mark.parametrize("macro", [[], {"f1": "good"}, 0.5])
def test_a_figure_that_is_none_is_damage(macro, version):
    path = version / "assets.extra" / DESCRIPTION
    path.write_text(json.dumps(json.loads(path.read_text()) | {"metrics": {"macro": macro}}))
    with pytest.raises(PresetError) as caught:
        summarize(version)
    assert str(caught.value) == (
        f"{path} is damaged: expected the macro F1 as a number in 'metrics'; got 'macro': {macro!r}"
    )


def test_a_version_that_was_not_measured_has_no_figure(version):
    path = version / "assets.extra" / DESCRIPTION
    path.write_text(json.dumps(without("metrics")(json.loads(path.read_text()))))
    assert summarize(version).macro_f1 is None
