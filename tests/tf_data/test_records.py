"""read_record on written files of each format, and on broken ones."""

import os
from pathlib import Path

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from tf_data.records import read_record

# wfdb (4.3) uses an argument that pandas 3.1 warns of, here when it writes.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

LEADS = ("I", "II", "aVR")


@pytest.fixture
def signal() -> np.ndarray:
    """[500, 3] in mV, of steps of 1/200 mV so that WFDB stores them exactly."""
    rng = np.random.default_rng(0)
    return np.rint(rng.normal(scale=100, size=(500, 3))) / 200


def write_wfdb(folder: Path, signal: np.ndarray, units: str = "mV", gain: float = 200) -> Path:
    import wfdb

    wfdb.wrsamp(
        "rec",
        fs=360,
        units=[units] * 3,
        sig_name=list(LEADS),
        p_signal=signal,
        fmt=["16"] * 3,
        adc_gain=[gain] * 3,
        baseline=[0] * 3,
        write_dir=str(folder),
    )
    return folder / "rec"


def write_csv(path: Path, signal: np.ndarray, header: str = "") -> Path:
    np.savetxt(path, signal, delimiter=",", header=header, comments="", fmt="%.6f")
    return path


@pytest.mark.parametrize("ending", ["", ".hea", ".dat"])
def test_wfdb(tmp_path: Path, signal: np.ndarray, ending: str) -> None:
    stem = write_wfdb(tmp_path, signal)
    read, info = read_record(f"{stem}{ending}")
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, signal, atol=1e-6)
    assert (info.leads, info.sampling_rate, info.samples, info.name) == (LEADS, 360, 500, "rec")
    assert info.spec(256).shape == (256, 3)
    assert info.spec().unit == "mV"


@pytest.mark.parametrize(("units", "factor"), [("uV", 1e3), ("V", 1e-3), ("mV", 1)])
def test_wfdb_units_become_millivolts(
    tmp_path: Path, signal: np.ndarray, units: str, factor: float
) -> None:
    stem = write_wfdb(tmp_path, signal * factor, units, gain=200 / factor)
    np.testing.assert_allclose(read_record(stem)[0], signal, atol=1e-5)


def test_csv_with_and_without_names(tmp_path: Path, signal: np.ndarray) -> None:
    named = write_csv(tmp_path / "named.csv", signal, "I,II,aVR")
    bare = write_csv(tmp_path / "bare.csv", signal)
    for path, leads, expected in ((named, None, LEADS), (bare, LEADS, LEADS)):
        read, info = read_record(path, sampling_rate=500, leads=leads)
        np.testing.assert_allclose(read, signal, atol=1e-6)
        assert (info.leads, info.sampling_rate) == (expected, 500)
    assert read_record(bare, sampling_rate=500)[1].leads == ("1", "2", "3")


def test_nameless_columns_in_another_order_break_the_laws_of_limb_leads(tmp_path: Path) -> None:
    first, second = np.random.default_rng(0).normal(scale=0.3, size=(2, 500)).cumsum(axis=1) / 10
    limbs = np.stack([first, second, second - first, -(first + second) / 2], axis=1)
    told = ("I", "II", "III", "aVR")
    notes = [
        read_record(write_csv(tmp_path / "bare.csv", limbs[:, order]), 500, told)[1].notes
        for order in ([0, 1, 2, 3], [0, 2, 1, 3], [0, 1, 2, 0])
    ]
    assert notes[0] == ()
    assert "taken as I, II, III, aVR" in notes[1][0]
    assert "do not keep I + III = II, aVR = -(I + II) / 2: name" in notes[1][0]
    assert "do not keep aVR = -(I + II) / 2: name" in notes[2][0]


def test_npy(tmp_path: Path, signal: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", signal)
    read, info = read_record(tmp_path / "a.npy", sampling_rate=250.5, leads=LEADS)
    np.testing.assert_array_equal(read, signal.astype(np.float32))
    assert (info.leads, info.sampling_rate, info.name) == (LEADS, 250.5, "a")


def test_leads_are_picked_by_name_in_any_case(tmp_path: Path, signal: np.ndarray) -> None:
    read, info = read_record(write_wfdb(tmp_path, signal), leads=["AVR", "i"])
    np.testing.assert_allclose(read, signal[:, [2, 0]], atol=1e-6)
    assert info.leads == ("AVR", "i")


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((500, 3), np.int16), "whole numbers only .int16., which looks like raw"),
        (np.full((500, 3), np.nan), "NaN or infinite ones stand in 1: 500, 2: 500, 3: 500"),
        (np.zeros((0, 3)), "it holds none"),
        (np.zeros(500), r"shape \[500\].*array\[:, None\]"),
        (np.zeros((3, 500)), r"3 x 500, which looks like leads x samples.*array\.T"),
        (np.zeros((500, 65)), "1 to 64 leads"),
        (np.zeros((2, 500, 3)), r"shape \[2, 500, 3\]"),
        (np.linspace(0, 1500, 1500).reshape(500, 3), "looks like microvolts"),
        (np.full((500, 3), "x"), "floating-point samples"),
        (np.full((500, 3), 1j), "complex128"),
    ],
)
def test_unfit_arrays_are_named(tmp_path: Path, array: np.ndarray, message: str) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(SignalError, match=message):
        read_record(tmp_path / "a.npy", sampling_rate=500)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("I,II\n0.1,0.2\n0.3\n", "expected 2 columns.*line 3 has 1.*cut off"),
        ("I,II\n0.1,oops\n", "sample 0.*oops"),
        ("0.1,0.2\n0.3,\n", "NaN or infinite ones stand in 2: 1"),
        ("I,i\n0.1,0.2\n", "a name of its own"),
        ("I,0.5\n0.1,0.2\n", "a name of its own"),
        ("12,34\n56,78\n", "whole numbers only"),
        ("I,II\n", "it holds none"),
        ("", "it holds none"),
    ],
)
def test_unfit_csv_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(SignalError, match=message):
        read_record(tmp_path / "a.csv", sampling_rate=500)


def test_binary_csv(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xd8\xff\xe0" * 9)
    with pytest.raises(SignalError, match="comma-separated text"):
        read_record(tmp_path / "a.csv", sampling_rate=500)


@pytest.mark.parametrize("name", ["a.npy", "a.csv", "a.hea", "a.dat", "a"])
def test_missing_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileNotFoundError, match=r"no (record|WFDB header) .*a"):
        read_record(tmp_path / name, sampling_rate=500)


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_broken_npy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(SignalError, match=r"cannot be read.*numpy\.save"):
        read_record(tmp_path / "a.npy", sampling_rate=500)


def test_truncated_npy(tmp_path: Path, signal: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", signal)
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SignalError, match="cannot be read"):
        read_record(tmp_path / "a.npy", sampling_rate=500)


@pytest.mark.parametrize("keep", [0, 1, 700, 2999])
def test_truncated_wfdb(tmp_path: Path, signal: np.ndarray, keep: int) -> None:
    stem = write_wfdb(tmp_path, signal)
    data = stem.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:keep])
    with pytest.raises(SignalError, match="cut off or damaged"):
        read_record(stem)


def test_wfdb_without_its_signal_file(tmp_path: Path, signal: np.ndarray) -> None:
    stem = write_wfdb(tmp_path, signal)
    stem.with_suffix(".dat").unlink()
    with pytest.raises(FileNotFoundError, match=r"rec\.hea names a signal file that is not there"):
        read_record(stem)


def test_wfdb_header_of_nonsense(tmp_path: Path) -> None:
    (tmp_path / "a.hea").write_text("this is no header at all\n???\n")
    with pytest.raises(SignalError, match="cannot be read"):
        read_record(tmp_path / "a.hea")


def test_wfdb_of_another_quantity(tmp_path: Path, signal: np.ndarray) -> None:
    with pytest.raises(SignalError, match="expected voltages.*'mmHg'.*no ECG leads"):
        read_record(write_wfdb(tmp_path, signal, units="mmHg"))


def test_wfdb_channels_of_another_quantity_are_left_out(tmp_path: Path, signal: np.ndarray) -> None:
    stem = write_wfdb(tmp_path, signal)
    header = stem.with_suffix(".hea")
    first, second, third, fourth = header.read_text().splitlines()
    header.write_text("\n".join([first, second, third.replace("/mV", "/mmHg"), fourth]) + "\n")
    read, info = read_record(stem)
    assert info.leads == (LEADS[0], LEADS[2])
    np.testing.assert_allclose(read, signal[:, [0, 2]], atol=1e-5)
    with pytest.raises(SignalError, match=f"{LEADS[1]} missing"):
        read_record(stem, leads=LEADS)


def test_wfdb_gaps(tmp_path: Path, signal: np.ndarray) -> None:
    signal[10:20, 1] = np.nan
    with pytest.raises(SignalError, match="II: 10"):
        read_record(write_wfdb(tmp_path, signal))


def test_rates_that_are_missing_or_contradict(tmp_path: Path, signal: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", signal)
    with pytest.raises(SignalError, match="--sampling-rate"):
        read_record(tmp_path / "a.npy")
    for rate in (0, -1, np.nan, np.inf, [500], "fast"):
        with pytest.raises(SignalError, match="above 0 Hz; got"):
            read_record(tmp_path / "a.npy", sampling_rate=rate)
    with pytest.raises(SignalError, match="says 360 Hz, but sampling_rate=500"):
        read_record(write_wfdb(tmp_path, signal), sampling_rate=500)


def test_leads_that_are_missing(tmp_path: Path, signal: np.ndarray) -> None:
    with pytest.raises(SignalError, match=r"V9 missing, it has I, II, aVR"):
        read_record(write_wfdb(tmp_path, signal), leads=["II", "V9"])
    np.save(tmp_path / "a.npy", signal)
    with pytest.raises(SignalError, match="expected 2 leads"):
        read_record(tmp_path / "a.npy", sampling_rate=500, leads=["I", "II"])


def test_other_formats_are_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.bin").write_bytes(b"\1\2\3\0")
    with pytest.raises(SignalError, match=r"expected a record \(NumPy, CSV.*noise.bin is none"):
        read_record(tmp_path / "noise.bin", 500)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"%PDF-1.7\0", "it is a PDF"),
        (b"\x89PNG\r\n\x1a\n", "it is an image. `ecgzoo predict` reads printed pages"),
        (b"\xff\xd8\xff\xe0\0", "it is an image"),
        (b"PK\3\4\0", "an Excel workbook"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x1f\x8b\0", "gzip"),
    ],
)
def test_what_else_a_file_may_be_is_said(tmp_path: Path, head: bytes, said: str) -> None:
    (tmp_path / "some.file").write_bytes(head)
    with pytest.raises(SignalError, match=f"expected a record in some.file; .*{said}"):
        read_record(tmp_path / "some.file", 500)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SignalError, match="expected a file; .*pipe is none"):
        read_record(tmp_path / "pipe", 500)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"sampling_rate": True}, "above 0 Hz; got True"),
        ({"leads": [3]}, "names of leads, such as .*; got 3"),
        ({"leads": []}, r"names of leads, such as .*; got \[\]"),
        ({"unit": 3}, "a unit such as 'mV' or 'uV'; got 3"),
    ],
)
def test_what_is_asked_is_checked(tmp_path: Path, how: dict, said: str) -> None:
    (tmp_path / "a.csv").write_text("I,II\n0.1,0.2\n0.3,0.4\n")
    with pytest.raises(SignalError, match=said):
        read_record(tmp_path / "a.csv", **{"sampling_rate": 500, **how})


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    np.save(tmp_path / "beat.npy", np.ones((200, 1)) * [[0.5]])
    (tmp_path / "beat.npy").rename(tmp_path / "beat.ecg")
    assert read_record(tmp_path / "beat.ecg", 500)[0].shape == (200, 1)


@pytest.mark.parametrize(
    ("flat", "said"), [([], ""), ([2], "lead aVR is"), ([1, 2], "leads II, aVR are")]
)
def test_leads_in_which_nothing_varies_are_said(tmp_path: Path, signal, flat, said) -> None:
    given = signal.copy()
    given[:, flat] = 0.25
    path = write_csv(tmp_path / "a.csv", given, "I,II,aVR")
    notes = read_record(path, sampling_rate=500)[1].notes
    wanted = [f"the {said} flat throughout, and taken as recorded"] if said else []
    assert [note for note in notes if "flat" in note] == wanted
