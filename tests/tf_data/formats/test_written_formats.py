"""Files of each format give the ECG that was written, known by their content alone."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from binary_ecgs import write_dicom
from ecg_of_steps import StepsECG, steps_ecg
from scp_ecgs import write_scp
from written_formats import WRITERS
from xml_ecgs import write_aecg, write_muse

from ecgzoo.errors import SignalError
from tf_data.formats.formats import format_of, read_raw
from tf_data.records import read_record

ECG = steps_ecg()


UNSAID = {"MATLAB 4", "MATLAB 5"}  # neither rate nor leads


@pytest.mark.parametrize("name", WRITERS)
def test_what_was_written_is_read_by_its_content(tmp_path: Path, name: str) -> None:
    path = WRITERS[name][1](tmp_path / "record", ECG)
    assert format_of(path).name in name
    raw = read_raw(path)
    names = tuple(lead.removeprefix("ECG ") for lead in raw.leads or ECG.leads)
    np.testing.assert_allclose(raw.signal, ECG.of(*names).millivolts, atol=1e-6)
    assert len(names) == (8 if name == "GE MUSE XML" else 12)
    if name not in UNSAID:
        assert (raw.sampling_rate, raw.unit) == (500, "mV")


@pytest.mark.parametrize("rate", [250, 256, 300, 360, 1000])
@pytest.mark.parametrize("write", [write_aecg, write_muse, write_scp, write_dicom])
def test_rates_are_whole_where_they_were(tmp_path: Path, rate: int, write) -> None:
    raw = read_raw(write(tmp_path / "record", steps_ecg(1, rate)))
    assert raw.sampling_rate == pytest.approx(rate, rel=1e-12)


def test_a_rate_that_is_not_whole(tmp_path: Path) -> None:
    path = write_scp(tmp_path / "record", replace(ECG, rate=1e6 / 7001))
    assert read_raw(path).sampling_rate == pytest.approx(1e6 / 7001, rel=1e-12)


@pytest.mark.parametrize(
    ("base", "exponent", "rate"), [("4995", "-1", 499.5), ("5", "2", 500), ("250", "", 250)]
)
def test_a_rate_of_a_muse_and_its_exponent(
    tmp_path: Path, base: str, exponent: str, rate: float
) -> None:
    path = write_muse(tmp_path / "record", ECG)
    median, rhythm = path.read_text("latin-1").split("<WaveformType>Rhythm")
    rhythm = rhythm.replace("<SampleBase>500<", f"<SampleBase>{base}<")
    rhythm = rhythm.replace("<SampleExponent>0<", f"<SampleExponent>{exponent}<")
    path.write_text(f"{median}<WaveformType>Rhythm{rhythm}", "latin-1")
    assert read_raw(path).sampling_rate == rate


def test_an_ishne_that_lacks_its_end_says_so(tmp_path: Path) -> None:
    path = WRITERS["ISHNE"][1](tmp_path / "day.ecg", ECG)
    path.write_bytes(path.read_bytes()[: -24 * 100])
    raw = read_raw(path)
    np.testing.assert_allclose(raw.signal, ECG.millivolts[:-100], atol=1e-6)
    assert raw.notes == ("day.ecg says 1,500 samples of each lead, and holds 1,400",)


@pytest.mark.parametrize("step", [1.0, 2.5, 5.0])
def test_samples_of_a_lead_that_was_off_are_gaps_in_an_ishne(tmp_path: Path, step: float) -> None:
    counts = ECG.counts.copy()
    counts[700:710, 1] = -32768
    path = WRITERS["ISHNE"][1](tmp_path / "day.ecg", StepsECG(counts, step=step))
    expected = ECG.counts * (step / 1000)
    expected[700:710, 1] = np.nan
    np.testing.assert_allclose(read_raw(path).signal, expected, atol=1e-6)
    with pytest.raises(SignalError, match=r"stand in II: 10, the first in sample 700\."):
        read_record(path)


@pytest.mark.parametrize("rate", ["0", "-5", "nan", "inf"])
def test_a_rate_of_nothing_that_a_file_says_is_refused_whatever_is_passed(
    tmp_path: Path, rate: str
) -> None:
    import pyarrow
    from pyarrow.parquet import write_table

    table = pyarrow.table({"I": ECG.millivolts[:, 0]})
    write_table(table.replace_schema_metadata({"sampling_rate": rate}), tmp_path / "a.parquet")
    with pytest.raises(SignalError) as raised:
        read_record(tmp_path / "a.parquet", 500)
    assert str(raised.value) == (
        f"expected a sampling rate above 0 Hz in a.parquet; it says {rate}. Correct it there."
    )


def test_philips_without_compression(tmp_path: Path) -> None:
    from xml_ecgs import write_philips

    path = partial(write_philips, version="1.04", xli=False)(tmp_path / "a.xml", ECG)
    np.testing.assert_allclose(read_raw(path).signal, ECG.millivolts, atol=1e-6)
