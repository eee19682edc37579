"""A model of each category is exported exactly; with ``pytest -m full``, every model."""

import numpy as np
import pytest
from asking import Job, ask
from small_encoders import small_encoders
from small_presets import CLASSES, SPEC, heartbeats, make_preset

from ecgzoo import list_models
from ecgzoo.export.saved_model import export
from ecgzoo.models.front import core_of
from ecgzoo.models.weights import load_preset
from ecgzoo.registry import DOMAINS

ONE_OF_EACH = (
    "hybrid1_input",
    "hybrid1_low_rank",
    "hybrid1_mmtm",
    "hybrid1_cross_attention",
    "hybrid1_stacking",
    "hybrid1_graph",
)
ROWS = heartbeats(SPEC, 8)


def assert_exported_exactly(names, tmp_path) -> None:
    models, jobs = {}, {}
    for name in names:
        source = make_preset(tmp_path / name, name)
        models[name] = load_preset(source)[0]
        version = export(source, tmp_path / "exported")
        jobs[f"{name} signal"] = Job(version, "serving_default", {"signal": ROWS})
        domains = {d: np.asarray(DOMAINS.get(d)(SPEC)(ROWS)) for d in core_of(models[name]).input}
        jobs[f"{name} domains"] = Job(version, "domains", domains)
    answers = ask("python", jobs, tmp_path)
    for name, model in models.items():
        expected = np.asarray(model(ROWS, training=False))
        assert np.ptp(expected, axis=0).max() > 0.05, "rows must differ, or equality shows nothing"
        for signature in ("signal", "domains"):
            answer = answers[f"{name} {signature}"]
            np.testing.assert_allclose(answer["probabilities"], expected, rtol=0, atol=1e-5)
            labels = [label.decode() for label in answer["label"]]
            assert labels == [CLASSES[i] for i in expected.argmax(1)]


def test_one_of_each_category_is_exported_exactly(tmp_path, unverified) -> None:
    with small_encoders():
        assert_exported_exactly(ONE_OF_EACH, tmp_path)


@pytest.mark.full
@pytest.mark.parametrize("name", list_models())
def test_is_exported_exactly(name, tmp_path, unverified) -> None:
    assert_exported_exactly([name], tmp_path)
