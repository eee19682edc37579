"""Served: an exported version, asked from Python as a model server would ask it."""

import numpy as np
import pytest
from published import publish_one
from small_presets import SPEC, heartbeats

from ecgzoo.artifact.labels import stable_version
from ecgzoo.errors import PresetError, SignalError
from ecgzoo.exporting.saved_model.served import Served
from ecgzoo.exporting.server.publishing import roll_back


def test_served_asks_the_stable_version(export_small) -> None:
    one = export_small("cnn1d")
    signals = heartbeats(SPEC, 3)
    answer = Served(one.version.parent).signals(signals)
    expected = np.asarray(one.model(signals, training=False))
    np.testing.assert_allclose(answer.probabilities, expected, rtol=0, atol=1e-5)
    np.testing.assert_allclose(answer.overall.probabilities, expected.mean(0)[None], atol=1e-5)
    assert answer.labels == tuple(one.preset.classes[i] for i in expected.argmax(1))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda x: np.where(np.arange(2) == 1, np.nan, x), "finite"),
        (lambda x: x * 1000, "divide by the gain"),
        (lambda x: x[..., :1], "expected signals"),
        (lambda x: x[:0], "at least one signal"),
        (lambda x: np.zeros_like(x), "varying"),
        (lambda x: (x * 1000).astype(int), "floating-point"),
    ],
)
def test_served_refuses_what_the_contract_refuses(spoil, said, export_small) -> None:
    served = Served(export_small("cnn1d").version)
    with pytest.raises(ValueError, match=said):
        served.signals(spoil(heartbeats(SPEC, 2)))


def test_served_without_a_page_signature_refuses_pages(export_small) -> None:
    with pytest.raises(SignalError, match="takes signals, not pages"):
        Served(export_small("cnn1d").version).page(b"")


def test_a_folder_without_versions_is_named(tmp_path) -> None:
    with pytest.raises(PresetError, match="holds no exported version"):
        stable_version(tmp_path)
    assert issubclass(SignalError, ValueError)


def test_without_labels_the_largest_number_is_asked(tmp_path) -> None:
    for number in ("9", "10"):
        (tmp_path / number).mkdir()
    assert stable_version(tmp_path).name == "10"


def test_after_a_rollback_the_stable_version_is_asked(tmp_path) -> None:
    publish_one(tmp_path)
    publish_one(tmp_path)
    assert stable_version(tmp_path / "m").name == "2"
    roll_back(tmp_path, "m")
    assert stable_version(tmp_path / "m").name == "1"
    publish_one(tmp_path, canary=True)
    assert stable_version(tmp_path / "m").name == "1"
