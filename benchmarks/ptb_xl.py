"""PTB-XL records as a model takes them: normal against not, or one superclass of four.

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

# By task, the classes; HYP alone is five of the first 500 records, too few to learn from.
TASKS = {"normal": ("NORM", "other"), "superclasses": ("NORM", "STTC", "CD", "MI")}
COLUMN_SECONDS = 2.5
COPIES = (138, 144, 463, 457, 460)  # of other records in the first 500; later versions lack them


def ptb_xl(folder: Path, spec: SignalSpec, task: str) -> SignalDataset:
    """Every record of ``folder`` that is of one class of the task.

    Args:
        folder: holds ``ptbxl_database.csv``, ``scp_statements.csv`` and ``records500``.
        spec: what the model takes; twelve leads, and at most 10 s.
        task: ``"normal"``: normal, or of other superclasses and not normal; ``"superclasses"``: of
            one diagnostic superclass alone, among the four that are not rare.

    Raises:
        FileNotFoundError: if a table or record is missing.
    """
    table = pd.read_csv(folder / "ptbxl_database.csv", index_col="ecg_id").drop(
        index=list(COPIES), errors="ignore"
    )
    statements = pd.read_csv(folder / "scp_statements.csv", index_col=0)
    superclass = statements.loc[statements.diagnostic == 1, "diagnostic_class"].to_dict()
    found = [_superclasses(ast.literal_eval(codes), superclass) for codes in table.scp_codes]
    labels = [_label(one, task) for one in found]
    table = table.assign(label=labels).dropna(subset="label")
    signals = np.stack([_signal(folder / name, spec) for name in table.filename_hr])
    return SignalDataset(
        signals=spec.check(signals),
        labels=table.label.to_numpy(np.int64),
        groups=table.patient_id.astype(int).astype(str).to_numpy(str),
        hashes=content_hashes(signals),
        names=table.index.astype(str).to_numpy(str),
        spec=spec,
        classes=TASKS[task],
    )


def _superclasses(codes: Iterable[str], superclass: dict[str, str]) -> set[str]:
    return {superclass[code] for code in codes if code in superclass}


def _label(found: set[str], task: str) -> int | None:
    """The index among the task's classes; None for several of them or none."""
    if task == "normal":
        return None if not found or {"NORM"} < found else int(found != {"NORM"})
    classes = TASKS[task]
    alone = next(iter(found)) if len(found) == 1 else None
    return classes.index(alone) if alone in classes else None


def _signal(path: Path, spec: SignalSpec) -> np.ndarray:
    """The first window; of a spec of printed pages, columns of leads that follow one another."""
    signal, info = read_record(path, leads=spec.leads)
    signal = resample(signal, info.sampling_rate, spec.sampling_rate)
    if spec.simultaneous:
        return signal[: spec.samples]
    columns = [PAGE_LAYOUT.cell(lead)[1] for lead in spec.leads]
    starts = np.rint(np.array(columns) * COLUMN_SECONDS * spec.sampling_rate).astype(int)
    return np.take_along_axis(signal, starts + np.arange(spec.samples)[:, None], axis=0)
