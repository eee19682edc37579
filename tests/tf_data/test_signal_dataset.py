"""SignalDataset and load; and what every registered data set has."""

from pathlib import Path

import numpy as np
import pytest

import tf_data
from ecgzoo.errors import UnknownNameError
from ecgzoo.signal_spec import SignalSpec
from tf_data import DATASETS, SignalDataset

SPEC = SignalSpec(("I", "II"), sampling_rate=128, samples=128)


def make(**changes) -> SignalDataset:
    ids = np.array(["a", "b", "c"])
    fields = {
        "signals": np.arange(3 * 128 * 2, dtype="float32").reshape(3, 128, 2),
        "labels": np.array([0, 1, 0]),
        "groups": ids,
        "hashes": ids,
        "names": ids,
        "spec": SPEC,
        "classes": ("x", "y"),
    }
    return SignalDataset(**(fields | changes))


def test_take_keeps_rows_together_in_the_order_asked() -> None:
    data = make()
    taken = data.take([2, 0, 2])
    assert (len(data), len(taken)) == (3, 3)
    assert taken.names.tolist() == taken.groups.tolist() == taken.hashes.tolist() == ["c", "a", "c"]
    np.testing.assert_array_equal(taken.signals, data.signals[[2, 0, 2]])
    np.testing.assert_array_equal(taken.labels, [0, 0, 0])
    assert (taken.spec, taken.classes) == (SPEC, ("x", "y"))


def test_a_bar_in_a_class_name_is_refused_but_not_in_a_numbers() -> None:
    with pytest.raises(ValueError, match=r"without '\|'.*got 'x\|y'. Name it .* such as 'x/y'"):
        make(classes=("x|y", "z"))
    assert make(classes=("a|b",), labels=np.array([0.5, 1.5, 2.5])).regression


@pytest.mark.parametrize("column", ["labels", "groups", "hashes", "names"])
def test_columns_of_another_length(column: str) -> None:
    with pytest.raises(ValueError, match=f"expected 3 {column}, one per signal; got 2"):
        make(**{column: np.array([0, 1])})


def test_signals_that_are_not_as_the_spec_says() -> None:
    with pytest.raises(ValueError, match=r"\[n, 128, 2\].*got shape \[3, 2, 128\]"):
        make(signals=np.zeros((3, 2, 128)))


def test_an_unknown_data_set_names_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'ecg_images'"):
        tf_data.load("ecg_imags")


def test_the_package_imports_no_framework() -> None:
    import subprocess
    import sys

    code = "import sys, tf_data; assert not {'tensorflow', 'keras', 'sklearn'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", [one for one in DATASETS if tf_data.card_of(one)])
def test_every_data_set_has_a_documented_loader_a_builder_and_a_card(name: str) -> None:
    folder = Path(tf_data.__file__).parent / name
    assert DATASETS.get(name).__doc__
    for file in (f"{name}_dataset_builder.py", "card.json"):
        assert (folder / file).is_file(), f"{folder.name} has no {file}"
