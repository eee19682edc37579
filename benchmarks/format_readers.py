"""Libraries that read files of ECGs beside each other, on files written from one ECG.

    pip install '.[formats]' pyedflib sierraecg ishneholterlib
    PYTHONPATH=tests/support python benchmarks/format_readers.py

Each line: the format, the library, the largest error against what was written, in microvolts, and
the milliseconds of one reading; or what it fails with. A library's first line includes its import.
"""

from __future__ import annotations

import importlib
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

Reader = Callable[[Path], tuple[list[str], np.ndarray]]  # names, and millivolts [samples, leads]


def _by_ecgdatakit(path: Path) -> tuple[list[str], np.ndarray]:
    record = importlib.import_module("ecgdatakit").FileParser.parse(path)
    leads = [lead for lead in record.leads if lead.sampling_rate == 500 and lead.units == "mV"]
    return [lead.label for lead in leads], np.stack([lead.samples for lead in leads], axis=1)


def _by_pydicom(path: Path) -> tuple[list[str], np.ndarray]:
    dataset = importlib.import_module("pydicom").dcmread(path)
    channels = dataset.WaveformSequence[1].ChannelDefinitionSequence
    names = [one.ChannelSourceSequence[0].CodeMeaning.split()[1] for one in channels]
    return names, dataset.waveform_array(1) / 1000


def _by_edfio(path: Path) -> tuple[list[str], np.ndarray]:
    edfio = importlib.import_module("edfio")
    read = edfio.read_bdf if path.suffix == ".bdf" else edfio.read_edf
    found = [one for one in read(path).signals if one.sampling_frequency == 500]
    return [one.label for one in found], np.stack([one.data for one in found], axis=1) / 1000


def _by_pyedflib(path: Path) -> tuple[list[str], np.ndarray]:
    file = importlib.import_module("pyedflib").EdfReader(str(path))
    rates = file.getSampleFrequencies()
    places = [place for place, rate in enumerate(rates) if rate == 500]
    signals = [file.readSignal(place) for place in places]
    return [file.getLabel(place) for place in places], np.stack(signals, axis=1) / 1000


def _by_wfdb(path: Path) -> tuple[list[str], np.ndarray]:
    record = importlib.import_module("wfdb.io.convert.edf").read_edf(str(path))
    if record.fs != 500:
        raise ValueError(f"reads {record.fs:g} Hz of 500")
    return record.sig_name, record.p_signal / 1000


def _by_sierraecg(path: Path) -> tuple[list[str], np.ndarray]:
    leads = importlib.import_module("sierraecg").read_file(str(path)).leads
    counts = np.stack([lead.samples for lead in leads], axis=1)
    return [lead.label for lead in leads], counts * 0.005  # it does not read the resolution


def _by_ishneholterlib(path: Path) -> tuple[list[str], np.ndarray]:
    file = importlib.import_module("ishneholterlib").Holter(str(path))
    file.load_data()
    return [str(lead) for lead in file.lead], np.stack([lead.data for lead in file.lead], axis=1)


READERS: dict[str, dict[str, Reader]] = {
    "DICOM": {"pydicom": _by_pydicom},
    "EDF": {"edfio": _by_edfio, "pyedflib": _by_pyedflib, "wfdb": _by_wfdb},
    "BDF": {"edfio": _by_edfio, "pyedflib": _by_pyedflib},
    "ISHNE": {"ishneholterlib": _by_ishneholterlib},
    "HL7 aECG": {},
    "GE MUSE XML": {},
    "Philips XML 1.03": {"sierraecg": _by_sierraecg},
    "Philips XML 1.04": {"sierraecg": _by_sierraecg},
    "Schiller XML": {},
    "SCP-ECG": {},
}
"""And ecgdatakit for all."""


def line(name: str, library: str, reader: Reader, path: Path) -> str:
    """What a library makes of a file."""
    from ecg_of_steps import steps_ecg

    began = time.perf_counter()
    try:
        names, signal = reader(path)
        took = 1000 * (time.perf_counter() - began)
        written = steps_ecg(10).of(*(one.replace("ECG ", "") for one in names)).millivolts
        error = 1000 * np.abs(signal - written).max()
        said = f"{len(names)} leads, {error:.4f} uV, {took:.0f} ms"
    except Exception as error:  # whatever a library fails with is its line
        said = f"fails: {type(error).__name__}: {str(error)[:80]}"
    return f"{name:18}{library:16}{said}"


def main() -> None:
    """Prints a line per format and library."""
    from ecg_of_steps import steps_ecg
    from written_formats import WRITERS

    warnings.simplefilter("ignore")
    for name, readers in READERS.items():
        file, write = WRITERS[name]
        path = write(Path(tempfile.mkdtemp(), file), steps_ecg(10))
        for library, reader in {"ecgdatakit": _by_ecgdatakit, **readers}.items():
            print(line(name, library, reader, path))


if __name__ == "__main__":
    main()
