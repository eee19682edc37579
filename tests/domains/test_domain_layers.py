"""What every registered domain's layer does, wherever it runs."""

import importlib.util
import json
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from ecgzoo import SignalSpec
from ecgzoo.registry import DOMAINS

SPEC = SignalSpec(("I", "II", "V1"), sampling_rate=197, samples=489)
SIGNAL = np.random.default_rng(0).normal(0, 0.5, (4, *SPEC.shape)).astype("float32").cumsum(1) / 9

JAX = """
import sys
sys.modules["tensorflow"] = None
import numpy as np
from ecgzoo import SignalSpec
from ecgzoo.registry import DOMAINS
spec = SignalSpec(("I", "II", "V1"), sampling_rate=197, samples=489)
signal = np.load(sys.argv[1])
answers = {name: np.asarray(DOMAINS.get(name)(spec)(signal)) for name in DOMAINS}
np.savez(sys.argv[2], **answers)
"""


@pytest.fixture(params=list(DOMAINS))
def layer(request) -> keras.Layer:
    return DOMAINS.get(request.param)(SPEC)


def close(actual, expected) -> None:
    expected = np.asarray(expected)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


def test_shape_and_kind(layer) -> None:
    shown = layer(SIGNAL)
    assert tuple(shown.shape) == tuple(layer.compute_output_shape(SIGNAL.shape))
    assert shown.dtype == "float32"
    assert np.isfinite(shown).all()
    assert np.ptp(np.asarray(shown).reshape(4, -1), axis=1).min() > 0
    assert layer.trainable_weights == []


def test_inside_a_data_set(layer) -> None:
    mapped = tf.data.Dataset.from_tensor_slices(SIGNAL).batch(3).map(layer)
    assert mapped.element_spec.shape[1:] == layer(SIGNAL).shape[1:]
    close(np.concatenate([np.asarray(batch) for batch in mapped]), layer(SIGNAL))


def test_compiled_by_xla(layer) -> None:
    close(tf.function(layer, jit_compile=True)(tf.constant(SIGNAL)), layer(SIGNAL))


def test_inside_a_graph_of_any_batch(layer) -> None:
    batches = tf.function(layer, input_signature=[tf.TensorSpec((None, *SPEC.shape))])
    for rows in (4, 1, 0):
        assert batches(SIGNAL[:rows]).shape[0] == rows
    close(batches(SIGNAL), layer(SIGNAL))


def test_saved_and_loaded(layer) -> None:
    config = json.loads(json.dumps(keras.saving.serialize_keras_object(layer)))
    again = keras.saving.deserialize_keras_object(config)
    assert type(again) is type(layer)
    assert again.get_config() == layer.get_config()
    np.testing.assert_array_equal(again(SIGNAL), layer(SIGNAL))


def test_an_export_holds_the_constants_once(tmp_path) -> None:
    """However many signatures use the layer."""
    layer = DOMAINS.get("time_frequency")(SPEC)
    module = tf.Module()
    module.layer = layer
    signature = [tf.TensorSpec((None, *SPEC.shape))]
    module.first, module.second = (tf.function(lambda x: layer(x), signature) for _ in range(2))
    layer(SIGNAL)
    tf.saved_model.save(module, tmp_path)
    constants = sum(np.asarray(kernel).nbytes for kernel in layer.weights)
    stored = (tmp_path / "variables" / "variables.data-00000-of-00001").stat().st_size
    assert constants <= stored < constants + 10_000
    assert (tmp_path / "saved_model.pb").stat().st_size < 150_000


def test_mixed_precision_leaves_it_in_float32(layer) -> None:
    expected = layer(SIGNAL)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        shown = type(layer).from_config(
            {k: v for k, v in layer.get_config().items() if k != "dtype"}
        )(SIGNAL)
    finally:
        keras.config.set_dtype_policy("float32")
    assert shown.dtype == "float32"
    np.testing.assert_array_equal(shown, expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_bad_sample_stays_in_its_row(layer, bad) -> None:
    spoiled = SIGNAL.copy()
    spoiled[1, 100, 2] = bad
    shown, expected = np.asarray(layer(spoiled)), np.asarray(layer(SIGNAL))
    assert not np.isfinite(shown[1]).all()
    close(np.delete(shown, 1, axis=0), np.delete(expected, 1, axis=0))


@pytest.mark.parametrize("how", ["eager", "graph", "xla"])
def test_an_empty_batch_is_an_empty_result(layer, how) -> None:
    runs = {
        "eager": layer,
        "graph": tf.function(layer),
        "xla": tf.function(layer, jit_compile=True),
    }
    expected = (0, *layer.compute_output_shape(SIGNAL.shape)[1:])
    assert tuple(runs[how](tf.constant(SIGNAL[:0])).shape) == tuple(expected)


def test_a_row_is_shown_alike_in_any_batch(layer) -> None:
    close(layer(SIGNAL[2:3]), np.asarray(layer(SIGNAL))[2:3])


def test_a_signal_without_a_batch_is_refused(layer) -> None:
    with pytest.raises(ValueError, match="expected ndim=3, found ndim=2"):
        layer(SIGNAL[0])


def test_a_constant_signal_is_finite(layer) -> None:
    assert np.isfinite(layer(np.full((1, *SPEC.shape), 0.3, "float32"))).all()


def test_integers_and_doubles_are_taken_as_floats(layer) -> None:
    whole = np.round(SIGNAL * 1000)
    close(layer(whole.astype("int16")), layer(whole))
    close(layer(whole.astype("float64")), layer(whole))


@pytest.mark.parametrize("name", ["frequency", "time_frequency"])
def test_the_number_of_samples_must_be_known(name) -> None:
    with pytest.raises(ValueError, match="number of samples must be known"):
        DOMAINS.get(name)(SPEC)(keras.Input((None, 3)))


def test_a_scalogram_built_for_one_length_refuses_another() -> None:
    layer = DOMAINS.get("time_frequency")(SPEC)
    layer(SIGNAL)
    with pytest.raises(ValueError, match="axis 1 of input shape to have value 489"):
        layer(SIGNAL[:, :480])


@pytest.mark.parametrize("samples", [128, 8192])
@pytest.mark.parametrize("rate", [1.0, 50.0, 360.0, 1000.0, 20_000.0])
@pytest.mark.parametrize("name", list(DOMAINS))
def test_any_length_at_any_rate(name, rate, samples) -> None:
    spec = SignalSpec(("x",), rate, samples)
    shown = DOMAINS.get(name)(spec)(np.random.default_rng(0).normal(size=(1, samples, 1)))
    assert np.isfinite(shown).all()
    assert np.ptp(shown) > 0


@pytest.mark.whole
@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="jax is not installed here")
def test_jax_shows_the_same_without_tensorflow(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    given, shown = tmp_path / "signal.npy", tmp_path / "shown.npz"
    np.save(given, SIGNAL)
    subprocess.run([sys.executable, "-c", JAX, given, shown], check=True)
    with np.load(shown) as answers:
        for name in DOMAINS:
            close(answers[name], DOMAINS.get(name)(SPEC)(SIGNAL))
