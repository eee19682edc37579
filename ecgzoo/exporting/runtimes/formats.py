"""ONNX and LiteRT: a model as one file for onnxruntime and what else reads it, or for phones."""

import functools
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from ecgzoo.exporting.runtimes.agreement import Records
from ecgzoo.exporting.runtimes.conversion import (
    Ask,
    Converted,
    Feeds,
    Portable,
    Runtime,
    convert,
    import_extra,
)
from ecgzoo.models.core import PROBABILITIES


@functools.cache
def _register_erfc() -> None:
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


# Keras' own choice, named here so that it stays: old enough for every runtime in use.
OPSET = 15
BATCH = 16


def export_onnx(
    source: str | Path,
    path: str | Path,
    calibration: np.ndarray | None = None,
    records: Records | None = None,
) -> Converted:
    """Writes a run's or preset's model as an ONNX file, runs it, and describes it in JSON beside.

    It takes ``signal``, float32 ``[batch, samples, leads]`` with any batch, and gives
    ``probabilities`` ``[batch, classes]``. A model whose domains cannot be converted takes the
    domains by name. Nothing in the file checks a signal: one with NaN is answered with NaN.

    Args:
        source: folder of a finished run or of a preset.
        path: the file, ``.onnx``.
        calibration: signals ``[n, samples, leads]`` that show the range of every tensor: weights
            and tensors of convolutions and matrix products then become int8, but for the domains'.
            None for float32.
        records: on which to compare the file with Keras.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the model cannot be converted, or the file does not load or answers
            otherwise than Keras does; or if the extra ``runtimes`` is not installed.
    """
    return convert(Onnx(calibration), source, path, calibration is not None, records)


class Onnx(Runtime):
    """ONNX and onnxruntime.

    Args:
        calibration: signals, see :func:`export_onnx`.
    """

    name, suffix = "onnx", ".onnx"

    def __init__(self, calibration: np.ndarray | None = None) -> None:
        self.calibration = calibration
        self.onnx = import_extra("onnx")
        self.runtime = import_extra("onnxruntime")
        _register_erfc()

    def write(self, portable: Portable, path: Path) -> None:
        """By Keras' exporter."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # Keras looks for numpy's old ``object``
            portable.model.export(path, format="onnx", verbose=False, opset_version=OPSET)
        model = self.onnx.load(path)
        for tensor in (*model.graph.input, *model.graph.output):
            tensor.type.tensor_type.shape.dim[0].dim_param = "batch"
        self.onnx.save(model, path)

    def quantize(self, portable: Portable, written: Path, path: Path) -> None:
        """With ranges that were found on the calibration signals, which do for every row."""
        quantization = import_extra("onnxruntime.quantization")
        prepared = path.with_suffix(".prepared.onnx")
        preparing = import_extra("onnxruntime.quantization.shape_inference")
        preparing.quant_pre_process(
            written, prepared, skip_optimization=True, skip_symbolic_shape=True
        )
        names = [node.name for node in self.onnx.load(prepared).graph.node]
        quantization.quantize_static(
            prepared,
            path,
            _Calibration(portable, self.calibration),
            per_channel=True,
            # Seven bits: x86 without VNNI adds products of full bytes in 16 bits, which saturate.
            reduce_range=True,
            op_types_to_quantize=["Conv", "MatMul", "Gemm"],
            # A spectrum spans more than int8 does.
            nodes_to_exclude=[name for name in names if "/front" in name],
        )

    def load(self, path: Path) -> Ask:
        """By onnxruntime, on the CPU."""
        session = self.runtime.InferenceSession(path, providers=["CPUExecutionProvider"])
        return lambda feeds: np.asarray(session.run([PROBABILITIES], feeds)[0])


class _Calibration:
    """The calibration signals, batch by batch, as onnxruntime reads them."""

    def __init__(self, portable: Portable, signals: np.ndarray | None) -> None:
        signals = np.asarray(signals, "float32")
        parts = (signals[start : start + BATCH] for start in range(0, len(signals), BATCH))
        self.batches = map(portable.feeds, parts)

    def get_next(self) -> Feeds | None:
        """The next batch; None after the last."""
        return next(self.batches, None)


def export_litert(
    source: str | Path, path: str | Path, int8: bool = False, records: Records | None = None
) -> Converted:
    """Writes a run's or preset's model as a LiteRT file, runs it, and describes it in JSON beside.

    Inputs and outputs are those of :func:`~ecgzoo.exporting.runtimes.formats.export_onnx`.

    Args:
        source: folder of a finished run or of a preset.
        path: the file, ``.tflite``.
        int8: whether weights become int8; what is multiplied with them is rounded to int8 in the
            range that each row has, so that no signals are needed to find ranges.
        records: on which to compare the file with Keras.

    Raises:
        PresetError: if the source is incomplete or damaged.
        ExportError: if the model cannot be converted, or the file does not load or answers
            otherwise than Keras does; or if the extra ``runtimes`` is not installed.
    """
    return convert(LiteRT(), source, path, int8, records)


class LiteRT(Runtime):
    """LiteRT, once TensorFlow Lite, and its interpreter."""

    name, suffix = "litert", ".tflite"

    def __init__(self) -> None:
        self.interpreter = import_extra("ai_edge_litert.interpreter")

    def write(self, portable: Portable, path: Path) -> None:
        """By Keras' exporter."""
        self._export(portable, path)

    def quantize(self, portable: Portable, written: Path, path: Path) -> None:
        """Written again, with the converter's own rounding."""
        self._export(portable, path, optimizations=[tf.lite.Optimize.DEFAULT])

    def _export(self, portable: Portable, path: Path, **options: Any) -> None:
        # Keras also allows operations of TensorFlow itself, which the interpreter does not have.
        builtin = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
        portable.model.export(path, format="litert", verbose=False, target_spec=builtin, **options)

    def load(self, path: Path) -> Ask:
        """By LiteRT's interpreter."""
        runner = self.interpreter.Interpreter(str(path)).get_signature_runner()
        return lambda feeds: np.asarray(runner(**feeds)[PROBABILITIES])
