"""Windows: records or files as the signals that a model takes, with the name of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import IMPLAUSIBLE_MV, SignalSpec
from tf_data.formats.formats import FORMATS, WFDB, records_in
from tf_data.records import read_record
from tf_data.resampling import resample, unit_factor, window_starts, windows

PAGES = (".jpg", ".jpeg", ".png")


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of one record or of several; those of one overlap evenly, by half or more.

    Attributes:
        signals: float32 ``[windows, samples, leads]``.
        of: the record of each, by name.
        spans: when each is, such as ``"0.0-2.5 s"``.
    """

    signals: np.ndarray
    of: list[str]
    spans: list[str]

    @property
    def names(self) -> np.ndarray:
        """The record of each window, and when it is."""
        return np.array([f"{a} {b}".strip() for a, b in zip(self.of, self.spans, strict=True)])


def joined(parts: Sequence[Windows]) -> Windows:
    """The windows of several records, one after another."""
    return Windows(
        np.concatenate([part.signals for part in parts]),
        [record for part in parts for record in part.of],
        [span for part in parts for span in part.spans],
    )


def cut(signal: np.ndarray, rate: float, spec: SignalSpec, name: str = "signal") -> Windows:
    """A signal ``[samples, leads]``, resampled and cut to what a spec says.

    Raises:
        SignalError: if it has other leads, is shorter than a window, or is no millivolts.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=250)
        >>> cut(np.sin(np.arange(1000.0))[:, None], 250.0, spec).spans
        ['0.0-2.0 s', '1.0-3.0 s', '2.0-4.0 s']
    """
    _check_signal(signal, spec, name)
    signal = resample(signal, rate, spec.sampling_rate)
    starts = [place / spec.sampling_rate for place in window_starts(len(signal), spec.samples)]
    spans = [f"{start:.1f}-{start + spec.seconds:.1f} s" for start in starts]
    return Windows(windows(signal, spec.samples), [name] * len(spans), spans)


def _check_signal(signal: np.ndarray, spec: SignalSpec, name: str) -> None:
    if signal.shape[1] != len(spec.leads):
        raise SignalError(
            f"{name}: expected [samples, {len(spec.leads)}], the leads {', '.join(spec.leads)}; "
            f"got shape {list(signal.shape)}"
        )
    largest = float(np.nanmax(np.abs(signal), initial=0))
    if spec.unit == "mV" and largest > IMPLAUSIBLE_MV:
        raise SignalError(
            f"{name}: expected millivolts; the largest sample is {largest:g}. Say its unit=, or "
            "divide raw converter units by the gain."
        )


def check_there(file: Path) -> None:
    """Raises FileNotFoundError where there is no such file and no such WFDB record."""
    if not file.exists() and not file.with_name(file.name + ".hea").exists():
        raise FileNotFoundError(f"no file {file}")


def windows_of(file: Path, rate: float | None, spec: SignalSpec, unit: str = "mV") -> Windows:
    """The windows of a record in a file.

    Args:
        file: of any of ``tf_data.formats.formats.FORMATS``, or a WFDB record.
        rate: in Hz; for files that do not say it.
        spec: what the model takes.
        unit: of files that do not say it.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if it is unfit; the message says why.
    """
    check_there(file)
    signal, info = read_record(file, rate, spec.leads, unit)
    factor = np.float32(unit_factor(info.unit, spec.unit))
    return cut(signal * factor, info.sampling_rate, spec, file.name)


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
    pages = [path for path in folder.iterdir() if path.suffix.lower() in PAGES]
    found = sorted([*records_in(folder), *pages])
    if not found:
        names = ", ".join(one.name for one in (WFDB, *FORMATS))
        raise FileNotFoundError(
            f"{folder} holds no record and no page: expected {names} or {', '.join(PAGES)}"
        )
    yield from found


def arrays_in(asked: Any, unit: str, spec: SignalSpec) -> list[np.ndarray]:
    """Signals ``[samples, leads]`` of an array of one or several, or of a list, in a spec's unit.

    Raises:
        SignalError: if it is none of these, or integers whose unit nobody told.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=250)
        >>> [one.shape for one in arrays_in(np.zeros((3, 500, 12)), "mV", spec)]
        [(500, 12), (500, 12), (500, 12)]
    """
    one = isinstance(asked, np.ndarray) and asked.ndim == 2
    found = [np.asarray(signal) for signal in ([asked] if one else asked)]
    if not found or any(signal.ndim != 2 for signal in found):
        raise SignalError(
            "expected files, or signals [samples, leads] in an array or a list; got shapes "
            f"{[signal.shape for signal in found[:3]]}"
        )
    factor = unit_factor(unit, spec.unit)
    if factor == 1 and any(signal.dtype.kind != "f" for signal in found):
        raise SignalError(
            f"expected floating-point samples in {spec.unit}; got {found[0].dtype}, which looks "
            "like raw converter units. Divide by the gain, or say unit='uV' if that is what they "
            "are."
        )
    return [signal * factor for signal in found]
