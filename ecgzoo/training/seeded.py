"""seeded: all that is drawn at random hangs on one seed; afterwards it is as if nothing was drawn.

Whoever calls ``fit`` has random streams of their own, which a library leaves where they are.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

# Neither library tells its state, or takes one back, in public.
from keras.src.backend.common import global_state
from keras.src.random.seed_generator import GLOBAL_SEED_GENERATOR
from keras.src.utils.rng_utils import GLOBAL_RANDOM_SEED
from tensorflow.python.eager import context
from tensorflow.python.framework import config

KERAS_STATES = (GLOBAL_RANDOM_SEED, GLOBAL_SEED_GENERATOR)


@contextmanager
def seeded(seed: int, deterministic: bool = False) -> Iterator[None]:
    """Sets the seeds of Python, NumPy, Keras and TensorFlow, and gives the states of before back.

    TensorFlow's determinism of operations is given back too. What stays changed is one thing: an
    operation such as ``tf.random.normal(shape, seed=3)``, which counts its calls by itself, begins
    to count anew, as after any ``tf.random.set_seed``.

    Args:
        seed: of all four.
        deterministic: whether every operation must give the same bits each time (slower).

    Example:
        >>> random.seed(7)
        >>> first, second = random.random(), random.random()
        >>> random.seed(7)
        >>> with seeded(0):
        ...     _ = random.random() == first, random.random()
        >>> random.random() == first
        True
        >>> with seeded(0):
        ...     drawn = float(keras.random.uniform(()))
        >>> with seeded(0):
        ...     float(keras.random.uniform(())) == drawn
        True
    """
    python, numpy = random.getstate(), np.random.get_state()
    kept = {name: global_state.get_global_attribute(name) for name in KERAS_STATES}
    eager = context.context()
    tensorflow = {name: getattr(eager, name, None) for name in ("_seed", "_rng")}
    same_bits = config.is_op_determinism_enabled()
    keras.utils.set_random_seed(seed)
    if deterministic:
        tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for name, value in kept.items():
            global_state.set_global_attribute(name, value)
        vars(eager).update(tensorflow)
        if not same_bits:
            config.disable_op_determinism()
