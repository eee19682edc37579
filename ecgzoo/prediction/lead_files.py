"""Lead files: the leads of a page as CSV, Parquet or WFDB, for whatever reads records."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ecgzoo.errors import MissingExtraError
from ecgzoo.files.atomic import write_atomically
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.wfdb_package import wfdb_package

MICROVOLT = 1000.0  # steps per mV
LARGEST = 32767 / MICROVOLT  # mV, of the 16 bits that a step is counted in
_WFDB_NAME = re.compile(r"[A-Za-z0-9_-]+\.hea")


def write_leads(signal: np.ndarray, spec: SignalSpec, path: Path) -> None:
    """Writes leads in mV, with the time of each sample.

    Args:
        signal: float ``[samples, leads]``; NaN is an empty cell.
        spec: names the leads and their rate.
        path: ends in ``.csv``, ``.parquet`` or ``.hea``.

    Raises:
        ValueError: if the path ends otherwise, or WFDB can hold no record of this name or height,
            or the file for its samples is there and of something else.
        MissingExtraError: if it is Parquet, and what writes it is not installed.
        OSError: if it cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "leads.csv"
        >>> write_leads(np.ones((500, 1)), SignalSpec(("II",), 250, 500), path)
        >>> path.read_text().splitlines()[2]
        '0.004,1.0'
    """
    check_lead_file(path)
    WRITERS[path.suffix.lower()](signal, spec, path)


def check_lead_file(path: Path) -> None:
    """Checks that leads can be written under this name, before they are read off anything.

    Raises:
        ValueError: if it ends in none of ``WRITERS``, or is no name of a WFDB record, or its
            samples would replace a file that is of no record of this name.
    """
    if path.suffix.lower() not in WRITERS:
        raise ValueError(f"expected a file that ends in {', '.join(WRITERS)}; got {path}")
    if path.suffix.lower() == ".hea":
        _check_record_name(path)
        _check_samples(path)


def record_name(stem: str) -> str:
    """The nearest name that a WFDB record can have: other signs become ``_``.

    Example:
        >>> record_name("scan of 1.5.")
        'scan_of_1_5_'
    """
    return re.sub(r"[^A-Za-z0-9_-]", "_", stem)


def _check_record_name(path: Path) -> None:
    """Other names are refused by wfdb, or written and then not read; .HEA would become .hea."""
    if not _WFDB_NAME.fullmatch(path.name):
        raise ValueError(
            "expected the name of a WFDB record, letters from A to Z, digits, - and _ before "
            f".hea; got {path.name}. Rename it, or write .csv"
        )


def _check_samples(path: Path) -> None:
    """A record of this name is replaced with its samples; samples alone are of something else."""
    samples = path.with_suffix(".dat")
    if samples.exists() and not path.exists():
        raise ValueError(
            f"expected no {samples.name} beside {path.name}, as the samples are written there; "
            "move it away, or write under another name"
        )


def _frame(signal: np.ndarray, spec: SignalSpec) -> Any:
    import pandas as pd

    times = np.arange(len(signal)) / spec.sampling_rate
    table = pd.DataFrame(signal.round(4), columns=list(spec.leads))
    table.insert(0, "time", times.round(6))
    return table


def _write_csv(signal: np.ndarray, spec: SignalSpec, path: Path) -> None:
    write_atomically(path, lambda draft: _frame(signal, spec).to_csv(draft, index=False))


def _write_parquet(signal: np.ndarray, spec: SignalSpec, path: Path) -> None:
    try:
        write_atomically(path, lambda draft: _frame(signal, spec).to_parquet(draft, index=False))
    except ImportError as error:
        raise MissingExtraError.of("Parquet is written", "pyarrow", "formats") from error


def _write_wfdb(signal: np.ndarray, spec: SignalSpec, path: Path) -> None:
    leads = len(spec.leads)
    _check_height(signal, path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = TemporaryDirectory(prefix=".", dir=path.parent)  # it may lie in memory alone
    with beside as folder, wfdb_package() as wfdb:
        wfdb.wrsamp(
            path.stem,
            fs=spec.sampling_rate,
            units=["mV"] * leads,
            sig_name=list(spec.leads),
            p_signal=signal.astype(float),
            fmt=["16"] * leads,
            adc_gain=[MICROVOLT] * leads,
            baseline=[0] * leads,
            write_dir=folder,
        )
        for ending in (".dat", ".hea"):  # the header last: it says how the samples are read
            made = Path(folder, path.stem + ending)
            write_atomically(path.with_suffix(ending), partial(shutil.copyfile, made))


def _check_height(signal: np.ndarray, path: Path) -> None:
    highest = float(np.nanmax(np.abs(signal), initial=0))
    if highest > LARGEST:
        raise ValueError(
            f"expected leads within {LARGEST:g} mV of zero in {path.name}, whose steps are 1 µV in "
            f"16 bits; got {highest:g} mV. Write .csv"
        )


WRITERS = {".csv": _write_csv, ".parquet": _write_parquet, ".hea": _write_wfdb}
