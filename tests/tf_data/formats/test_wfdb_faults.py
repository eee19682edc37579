"""WFDB records with faults, as hospitals and writers make them: the right samples or a sentence."""

from pathlib import Path

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_record import read_digital, read_wfdb
from tf_data.records import read_record

RATE, SAMPLES = 200, 600
TIME = np.arange(SAMPLES) / RATE


def counts(lead: int, rate: int = RATE) -> np.ndarray:
    """int16 of three seconds, 200 units per mV."""
    time = np.arange(3 * rate) / rate
    return np.rint(200 * np.sin(2 * np.pi * (lead + 1) * time) + 10).astype("<i2")


def checksum(samples: np.ndarray) -> int:
    return int(samples.astype(np.int64).sum().astype(np.int16))


def signal_line(lead: int, name: str, gain: str = "200(0)/mV", stored: str = "16") -> str:
    held = counts(lead)
    return f"r.dat {stored} {gain} 16 0 {held[0]} {checksum(held)} 0 {name}"


def write(folder: Path, first: str = "r 2 200 600", lines: list[str] | None = None) -> Path:
    """A record of I and II, three seconds at 200 Hz, whose header is as told."""
    lines = [signal_line(0, "I"), signal_line(1, "II")] if lines is None else lines
    np.stack([counts(lead) for lead in range(2)], axis=1).tofile(folder / "r.dat")
    (folder / "r.hea").write_text("\n".join([first, *lines]) + "\n", encoding="utf-8")
    return folder / "r"


EXPECTED = np.stack([counts(lead) / 200 for lead in range(2)], axis=1)


def test_the_record_without_fault(tmp_path) -> None:
    found, info = read_record(write(tmp_path))
    np.testing.assert_allclose(found, EXPECTED, atol=1e-6)
    assert (info.leads, info.sampling_rate, info.notes) == (("I", "II"), 200, ())


READ = {
    "a date of another kind": ("r 2 200 600 05-Feb-2020 11:39:16", None),
    "a counter's rate": ("r 2 200/100(5) 600", None),
    "no length": ("r 2 200", None),
    "a length of 0": ("r 2 200 0", None),
    "a length of 0 and a date": ("# about\nr 2 200 0 10:11:12 31/12/2020", None),
    "a length of 0 and microvolts": (
        "r 2 200 0",
        [signal_line(0, "I", "0.2(0)/uV"), signal_line(1, "II", "0.2(0)/µV")],
    ),
    "a lead late by no frame": (
        "r 2 200 600",
        [signal_line(0, "I"), signal_line(1, "II", stored="16:0")],
    ),
    "no checksum": ("r 2 200 600", ["r.dat 16 200(0)/mV 16 0 I", "r.dat 16 200/mV II"]),
    "comments": ("# about\n\nr 2 200 600", None),
    "microvolts": (
        "r 2 200 600",
        [signal_line(0, "I", "0.2(0)/uV"), signal_line(1, "II", "0.2(0)/µV")],
    ),
    "volts": ("r 2 200 600", [signal_line(0, "I", "2e5/V"), signal_line(1, "II", "200000(0)/V")]),
}


@pytest.mark.parametrize("fault", READ)
def test_what_is_unusual_is_read_rightly(tmp_path, fault) -> None:
    found, info = read_record(write(tmp_path, *READ[fault]))
    np.testing.assert_allclose(found, EXPECTED, atol=1e-6)
    assert (info.leads, info.sampling_rate) == (("I", "II"), 200)


REFUSED = {
    "an empty header": ("", [], "it is empty"),
    "no header": ("nothing of it", [], "begins with a name, the number of signals"),
    "more signals than lines": ("r 12 200 100", None, "expected 12 signals in r.hea.*lists 2"),
    "no rate": ("r 2", None, "does not say its sampling rate.*--sampling-rate"),
    "a rate of nothing": ("r 2 0 600", None, "above 0 Hz in r.hea; it says 0"),
    "14 GB": ("r 2 250 2000000000", None, "expected 2000000000 frames of 2 samples in r.dat"),
    "a signal beyond number": ("r 1000000000 250 200", None, "expected 1000000000 signals"),
    "a date that is none": ("r 2 200 600 10:11:12 31/02/2020", None, "a date .31/12/2020."),
    "a time that is none": ("r 2 200 600 25:11:12", None, "expected a time .10:11:12."),
    "a format that is none": ("r 1 200 600", ["r.dat 17 200 16 0 0 0 0 I"], "got 17"),
    "a file elsewhere": ("r 1 200 600", ["../r.dat 16 200"], "name of a signal file .*'../r.dat'"),
    "a word for a format": ("r 1 200 600", ["r.dat x 200 16 0 0 0 0 I"], "file and its format"),
    "gain 0": ("r 1 200 600", [signal_line(0, "I", "0")], "I is left out.*no gain"),
    "no gain": ("r 1 200 600", ["r.dat 16"], "signal 1 is left out.*no gain"),
    "a gain beyond number": ("r 1 200 600", [signal_line(0, "I", "1e999")], "no gain"),
    "a gain of words": ("r 1 200 600", [signal_line(0, "I", "2x0")], "the gain of signal 1"),
    "a gain of many digits": (
        "r 1 200 600",
        [signal_line(0, "I", "1" * 1_000_000 + "x")],
        r"^expected the gain of signal 1 of r\.hea as a number; got '1{60}\.\.\.'$",
    ),
    "a checksum of words": (
        "r 1 200 600",
        ["r.dat 16 200 16 0 0 1x2 0 I"],
        "expected the checksum",
    ),
    "another quantity": ("r 1 200 600", [signal_line(0, "P", "200/mmHg")], "'mmHg' is no voltage"),
    "twelve of another quantity": (
        "r 12 200 100",
        [signal_line(0, f"V{lead}", "200/mmHg") for lead in range(12)],
        "V2 is left out: 'mmHg' is no voltage and 9 more",
    ),
    "samples of another record": (
        "r 2 200 600",
        [signal_line(0, "I"), f"r.dat 16 200 16 0 0 {checksum(counts(1)) + 7} 0 II"],
        "checksum in r.hea; those of II have another",
    ),
    "a format of several samples in a frame": (
        "r 2 200 200",
        ["r.dat 61x2 200 16 0 0 0 0 I", "r.dat 61 200 16 0 0 0 0 II"],
        r"^expected one sample of each lead in a frame of r, whose format is 61; got 2 of I\.",
    ),
    "no sample in a frame": (
        "r 2 200 600",
        ["r.dat 16x0 200 16 0 0 0 0 I", "r.dat 16 200 16 0 0 0 0 II"],
        "a sample or more in each frame",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_is_nonsense_is_refused(tmp_path, fault) -> None:
    first, lines, message = REFUSED[fault]
    with pytest.raises(SignalError, match=message) as raised:
        read_record(write(tmp_path, first, lines))
    assert len(str(raised.value)) < 400


def test_a_rate_that_is_not_said_is_passed(tmp_path) -> None:
    found, info = read_record(write(tmp_path, "r 2"), sampling_rate=500)
    np.testing.assert_allclose(found, EXPECTED, atol=1e-6)
    assert info.sampling_rate == 500


def test_damaged_samples_are_refused(tmp_path) -> None:
    stem = write(tmp_path)
    held = bytearray((tmp_path / "r.dat").read_bytes())
    held[802] ^= 4
    (tmp_path / "r.dat").write_bytes(held)
    with pytest.raises(SignalError, match=r"checksum in r.hea; those of II have another"):
        read_record(stem)
    with pytest.warns(UserWarning, match="checksum in r.hea"):
        read_digital(stem)


def test_each_lead_has_its_own_rate_in_a_frame(tmp_path) -> None:
    """Frames at 2 Hz with 100 samples of I, 50 of II and one of the temperature."""
    fast, slow = counts(0), counts(1, 100)
    frames = [
        np.concatenate([fast[100 * at :][:100], slow[50 * at :][:50], [37]]) for at in range(6)
    ]
    np.concatenate(frames).astype("<i2").tofile(tmp_path / "r.dat")
    (tmp_path / "r.hea").write_text(
        "r 3 2 6\n"
        f"r.dat 16x100 200 16 0 0 {checksum(fast)} 0 I\n"
        f"r.dat 16x50 200 16 0 0 {checksum(slow)} 0 II\n"
        "r.dat 16 1/degC 16 0 37 222 0 TEMP\n"
    )
    raw = read_wfdb(tmp_path / "r")
    assert (raw.sampling_rate, raw.leads, raw.signal.shape) == (200, ("I", "II"), (600, 2))
    np.testing.assert_array_equal(raw.signal[:, 0], fast / 200)
    np.testing.assert_allclose(raw.signal[20:-20:2, 1], slow[10:-10] / 200, atol=0.01)
    assert raw.notes == (
        "TEMP is left out: 'degC' is no voltage",
        "lead II is resampled from 100 to 200 Hz, the rate of the others",
    )


def test_leads_that_are_late_are_aligned(tmp_path) -> None:
    lines = [signal_line(0, "I"), signal_line(1, "II", stored="16:3")]
    found, _ = read_record(write(tmp_path, lines=lines))
    assert found.shape == (597, 2)
    np.testing.assert_allclose(found[:, 0], EXPECTED[:597, 0], atol=1e-6)
    np.testing.assert_allclose(found[:, 1], EXPECTED[3:, 1], atol=1e-6)


def test_leads_without_a_name_are_named_by_the_one_who_asks(tmp_path) -> None:
    stem = write(tmp_path, lines=["r.dat 16 200/mV", "r.dat 16 200/mV"])
    assert read_record(stem)[1].leads == ("1", "2")
    assert read_record(stem, leads=["I", "II"])[1].leads == ("I", "II")
    with pytest.raises(SignalError, match="expected 1 leads .II. in r; it has 2 columns without"):
        read_record(stem, leads=["II"])


def test_a_unit_of_latin_1(tmp_path) -> None:
    stem = write(tmp_path, lines=[signal_line(0, "I", "0.2/µV"), signal_line(1, "II", "0.2/µV")])
    text = (tmp_path / "r.hea").read_text(encoding="utf-8")
    (tmp_path / "r.hea").write_bytes(text.encode("latin-1"))
    np.testing.assert_allclose(read_record(stem)[0], EXPECTED, atol=1e-6)


def segments(folder: Path, first: str, *lines: str) -> Path:
    (folder / "all.hea").write_text("\n".join([first, *lines]) + "\n")
    return folder / "all"


def test_segments_in_other_units_and_orders_are_joined_by_name(tmp_path) -> None:
    write(tmp_path)
    swapped = [signal_line(0, "II", "0.2/uV"), signal_line(1, "I", "0.2/uV")]
    (tmp_path / "s.hea").write_text("\n".join(["s 2 200 600", *swapped]) + "\n")
    found, info = read_record(segments(tmp_path, "all/2 2 200 1200", "r 600", "s 600"))
    np.testing.assert_allclose(found[:600], EXPECTED, atol=1e-6)
    np.testing.assert_allclose(found[600:], EXPECTED[:, ::-1], atol=1e-6)
    assert info.leads == ("I", "II")


def test_gaps_between_segments_are_nan_and_named(tmp_path) -> None:
    write(tmp_path)
    stem = segments(tmp_path, "all/3 2 200 1500", "r 600", "~ 300", "r 600")
    gap = np.isnan(read_wfdb(stem).signal).all(axis=1)
    assert np.flatnonzero(gap).tolist() == list(range(600, 900))
    with pytest.raises(SignalError, match=r"I: 300, II: 300, the first in sample 600"):
        read_record(stem)


@pytest.mark.parametrize(
    ("first", "lines", "message"),
    [
        ("all/2 2 200 9", ["r 600", "~ 999999999999"], "a gap almost everywhere"),
        ("all/102 2 200 9", ["r 600"] * 102, "or repeats one"),
        ("all/1 2 200 9", ["endless 9999999999"], "holds 600. A file may be cut off"),
        ("all/2 2 200 9", ["r 600"], "expected 2 segments in all.hea.*lists 1"),
        ("all/1 2 200 9", ["r 500"], "expected 500 frames at 200 Hz in r.*says 600"),
        ("all/1 2 100 9", ["r 600"], "expected 600 frames at 100 Hz in r"),
        ("all/1 2 200 9", ["all 600"], "a record of segments itself"),
        ("all/2 2 200 1800", ["r 600", "r 600"], "1800 frames in all.*segments have 1200"),
        ("all/1 2 200 9", ["r six"], "a segment's name and length"),
    ],
)
def test_segments_that_do_not_fit_are_named(tmp_path, first, lines, message) -> None:
    write(tmp_path)
    (tmp_path / "endless.hea").write_text("endless 2 200\nr.dat 16 200\nr.dat 16 200\n")
    with pytest.raises(SignalError, match=message):
        read_record(segments(tmp_path, first, *lines))


def test_a_segment_that_is_not_there(tmp_path) -> None:
    with pytest.raises(FileNotFoundError, match="no WFDB header .*gone.hea"):
        read_record(segments(tmp_path, "all/1 2 200 9", "gone 600"))
