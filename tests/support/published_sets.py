"""Small folders in the layouts of published data sets, of samples that the tests know."""

import csv
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import tf_data

TWELVE = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")


def known_counts(seed: int, samples: int, leads: int = 12) -> np.ndarray:
    """Steps of a converter, int16 ``[samples, leads]``: waves; twelve obey Einthoven."""
    rng = np.random.default_rng(seed)
    times = np.arange(samples)[:, None] / 100
    counts = 800 * np.sin(times * rng.uniform(3, 9, leads)) + rng.normal(scale=50, size=(1, leads))
    counts = np.rint(counts).astype(np.int16)
    if leads == 12:
        counts[:, 2] = counts[:, 1] - counts[:, 0]
    return counts


def write_wfdb(
    folder: Path,
    name: str,
    counts: np.ndarray,
    rate: int,
    leads: Sequence[str],
    ending: str = "dat",
    gains: Sequence[str] | None = None,
    comments: Sequence[str] = (),
) -> None:
    """A header and a signal file of 16 bits; a ``.mat`` has 24 bytes before its samples."""
    folder.mkdir(parents=True, exist_ok=True)
    skip = 24 if ending == "mat" else 0
    kind = f"16+{skip}" if skip else "16"
    gains = gains or ["1000/mV"] * len(leads)
    lines = [f"{name} {len(leads)} {rate} {len(counts)}"]
    lines += [
        f"{name}.{ending} {kind} {gain} 16 0 {first} 0 0 {lead}"
        for gain, first, lead in zip(gains, counts[0], leads, strict=True)
    ]
    lines += [f"#{one}" for one in comments]
    (folder / f"{name}.hea").write_text("\n".join(lines) + "\n")
    (folder / f"{name}.{ending}").write_bytes(bytes(skip) + counts.astype("<i2").tobytes())


PTB_XL = {  # ecg_id: patient, codes, fold
    1: ("15709.0", "{'NORM': 100.0, 'SR': 0.0}", 3),
    2: ("13243.0", "{'IMI': 0.0, 'ASMI': 50.0, 'AFIB': 0.0}", 9),
    3: ("13243.0", "{'LVH': 80.0, 'CLBBB': 0.0}", 10),
    4: ("77.0", "{'PVC': 100.0}", 1),  # no diagnostic statement
    137: ("99.0", "{'NORM': 80.0}", 2),
    138: ("99.0", "{'NORM': 80.0}", 2),  # the same as 137
    2506: ("", "{'NORM': 100.0}", 4),  # nobody's
}
STATEMENTS = [
    "name,diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass",
    *("NORM,1.0,,,NORM,NORM", "IMI,1.0,,,MI,IMI", "ASMI,1.0,,,MI,AMI", "LVH,1.0,,,HYP,LVH"),
    *("CLBBB,1.0,,,CD,CLBBB", "PVC,,1.0,,,", "SR,,,1.0,,", "AFIB,,,1.0,,"),
]


def write_ptb_xl(folder: Path, records: Sequence[int] = tuple(PTB_XL)) -> Path:
    """PTB-XL's layout: all lines of its table, and the files of ``records``."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(STATEMENTS).replace("name,", ",", 1)
    (folder / "scp_statements.csv").write_text(lines + "\n")
    with (folder / "ptbxl_database.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["ecg_id", "patient_id", "scp_codes", "strat_fold", "filename_hr"])
        for number, (patient, codes, fold) in PTB_XL.items():
            path = f"records500/00000/{number:05d}_hr"
            table.writerow([number, patient, codes, fold, path])
            if number in records:
                where = folder / "records500" / "00000"
                write_wfdb(where, f"{number:05d}_hr", known_counts(number, 5000), 500, TWELVE)
    return folder


CINC_2017 = {"A00001": ("N", 9000), "A00002": ("A", 3000), "A00003": ("~", 2000)}


def write_cinc2017(folder: Path) -> Path:
    """The challenge of 2017: records of 30, 10 and 6.7 seconds."""
    for seed, (name, (_, samples)) in enumerate(CINC_2017.items()):
        counts = known_counts(seed, samples, 1)
        write_wfdb(folder / "training2017", name, counts, 300, ["ECG"], "mat")
    lines = [f"{name},{label}" for name, (label, _) in CINC_2017.items()]
    (folder / "REFERENCE-v3.csv").write_text("\n".join(lines) + "\n")
    return folder


CINC_2021 = {  # name: codes, rate, samples
    "A0001": ("164889003,59118001", 500, 5000),
    "E0002": ("426783006", 500, 8000),
    "JS0003": ("429622005", 500, 5000),  # scored as nothing
    "S0004": ("713427006,284470004,63593006", 1000, 10000),
}


def write_cinc2021(folder: Path) -> Path:
    """The challenge of 2021: records of several hospitals, each in a folder of its own."""
    for seed, (name, (codes, rate, samples)) in enumerate(CINC_2021.items()):
        comments = ["Age: 50", f"Dx: {codes}", "Rx: Unknown"]
        counts = known_counts(seed, samples)
        gains = ["2000/mV"] * 6 + ["1000/mV"] * 6
        where = folder / name[0] / "g1"
        write_wfdb(where, name, counts, rate, TWELVE, "mat", gains, comments)
    return folder


LUDB = {
    "1": ("Sinus bradycardia", "Electric axis of the heart: left axis deviation"),
    "2": ("Sinus rhythm\nWandering atrial pacemaker", ""),
    "10": ("Atrial flutter, typical", "Electric axis of the heart: normal"),
}


def write_ludb(folder: Path) -> Path:
    """LUDB: gains and zeros of its headers are to be left alone."""
    for name in LUDB:
        leads = [lead.lower() for lead in TWELVE]
        gains = [f"{500 + 100 * lead}({lead})/mV" for lead in range(12)]
        write_wfdb(folder / "data", name, known_counts(int(name), 5000), 500, leads, "dat", gains)
    with (folder / "ludb.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["ID", "Sex", "Age", "Rhythms", "Electric axis of the heart"])
        for name, (rhythm, axis) in LUDB.items():
            table.writerow([name, "F\n", "51\n", rhythm, axis])
    return folder


SOUNDS = {"b0001": "-1", "b0002": "1"}


def write_heart_sounds(folder: Path) -> Path:
    """The challenge of 2016: wav files of eight seconds."""
    inner = folder / "training-b"
    inner.mkdir(parents=True)
    for seed, name in enumerate(SOUNDS):
        with wave.open(str(inner / f"{name}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(2000)
            sound.writeframes(known_counts(seed, 16000, 1).astype("<i2").tobytes())
    lines = [f"{name},{label}" for name, label in SOUNDS.items()]
    (inner / "REFERENCE.csv").write_text("\n".join(lines) + "\n")
    return folder


WRITERS = {
    "ptb_xl": write_ptb_xl,
    "cinc2017": write_cinc2017,
    "cinc2021": write_cinc2021,
    "ludb": write_ludb,
    "heart_sounds": write_heart_sounds,
}


def loaded(name: str, folder: Path, **options: Any) -> tf_data.SignalDataset:
    """What there is of a data set in such a folder."""
    return tf_data.load(name, directory=folder, partial=True, **options)
