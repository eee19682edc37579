"""Writes the records: traced pages with their folds, and the part of PTB-XL that is pretrained on.

The split and the traces are the library's; PTB-XL's records are cut by the page's rate, not yet by
its columns, which training draws anew for every batch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import wfdb
from ptb_xl import COPIES
from scipy.signal import resample_poly

from ecgzoo.signal_spec import SignalSpec
from tf_data import SignalDataset, load
from tf_data.splits import PROTOCOLS
from trials.records import TEST, UNIT, VALIDATION
from trials.trial import FOLDS

SUPERCLASSES = ("NORM", "MI", "STTC", "CD", "HYP")
RATE = (50, 127)  # from 500 Hz to the pages' 196.85 Hz
SAMPLES = 1968  # ten seconds
BOUND = 32_000  # microvolts that an int16 holds


def write_records(path: Path, ptbxl: Path, fold_seeds: Iterable[int] = (0, 1, 2)) -> None:
    """Writes all arrays to one compressed file.

    Args:
        path: the file, ``.npz``.
        ptbxl: PTB-XL's folder, or that of a part of it, with its two tables.
        fold_seeds: of the cross-validations.

    Raises:
        FileNotFoundError: if a table or record of PTB-XL is missing.
    """
    data = load("ecg_images")
    seeds = list(fold_seeds)
    signals, superclasses = _ptbxl(ptbxl, data.spec)
    arrays: dict[str, Any] = {
        "signals": np.rint(data.signals * UNIT).astype(np.int16),
        "labels": data.labels,
        "groups": np.unique(data.groups, return_inverse=True)[1],
        "fold_seeds": np.array(seeds),
        "ptbxl": signals,
        "ptbxl_superclasses": superclasses,
    }
    arrays |= {f"parts{seed}": _parts(data, seed) for seed in seeds}
    np.savez_compressed(path, **arrays)


def _parts(data: SignalDataset, seed: int) -> np.ndarray:
    """The part of each record in each fold: int8 ``[folds, n]``."""
    splits = PROTOCOLS["grouped"].function(data.labels, data.groups, data.hashes, FOLDS, seed)
    parts = np.zeros((FOLDS, len(data)), np.int8)
    for fold, split in enumerate(splits):
        parts[fold, split.validation] = VALIDATION
        parts[fold, split.test] = TEST
    return parts


def _ptbxl(folder: Path, spec: SignalSpec) -> tuple[np.ndarray, np.ndarray]:
    """Signals int16 ``[m, samples, leads]`` in microvolts, and superclasses int8 ``[m, 5]``."""
    table = pd.read_csv(folder / "ptbxl_database.csv", index_col="ecg_id").drop(
        index=list(COPIES), errors="ignore"
    )
    statements = pd.read_csv(folder / "scp_statements.csv", index_col=0)
    known = statements.diagnostic_class.dropna().to_dict()
    signals = [_signal(folder / name, spec) for name in table.filename_hr]
    return np.stack(signals), np.stack([_superclasses(codes, known) for codes in table.scp_codes])


def _signal(path: Path, spec: SignalSpec) -> np.ndarray:
    record = wfdb.rdrecord(str(path))
    names = [name.upper() for name in record.sig_name]
    leads = record.p_signal[:, [names.index(lead.upper()) for lead in spec.leads]]
    signal = resample_poly(np.nan_to_num(leads), *RATE, axis=0)[:SAMPLES]
    return np.rint(signal * UNIT).clip(-BOUND, BOUND).astype(np.int16)


def _superclasses(codes: str, known: Mapping[str, str]) -> np.ndarray:
    found = {known[code] for code in ast.literal_eval(codes) if code in known}
    return np.array([name in found for name in SUPERCLASSES], np.int8)
