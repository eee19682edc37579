"""Tables of numbers from MATLAB and Parquet: their leads and rates, and nothing else of them."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from ecg_of_steps import steps_ecg
from xml_ecgs import write_aecg

from ecgzoo.errors import SignalError
from tf_data.formats.formats import read_raw

ECG = steps_ecg()


def test_a_matlab_file_may_say_its_rate(tmp_path: Path) -> None:
    from scipy.io import savemat

    savemat(tmp_path / "a.mat", {"ecg": ECG.millivolts, "fs": 500, "age": [[1.0, 2.0]]})
    raw = read_raw(tmp_path / "a.mat")
    np.testing.assert_array_equal(raw.signal, ECG.millivolts)
    assert (raw.sampling_rate, raw.notes) == (500, ())


def test_what_is_no_matrix_of_a_matlab_file_is_never_unpacked(tmp_path: Path) -> None:
    from scipy.io import savemat

    bits = np.random.default_rng(0).integers(0, 2, (2500, 1000))
    bomb = {"x": bits.astype(np.float64)}  # 20 MB, of which the file has 1 MB
    held = {"val": ECG.millivolts.T, "s": bomb, "c": np.array([bomb["x"], 1], object)}
    savemat(tmp_path / "a.mat", held, do_compression=True)
    read_raw(tmp_path / "a.mat")  # imports what it needs
    tracemalloc.start()
    raw = read_raw(tmp_path / "a.mat")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_array_equal(raw.signal, ECG.millivolts)
    assert peak < 15_000_000  # scipy unpacks some of each to see its name


def test_columns_of_no_numbers_are_never_read_of_a_parquet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow
    from pyarrow.parquet import ParquetFile, write_table

    asked: list[str] = []
    read = ParquetFile.read

    def listening(file, columns):  # noqa: ANN001, ANN202
        asked.extend(columns)
        return read(file, columns=columns)

    monkeypatch.setattr(ParquetFile, "read", listening)
    leads = {"I": [0.1, 0.2], "II": [0.2, 0.3]}
    write_table(pyarrow.table({**leads, "time": [[1] * 9, []]}), tmp_path / "a.parquet")
    assert read_raw(tmp_path / "a.parquet").leads == ("I", "II")
    assert asked == ["I", "II"]
    write_table(pyarrow.table({**leads, "x": [[1] * 9, []]}), tmp_path / "b.parquet")
    with pytest.raises(SignalError, match=r"in b\.parquet; x holds list"):
        read_raw(tmp_path / "b.parquet")
    assert asked == ["I", "II"]


def test_a_matlab_file_of_7_3(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["val"] = ECG.millivolts  # MATLAB's leads by samples, the other way round in HDF5
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124))
    np.testing.assert_array_equal(read_raw(tmp_path / "a.mat").signal, ECG.millivolts)


def test_a_matlab_file_opens_no_other_file(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "secret.h5", "w") as file:
        file["val"] = ECG.millivolts
    (tmp_path / "secret.raw").write_bytes(bytes(800))
    with h5py.File(tmp_path / "a.mat", "w", userblock_size=512) as file:
        file["val"] = h5py.ExternalLink(str(tmp_path / "secret.h5"), "val")
        layout = h5py.VirtualLayout(ECG.millivolts.shape, "f8")
        layout[:] = h5py.VirtualSource(tmp_path / "secret.h5", "val", ECG.millivolts.shape)
        file.create_virtual_dataset("ecg", layout)
        file.create_dataset("data", (100,), "f8", external=[(str(tmp_path / "secret.raw"), 0, 800)])
    with (tmp_path / "a.mat").open("r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124))
    with pytest.raises(SignalError, match=r"called val, in a\.mat; got none"):
        read_raw(tmp_path / "a.mat")


def test_a_parquet_table_of_pandas(tmp_path: Path) -> None:
    import pandas as pd

    table = pd.DataFrame({"time": [0.0, 0.1], "I": [0.5, None], "II": [1.5, 2.5]})
    table.to_parquet(tmp_path / "a.parquet")
    raw = read_raw(tmp_path / "a.parquet")
    assert (raw.leads, raw.sampling_rate, raw.unit) == (("I", "II"), None, None)
    np.testing.assert_array_equal(raw.signal, [[0.5, 1.5], [np.nan, 2.5]])
    assert raw.notes == ("time is left out of a.parquet: it is no lead",)


def test_units_behind_the_names_of_a_parquet_are_obeyed(tmp_path: Path) -> None:
    import pandas as pd

    table = pd.DataFrame({"I (uV)": [500.0, -20.0], "II (mV)": [1.5, 2.5], "time (s)": [0.0, 0.1]})
    table.to_parquet(tmp_path / "a.parquet")
    raw = read_raw(tmp_path / "a.parquet")
    assert (raw.leads, raw.unit) == (("I", "II"), "mV")
    np.testing.assert_allclose(raw.signal, [[0.5, 1.5], [-0.02, 2.5]])


def test_leads_of_several_lengths(tmp_path: Path) -> None:
    path = write_aecg(tmp_path / "a.xml", ECG)
    text = path.read_text().replace("</digits>", " 1</digits>", 1)
    path.write_text(text)
    with pytest.raises(SignalError, match=r"one length in a\.xml; got I: 1501, II: 1500"):
        read_raw(path)
