"""Similar records: which of the package's ECGs a model sees nearest to one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.evaluation.synthetic import nearest_real
from ecgzoo.pages.page_signals import page_signal_of
from ecgzoo.prediction.asked.asked import Asked
from tf_data.dataset import SignalDataset
from tf_data.ecg_images.embedded import load_ecg_images


@dataclass(frozen=True)
class SimilarRecord:
    """A record of the package that lies near another.

    Attributes:
        name: of the page it was traced from.
        label: its class.
        distance: Euclidean, in units of the model's fused embedding.
    """

    name: str
    label: str
    distance: float


@dataclass(frozen=True, eq=False)
class EmbeddedRecords:
    """The package's ECGs, as a model sees them.

    Attributes:
        records: of the set ``ecg_images``.
        vectors: the model's fused embeddings: ``[records, width]``.

    Example:
        >>> data = load_ecg_images()
        >>> by_mean = EmbeddedRecords(data, data.signals.mean(axis=1))
        >>> [one.name for one in by_mean.nearest(by_mean.vectors[7], 1)] == [data.names[7]]
        True
    """

    records: SignalDataset
    vectors: np.ndarray

    @classmethod
    def by(cls, asked: Asked) -> EmbeddedRecords:
        """All of them, embedded.

        Raises:
            SignalError: if the model takes other signals than they are.
        """
        kind = page_signal_of(asked.spec)
        if kind is None:
            raise SignalError(
                f"the records of the package are 2.5 s of printed pages; {asked.contract.model} "
                "takes other signals, so that they cannot be compared"
            )
        records = load_ecg_images(signals=kind)
        return cls(records, asked.embed(np.asarray(records.signals)))

    def nearest(self, vector: np.ndarray, count: int = 5) -> list[SimilarRecord]:
        """The records whose embeddings are nearest to another, nearest first.

        Args:
            vector: ``[width]``.
            count: how many.
        """
        found = nearest_real(vector[None], self.vectors, count)
        data = self.records
        return [
            SimilarRecord(str(data.names[row]), data.classes[int(data.labels[row])], distance)
            for row, distance in zip(found.indices[0], found.distances[0].tolist(), strict=True)
        ]
