"""Figures on few records: of one class, or of one patient, without intervals and with a word."""

from dataclasses import replace

import numpy as np
import pytest

import ecgzoo
from ecgzoo.errors import DataWarning, SignalError
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


def test_records_that_lack_a_class_of_the_model_are_evaluated() -> None:
    alone = replace(OF_MI, labels=np.zeros(6, np.int64), classes=("MI",))
    found, same = (
        ecgzoo.evaluate("cnn1d.ecg_images", one, intervals=False) for one in (alone, OF_MI)
    )
    np.testing.assert_array_equal(found.predictions.labels, same.predictions.labels)
    assert found.metrics.accuracy == same.metrics.accuracy


@pytest.mark.parametrize(
    ("given", "name", "kind"),
    [
        ({"labels": ["MI"] * 8}, "labels", "list"),
        ({"groups": ["p"] * 8}, "groups", "list"),
        ({"sampling_rate": 500.0}, "sampling_rate", "float"),
        ({"unit": "V"}, "unit", "str"),
    ],
)
def test_what_a_data_set_says_itself_is_not_told_beside_it(given, name, kind) -> None:
    said = (
        f"expected no {name}= beside a SignalDataset, which has its own; got {kind}. Leave it out, "
        "or pass the signals as arrays"
    )
    with pytest.raises(SignalError, match=f"^{said}$"):
        ecgzoo.evaluate("cnn1d.ecg_images", SOME, **given)
