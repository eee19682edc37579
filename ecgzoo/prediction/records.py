"""Windows: records or files as the signals that a model takes, with the name of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.prediction.page_or_record import IMAGES, is_page
from ecgzoo.signal_spec import SignalSpec
from tf_data.formats.formats import FORMATS, WFDB, has_header, records_in
from tf_data.given_signals import Rates, each_given, listed_signals
from tf_data.labelled_records import tell
from tf_data.notes import Notes
from tf_data.plausibility import check_ecg, check_leads
from tf_data.records import read_record
from tf_data.resampling import resample, unit_factor, window_starts, windows


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
        SignalError: if it has other leads, is shorter than a window, holds NaN, is constant for a
            window, or is no millivolts; names it.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=250)
        >>> cut(np.sin(np.arange(1000.0))[:, None], 250.0, spec).spans
        ['0.0-2.0 s', '1.0-3.0 s', '2.0-4.0 s']
    """
    _check_signal(signal, rate, spec, name)
    signal = resample(signal, rate, spec.sampling_rate)
    if len(signal) < spec.samples:
        raise SignalError(
            f"{name}: expected at least {spec.seconds:.3f} s, one window; got "
            f"{len(signal) / spec.sampling_rate:.3f}. Take a longer recording, a model of a "
            "shorter window, or, with one of the time domain alone, say seconds= (--seconds)."
        )
    starts = [place / spec.sampling_rate for place in window_starts(len(signal), spec.samples)]
    spans = [f"{start:.1f}-{start + spec.seconds:.1f} s" for start in starts]
    found = windows(signal, spec.samples)
    flat = (np.ptp(found, axis=1) == 0).all(axis=1)
    if flat.any():
        raise SignalError(
            f"{name}: expected a varying signal; it is constant in every lead from "
            f"{spans[int(flat.argmax())]}. Check the electrodes, or cut that out."
        )
    return Windows(found, [name] * len(spans), spans)


def _check_signal(signal: np.ndarray, rate: float, spec: SignalSpec, name: str) -> None:
    try:
        check_leads(signal.shape, spec.leads)
    except SignalError as error:
        raise SignalError(f"{name}: {error}") from error
    if not len(signal):
        raise SignalError(f"{name}: expected samples; it holds none")
    bad = ~np.isfinite(signal)
    if bad.any():
        raise SignalError(
            f"{name}: expected finite samples; {int(bad.sum())} are NaN or infinite, the first in "
            f"sample {int(bad.any(axis=1).argmax())}. Interpolate the gaps or cut them out."
        )
    if spec.unit == "mV":
        check_ecg(signal, rate, spec.leads, name)


def check_there(file: Path) -> None:
    """Raises FileNotFoundError where there is no such file and no such WFDB record."""
    if has_header(file):
        return
    if file.is_dir():
        raise FileNotFoundError(f"expected one file; {file} is a folder. Name a file in it.")
    if not file.exists():
        raise FileNotFoundError(f"no file {file}")


def windows_of(
    file: Path,
    rate: float | None,
    spec: SignalSpec,
    unit: str | None = None,
    notes: Notes | None = None,
) -> Windows:
    """The windows of a record in a file.

    Args:
        file: of any of ``tf_data.formats.formats.FORMATS``, or a WFDB record.
        rate: in Hz; for files that do not say it.
        spec: what the model takes.
        unit: of files that do not say it; by default the spec's.
        notes: where what was assumed is put; by default it is a warning.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if it is unfit; the message says why.

    Warns:
        DataWarning: of what was assumed of the record, such as a lead's name.
    """
    check_there(file)
    signal, info = read_record(file, rate, spec.leads, unit or spec.unit)
    if notes is None:
        tell([f"{file.name}: {note}" for note in info.notes])
    else:
        notes.add(file.name, info.notes)
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
    found = sorted([*records_in(folder), *filter(_is_image, folder.iterdir())])
    if not found:
        names = ", ".join(one.name for one in (WFDB, *FORMATS))
        raise FileNotFoundError(
            f"{folder} holds no record and no page: expected {names} or {', '.join(IMAGES)}"
        )
    yield from found


def _is_image(path: Path) -> bool:
    """Whether it is an image of a folder's: hidden ones are what macOS leaves beside others."""
    shown = path.suffix.lower() in IMAGES and not path.name.startswith(".")
    return shown and path.is_file() and is_page(path)


def arrays_in(
    asked: Any, unit: str, spec: SignalSpec, sampling_rate: Rates, notes: Notes
) -> list[tuple[np.ndarray, float]]:
    """Signals ``[samples, leads]`` in a spec's unit, with the rate of each.

    Args:
        asked: an array of one or several, a tensor, or a list; a DataFrame or a dictionary of
            leads, which are picked by their names.
        unit: of them.
        spec: what is wanted.
        sampling_rate: in Hz, one for all or one each; by default what the times of a table tell,
            or else the spec's.
        notes: where what was assumed of leads and rates is put.

    Raises:
        SignalError: if it is none of these, or integers whose unit nobody told.

    Example:
        >>> spec = SignalSpec(("II",), sampling_rate=125, samples=250)
        >>> pairs = arrays_in(np.zeros((3, 500, 12)), "mV", spec, 250, Notes())
        >>> [(one.shape, rate) for one, rate in pairs]
        [((500, 12), 250.0), ((500, 12), 250.0), ((500, 12), 250.0)]
    """
    several = listed_signals(asked)
    names = [f"signal {row}" for row in range(len(several))]
    found, rates = each_given(several, names, spec, sampling_rate, notes)
    factor = unit_factor(unit, spec.unit)
    for name, signal in zip(names, found, strict=True):
        if signal.dtype.kind not in "fiu" or (factor == 1 and signal.dtype.kind != "f"):
            raise SignalError(
                f"{name}: expected floating-point samples in {spec.unit}; got "
                f"{signal.dtype}, which looks like raw converter units. Divide by the gain, or say "
                "unit='uV' if that is what they are."
            )
    return [(signal * factor, rate) for signal, rate in zip(found, rates, strict=True)]
