"""Erfc for tf2onnx: it knows Erf alone, and TensorFlow's exact GELU is made of the other."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from ecgzoo.export.runtimes.extra import import_extra


@functools.cache
def register_erfc() -> None:
    """Tells tf2onnx to write ``erfc(x)`` as ``1 - erf(x)``, until this process ends."""
    import_extra("tf2onnx.handler").tf_op("Erfc")(_Erfc)


class _Erfc:
    @classmethod
    def version_9(cls, context: Any, node: Any, **_: Any) -> None:
        """From opset 9 on, the first with Erf."""
        result, one = node.output[0], context.make_const(f"{node.name}_one", np.float32(1))
        node.type = "Erf"
        rest = context.insert_new_node_on_output("Sub", result, name=f"{node.name}_rest")
        context.replace_inputs(rest, [one.output[0], result])
