"""Core: typed members, and files that load anywhere."""

import subprocess
import sys

import h5py
import keras
import numpy as np
import pytest

from ecgzoo import SignalSpec, build
from ecgzoo.models.classifier import Classifier
from ecgzoo.models.core import Core
from ecgzoo.models.front import SignalModel, core_of
from ecgzoo.models.views import branches, embeddings, present
from ecgzoo.registry import ENCODERS, register_encoder

pytestmark = pytest.mark.whole

SPEC = SignalSpec(("I", "II"), 100, 256)
SIGNALS = np.random.default_rng(0).normal(size=(3, *SPEC.shape)).astype("float32")


def reloaded(model, tmp_path):
    model.save(tmp_path / "m.keras")
    return keras.saving.load_model(tmp_path / "m.keras")


@pytest.mark.parametrize("options", [{}, {"fusion": "average"}, {"fusion": "cross_attention"}])
def test_a_saved_model_keeps_answers_insides_and_preset(options, tmp_path) -> None:
    model = build("hybrid1", SPEC, 3, **options)
    other = reloaded(model, tmp_path)
    assert isinstance(other, SignalModel)
    assert isinstance(other.core, Core)
    assert other.preset == model.preset
    np.testing.assert_allclose(other(SIGNALS), model(SIGNALS), atol=1e-6)
    domains = model.front(SIGNALS)
    for name, expected in embeddings(model.core)(domains).items():
        np.testing.assert_allclose(embeddings(other.core)(domains)[name], expected, atol=1e-5)
    if options.get("fusion") == "average":
        assert list(branches(other.core).output) == ["time", "time_frequency"]


def test_a_saved_view_keeps_its_mask_and_weights(tmp_path) -> None:
    core = build("hybrid1_gated", SPEC, 3, inputs="domains", mask=True, return_weights=True)
    other = reloaded(core, tmp_path)
    domains = build("hybrid1", SPEC).front(SIGNALS) | {"present": present(core, 3, ["time"])}
    ours, theirs = core(domains), other(domains)
    assert list(theirs) == list(ours)
    for name, expected in ours.items():
        np.testing.assert_allclose(theirs[name], expected, atol=1e-6)


def test_a_fresh_process_loads_it_after_one_import(tmp_path) -> None:
    """`import ecgzoo.layers` registers every layer; `import ecgzoo` imports no Keras."""
    model = build("hybrid1", weights="ecg_images")
    signals = np.random.default_rng(1).normal(size=(2, *model.input_shape[1:])).astype("float32")
    np.savez(tmp_path / "a.npz", signals=signals, answers=np.asarray(model(signals)))
    model.save(tmp_path / "m.keras")
    program = (
        "import sys, ecgzoo; assert 'keras' not in sys.modules; import ecgzoo.layers, keras, numpy;"
        f"a = numpy.load({str(tmp_path / 'a.npz')!r});"
        f"model = keras.saving.load_model({str(tmp_path / 'm.keras')!r});"
        "print(float(abs(numpy.asarray(model(a['signals'])) - a['answers']).max()),"
        " model.preset.classes[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    apart, first = done.stdout.split()
    assert float(apart) < 1e-6
    assert first == model.preset.classes[0]


def test_a_file_that_holds_other_kernels_of_the_scalogram_loads(tmp_path) -> None:
    """As files of whole models did before their configuration told the kernels."""
    file = tmp_path / "f.weights.h5"
    model = build("hybrid1", SPEC, 3)
    model.save_weights(file)
    with h5py.File(file, "a") as stored:
        stored["layers/functional/layers/time_frequency_domain/vars/0"] = np.zeros((2, 3, 4))
    found = build("hybrid1", SPEC, 3, weights=file)(SIGNALS)
    np.testing.assert_array_equal(found, model(SIGNALS))


@pytest.mark.parametrize("inputs", ["signal", "domains"])
def test_saved_weights_load_by_build(inputs, tmp_path) -> None:
    file = tmp_path / "f.weights.h5"
    model = build("hybrid1", SPEC, 3, inputs=inputs)
    model.save_weights(file)
    for other in (build("hybrid1", SPEC, 3, weights=file), model):
        core = core_of(other)
        for ours, theirs in zip(core.get_weights(), core_of(model).get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


HEADS = [
    Classifier(3, width=8),
    Classifier(3, width=0, dropout=0.1),
    keras.layers.Dense(3, activation="softmax"),
    keras.Sequential([keras.layers.Dense(5), keras.layers.Dense(3, activation="softmax")]),
]


@pytest.mark.parametrize("head", HEADS, ids=["classifier", "linear", "layer", "layers"])
@pytest.mark.parametrize("model", ["cnn1d", "hybrid1_average"])
def test_a_head_of_ones_own_is_made_again_from_the_preset(model, head) -> None:
    from ecgzoo.artifact.preset import Preset
    from ecgzoo.models.weights import new_core

    core = build(model, SPEC, classifier=head, inputs="domains")
    described = Preset.from_dict(core.preset.to_dict())
    assert described.head != {}
    other = new_core(described)
    other.set_weights(core.get_weights())
    domains = build("hybrid1", SPEC).front(SIGNALS)
    given = {name: domains[name] for name in core.input}
    np.testing.assert_allclose(other(given), core(given), atol=1e-6)


def test_an_encoder_may_contain_a_model() -> None:
    def nested(tensor, name):
        made = ENCODERS.get("conv1d")
        inner = keras.Input(tensor.shape[1:])
        body = keras.Model(inner, keras.layers.Conv1D(4, 3)(inner))
        return made(body(tensor), name)

    register_encoder("nested", nested, replace=True)
    model = build("cnn1d", SPEC, 3)
    from ecgzoo.models.make_core import make_core

    core = make_core(SPEC, Classifier(3), ["time"], encoders={"time": "nested"})
    from ecgzoo.models.front import with_front

    whole = with_front(core, SPEC)
    assert core_of(whole) is core
    assert whole.front.name == model.front.name


def test_a_foreign_model_is_refused_with_the_remedy() -> None:
    signal = keras.Input((4,))
    foreign = keras.Model(signal, keras.layers.Dense(2)(signal), name="mine")
    with pytest.raises(ValueError, match=r"expected a model that ecgzoo.build returned.*got mine"):
        core_of(foreign)
