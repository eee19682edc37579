"""MATLAB files without a header beside them: a matrix, and seldom its rate."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.libraries import check_claim, reading
from tf_data.formats.raw_record import RawRecord

SIGNALS = ("val", "ecg", "data", "signal", "signals", "ecg_data")  # what a signal is called, mostly
RATES = ("fs", "freq", "sampling_rate", "samplingrate", "sfreq", "srate")
NUMBERS = (
    "double",
    "single",
    "logical",
    *(f"{u}int{8 * n}" for u in ("", "u") for n in (1, 2, 4, 8)),
)
KIND = "a MATLAB file of a matrix"


def read_mat(path: Path) -> RawRecord:
    """The matrix in ``path``, a column per lead; its rate where the file has one.

    The challenges of PhysioNet have a row per lead: the shorter side is taken for the leads.

    Raises:
        SignalError: if the file is damaged, or it is not clear which variable is the signal.
    """
    with reading(KIND, path):
        with path.open("rb") as file:
            hdf5 = file.read(10) == b"MATLAB 7.3"
        held = _hdf5(path) if hdf5 else _matrices(path)
    name = _signal_in(held, path)
    signal, notes = np.squeeze(held[name]), []
    if signal.ndim == 1:
        signal = signal[:, None]
    if signal.shape[0] < signal.shape[1]:
        signal = signal.T
        notes.append(f"{name} in {path.name} is taken to have a row per lead")
    rates = [float(value.item()) for key, value in held.items() if _is_rate(key, value)]
    return RawRecord(signal, rates[0] if len(rates) == 1 else None, notes=tuple(notes))


def _matrices(path: Path) -> dict[str, np.ndarray]:
    """The arrays of numbers in a file of MATLAB 4 or 5."""
    from scipy.io import loadmat, whosmat

    content = path.read_bytes()
    held = [(name, shape) for name, shape, kind in whosmat(BytesIO(content)) if kind in NUMBERS]
    for _, shape in held:
        check_claim(path, 8 * int(np.prod([int(side) for side in shape], dtype=object)))
    # What is in a struct or a cell may be of any size, which only reading it would tell.
    found = loadmat(BytesIO(content), variable_names=[name for name, _ in held])
    return {key: value for key, value in found.items() if _is_numbers(value)}


def _hdf5(path: Path) -> dict[str, np.ndarray]:
    """The arrays of numbers in a file of MATLAB 7.3, which has columns as rows.

    HDF5 may refer to other files; none is opened.
    """
    import h5py

    with h5py.File(path) as file:
        own = [key for key in file if isinstance(file.get(key, getlink=True), h5py.HardLink)]
        held = {key: file[key] for key in own if isinstance(file[key], h5py.Dataset)}
        inside = {key: one for key, one in held.items() if not (one.external or one.is_virtual)}
        for one in inside.values():
            check_claim(path, one.size * one.dtype.itemsize)
        return {key: one[()].T for key, one in inside.items() if one.dtype.kind in "iuf"}


def _is_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size > 0


def _is_rate(name: str, value: np.ndarray) -> bool:
    return name.lower() in RATES and value.size == 1 and float(value.item()) > 0


def _signal_in(held: dict[str, np.ndarray], path: Path) -> str:
    """The name of the variable that is the signal."""
    matrices = [name for name, value in held.items() if value.size > 1]
    named = [name for name in matrices if name.lower() in SIGNALS]
    found = named or matrices
    if len(found) != 1:
        said = ", ".join(f"{name} {held[name].shape}" for name in found[:9]) or "none"
        raise SignalError(
            f"expected one matrix, or one that is called {SIGNALS[0]}, in {path.name}; got {said}"
        )
    return found[0]
