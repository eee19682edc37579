"""Future-work fusions against the same in numpy, record by record; records lack domains."""

from functools import partial

import numpy as np
from fused_by_hand import (
    PRESENT,
    close,
    features_like,
    run,
    shares_among,
)

from ecgzoo.fusion.future_work.autoencoder import autoencoder
from ecgzoo.fusion.future_work.graph import graph

FEATURES = features_like()
A, B = FEATURES["a"], FEATURES["b"]
ROWS = range(len(PRESENT))


def test_graph() -> None:
    found = run(partial(graph, width=5), FEATURES)
    for row in ROWS:
        nodes = []
        for name, one in FEATURES.items():
            kernel, bias = found.weights(f"{name}_node")
            nodes.append(one.vector[row] @ kernel + bias)
        for number in (1, 2):
            kernel, bias, receiver, sender = found.weights(f"messages{number}")
            sent = [node @ kernel for node in nodes]
            edges, heard = np.zeros((2, 2)), []
            for i in range(2):
                scores = np.array([sent[i] @ receiver[:, 0] + one @ sender[:, 0] for one in sent])
                edges[i] = shares_among(np.where(scores > 0, scores, 0.2 * scores), PRESENT[row])
                heard.append(edges[i, 0] * sent[0] + edges[i, 1] * sent[1] + bias)
            nodes = [node + np.maximum(one, 0) for node, one in zip(nodes, heard, strict=True)]
        share = shares_among(np.zeros(2), PRESENT[row])
        close(found.vector[row], share[0] * nodes[0] + share[1] * nodes[1])
        close(found.shown["edges"][row], edges)


def test_autoencoder_and_its_loss() -> None:
    found = run(partial(autoencoder, width=5, weight=0.5), FEATURES)
    layer = found.model.get_layer("fusion")
    kernel, bias = (np.asarray(w) for w in layer.encoder.weights)
    latent = np.maximum(np.hstack([A.vector, B.vector]) @ kernel + bias, 0)
    close(found.vector, latent)
    errors = []
    for i, one in enumerate((A, B)):
        kernel, bias = (np.asarray(w) for w in layer.decoders[i].weights)
        errors.append(((latent @ kernel + bias - one.vector) ** 2).mean(1))
    expected = 0.5 * (np.array(errors).T * PRESENT).sum() / PRESENT.sum()
    close(float(layer.losses[-1]), expected)
