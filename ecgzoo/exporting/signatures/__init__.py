"""Signatures: the functions of an exported model, with checks, class names and transforms.

A row that cannot be answered has zeros, an empty label and a status that names the remedy, and its
neighbours are answered; a wrong shape fails the request. Each signature also has a strict variant,
``<name>_strict``, in which a bad row fails the request.
"""

import keras

from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.signatures.model_graph import ModelGraph
from ecgzoo.exporting.signatures.resampled import resampled_signature
from ecgzoo.exporting.signatures.signal import (
    classify_signature,
    contract_signature,
    domains_signature,
    embedding_signature,
    image_signature,
    saliency_signature,
    signal_bytes_signature,
    signal_signature,
)
from ecgzoo.exporting.signatures.signature import Signature

STRICT = "strict"

EVERY_MODELS = {
    "serving_default": signal_signature,
    "resampled": resampled_signature,
    "signal_bytes": signal_bytes_signature,
    "domains": domains_signature,
    "embedding": embedding_signature,
    "saliency": saliency_signature,
    "classify": classify_signature,
}


def signatures(model: keras.Model, preset: Preset) -> dict[str, Signature]:
    """Everything that an exported model can be asked, by name.

    Args:
        model: from signal to probabilities, as ``ecgzoo.build`` makes it.
        preset: what it was trained on; ``image`` is there if it came from pages.
    """
    graph = ModelGraph(model, preset)
    found = {name: make(graph) for name, make in EVERY_MODELS.items()}
    if preset.page is not None:
        found["image"] = image_signature(graph, preset.page)
    strict = {f"{name}_{STRICT}": signature.strict for name, signature in found.items()}
    # As a name of its own, the default's strict variant is just that.
    strict[STRICT] = strict.pop(f"serving_default_{STRICT}")
    return found | strict | {"contract": contract_signature(graph)}
