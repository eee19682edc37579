"""contract: what a model takes and answers, for clients that cannot read its files."""

from __future__ import annotations

import json

import numpy as np
import tensorflow as tf

from ecgzoo.artifact.preset import Preset
from ecgzoo.export.contract import decision
from ecgzoo.export.signatures.model_graph import ModelGraph
from ecgzoo.export.signatures.shapes import checked
from ecgzoo.export.signatures.signature import STATUS, Answer, Signature
from ecgzoo.export.status import OK

TOLD = ("model", "spec", "classes", "multi_label", "page", "weights_sha256")


def contract_signature(graph: ModelGraph) -> Signature:
    """``rows`` int32 ``[batch]``, any numbers; ``contract``, JSON, and ``status`` for each of them.

    A model server serves neither the files beside a model nor its shapes, which signatures leave
    open. A client that knows leads, rate and length picks, resamples and cuts as ecgzoo does.
    """
    told = json.dumps(contract_of(graph.preset), ensure_ascii=False)

    def ask(rows: tf.Tensor) -> Answer:
        batch = tf.shape(checked("rows", rows, ()))
        return {"contract": tf.fill(batch, told), STATUS: tf.fill(batch, OK)}

    takes = tf.TensorSpec((None,), tf.int32, name="rows")
    return Signature(ask, [takes], {"rows": np.zeros(2, np.int32)})


def contract_of(preset: Preset) -> dict[str, object]:
    """The fields of a preset that its users need, and how classes are decided, JSON-ready.

    Example:
        >>> from ecgzoo.signal_spec import SignalSpec
        >>> contract = contract_of(Preset("cnn1d", SignalSpec(("II",), 250, 500), ("a", "b")))
        >>> contract["classes"], contract["spec"]["sampling_rate"], contract["applied"]
        (['a', 'b'], 250, [])
    """
    fields = preset.to_dict()
    told = {name: fields[name] for name in TOLD}
    return told | {"leaky": bool(preset.metrics.get("leaky")), **decision(preset)}
