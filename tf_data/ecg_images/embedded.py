"""Loads the data set's prepared form: the one inside the package, or one prepared elsewhere."""

from pathlib import Path

import numpy as np

from ecgzoo.errors import UnknownNameError
from ecgzoo.pages.page_signals import PAGE_SIGNALS, TRACES
from ecgzoo.registry import unknown
from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset
from tf_data.prepared import open_prepared, rows

VERSION = "1.0.0"
EMBEDDED = Path(__file__).with_name("prepared") / VERSION
MILLIVOLTS = 1e-3  # per stored microvolt
REMEDY = (
    "Make it from the published pages: python -m tf_data.ecg_images.prepare --manual-dir FOLDER"
)


def load_ecg_images(
    signals: str = TRACES, copies: bool = False, directory: str | Path | None = None
) -> SignalDataset:
    """The 491 distinct pages as signals, in the order of their content hashes.

    The order is that of no class and no file name, so that it cannot help a model, and the same
    wherever the data set is prepared.

    Args:
        signals: what the pages are read as, a name of ``ecgzoo.pages.page_signals``: ``"traces"``,
            the twelve leads in mV, or ``"average"``, the paper's one-channel signal.
        copies: one row per published file instead (928 of them; copies stand side by side, in
            published order). For the ``paper`` protocol.
        directory: a prepared form other than the embedded one, the folder that holds its
            ``dataset_info.json``.

    Raises:
        ecgzoo.errors.UnknownNameError: if ``signals`` is another name.
        FileNotFoundError: if there is no prepared form.

    Example:
        >>> from tf_data import load
        >>> data = load("ecg_images")
        >>> len(data), data.spec.shape, data.classes
        (491, (488, 12), ('Normal', 'HB', 'MI', 'PMI'))
    """
    if signals not in PAGE_SIGNALS:
        raise UnknownNameError(unknown("signals", signals, PAGE_SIGNALS))
    folder = Path(directory) if directory is not None else EMBEDDED
    builder = open_prepared(folder, "ecg_images", REMEDY)
    records = sorted(rows(builder, "train"), key=lambda record: record["content_hash"])
    most = None if copies else 1
    files = [(record, name) for record in records for name in record["files"][:most]]
    table, names = zip(*files, strict=True)
    spec = SignalSpec.from_dict(builder.info.metadata[signals])
    stored = np.stack([record[PAGE_SIGNALS[signals].column] for record in table])
    scaled = stored.astype(np.float32) * np.float32(MILLIVOLTS if spec.unit == "mV" else 1.0)
    return SignalDataset(
        signals=spec.check(scaled),
        labels=np.array([record["label"] for record in table], dtype=np.int64),
        groups=np.array([record["group"].decode() for record in table]),
        hashes=np.array([record["content_hash"].decode() for record in table]),
        names=np.array([name.decode() for name in names]),
        spec=spec,
        classes=tuple(builder.info.features["label"].names),
    )
