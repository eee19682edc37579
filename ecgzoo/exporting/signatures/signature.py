"""Signature: one exported function, with what it takes and a request that it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.signatures.status import OK

Answer = dict[str, tf.Tensor]
STATUS = "status"
PREDICT, CLASSIFY = "tensorflow/serving/predict", "tensorflow/serving/classify"


@dataclass(frozen=True)
class Signature:
    """One function of an exported model.

    Attributes:
        ask: from tensors to a dictionary of outputs, each with the batch as its first axis; among
            them ``status``, string ``[batch]``, ``"ok"`` or what is wrong with the row.
        takes: a ``tf.TensorSpec`` per argument, or a dictionary of them.
        example: a good request of two rows: arrays by input name. It warms servers up, is recorded
            with its answer, and is asked in tests.
        hidden: outputs that are computed but not answered.
        method: the method name that TensorFlow Serving looks for.
    """

    ask: Callable[..., Answer]
    takes: list[Any]
    example: Mapping[str, np.ndarray]
    hidden: tuple[str, ...] = ()
    method: str = PREDICT

    def traced(self) -> Any:
        """The concrete function that is exported."""

        def answer(*inputs: Any) -> Answer:
            shown = self.ask(*inputs)
            return {name: tensor for name, tensor in shown.items() if name not in self.hidden}

        function = tf.function(answer, input_signature=self.takes, autograph=False)
        return function.get_concrete_function()

    @property
    def strict(self) -> Signature:
        """The same, but a row that cannot be answered fails the request, with its number."""

        def ask(*inputs: Any) -> Answer:
            answer = self.ask(*inputs)
            with tf.control_dependencies([_all_ok(answer[STATUS])]):
                return {name: tf.identity(tensor) for name, tensor in answer.items()}

        return replace(self, ask=ask)


def _all_ok(status: tf.Tensor) -> tf.Operation:
    bad = tf.not_equal(status, OK)
    row = tf.argmax(tf.cast(bad, tf.int32), output_type=tf.int32)
    said = tf.strings.join(["row ", tf.strings.as_string(row), ": ", tf.gather(status, row)])
    return tf.debugging.Assert(~tf.reduce_any(bad), [said])
