"""EDF: rates, units and channels of the ECG, and what a file lacks or holds beside it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from binary_ecgs import edf_bytes, edf_channels
from ecg_of_steps import steps_ecg

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw

ECG = steps_ecg()


@pytest.mark.parametrize("bdf", [False, True])
def test_an_edf_is_read_at_the_rate_of_its_ecg_and_says_what_it_leaves_out(
    tmp_path: Path, bdf: bool
) -> None:
    ecg = steps_ecg(4, rate=256)
    (tmp_path / "night.edf").write_bytes(edf_bytes(edf_channels(ecg), bdf))
    raw = read_raw(tmp_path / "night.edf")
    assert raw.sampling_rate == 256
    np.testing.assert_allclose(raw.signal, ecg.millivolts, atol=1e-6)
    assert raw.notes == (
        "EEG C3-A2 is left out of night.edf: it is no ECG lead",
        "ECG of the belt is left out of night.edf: it has 32 Hz, the other leads 256",
        "SpO2 is left out of night.edf: it is no ECG lead",
    )


@pytest.mark.parametrize(("unit", "millivolts"), [("µV", 1e-3), ("mV", 1.0), ("V", 1e3)])
def test_units_of_edf_become_millivolts(tmp_path: Path, unit: str, millivolts: float) -> None:
    channels = [replace(one, unit=unit) for one in edf_channels(ECG) if one.label[:5] == "ECG I"]
    (tmp_path / "a.edf").write_bytes(edf_bytes(channels))
    expected = ECG.of("I", "II", "III").counts * 5 * millivolts
    np.testing.assert_allclose(read_raw(tmp_path / "a.edf").signal, expected, rtol=1e-6)


def test_an_edf_whose_channels_are_not_called_ecg(tmp_path: Path) -> None:
    named = dict(zip(("ECG I", "ECG II", "ECG III"), ("ch 1", "ch 2", "EMG"), strict=True))
    channels = [one for one in edf_channels(ECG) if one.label in named]
    channels = [replace(one, label=named[one.label]) for one in channels]
    (tmp_path / "a.edf").write_bytes(edf_bytes(channels))
    assert read_raw(tmp_path / "a.edf").leads == ("ch 1", "ch 2")


def test_an_edf_that_was_not_closed(tmp_path: Path) -> None:
    content = edf_bytes(edf_channels(ECG))
    (tmp_path / "a.edf").write_bytes(content[:236] + b"-1      " + content[244:])
    raw = read_raw(tmp_path / "a.edf")
    np.testing.assert_allclose(raw.signal, ECG.millivolts, atol=1e-6)
    assert any("was not closed" in note for note in raw.notes)


def test_an_edf_of_several_stretches_of_time(tmp_path: Path) -> None:
    import edfio

    ecg = edfio.EdfSignal(ECG.millivolts[:, 0], 500, label="ECG", physical_dimension="mV")
    content = edfio.Edf([ecg], annotations=[edfio.EdfAnnotation(0, None, "start")]).to_bytes()
    (tmp_path / "a.edf").write_bytes(content)
    assert read_raw(tmp_path / "a.edf").leads == ("ECG",)
    content = content.replace(b"EDF+C", b"EDF+D").replace(b"+2\x14\x14", b"+7\x14\x14")
    (tmp_path / "a.edf").write_bytes(content)
    with pytest.raises(SignalError, match=r"one stretch of time in a\.edf; it has gaps"):
        read_raw(tmp_path / "a.edf")
