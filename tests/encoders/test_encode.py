"""Encoders run stage by stage: in step, where something acts between their stages."""

import keras
import numpy as np
import pytest
from small_encoders import small, small_encoders

from ecgzoo import SignalSpec, build
from ecgzoo.encoders.conv1d import conv1d
from ecgzoo.encoders.conv1d_transformer import conv1d_transformer
from ecgzoo.encoders.conv2d import conv2d
from ecgzoo.encoders.encode import encode, equal_depth
from ecgzoo.features import Features
from ecgzoo.registry import ENCODERS

SPEC = SignalSpec(("I", "II"), 100, 256)
SHAPES = {conv1d: (256, 2), conv1d_transformer: (150, 2), conv2d: (48, 64, 2)}


def plain(tensor, name):
    """A user's own encoder: no generator, no stages."""
    x = keras.layers.GlobalAveragePooling1D()(tensor)
    return Features((), keras.layers.Reshape((1, 2))(x), x)


@pytest.mark.parametrize("encoder", SHAPES)
def test_stages_are_what_was_sent_back(encoder) -> None:
    sent = []

    def exchange(maps, depth):
        assert depth == len(sent) + 1
        sent.append(keras.layers.Rescaling(2.0)(maps["x"]))
        return {"x": sent[-1]}

    features = encode({"x": encoder(keras.Input(SHAPES[encoder]), "x")}, exchange)["x"]
    assert len(features.stages) == 4
    assert all(ours is theirs for ours, theirs in zip(features.stages, sent, strict=True))


@pytest.mark.whole
@pytest.mark.parametrize("encoder", SHAPES)
def test_what_is_sent_back_is_what_goes_on(encoder) -> None:
    """An exchange that gives zeros leaves no trace of the input; one that gives back changes it."""
    tensor = keras.Input(SHAPES[encoder])
    values = np.random.default_rng(0).normal(size=(2, *SHAPES[encoder])).astype("float32")

    def spread(exchange) -> float:
        keras.utils.set_random_seed(0)
        vector = encode({"x": encoder(tensor, "x")}, exchange)["x"].vector
        return float(np.ptp(np.asarray(keras.Model(tensor, vector)(values)), axis=0).max())

    as_it_is = spread(None)
    assert as_it_is > 1e-3
    assert spread(lambda maps, _: maps) == as_it_is
    assert spread(lambda maps, _: {"x": keras.layers.Rescaling(0.0)(maps["x"])}) == 0


def test_encoders_go_in_step() -> None:
    seen = []

    def exchange(maps, depth):
        seen.append((depth, sorted(maps)))
        return maps

    tensors = {"a": keras.Input((64, 2)), "b": keras.Input((48, 64, 2))}
    encode({name: small(one, name) for name, one in tensors.items()}, exchange)
    assert seen == [(1, ["a", "b"]), (2, ["a", "b"])]


def test_a_plain_function_goes_where_nothing_acts_between_its_stages() -> None:
    tensor = keras.Input((64, 2))
    features = plain(tensor, "a")
    assert encode({"a": features}) == {"a": features}
    with pytest.raises(ValueError, match="acts between stages, and the encoder of a is a plain"):
        encode({"a": features}, lambda maps, depth: maps)


@pytest.mark.parametrize("order", [("long", "short"), ("short", "long")])
def test_encoders_of_different_depth_cannot_exchange(order) -> None:
    tensor = keras.Input((64, 2))
    depths = {"long": (8, 8, 8), "short": (8, 8)}
    encoders = {name: conv1d(tensor, name, widths=depths[name]) for name in order}
    with pytest.raises(ValueError, match="differ in depth: short 2, more in long"):
        encode(encoders, lambda maps, depth: maps)


def test_equal_depth() -> None:
    two, three = Features((0, 0), 0, 0), Features((0, 0, 0), 0, 0)
    assert equal_depth({"a": two, "b": two}) == 2
    with pytest.raises(ValueError, match="differ in depth: a 2, c 2, more in b"):
        equal_depth({"a": two, "b": three, "c": two})


@pytest.mark.parametrize("fusion", ["hierarchical", "mmtm"])
def test_a_model_of_different_depths_says_so(fusion, monkeypatch) -> None:
    monkeypatch.setitem(ENCODERS.entries, "short", (small, {}))
    with pytest.raises(ValueError, match="differ in depth: time 2, more in time_frequency"):
        build("hybrid1", SPEC, fusion=fusion, encoders={"time": "short"})


def test_a_model_of_plain_functions_says_so(monkeypatch) -> None:
    monkeypatch.setitem(ENCODERS.entries, "plain", (plain, {}))
    with pytest.raises(ValueError, match="the encoder of time is a plain function"):
        build("hybrid1", SPEC, fusion="mmtm", encoders={"time": "plain"})
    with small_encoders():
        assert build("hybrid1", SPEC, 3, encoders={"time": "plain"}).output_shape == (None, 3)


@pytest.mark.parametrize("bins", [17, 64, 65, 128, 129, 150, 257, 4097])
def test_the_transformer_has_four_stages_whatever_the_length(bins) -> None:
    features = encode({"a": conv1d_transformer(keras.Input((bins, 2)), "a")})["a"]
    lengths = [stage.shape[1] for stage in features.stages]
    halved, halvings = bins, 0
    while halved > 64 or halvings < 2:
        halved, halvings = -(-halved // 2), halvings + 1
    assert len(lengths) == 4
    assert lengths[1:] == [halved] * 3
    assert halved < lengths[0] < bins
