"""Signatures: the functions of an exported model, with checks, class names and transforms.

A row that cannot be answered has zeros, an empty label and a status that names the remedy, and its
neighbours are answered; a wrong shape fails the request. In ``strict`` and ``signal_bytes_strict``
a bad row does too. They are all that is strict, since a model server optimises every signature by
itself, which takes it half a second each.
"""

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

STRICT = {"serving_default": "strict", "signal_bytes": "signal_bytes_strict"}
"""Signatures of which there is a strict variant, and its name."""

EVERY_MODELS = {
    "serving_default": signal_signature,
    "resampled": resampled_signature,
    "signal_bytes": signal_bytes_signature,
    "domains": domains_signature,
    "embedding": embedding_signature,
    "saliency": saliency_signature,
    "classify": classify_signature,
}


def signatures(graph: ModelGraph) -> dict[str, Signature]:
    """Everything that an exported model can be asked, by name; ``image`` if it came from pages."""
    found = {name: make(graph) for name, make in EVERY_MODELS.items()}
    if graph.preset.page is not None:
        found["image"] = image_signature(graph, graph.preset.page)
    strict = {variant: found[name].strict for name, variant in STRICT.items()}
    return found | strict | {"contract": contract_signature(graph)}
