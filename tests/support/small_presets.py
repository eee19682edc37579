"""Preset folders of small models with random weights: what training would leave, in no time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo import SignalSpec, build
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest
from ecgzoo.files.atomic import write_json
from ecgzoo.registry import DOMAINS

SPEC = SignalSpec(("I", "II"), sampling_rate=250, samples=500)
CLASSES = ("Normal", "HB", "MI")


def make_preset(
    folder: Path,
    model: str,
    spec: SignalSpec = SPEC,
    page: str | None = None,
    multi_label: bool = False,
    options: Mapping[str, Any] | None = None,
) -> Path:
    """Writes the folder; its weights are random, the same each time; answers differ by row."""
    options = dict(options or {})
    keras.utils.set_random_seed(0)
    core = build(model, spec, len(CLASSES), multi_label=multi_label, inputs="domains", **options)
    strew(core, spec)
    folder.mkdir(parents=True)
    core.save_weights(folder / WEIGHTS)
    preset = Preset(
        model,
        spec,
        CLASSES,
        options,
        multi_label=multi_label,
        weights_sha256=digest(folder / WEIGHTS),
        page=page,
    )
    write_json(folder / DESCRIPTION, preset.to_dict())
    return folder


def strew(core: keras.Model, spec: SignalSpec, seed: int = 0) -> None:
    """Moves the weights off their first values, and makes every head tell the rows apart."""
    rng = np.random.default_rng(seed)
    for weight in core.weights:
        if "seed_generator" not in weight.path:
            value = np.asarray(weight)
            weight.assign(value * rng.uniform(0.9, 1.1, value.shape))
    signals = heartbeats(spec, 16)
    domains = {name: DOMAINS.get(name)(spec)(signals) for name in core.input}
    for head in heads_of(core):
        embeddings = np.asarray(keras.Model(core.input, head.input)(domains))
        kernel = rng.normal(size=head.kernel.shape) / np.maximum(embeddings.std(0), 1e-3)[:, None]
        logits = embeddings @ kernel
        spread = (logits - logits.mean(0)).std()
        head.set_weights([kernel / spread, -logits.mean(0) / spread])


def heads_of(core: keras.Model) -> list[keras.layers.Dense]:
    """The layers that give probabilities: one, or one per domain that is classified by itself."""
    named = (one for one in core.layers if one.name.endswith("probabilities"))
    return [one for one in named if isinstance(one, keras.layers.Dense)]


def heartbeats(spec: SignalSpec, count: int, seed: int = 0) -> np.ndarray:
    """Signals ``[count, samples, leads]`` in mV: spikes at each row's own rate, over waves."""
    rng = np.random.default_rng(seed)
    seconds = np.arange(spec.samples)[:, None] / spec.sampling_rate
    rows = []
    for _ in range(count):
        rate, size = rng.uniform(0.8, 3), rng.uniform(0.3, 1.5, len(spec.leads))
        phase = (seconds * rate + rng.uniform()) % 1 - 0.5
        wave = np.sin(2 * np.pi * rng.uniform(1, 20) * seconds + rng.uniform(0, 6, size.size))
        rows.append(size * (np.exp(-((phase / 0.03) ** 2)) + 0.2 * wave))
    return np.stack(rows).astype("float32")
