"""One question to an artifact that is loaded for it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np

from ecgzoo.explanation import Explanation
from ecgzoo.prediction.loaded_model import load


def embed(
    artifact: str | Path | keras.Model, records: Any, **meaning: Any
) -> dict[str, np.ndarray]:
    """Embeddings of records by any artifact.

    Args:
        artifact: as of :func:`ecgzoo.load`.
        records: as of ``LoadedModel.embed``.
        **meaning: ``sampling_rate``, ``unit`` and ``unfit``, as there.

    Example:
        >>> signals = np.random.default_rng(0).normal(size=(3, 488, 12)).cumsum(axis=1) / 9
        >>> {name: one.shape for name, one in embed("cnn1d.ecg_images", signals).items()}
        {'time': (3, 64), 'fused': (3, 64), 'names': (3,), 'records': (3,)}
    """
    return load(artifact).embed(records, **meaning)


def explain(
    artifact: str | Path | keras.Model, records: Any, *how: Any, **meaning: Any
) -> Explanation:
    """What any artifact's answers rest on.

    Args:
        artifact: as of :func:`ecgzoo.load`.
        records: as of ``LoadedModel.explain``.
        *how: ``method`` and ``target``, as there.
        **meaning: ``sampling_rate`` and ``unit``, as there.

    Example:
        >>> signals = np.random.default_rng(0).normal(size=(1, 488, 12)).cumsum(axis=1) / 9
        >>> explain("cnn1d.ecg_images", signals, "grad_cam").domains["time"].shape
        (1, 488, 12)
    """
    return load(artifact).explain(records, *how, **meaning)
