"""Figures on few records: of one class, or of one patient, without intervals and with a word."""

from dataclasses import replace

import numpy as np
import pytest

import ecgzoo
from ecgzoo.errors import DataWarning
from tf_data import load

PAGES = load("ecg_images")
OF_MI = PAGES.take(np.flatnonzero(PAGES.labels == PAGES.classes.index("MI"))[:6])
SOME = PAGES.take(range(0, 40, 5))


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (OF_MI, "no class has records that are of it and others that are not"),
        (replace(SOME, groups=np.full(len(SOME), "one")), "the records are of one patient"),
    ],
    ids=["one class", "one patient"],
)
def test_where_nothing_can_be_resampled_there_are_figures_alone(records, said) -> None:
    with pytest.warns(DataWarning, match=f"no intervals are made: {said}"):
        found = ecgzoo.evaluate("cnn1d.ecg_images", records)
    assert (found.intervals, found.class_intervals) == (None, {})
    answers = found.predictions.probabilities.argmax(axis=1)
    assert found.metrics.accuracy == np.mean(answers == found.predictions.labels)
    assert found.metrics.n == len(records)


def test_signals_of_one_class_are_taken_by_their_names() -> None:
    found = ecgzoo.evaluate("cnn1d.ecg_images", OF_MI.signals, ["MI"] * 6, intervals=False)
    assert found.metrics.per_class["MI"]["support"] == 6
    assert found.metrics.per_class["MI"]["recall"] == found.metrics.accuracy
