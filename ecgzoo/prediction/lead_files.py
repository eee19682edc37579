"""Lead files: the leads of a page as CSV, Parquet or WFDB, for whatever reads records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import MissingExtraError
from ecgzoo.files.atomic import write_atomically
from ecgzoo.pages.decode import TracedPage
from ecgzoo.pages.layout import PAGE_LAYOUT
from tf_data.formats.wfdb_package import wfdb_package

MICROVOLT = 1000.0  # steps per mV


def write_leads(page: TracedPage, path: Path) -> None:
    """Writes the twelve leads in mV, side by side from the first sample of each.

    The columns of boxes follow each other on the page: of each lead the first sample is 2.5 s after
    that of the lead at its left. :func:`write_as_printed` keeps the times.

    Args:
        page: what was traced.
        path: ends in ``.csv``, ``.parquet`` or ``.hea``.

    Raises:
        ValueError: if the path ends otherwise.
        MissingExtraError: if it is Parquet, and what writes it is not installed.
        OSError: if it cannot be written.

    Example:
        >>> import tempfile
        >>> ones, ten = np.ones((488, 12), "float32"), np.zeros(1966, "float32")
        >>> page = TracedPage(ones, ten, "II", np.zeros(12, "int32"))
        >>> path = Path(tempfile.mkdtemp()) / "leads.csv"
        >>> write_leads(page, path)
        >>> path.read_text().splitlines()[1]
        '0.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0,1.0'
    """
    _writer(path)(page.signal, page, path)


def write_as_printed(page: TracedPage, path: Path) -> None:
    """Writes ten seconds: each lead when it is printed, the strip's lead throughout.

    Where nothing of a lead is printed the cell is empty. Arguments and errors are those of
    :func:`write_leads`.
    """
    _writer(path)(as_printed(page), page, path)


def as_printed(page: TracedPage) -> np.ndarray:
    """The leads at the times at which they are printed: float32 ``[1966, 12]``, NaN elsewhere.

    Example:
        >>> ones, ten = np.ones((488, 12), "float32"), np.zeros(1966, "float32")
        >>> leads = as_printed(TracedPage(ones, ten, "II", np.zeros(12, "int32")))
        >>> np.isfinite(leads).sum(axis=0)[:4].tolist()
        [488, 1966, 488, 488]
    """
    found = np.full((len(page.rhythm), len(page.spec.leads)), np.nan, np.float32)
    found[:, page.spec.leads.index(page.rhythm_lead)] = page.rhythm
    for place, lead in enumerate(page.spec.leads):
        start = PAGE_LAYOUT.box(lead)[1] - PAGE_LAYOUT.strip_left
        if lead != page.rhythm_lead:
            found[start : start + PAGE_LAYOUT.box_samples, place] = page.signal[:, place]
    return found


def _writer(path: Path) -> Callable[[np.ndarray, TracedPage, Path], None]:
    writers = {".csv": _write_csv, ".parquet": _write_parquet, ".hea": _write_wfdb}
    if path.suffix.lower() not in writers:
        raise ValueError(f"expected a file that ends in {', '.join(writers)}; got {path}")
    return writers[path.suffix.lower()]


def _frame(signal: np.ndarray, page: TracedPage) -> Any:
    import pandas as pd

    times = np.arange(len(signal)) / page.spec.sampling_rate
    table = pd.DataFrame(signal.round(4), columns=list(page.spec.leads))
    table.insert(0, "time", times.round(6))
    return table


def _write_csv(signal: np.ndarray, page: TracedPage, path: Path) -> None:
    write_atomically(path, lambda draft: _frame(signal, page).to_csv(draft, index=False))


def _write_parquet(signal: np.ndarray, page: TracedPage, path: Path) -> None:
    try:
        write_atomically(path, lambda draft: _frame(signal, page).to_parquet(draft, index=False))
    except ImportError as error:
        raise MissingExtraError(
            "Parquet needs pyarrow: `pip install 'ecgzoo[formats]'` brings it"
        ) from error


def _write_wfdb(signal: np.ndarray, page: TracedPage, path: Path) -> None:
    spec = page.spec
    leads = len(spec.leads)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wfdb_package() as wfdb:
        wfdb.wrsamp(
            path.stem,
            fs=spec.sampling_rate,
            units=["mV"] * leads,
            sig_name=list(spec.leads),
            p_signal=signal.astype(float),
            fmt=["16"] * leads,
            adc_gain=[MICROVOLT] * leads,
            baseline=[0] * leads,
            write_dir=str(path.parent),
        )
