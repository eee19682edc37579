"""Cost: what a core's answer for one record takes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import graph_util, ops

ROUNDS = 100
WARM_UP = 5


@dataclass(frozen=True)
class Cost:
    """What one record costs a core, domains not counted.

    Attributes:
        parameters: numbers in its weights.
        flops: floating-point operations, as TensorFlow's profiler counts them in its graph; a
            multiplication and an addition are two.
        milliseconds: median duration of a call of its graph, without XLA, as it is served.
    """

    parameters: int
    flops: int
    milliseconds: float

    def to_dict(self) -> dict[str, Any]:
        """The fields, ready for JSON."""
        return asdict(self)


def costs(cores: Mapping[str, keras.Model], rounds: int = ROUNDS) -> dict[str, Cost]:
    """Measures several cores; their calls take turns, so that what else runs disturbs all alike.

    Args:
        cores: by name; their inputs are dictionaries of domains.
        rounds: timed calls of each.

    Example:
        >>> domain = keras.Input((10,), name="domain")
        >>> core = keras.Model({"domain": domain}, keras.layers.Dense(3)(domain))
        >>> cost = costs({"tiny": core}, rounds=3)["tiny"]
        >>> cost.parameters, cost.flops  # 30 products, 30 sums, 3 biases
        (33, 63)
    """
    graphs = {name: _graph(core) for name, core in cores.items()}
    calls = {name: _call(graph, cores[name]) for name, graph in graphs.items()}
    seconds: dict[str, list[float]] = {name: [] for name in cores}
    for _ in range(WARM_UP + rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return {
        name: Cost(
            core.count_params(),
            _flops(graphs[name]),
            float(np.median(seconds[name][WARM_UP:])) * 1e3,
        )
        for name, core in cores.items()
    }


def _graph(core: keras.Model) -> Any:
    shapes = {
        name: tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype)
        for name, tensor in core.input.items()
    }
    return tf.function(lambda domains: core(domains, training=False)).get_concrete_function(shapes)


def _call(graph: Any, core: keras.Model) -> Callable[[], Any]:
    record = {
        name: tf.random.stateless_normal((1, *tensor.shape[1:]), (0, 0), dtype=tensor.dtype)
        for name, tensor in core.input.items()
    }
    return lambda: np.asarray(graph(record))


def _flops(graph: Any) -> int:
    builder = tf.compat.v1.profiler.ProfileOptionBuilder
    options = builder(builder.float_operation()).with_empty_output().build()
    logger = tf.get_logger()  # the profiler calls what it warns of
    level = logger.level
    logger.setLevel("ERROR")
    try:
        found = tf.compat.v1.profiler.profile(graph=graph.graph, cmd="op", options=options)
    finally:
        logger.setLevel(level)
    return int(found.total_float_ops)


@ops.RegisterStatistics("Einsum", "flops")
def _einsum_flops(graph: Any, node: Any) -> Any:
    """Two operations for every choice of indices; the profiler knows no rule for this kind."""
    equation = node.attr["equation"].s.decode()
    sizes: dict[str, int] = {}
    for term, name in zip(equation.split("->")[0].split(","), node.input, strict=True):
        shape = graph_util.tensor_shape_from_node_def_name(graph, name).as_list()
        before, _, after = term.partition("...")
        sizes |= zip(before, shape, strict=False)
        if after:
            sizes |= zip(after, shape[-len(after) :], strict=True)
        if "..." in term:
            spread = shape[len(before) : len(shape) - len(after)]
            sizes["..."] = max(sizes.get("...", 1), int(np.prod(spread)))
    return ops.OpStats("flops", 2 * int(np.prod(list(sizes.values()))))
