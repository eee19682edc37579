"""embed and embed_raw: as the parts they are made of, in batches, and from a folder."""

import sys

import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset

from ecgzoo import SignalSpec, build
from ecgzoo.errors import PresetError, SignalError, UnknownNameError
from ecgzoo.evaluation.complementarity.correlation import pooled
from ecgzoo.models.embed import embed, embed_raw
from ecgzoo.models.front import core_of
from ecgzoo.models.views import embeddings
from ecgzoo.registry import DOMAINS

SIGNALS = heartbeats(SPEC, 10)

module = sys.modules["ecgzoo.models.embed"]


@pytest.fixture(autouse=True, scope="module")
def small_models():
    with small_encoders():
        yield


@pytest.mark.parametrize("inputs", ["signal", "domains"])
def test_a_model_embeds_as_its_view_does(inputs, monkeypatch):
    core = build("hybrid1", SPEC, len(CLASSES), inputs="domains")
    model = core
    if inputs == "signal":
        model = build("hybrid1", SPEC, len(CLASSES))
        core = core_of(model)
    domains = {name: DOMAINS.get(name)(SPEC)(SIGNALS) for name in core.input}
    expected = embeddings(core)(domains)
    monkeypatch.setattr(module, "BATCH", 4)  # 10 records: three batches, the last a short one
    found = embed(model, SIGNALS, SPEC)
    assert list(found) == ["time", "time_frequency", "fused"]
    for name, one in found.items():
        np.testing.assert_allclose(one, np.asarray(expected[name]), atol=1e-5)


def test_a_folder_brings_its_spec_and_weights(tmp_path):
    folder = make_preset(tmp_path / "run", "cnn1d")
    found = embed(folder, SIGNALS)
    model = build("cnn1d", weights=folder)
    np.testing.assert_allclose(found["time"], embed(model, SIGNALS, SPEC)["time"], atol=1e-5)
    with pytest.raises(PresetError):
        embed(tmp_path / "none", SIGNALS)


def test_raw_domains_are_pooled_in_batches(monkeypatch):
    monkeypatch.setattr(module, "BATCH", 4)
    found = embed_raw(SIGNALS, SPEC, ["time", "frequency"])
    for name, one in found.items():
        whole = pooled(np.asarray(DOMAINS.get(name)(SPEC)(SIGNALS)))
        np.testing.assert_allclose(one, whole, atol=1e-5)


@pytest.mark.parametrize(
    ("signals", "message"),
    [
        (SIGNALS[:, :100], r"expected signals \[batch, 500, 2\]"),
        (np.where(np.arange(10)[:, None, None] == 3, np.nan, SIGNALS), "signals 3 hold NaN"),
        (SIGNALS.astype(int), "got int64"),
    ],
)
def test_signals_that_will_not_do_are_named(signals, message):
    with pytest.raises(SignalError, match=message):
        embed_raw(signals, SPEC, ["time"])


def test_an_unknown_domain_is_named():
    with pytest.raises(UnknownNameError, match="did you mean 'time'"):
        embed_raw(SIGNALS, SPEC, ["tim"])


def test_a_model_embeds_by_its_own_spec_and_refuses_another() -> None:
    """At 500 Hz the bands of a scalogram lie elsewhere than at a page's rate."""
    spec = SignalSpec(("II",), 500, 1000)
    model = build("cnn2d", spec, 2)
    signals = heartbeats(spec, 3)
    expected = embeddings(model.core)(model.front(signals))
    for name, found in embed(model, signals).items():
        np.testing.assert_allclose(found, expected[name], atol=1e-5)
    with pytest.raises(SignalError, match=r"takes signals of .*; got signals of "):
        embed(model, signals, SignalSpec(("II",), 250, 1000))
