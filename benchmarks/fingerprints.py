"""How often fingerprints know a record again, and how often they take another one for it.

    python benchmarks/fingerprints.py FOLDER [--stored N] [--others M]

FOLDER holds PTB-XL's `ptbxl_database.csv` and `records500`. The first N records are stored, as a
preset trained on them would have them. Each is changed and looked up: "known" is the share that is
found. M other records, of other patients, are looked up likewise: "mistaken" is the share that is
taken for one of the N.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import wfdb

from ecgzoo.signal_spec import SignalSpec
from tf_data.dataset import SignalDataset
from tf_data.fingerprints import LEADS, fingerprints, known_records
from tf_data.resampling import resample

RATE = 500.0
COLUMNS = [0, 1, 6, 10]  # I, II, V1, V5
Change = Callable[[np.ndarray, np.random.Generator], tuple[np.ndarray, float, list[str]]]


def cut(signal: np.ndarray, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A piece of so many seconds, from anywhere."""
    samples = round(seconds * RATE)
    start = rng.integers(0, len(signal) - samples + 1)
    return signal[start : start + samples]


def rounded(signal: np.ndarray, step: float) -> np.ndarray:
    """To multiples of a step in millivolts."""
    return np.round(signal / step) * step


def piece(seconds: float, leads: list[str], step: float = 0.005, rate: float = 100.0) -> Change:
    """A piece at another rate, in microvolts, rounded to so many millivolts, of some leads."""

    def change(signal: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float, list[str]]:
        chosen = cut(signal, seconds, rng)[:, [LEADS.index(lead) for lead in leads]]
        return rounded(resample(chosen, RATE, rate), step) * 1000, rate, leads

    return change


CHANGES: dict[str, Change] = {
    "as it is": lambda signal, _: (signal, RATE, list(LEADS)),
    "500 to 100 Hz": lambda signal, _: (resample(signal, RATE, 100), 100.0, list(LEADS)),
    "500 to 196.85 Hz": lambda signal, _: (resample(signal, RATE, 196.85), 196.85, list(LEADS)),
    "rounded to 10 uV, in uV": lambda signal, _: (rounded(signal, 0.01) * 1000, RATE, list(LEADS)),
    "5 s of it": lambda signal, rng: (cut(signal, 5, rng), RATE, list(LEADS)),
    "2.5 s of it": lambda signal, rng: (cut(signal, 2.5, rng), RATE, list(LEADS)),
    "2.5 s, 100 Hz, 5 uV": piece(2.5, list(LEADS)),
    "lead II, 10 s, 100 Hz, 5 uV": piece(10, ["II"]),
    "lead II, 2.5 s, 100 Hz, 5 uV": piece(2.5, ["II"]),
}


def as_data(signal: np.ndarray, rate: float, leads: list[str]) -> SignalDataset:
    """A data set of one record."""
    name = np.array(["record"])
    spec = SignalSpec(tuple(leads), rate, len(signal))
    windows = signal[None].astype(np.float32)
    return SignalDataset(windows, np.zeros(1, np.int64), name, name, name, spec, ("a", "b"))


def read(folder: Path, most: int) -> list[tuple[str, np.ndarray]]:
    """Patient and signal of the records that are there."""
    with (folder / "ptbxl_database.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    there = [row for row in rows if (folder / f"{row['filename_hr']}.hea").is_file()][:most]
    signals = [wfdb.rdrecord(str(folder / row["filename_hr"])).p_signal for row in there]
    return [
        (row["patient_id"], signal[:, COLUMNS]) for row, signal in zip(there, signals, strict=True)
    ]


def main() -> None:
    """Prints a line for each change."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stored", type=int, default=300)
    parser.add_argument("--others", type=int, default=500)
    asked = parser.parse_args()
    records = read(asked.folder, asked.stored + asked.others)
    stored, rest = records[: asked.stored], records[asked.stored :]
    patients = {patient for patient, _ in stored}
    others = [signal for patient, signal in rest if patient not in patients]
    known = fingerprints(as_data(stored[0][1], RATE, list(LEADS)))
    for _, signal in stored[1:]:
        known = known.joined(fingerprints(as_data(signal, RATE, list(LEADS))))
    each = sum(len(one) for lead in known.leads.values() for one in lead) / len(known)
    print(f"{len(known)} stored, {each:.1f} landmarks each; {len(others)} others")
    for name, change in CHANGES.items():
        rng = np.random.default_rng(0)
        found = sum(bool(known_records(as_data(*change(one, rng)), known)) for _, one in stored)
        wrong = sum(bool(known_records(as_data(*change(one, rng)), known)) for one in others)
        print(
            f"{name}: known {found / len(stored):.1%}, mistaken {wrong} of {len(others)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
