"""RecordingsBuilder: the TFDS builder of every set whose records are recordings of any length."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from ecgzoo.errors import DataError
from tf_data.cards import Card
from tf_data.recording import Recording, UnreadRecordings

Example = tuple[str, dict[str, Any]]
SPLIT = "records"  # the one split: published parts are a column


class RecordingsBuilder(tfds.core.GeneratorBasedBuilder, skip_registration=True):  # type: ignore[call-arg]
    """Records as 16-bit steps of the converter, with all that is known of them.

    A subclass has ``name``, ``CARD`` and ``RECORDINGS``. Numbers are stored with zlib, since TFDS
    stores whole ones as 64-bit varints and all others in 32 bits otherwise; the labels of all label
    sets as JSON.

    Args:
        partial: whether a part of the published set will do.
        tell: called after each record with how many there are so far; not through Beam.
        beam: whether the records are read in a pipeline of Apache Beam.
        options: of TFDS.
    """

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {"1.0.0": "First release."}
    MANUAL_DOWNLOAD_INSTRUCTIONS = "Pass the folder of the published files as manual_dir."
    CARD: ClassVar[Card]
    RECORDINGS: ClassVar[Callable[..., Iterable[Recording]]]

    def __init__(
        self,
        *,
        partial: bool = False,
        tell: Callable[[int], None] | None = None,
        beam: bool = False,
        **options: Any,
    ) -> None:
        self._partial, self._tell, self._beam = partial, tell, beam
        super().__init__(**options)

    def _info(self) -> tfds.core.DatasetInfo:
        card = self.CARD
        return tfds.core.DatasetInfo(
            builder=self,
            description=f"{card.title}. {card.what}",
            homepage=card.homepage,
            citation=card.citation,
            license=card.licence,
            features=tfds.features.FeaturesDict(
                {
                    "name": tfds.features.Text(),
                    "signal": tfds.features.Tensor(
                        shape=(None, None), dtype=np.int16, encoding="zlib"
                    ),
                    "resolution": tfds.features.Tensor(
                        shape=(None,), dtype=np.float64, encoding="zlib"
                    ),
                    "rate": tfds.features.Tensor(shape=(), dtype=np.float64, encoding="zlib"),
                    "leads": tfds.features.Sequence(tfds.features.Text()),
                    "labels": tfds.features.Text(),
                    "group": tfds.features.Text(),
                    "part": tfds.features.Text(),
                }
            ),
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager) -> dict[str, Any]:
        return {SPLIT: self._generate_examples(Path(dl_manager.manual_dir))}

    def _generate_examples(self, folder: Path) -> Any:
        """Gives a record at a time, keyed by its name."""
        found = type(self).RECORDINGS(folder, partial=self._partial)
        return self._pipeline(found) if self._beam else self._in_turn(found)

    def _in_turn(self, found: Iterable[Recording]) -> Iterator[Example]:
        for count, one in enumerate(found, 1):
            yield one.name, stored(one)
            if self._tell:
                self._tell(count)

    def _pipeline(self, found: Iterable[Recording]) -> Any:
        """What reads each record wherever Beam has it read."""
        import apache_beam as beam

        if not isinstance(found, UnreadRecordings):
            raise DataError(
                f"the records of {self.CARD.name} are read one after another, so Beam has nothing "
                "to share out: leave its options out, or let RECORDINGS give UnreadRecordings"
            )
        return beam.Create(found.readers) | beam.Reshuffle() | beam.Map(_example)


def _example(read: Callable[[], Recording]) -> Example:
    one = read()
    return one.name, stored(one)


def stored(one: Recording) -> dict[str, Any]:
    """A recording as the columns of the prepared form."""
    return {
        "name": one.name,
        "signal": one.counts(),
        "resolution": one.steps,
        "rate": one.sampling_rate,
        "leads": list(one.leads),
        "labels": json.dumps({name: list(classes) for name, classes in one.labels.items()}),
        "group": one.group,
        "part": one.part,
    }


def restored(row: dict[str, Any]) -> Recording:
    """The recording that :func:`stored` described, as TFDS reads it."""
    resolution = row["resolution"]
    return Recording(
        name=row["name"].decode(),
        signal=row["signal"] * resolution,
        sampling_rate=float(row["rate"]),
        leads=tuple(lead.decode() for lead in row["leads"]),
        labels={name: tuple(held) for name, held in json.loads(row["labels"]).items()},
        group=row["group"].decode(),
        part=row["part"].decode(),
        resolution=resolution,
    )
