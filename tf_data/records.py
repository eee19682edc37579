"""One recording from a file: NumPy, CSV or WFDB in, float32 millivolts and their meaning out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError
from ecgzoo.signal_spec import MAX_LEADS, SignalSpec
from tf_data.formats.formats import read_raw
from tf_data.formats.raw_record import MILLIVOLTS, RawRecord, check_unit
from tf_data.inspection.laws import broken_laws
from tf_data.lead_names import check_names, picked
from tf_data.plausibility import check_millivolts


@dataclass(frozen=True)
class RecordInfo:
    """What a record's signal ``[samples, leads]`` means; a :class:`SignalSpec` of any length.

    Attributes:
        leads: lead names, in order.
        sampling_rate: in Hz.
        samples: length.
        name: the file's name without its ending.
        unit: unit of a sample.
        notes: what was assumed in reading it, a sentence each.
    """

    leads: tuple[str, ...]
    sampling_rate: float
    samples: int
    name: str
    unit: str = "mV"
    notes: tuple[str, ...] = ()

    def spec(self, samples: int | None = None) -> SignalSpec:
        """The spec of windows of ``samples`` samples (default: of the whole record)."""
        return SignalSpec(self.leads, self.sampling_rate, samples or self.samples, self.unit)


def read_record(
    path: str | Path,
    sampling_rate: float | None = None,
    leads: Sequence[str] | None = None,
    unit: str = "mV",
) -> tuple[np.ndarray, RecordInfo]:
    r"""Reads a recording in millivolts.

    Args:
        path: a file of any of ``tf_data.formats.formats.FORMATS``, such as a ``.npy`` array
            ``[samples, leads]`` or a ``.csv`` file with a column per lead, with or without a first
            line of lead names; or a WFDB record: its ``.hea``, its ``.dat`` or the path without
            ending. Voltages of a file that says their unit are converted to mV.
        sampling_rate: in Hz; needed for ``.npy`` and ``.csv``, which do not say it.
        leads: the leads to return, in this order. In a file that names its leads they are picked
            by name, in any case, or by another name of :mod:`tf_data.lead_names`; III, aVR, aVL
            and aVF are computed from I and II where they are missing. The notes say so. In a file
            that does not name its leads they name its columns.
        unit: unit of a file that does not say it. Whole numbers alone are no millivolts: another
            unit must be said for them. Voltages are checked for plausibility.

    Returns:
        The signal, float32 ``[samples, leads]`` in mV, and what it means.

    Raises:
        FileNotFoundError: if there is no such file.
        SignalError: if the file is broken, of another kind, or its samples are no finite
            millivolts; the message says what was expected, found, and how to go on.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder, "beat.csv")
        ...     _ = file.write_text("I,II\n0.1,0.2\n0.3,0.4\n")
        ...     signal, info = read_record(file, sampling_rate=500, leads=["II"])
        >>> signal.shape, info.leads, info.sampling_rate
        ((2, 1), ('II',), 500)
    """
    path = Path(path)
    return checked(read_raw(path), path, sampling_rate, leads, unit)


def checked(
    raw: RawRecord,
    path: Path,
    sampling_rate: float | None,
    leads: Sequence[str] | None,
    unit: str,
) -> tuple[np.ndarray, RecordInfo]:
    """What :func:`read_record` returns of a file's content."""
    check_layout(raw.signal.shape, path)
    signal, info = meant(raw, path, sampling_rate, leads, unit)
    check_kind(signal, info.unit, raw.unit is not None, path)
    _check_finite(signal, info.leads, path)
    if (factor := MILLIVOLTS.get(info.unit.lower())) is not None:
        check_millivolts(signal, info.sampling_rate, info.leads, path.name, factor)
        said = _flat(signal, info.leads)
        if raw.leads is None:
            said += _order(signal, info.leads)
        info = replace(info, notes=(*info.notes, *said))
    return np.ascontiguousarray(signal, dtype=np.float32), info


def _flat(signal: np.ndarray, leads: Sequence[str]) -> list[str]:
    """What to say of leads in which nothing varies; where all are flat, windows are refused."""
    names = [lead for lead, span in zip(leads, np.ptp(signal, axis=0), strict=True) if span == 0]
    if len(names) in (0, len(leads)):
        return []
    verb = "leads {} are" if len(names) > 1 else "lead {} is"
    return [f"the {verb.format(', '.join(names))} flat throughout, and taken as recorded"]


def _order(signal: np.ndarray, leads: Sequence[str]) -> list[str]:
    """What to say of columns without names that cannot be the leads they are taken for."""
    laws = ", ".join(one.law for one in broken_laws(signal, leads))
    if not laws:
        return []
    return [
        f"its columns have no names and are taken as {', '.join(leads)}; if they are of one time, "
        f"their order is another, for they do not keep {laws}: name them in a first line"
    ]


def meant(
    raw: RawRecord,
    path: Path,
    sampling_rate: float | None,
    leads: Sequence[str] | None,
    unit: str,
) -> tuple[np.ndarray, RecordInfo]:
    """The leads wanted of a file's content, or of a part of it, and what they mean; unchecked."""
    check_unit(unit)
    if leads is not None:
        check_names(leads)
    rate = _rate(raw, path, sampling_rate)
    signal, names, notes = _pick(raw, path, leads)
    name, every = path.name.removesuffix(path.suffix), (*raw.notes, *notes)
    return signal, RecordInfo(names, rate, len(signal), name, raw.unit or unit, every)


REMEDIES = {
    1: " A single lead is [samples, 1]: array[:, None].",
    3: " Save each record to a file of its own, or pass the array from Python.",
}
"""What to do about an array of another rank."""


def check_layout(shape: Sequence[int], path: Path) -> None:
    """Checks that an array of a file may be ``[samples, leads]``.

    Raises:
        SignalError: if it is empty, of another rank, too wide, or looks transposed.
    """
    if 0 in shape:
        raise SignalError(f"expected samples in {path}; it holds none")
    if len(shape) != 2:
        raise SignalError(
            f"expected an array [samples, leads] in {path}; got shape {list(shape)}."
            f"{REMEDIES.get(len(shape), '')}"
        )
    samples, leads = shape
    if leads > max(samples, MAX_LEADS) or (samples <= MAX_LEADS and leads > 4 * samples):
        raise SignalError(
            f"expected an array [samples, leads] in {path}; got {samples} x {leads}, which looks "
            "like leads x samples. Transpose it: array.T."
        )
    if leads > MAX_LEADS:
        raise SignalError(f"expected 1 to {MAX_LEADS} leads in {path}; got {leads}. Pick some.")


def _rate(raw: RawRecord, path: Path, given: float | None) -> float:
    number = isinstance(given, int | float | np.number) and not isinstance(given, bool)
    if given is not None and not (number and 0 < given < np.inf):
        raise SignalError(f"expected a sampling rate above 0 Hz; got {given!r}")
    if raw.sampling_rate is None and given is None:
        raise SignalError(
            f"{path.name} does not say its sampling rate: pass sampling_rate= "
            "(--sampling-rate on the command line), in Hz."
        )
    if raw.sampling_rate and given and abs(raw.sampling_rate / given - 1) > 1e-6:
        raise SignalError(
            f"{path.name} says {raw.sampling_rate:g} Hz, but sampling_rate={given:g} was passed. "
            "Leave it out, or correct the header."
        )
    return given or raw.sampling_rate or 0.0


def _pick(
    raw: RawRecord, path: Path, leads: Sequence[str] | None
) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """The leads wanted, their names, and what was assumed of them."""
    width = raw.signal.shape[1]
    if raw.leads is None:
        names = tuple(leads) if leads is not None else tuple(f"{i + 1}" for i in range(width))
        if len(names) != width:
            raise SignalError(
                f"expected {len(names)} leads ({', '.join(names)}) in {path.name}; it has {width} "
                "columns without names. Name them in a first line, or pass as many leads."
            )
        return raw.signal, names, ()
    if leads is None:
        twice = [name for name, count in Counter(raw.leads).items() if count > 1]
        if twice:
            raise SignalError(
                f"expected a name of its own for every lead of {path.name}; {twice[0]} stands "
                f"there {raw.leads.count(twice[0])} times. Name them apart, or pass leads=."
            )
        return raw.signal, raw.leads, ()
    try:
        signal, notes = picked(raw.signal, raw.leads, leads, path.name)
    except SignalError as error:
        said = "".join(f" Of {path.name}: {note}." for note in raw.notes)
        raise SignalError(f"{error}{said}") from error
    return signal, tuple(leads), notes


def check_numbers(signal: np.ndarray, path: Path) -> None:
    """Raises SignalError where the samples of a file are no real numbers."""
    if signal.dtype.kind not in "fiu":
        raise SignalError(f"expected floating-point samples in {path.name}; got {signal.dtype}")


def check_kind(signal: np.ndarray, unit: str, said: bool, path: Path) -> None:
    """Checks for numbers; whole ones only where somebody says what they count.

    Args:
        signal: the samples, or some of them.
        unit: of a sample.
        said: whether the file itself says it.
        path: the file, to be named.

    Raises:
        SignalError: if they are no numbers, or look like raw converter units.
    """
    check_numbers(signal, path)
    whole = signal.dtype.kind in "iu" or (
        np.array_equal(signal, np.rint(signal)) and np.ptp(signal) > 0
    )
    if whole and not said and unit.lower() == "mv":
        raise SignalError(
            f"expected millivolts in {path.name}; it holds whole numbers only ({signal.dtype}), "
            "which looks like raw converter units. Say unit='uV' (--unit uV) if they are "
            "microvolts; else divide by the gain (units per mV) and save with a decimal point."
        )


def _check_finite(signal: np.ndarray, leads: Sequence[str], path: Path) -> None:
    bad = ~np.isfinite(signal)
    if bad.any():
        counts = [f"{lead}: {n}" for lead, n in zip(leads, bad.sum(0), strict=True) if n]
        first = int(bad.any(axis=1).argmax())
        raise SignalError(
            f"expected finite samples in {path.name}; NaN or infinite ones stand in "
            f"{', '.join(counts)}, the first in sample {first}. Interpolate the gaps or cut them "
            "out."
        )
