"""mit_bih: a TFDS builder that cuts the published records into heartbeats."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow_datasets as tfds

from tf_data.mit_bih.beat_context import INTERVALS
from tf_data.mit_bih.beats import (
    AFTER,
    BEFORE,
    CHANNELS,
    CLASSES,
    HOMEPAGE,
    PARTS,
    RATE,
    SAMPLES,
    SOURCE,
    ZIP,
    find_records,
    patient,
    read_beats,
)

Example = tuple[str, dict[str, Any]]


class Builder(tfds.core.GeneratorBasedBuilder):
    """A second of both channels around every beat, split between patients as de Chazal did.

    Signals are float32 mV, stored with zlib. The metadata say rate and window, and how many beats
    of each part were left out since their window leaves the record.
    """

    VERSION = tfds.core.Version("2.0.0")
    RELEASE_NOTES: ClassVar[dict[str, str]] = {
        "2.0.0": "Five RR intervals of each beat, not three.",
        "1.0.0": "First release.",
    }
    MANUAL_DOWNLOAD_INSTRUCTIONS = (
        f"Unpack {ZIP} and pass the folder as manual_dir; without one it is downloaded."
    )

    def _info(self) -> tfds.core.DatasetInfo:
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(
                {
                    "signal": tfds.features.Tensor(
                        shape=(SAMPLES, CHANNELS), dtype=np.float32, encoding="zlib"
                    ),
                    "leads": tfds.features.Sequence(tfds.features.Text(), length=CHANNELS),
                    "label": tfds.features.ClassLabel(names=CLASSES),
                    "record": tfds.features.Text(),
                    "group": tfds.features.Text(),
                    "sample": tfds.features.Scalar(np.int64),
                    "rr": tfds.features.Tensor(shape=(INTERVALS,), dtype=np.float32),
                }
            ),
            supervised_keys=("signal", "label"),
            homepage=HOMEPAGE,
            license=f"{SOURCE['licence']} (Moody and Mark 2001)",
            metadata=tfds.core.MetadataDict(
                sampling_rate=RATE, unit="mV", before=BEFORE, after=AFTER, cut_off={}
            ),
        )

    def _split_generators(
        self, dl_manager: tfds.download.DownloadManager
    ) -> dict[str, Iterator[Example]]:
        folder = _published(dl_manager)
        return {part: self._generate_examples(folder, part) for part in PARTS}

    def _generate_examples(self, folder: Path, part: str) -> Iterator[Example]:
        """Yields a beat at a time, keyed by record and sample."""
        cut_off = self.info.metadata["cut_off"]
        cut_off[part] = 0
        for path in find_records(folder, PARTS[part]):
            found = read_beats(path)
            cut_off[part] += found.cut_off
            for beat in found.beats:
                group = patient(beat.record)
                columns = {**vars(beat), "leads": list(beat.leads), "group": group}
                yield f"{beat.record}:{beat.sample}", columns


def _published(dl_manager: tfds.download.DownloadManager) -> Path:
    """The folder given, or else the published zip, downloaded and unpacked."""
    try:
        return Path(dl_manager.manual_dir)
    except AssertionError:  # how TFDS says that there is none
        return Path(dl_manager.download_and_extract(ZIP))
