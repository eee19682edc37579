"""PTB-XL records as a model takes them, normal against not.

Source: Wagner et al. (2020), PTB-XL, a large publicly available electrocardiography dataset,
Scientific Data 7:154, doi:10.1038/s41597-020-0495-6; CC BY 4.0.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from ecgzoo.pages.layout import PAGE_LAYOUT
from ecgzoo.signal_spec import SignalSpec
from tf_data import SignalDataset
from tf_data.content_hash import content_hashes
from tf_data.records import read_record
from tf_data.resampling import resample

CLASSES = ("NORM", "other")
COLUMN_SECONDS = 2.5
COPIES = (138, 144, 463, 457, 460)  # of other records in the first 500; later versions lack them


def normal_or_not(folder: Path, spec: SignalSpec) -> SignalDataset:
    """Every record of ``folder`` that is normal, or of other superclasses and not normal.

    Args:
        folder: holds ``ptbxl_database.csv``, ``scp_statements.csv`` and ``records500``.
        spec: what the model takes; twelve leads, and at most 10 s.

    Raises:
        FileNotFoundError: if a table or record is missing.
    """
    table = pd.read_csv(folder / "ptbxl_database.csv", index_col="ecg_id").drop(
        index=list(COPIES), errors="ignore"
    )
    statements = pd.read_csv(folder / "scp_statements.csv", index_col=0)
    superclass = statements.loc[statements.diagnostic == 1, "diagnostic_class"].to_dict()
    labels = [_label(ast.literal_eval(codes), superclass) for codes in table.scp_codes]
    table = table.assign(label=labels).dropna(subset="label")
    signals = np.stack([_signal(folder / name, spec) for name in table.filename_hr])
    return SignalDataset(
        signals=spec.check(signals),
        labels=table.label.to_numpy(np.int64),
        groups=table.patient_id.astype(int).astype(str).to_numpy(str),
        hashes=content_hashes(signals),
        names=table.index.astype(str).to_numpy(str),
        spec=spec,
        classes=CLASSES,
    )


def _label(codes: Iterable[str], superclass: dict[str, str]) -> int | None:
    """0 for normal, 1 for any other superclass; None for both or neither."""
    found = {superclass[code] for code in codes if code in superclass}
    return None if not found or {"NORM"} < found else int(found != {"NORM"})


def _signal(path: Path, spec: SignalSpec) -> np.ndarray:
    """The first window; of a spec of printed pages, columns of leads that follow one another."""
    signal, info = read_record(path, leads=spec.leads)
    signal = resample(signal, info.sampling_rate, spec.sampling_rate)
    if spec.simultaneous:
        return signal[: spec.samples]
    columns = [PAGE_LAYOUT.cell(lead)[1] for lead in spec.leads]
    starts = np.rint(np.array(columns) * COLUMN_SECONDS * spec.sampling_rate).astype(int)
    return np.take_along_axis(signal, starts + np.arange(spec.samples)[:, None], axis=0)
