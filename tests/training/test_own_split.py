"""A split that records have of their own: trained by, or said that it is not; a run of its own."""

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from toy_ecgs import toy_ecgs

from ecgzoo.errors import DataWarning
from ecgzoo.training import from_scratch
from ecgzoo.training.from_scratch import train
from ecgzoo.training.recipe import Recipe
from ecgzoo.training.recipe_split import split_of

DATA = toy_ecgs(60)
PARTED = replace(DATA, parts=np.repeat(["train", "test"], [44, 16]))
UNUSED = "the split that the records have of their own is not used; {} takes it"


@pytest.fixture
def recipes(monkeypatch):
    """What would be trained, and where."""
    asked = []
    monkeypatch.setattr(from_scratch, "fit", lambda *told, **_: asked.append(told[:3]))
    return asked


def test_the_split_is_the_recipe_s_protocol(recipes) -> None:
    train("cnn1d", PARTED, test="split")
    recipe, _, records = recipes[0]
    split = split_of(recipe, records)
    np.testing.assert_array_equal(split.test, np.arange(44, 60))
    assert len(split.train) + len(split.validation) == 44


def test_a_share_says_that_the_split_is_not_used(recipes) -> None:
    with pytest.warns(DataWarning) as caught:
        train("cnn1d", PARTED)
    said = UNUSED.format("test='split' (--test split)")
    assert [str(one.message) for one in caught] == [said]
    assert recipes[0][0].protocol == "grouped"


def test_of_one_s_own_records_the_grouped_protocol_says_so() -> None:
    said = UNUSED.format("the official protocol (--protocol official)")
    with pytest.warns(DataWarning, match=f"^{re.escape(said)}$"):
        split_of(Recipe("cnn1d", dataset="records"), PARTED)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split_of(Recipe("cnn1d", dataset="ptb_xl"), PARTED)  # published: the protocol is chosen
        split_of(Recipe("cnn1d", dataset="records"), DATA)


def test_other_parts_or_patients_of_the_same_records_are_another_run(recipes) -> None:
    train("cnn1d", DATA.take(range(44)), test=DATA.take(range(44, 60)))
    train("cnn1d", PARTED, test="split")
    train("cnn1d", DATA.take(range(30)), test=DATA.take(range(30, 60)))
    train("cnn1d", DATA)
    train("cnn1d", replace(DATA, groups=np.array([f"p{row // 2}" for row in range(60)])))
    first, same, *others = (folder for _, folder, _ in recipes)
    assert first == same
    assert len({first, *others}) == 4
