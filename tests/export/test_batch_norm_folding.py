"""Folding: a core for inference answers as the core does, with fewer layers."""

import keras
import numpy as np
import pytest
from small_encoders import small_encoders
from small_presets import SPEC

import ecgzoo
from ecgzoo.exporting.signatures.batch_norm_folding import folded
from ecgzoo.fusion.fused import Masked
from ecgzoo.registry import list_models


@pytest.mark.parametrize("name", list_models())
def test_a_folded_core_answers_as_the_core(name) -> None:
    rng = np.random.default_rng(0)
    with small_encoders():
        core = ecgzoo.build(name, SPEC, 3, inputs="domains")
    for layer in core._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 2, one.shape) for one in layer.get_weights()])
    made = folded(core).model
    domains = {
        domain: rng.normal(size=(3, *one.shape[1:])).astype("float32")
        for domain, one in core.input.items()
    }
    found, wanted = (np.asarray(model(domains, training=False)) for model in (made, core))
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-7)
    assert np.ptp(wanted, axis=0).max() > 1e-6  # rows differ: something is asked
    assert not any(isinstance(layer, Masked) for layer in made.layers)
