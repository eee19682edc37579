"""Leaving a domain out: the same recipe of the model of what is left."""

import pytest

from ecgzoo import SignalSpec, build, list_models
from ecgzoo.registry import MODELS
from ecgzoo.training.ablation import without
from ecgzoo.training.recipe import Recipe

pytestmark = pytest.mark.whole

SPEC = SignalSpec(("I", "II"), 128, 256)


@pytest.mark.parametrize("name", list_models("hybrid?") + list_models("hybrid?_[cgv]*"))
def test_what_is_left_is_built_and_has_the_other_domains(name):
    whole = Recipe(name, fold=2, epochs=7, domain_dropout=0.2)
    for domain in whole.domains:
        less = without(whole, domain)
        assert (less.fold, less.epochs, less.domain_dropout) == (2, 7, 0.2)
        left = [one for one in whole.domains if one != domain]
        core = build(less.model, SPEC, 3, inputs="domains", **less.model_options)
        assert list(core.input) == left
        fusion = MODELS.info(name).get("options", {}).get("fusion", "concat")
        named = MODELS.info(less.model).get("options", {}).get("fusion", "concat")
        if len(left) > 1:
            assert less.options.get("fusion", named) == fusion


def test_twice_it_ends_with_one_domain_and_then_it_is_said():
    one = without(without(Recipe("hybrid2"), "time"), "frequency")
    assert one.name == "cnn2d"
    with pytest.raises(ValueError, match="needs a model of two domains"):
        without(one, "time_frequency")
    with pytest.raises(ValueError, match="frequency cannot be left out"):
        without(Recipe("hybrid1"), "frequency")
