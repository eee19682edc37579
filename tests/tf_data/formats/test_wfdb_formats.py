"""Every format that wfdb writes passes the strict header, and is read as it was written."""

import numpy as np
import pytest

from tf_data.formats.slices import slices_of
from tf_data.formats.wfdb_package import wfdb_package
from tf_data.formats.wfdb_record import read_wfdb

COUNTS = np.rint(100 * np.sin(np.arange(401)[:, None] / [9, 31])).astype(int) + [3, 7]


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("stored", ["16", "24", "32", "80", "212", "508", "516", "524"])
def test_a_format_is_read_as_it_was_written(tmp_path, stored) -> None:
    facts = {"fmt": [stored] * 2, "adc_gain": [50, 100], "baseline": [0, 2]}
    with wfdb_package() as wfdb:
        wfdb.wrsamp(
            "r", 250, ["mV"] * 2, ["I", "II"], d_signal=COUNTS, write_dir=str(tmp_path), **facts
        )
    found = read_wfdb(tmp_path / "r")
    np.testing.assert_array_equal(found.signal, (COUNTS - [0, 2]) / [50, 100])
    assert (found.sampling_rate, found.leads, found.notes) == (250, ("I", "II"), ())


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_an_hour_of_nothing_is_small_and_within_what_a_header_may_claim(tmp_path) -> None:
    facts = {"fmt": ["516"], "adc_gain": [200], "baseline": [0]}
    with wfdb_package() as wfdb:
        flat = np.zeros((900_000, 1), int)
        wfdb.wrsamp("r", 250, ["mV"], ["I"], d_signal=flat, write_dir=str(tmp_path), **facts)
    assert (tmp_path / "r.dat").stat().st_size < 4000
    assert read_wfdb(tmp_path / "r").signal.shape == (900_000, 1)


def test_big_endian_samples_are_read(tmp_path) -> None:
    """Format 61, which wfdb reads and does not write."""
    held = COUNTS.copy()
    held[7, 1] = -(2**15)  # no sample was taken
    held.astype(">i2").tofile(tmp_path / "r.dat")
    sums = held.sum(axis=0).astype(np.int16)
    lines = [f"r.dat 61 100(2)/mV 16 0 0 {sums[lead]} 0 {'II'[: lead + 1]}" for lead in range(2)]
    (tmp_path / "r.hea").write_text("\n".join(["r 2 250 401", *lines]) + "\n")
    found = read_wfdb(tmp_path / "r")
    expected = (COUNTS - 2) / 100
    expected[7, 1] = np.nan
    np.testing.assert_array_equal(found.signal, expected)
    sliced = slices_of(tmp_path / "r.hea")
    np.testing.assert_array_equal(sliced.read(5, 90).signal, expected[5:90])
