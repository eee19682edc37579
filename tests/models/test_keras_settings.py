"""Keras' global settings: precision and float type work; another data format is one sentence."""

import keras
import numpy as np
import pytest

import ecgzoo
from ecgzoo.domains import TimeFrequencyDomain

pytestmark = pytest.mark.whole

SPEC = ecgzoo.SignalSpec(("I", "II"), 100, 256)
SIGNALS = np.random.default_rng(0).normal(size=(3, *SPEC.shape))


@pytest.fixture
def expected(tmp_path):
    keras.utils.set_random_seed(0)
    model = ecgzoo.build("hybrid1", SPEC, 3)
    ecgzoo.save_preset(model, tmp_path / "preset")
    return np.asarray(model(SIGNALS))


@pytest.fixture(params=["mixed_float16", "float64"])
def setting(request):
    policy, floatx = keras.mixed_precision.global_policy(), keras.config.floatx()
    if request.param == "float64":
        keras.config.set_floatx("float64")
    keras.mixed_precision.set_global_policy(request.param)
    yield request.param
    keras.config.set_floatx(floatx)
    keras.mixed_precision.set_global_policy(policy)


def test_the_same_weights_answer_alike_in_another_precision(expected, setting, tmp_path) -> None:
    model = ecgzoo.build("hybrid1", weights=tmp_path / "preset")
    found = np.asarray(model(SIGNALS))
    assert found.dtype == np.float32
    atol = 0.02 if setting == "mixed_float16" else 1e-5
    np.testing.assert_allclose(found, expected, atol=atol)


def test_channels_first_is_refused_in_a_sentence_and_domains_do_not_mind() -> None:
    layer = TimeFrequencyDomain(100, frequencies=(1, 40), scales=8, columns=16)
    expected = np.asarray(layer(SIGNALS))
    keras.config.set_image_data_format("channels_first")
    try:
        found = np.asarray(type(layer).from_config(layer.get_config())(SIGNALS))
        with pytest.raises(ValueError, match="^expected Keras' image_data_format 'channels_last'"):
            ecgzoo.build("hybrid1", SPEC, 3)
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_array_equal(found, expected)
