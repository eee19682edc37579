"""Windows: records or files as the signals that a model takes, with the name of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import SignalSpec
from tf_data.conformed import unit_factor
from tf_data.records import READERS, read_record
from tf_data.resampling import resample, window_starts, windows

PAGES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of one record, each half a window on, the last at the record's end.

    Attributes:
        signals: float32 ``[windows, samples, leads]``.
        spans: when each is, such as ``"0.0-2.5 s"``.
    """

    signals: np.ndarray
    spans: list[str]


def cut(signal: np.ndarray, rate: float, spec: SignalSpec) -> Windows:
    """A signal ``[samples, leads]``, resampled and cut to what a spec says.

    Raises:
        SignalError: if it is shorter than a window.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=250)
        >>> cut(np.sin(np.arange(1000.0))[:, None], 250.0, spec).spans
        ['0.0-2.0 s', '1.0-3.0 s', '2.0-4.0 s']
    """
    signal = resample(signal, rate, spec.sampling_rate)
    starts = (place / spec.sampling_rate for place in window_starts(len(signal), spec.samples))
    spans = [f"{start:.1f}-{start + spec.seconds:.1f} s" for start in starts]
    return Windows(windows(signal, spec.samples), spans)


def check_there(file: Path) -> None:
    """Checks that there is such a file, or such a WFDB record.

    Raises:
        FileNotFoundError: if there is neither.
    """
    if not file.exists() and not file.with_name(file.name + ".hea").exists():
        raise FileNotFoundError(f"no file {file}")


def windows_of(file: Path, rate: float | None, spec: SignalSpec, unit: str = "mV") -> Windows:
    """The windows of a record in a file.

    Args:
        file: WFDB, ``.npy`` or ``.csv``.
        rate: in Hz; for files that do not say it.
        spec: what the model takes.
        unit: of files that do not say it.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if it is unfit; the message says why.
    """
    check_there(file)
    signal, info = read_record(file, rate, spec.leads, spec.unit)
    return cut(signal * np.float32(unit_factor(unit, spec.unit)), info.sampling_rate, spec)


def files_in(asked: Any) -> list[Path] | None:
    """The files that are meant by a path, a folder or a list of paths; None if it is arrays.

    Raises:
        FileNotFoundError: if a folder holds no record and no page.
    """
    if isinstance(asked, str | Path):
        return list(_in_folder(Path(asked))) if Path(asked).is_dir() else [Path(asked)]
    if isinstance(asked, Sequence) and asked and all(isinstance(x, str | Path) for x in asked):
        return [Path(one) for one in asked]
    return None


def _in_folder(folder: Path) -> Iterator[Path]:
    endings = {*READERS, *PAGES}
    found = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in endings]
    if not found:
        raise FileNotFoundError(
            f"{folder} holds no record: expected files ending in {', '.join(sorted(endings))}"
        )
    yield from found


def arrays_in(asked: Any) -> list[np.ndarray]:
    """Signals ``[samples, leads]`` of an array of one or of several, or of a list of them.

    Raises:
        SignalError: if it is none of these.
    """
    several = asked if isinstance(asked, list | tuple) else np.asarray(asked)
    if isinstance(several, np.ndarray) and several.ndim == 2:
        several = several[None]
    found = [np.asarray(one) for one in several] if np.ndim(several) or len(asked) else []
    if not found or any(one.ndim != 2 or one.dtype.kind not in "fiu" for one in found):
        raise SignalError(
            "expected files, or signals [samples, leads] in an array or a list; got "
            f"{type(asked).__name__} {list(np.shape(asked)) if found else ''}".rstrip()
        )
    return found
