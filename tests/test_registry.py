"""The registry: names, suggestions, duplicates, late imports."""

import sys

import pytest

import ecgzoo
from ecgzoo import registry
from ecgzoo.errors import UnknownNameError
from ecgzoo.registry import DOMAINS, ENCODERS, FUSIONS, MODELS, Registry, unknown


@pytest.mark.parametrize("table", [MODELS, DOMAINS, ENCODERS, FUSIONS], ids=lambda t: t.kind)
def test_every_name_leads_to_a_documented_builder(table) -> None:
    assert table.names()
    for name in table:
        builder = table.get(name)
        assert callable(builder)
        assert builder.__doc__


def test_what_the_registry_says_of_its_entries_is_registered_too() -> None:
    for name in MODELS:
        assert set(MODELS.info(name)["domains"]) <= set(DOMAINS)
    for name in DOMAINS:
        assert DOMAINS.info(name)["encoder"] in ENCODERS


@pytest.mark.parametrize(
    ("table", "wrong", "near"),
    [
        (MODELS, "hybird2", "'hybrid2'"),
        (MODELS, "Hybrid1", "'hybrid1'"),
        (MODELS, "cnn1d_transfomer", "'cnn1d_transformer'"),
        (DOMAINS, "time-frequency", "'time_frequency'"),
        (ENCODERS, "conv1", "'conv1d'"),
        (FUSIONS, "concatenate", "'concat'"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(table, wrong, near) -> None:
    with pytest.raises(UnknownNameError) as caught:
        table.get(wrong)
    message = str(caught.value)
    assert message.startswith(f"unknown {table.kind} {wrong!r}; did you mean ")
    assert near in message
    with pytest.raises(UnknownNameError):
        table.info(wrong)


def test_a_name_without_near_ones_lists_all() -> None:
    assert unknown("model", "qqq", ["b", "a"]) == "unknown model 'qqq'; known: a, b"


def test_a_long_list_of_names_is_cut_and_counted() -> None:
    said = unknown("record", "?", [f"page{i:03}" for i in range(491)])
    assert said.endswith("page011 and 479 more")


def test_an_unknown_name_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="unknown model 'nothing'"):
        MODELS.get("nothing")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("hybrid?", ["hybrid1", "hybrid2"]),
        ("cnn?d", ["cnn1d", "cnn2d"]),
        ("absent*", []),
    ],
)
def test_list_models_takes_a_pattern(pattern, expected) -> None:
    assert ecgzoo.list_models(pattern) == expected


def test_the_papers_five_models_are_there() -> None:
    paper = {"cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2"}
    assert paper <= set(ecgzoo.list_models())
    assert ecgzoo.list_models() == sorted(ecgzoo.list_models())


REGISTERING = {
    "model": (ecgzoo.register_model, MODELS, {"domains": ("time",)}),
    "domain": (ecgzoo.register_domain, DOMAINS, {"encoder": "conv1d"}),
    "encoder": (ecgzoo.register_encoder, ENCODERS, {}),
    "fusion": (
        ecgzoo.register_fusion,
        FUSIONS,
        {"category": "input", "training": "end_to_end", "encoder": "conv1d"},
    ),
}


@pytest.mark.parametrize("kind", REGISTERING)
def test_a_name_is_given_once_unless_it_is_replaced(kind, monkeypatch) -> None:
    register, table, facts = REGISTERING[kind]
    monkeypatch.setattr(table, "entries", dict(table.entries))
    register("mine", len, **facts)
    assert table.get("mine") is len
    assert table.info("mine") == facts
    with pytest.raises(ValueError, match=f"{kind} 'mine' is registered already; pass replace=True"):
        register("mine", max, **facts)
    assert table.get("mine") is len
    register("mine", max, replace=True, **facts)
    assert table.get("mine") is max


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"category": "outputs"}, "unknown category 'outputs'; did you mean 'output'"),
        ({"category": "output", "training": "branch"}, "unknown training 'branch'"),
    ],
)
def test_a_fusion_is_of_a_known_category_and_training(facts, said) -> None:
    with pytest.raises(UnknownNameError, match=said):
        ecgzoo.register_fusion("mine", len, **facts)
    assert "mine" not in FUSIONS


def test_fusions_say_how_they_are_trained() -> None:
    trained = {name: FUSIONS.info(name)["training"] for name in FUSIONS}
    others = {name: how for name, how in trained.items() if how != "end_to_end"}
    assert others == {
        "vote": "branches",
        "weighted_average": "out_of_fold",
        "stacking": "out_of_fold",
    }


def test_options_of_an_entry_are_what_its_name_stands_for() -> None:
    def power(base, exponent=1):
        """A power."""
        return base**exponent

    table = Registry("power")
    table.add("square", power, options={"exponent": 2})
    assert table.get("square")(3) == 9
    assert table.get("square").__doc__ == "A power."


def test_a_string_is_imported_when_asked_for_and_not_before() -> None:
    table = Registry("planet")
    sys.modules.pop("this_module_is_absent", None)
    table.add("absent", "this_module_is_absent:function")
    assert table.names() == ["absent"]
    with pytest.raises(ModuleNotFoundError, match="this_module_is_absent"):
        table.get("absent")
    table.add("present", "ecgzoo.registry:unknown")
    assert table.get("present") is registry.unknown


def test_facts_are_a_copy() -> None:
    DOMAINS.info("time")["encoder"] = "another"
    assert DOMAINS.info("time")["encoder"] == "conv1d"
