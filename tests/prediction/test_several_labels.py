"""A model of several classes at once: what is called, per window and per record, and why."""

import dataclasses
import json

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset
from typer.testing import CliRunner

import ecgzoo
from ecgzoo.artifact.preset import DESCRIPTION, Preset
from ecgzoo.cli import app
from ecgzoo.client import Contract, Prediction
from ecgzoo.exporting.saved_model.write import export
from ecgzoo.exporting.signatures.signal import contract_of
from ecgzoo.files.atomic import write_json
from ecgzoo.prediction import LoadedModel

pytestmark = pytest.mark.whole

THRESHOLDS = {"Normal": 0.35, "MI": 0.6}  # HB lacks one
LEAST = np.array([0.35, 0.5, 0.6])
LONG = np.concatenate(heartbeats(SPEC, 3, seed=5))  # three windows long
RECORDS = [LONG, *heartbeats(SPEC, 6, seed=6)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    with small_encoders():
        made = make_preset(tmp_path_factory.mktemp("s") / "preset", "hybrid1", multi_label=True)
    told = Preset.from_dict(json.loads((made / DESCRIPTION).read_text()))
    told = dataclasses.replace(told, thresholds=THRESHOLDS)
    write_json(made / DESCRIPTION, told.to_dict())
    return made


@pytest.fixture(scope="module")
def version(folder, tmp_path_factory):
    """Verified in a fresh process, as exports are."""
    with small_encoders():
        return export(folder, tmp_path_factory.mktemp("exported"))


@pytest.fixture(scope="module", params=["preset", "version"])
def model(request, folder) -> LoadedModel:
    if request.param == "version":
        return ecgzoo.load(request.getfixturevalue("version"))
    with small_encoders():
        return ecgzoo.load(folder)


def test_the_classes_above_their_thresholds_are_called(model) -> None:
    found = model.predict(RECORDS, sampling_rate=SPEC.sampling_rate)
    assert found.several
    expected = found.probabilities >= LEAST
    assert 0 < expected.mean() < 1
    assert (found.called == expected).all()
    names = ["|".join(np.array(CLASSES)[row]) for row in expected]
    assert found.predicted.tolist() == names == found.to_frame()["predicted"].tolist()
    assert np.abs(found.probabilities.sum(axis=1) - 1).max() > 0.05  # no softmax


def test_records_are_pooled_before_they_are_called(model) -> None:
    found = model.predict(RECORDS, sampling_rate=SPEC.sampling_rate)
    windows = np.flatnonzero(found.groups == "signal 0")
    assert len(windows) == 5
    pooled = found.per_record()
    assert pooled.names.tolist() == [f"signal {row}" for row in range(len(RECORDS))]
    mean = found.probabilities[windows].mean(axis=0, dtype=np.float64)  # as records are pooled
    np.testing.assert_allclose(pooled.probabilities[0], mean)
    assert pooled.called[0].tolist() == (mean >= LEAST).tolist()


def test_explained_is_the_most_probable_class_or_the_one_named(folder) -> None:
    with small_encoders():
        model = ecgzoo.load(folder)
    likely = model.explain(RECORDS[1:])
    assert likely.target.tolist() == likely.probabilities.argmax(axis=1).tolist()
    named = model.explain(RECORDS[1:], target="HB")
    assert set(named.target) == {CLASSES.index("HB")}
    assert {"fused", "names", "records"} <= set(model.embed(RECORDS[1:]))


def test_the_client_calls_what_the_model_calls(version) -> None:
    served = ecgzoo.load(version)
    contract = Contract.from_dict(contract_of(served.preset))
    assert contract.multi_label
    assert contract.thresholds == {"Normal": 0.35, "HB": 0.5, "MI": 0.6}
    found = served.predict(RECORDS, sampling_rate=SPEC.sampling_rate)
    for shares, called in zip(found.probabilities, found.called, strict=True):
        named = dict(zip(CLASSES, shares.tolist(), strict=True))
        above = contract.above_thresholds(Prediction(named, "", 0.0))
        assert sorted(above) == sorted(np.array(CLASSES)[called])


def test_the_command_names_them_overall_too(version, tmp_path) -> None:
    np.save(tmp_path / "long.npy", LONG)
    rate = str(SPEC.sampling_rate)
    how = ["--sampling-rate", rate, "--model", str(version.parent), "--json"]
    done = CliRunner().invoke(app, ["predict", str(tmp_path / "long.npy"), *how])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    found = ecgzoo.load(version).predict(LONG, sampling_rate=SPEC.sampling_rate).per_record()
    overall = told  # the windows stand within
    shares = [overall["probabilities"][name] for name in CLASSES]
    np.testing.assert_allclose(shares, found.probabilities[0], atol=1e-5)
    above = np.array(CLASSES)[found.called[0]].tolist()
    assert sorted(overall["above_thresholds"]) == sorted(above)
