"""Tasks that weights may help with: small sets of records, each with its own leads and lengths."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecgzoo.signal_spec import SignalSpec
from tf_data import SignalDataset, load
from tf_data.dataset import content_hashes
from tf_data.formats.wfdb_record import read_annotations, read_wfdb
from tf_data.mit_bih.beats import DS1, DS2, aami_class, patient
from tf_data.mit_bih.beats import RATE as RECORDED
from tf_data.own_records import read_records
from tf_data.resampling import resample

RATE = 100.0  # Hz, that of the weights
REACH, BEATS = 64, 40  # samples on both sides of an R peak; beats of a class of a patient
FEWEST = 12  # patients of a class, or it is left out
LIMB_AND_CHEST = (
    *("I", "II", "III", "aVR", "aVL", "aVF"),
    *(f"V{place}" for place in range(1, 7)),
)
CONDUCTION = {
    *("59118001", "713427006", "713426002", "164909002", "733534002", "6374002"),
    *("698252002", "445118002", "270492004"),
}
"""Bundle branch and first degree blocks, intraventricular delays, left anterior hemiblock."""


def without_rare(data: SignalDataset) -> SignalDataset:
    """One class per record: those of classes that enough patients have."""
    patients = [len(set(data.groups[data.labels == one])) for one in range(len(data.classes))]
    kept = [one for one, count in enumerate(patients) if count >= FEWEST]
    some = data.take(np.flatnonzero(np.isin(data.labels, kept)))
    labels = np.searchsorted(kept, some.labels)
    return replace(some, labels=labels, classes=tuple(data.classes[one] for one in kept))


def ludb(labels: str) -> Callable[[Path], SignalDataset]:
    """LUDB's rhythm or axis."""

    def read(folder: Path) -> SignalDataset:
        found = load("ludb", labels=labels, rate=RATE, seconds=10, directory=folder / "ludb")
        return without_rare(found)

    return read


def samples12(codes: set[str]) -> Callable[[Path], SignalDataset]:
    """The records of Georgia and Ningbo: whether they have one of the codes."""

    def read(folder: Path) -> SignalDataset:
        with (folder / "samples12" / "cinc2021.csv").open() as file:
            rows = [one for one in csv.DictReader(file) if one["source"] in ("georgia", "ningbo")]
        rows = [one for one in rows if one["record"] != "E07510"]  # a copy of E07509
        table = io.StringIO()
        writer = csv.writer(table)
        writer.writerow(["record", "label"])
        for one in rows:
            held = not codes.isdisjoint(one["dx_snomed"].split(","))
            writer.writerow([one["record"], "yes" if held else "no"])
        spec = SignalSpec(LIMB_AND_CHEST, RATE, round(10 * RATE))
        return _read(folder / "samples12" / "cinc2021", table.getvalue(), spec)

    return read


def _read(records: Path, table: str, spec: SignalSpec) -> SignalDataset:
    with tempfile.TemporaryDirectory() as folder:
        labels = Path(folder) / "labels.csv"
        labels.write_text(table)
        return read_records(records, labels, spec, classes=["no", "yes"])


def ecg_images(folder: Path) -> SignalDataset:
    """The four classes of the pages: windows of 2.5 s whose leads are not of one time."""
    pages = load("ecg_images")
    samples = round(pages.spec.seconds * RATE)
    signals = np.stack(
        [resample(one, pages.spec.sampling_rate, RATE)[:samples] for one in pages.signals]
    )
    # Weights of records take them for leads of one time, which they are not.
    spec = replace(pages.spec, sampling_rate=RATE, samples=samples, simultaneous=True)
    return replace(pages, signals=signals, spec=spec)


def mit_bih(folder: Path) -> SignalDataset:
    """Beats of MIT-BIH, normal or ventricular, in windows of 1.28 s around the R peak."""
    beats = [one for name in sorted({*DS1, *DS2}) for one in _beats(folder / "mitdb" / name)]
    signals = np.stack([signal for signal, _, _ in beats])
    labels = np.array([label for _, label, _ in beats])
    groups = np.array([group for _, _, group in beats])
    names = np.array([f"{group}-{place}" for place, group in enumerate(groups)])
    spec, hashes = SignalSpec(("II",), RATE, 2 * REACH), content_hashes(signals)
    return SignalDataset(signals, labels, groups, hashes, names, spec, ("N", "V"))


def _beats(path: Path) -> Iterator[tuple[np.ndarray, int, str]]:
    """Up to forty beats of each class of a record, drawn by chance: window, class and patient."""
    record, rng = read_wfdb(path), np.random.default_rng(int(path.name))
    leads = list(record.leads or ())
    if "MLII" not in leads:
        return
    lead = resample(record.signal[:, leads.index("MLII")][:, None], RECORDED, RATE)
    marks = [
        (round(at * RATE / RECORDED), aami_class(symbol)) for at, symbol in read_annotations(path)
    ]
    for label, beat in enumerate(("N", "V")):
        inside = [at for at, one in marks if one == beat and REACH <= at <= len(lead) - REACH]
        for at in rng.permutation(inside)[:BEATS].tolist():
            yield lead[at - REACH : at + REACH].astype(np.float32), label, patient(path.name)


def published(name: str, **options: object) -> Callable[[Path], SignalDataset]:
    """A data set as it was prepared."""
    return lambda folder: load(name, rate=RATE, seconds=10, short="pad", **options)


TASKS: dict[str, Callable[[Path], SignalDataset]] = {
    "ludb rhythm": ludb("rhythm"),
    "ludb axis": ludb("axis"),
    "samples12 conduction": samples12(CONDUCTION),
    "ecg_images": ecg_images,
    "mit_bih N or V": mit_bih,
    "cinc2017 rhythm": published("cinc2017"),
    "ptb_xl superclass": published("ptb_xl", labels="superclass"),
}
