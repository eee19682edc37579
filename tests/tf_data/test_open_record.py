"""A record that is read in parts is the record that is read whole."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_package import wfdb_package
from tf_data.open_record import open_record
from tf_data.records import read_record

SAMPLES, RATE, NAMES = 3000, 250, ("I", "II", "V5")
SIGNAL = np.random.default_rng(0).normal(0, 0.5, (SAMPLES, 3)).clip(-2, 2)
FORMATS = ("16", "24", "32", "80", "516")


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("records")
    np.save(folder / "npy.npy", SIGNAL.astype("float32"))
    rows = "\n".join(",".join(map(str, row)) for row in SIGNAL.tolist())
    (folder / "csv.csv").write_text(f"I,II,V5\n{rows}\n")
    with wfdb_package() as wfdb:
        for kind in FORMATS:
            wfdb.wrsamp(
                f"wfdb{kind}",
                RATE,
                ["mV"] * 3,
                list(NAMES),
                SIGNAL,
                fmt=[kind] * 3,
                adc_gain=[50] * 3,
                baseline=[0] * 3,
                write_dir=str(folder),
            )
    write_212(folder)
    return folder


def write_212(folder):
    """What Holters have, which wfdb does not write: two samples in three bytes."""
    counts = np.round(SIGNAL * 50).astype(int)
    first, second = (counts.ravel() & 0xFFF).reshape(-1, 2).T
    packed = np.stack([first & 0xFF, first >> 8 | second >> 8 << 4, second & 0xFF], axis=1)
    (folder / "wfdb212.dat").write_bytes(packed.astype("uint8").tobytes())
    sums = (counts.sum(axis=0) + 2**15) % 2**16 - 2**15
    lines = [f"wfdb212.dat 212 50 12 0 0 {a} 0 {b}" for a, b in zip(sums, NAMES, strict=True)]
    (folder / "wfdb212.hea").write_text("\n".join([f"wfdb212 3 {RATE} {SAMPLES}", *lines, ""]))


FILES = ("npy.npy", "csv.csv", *(f"wfdb{kind}.hea" for kind in (*FORMATS, "212")))


@pytest.mark.whole
@pytest.mark.parametrize("name", FILES)
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, SAMPLES - 1), st.integers(1, SAMPLES))
def test_any_part_is_that_part_of_the_whole(records, name, start, length):
    leads, rate = ("V5", "I", "II"), None if name.endswith("hea") else RATE
    if name == "npy.npy":
        leads = NAMES
    whole, info = read_record(records / name, rate, leads)
    record = open_record(records / name, rate, leads)
    assert record.info == info
    stop = min(start + length, SAMPLES)
    np.testing.assert_array_equal(record.read(start, stop).astype("float32"), whole[start:stop])


@pytest.mark.parametrize("name", FILES)
def test_blocks_are_all_samples_once(records, name, monkeypatch):
    monkeypatch.setattr("tf_data.open_record.AT_ONCE", 3 * 1024 + 100)
    record = open_record(records / name, RATE, NAMES)
    blocks = list(record.blocks())
    assert [len(block) for block in blocks] == [1057, 1057, 886]
    whole, _ = read_record(records / name, RATE, NAMES)
    np.testing.assert_array_equal(np.concatenate(blocks).astype("float32"), whole)


def test_leads_follow_from_others_in_every_part(records):
    record = open_record(records / "wfdb16.hea", leads=("III",))
    assert record.info.notes == ("III is computed from I and II",)
    whole, _ = read_record(records / "wfdb16.hea", leads=("III",))
    np.testing.assert_allclose(record.read(1500, 1600), whole[1500:1600], atol=1e-6)


def test_a_damaged_record_is_refused_when_it_is_opened(records):
    for name in ("wfdb16", "wfdb212"):
        (records / f"damaged{name}.hea").write_text(
            (records / f"{name}.hea").read_text().replace(name, f"damaged{name}")
        )
        content = bytearray((records / f"{name}.dat").read_bytes())
        content[-20] ^= 5
        (records / f"damaged{name}.dat").write_bytes(content)
        with pytest.raises(SignalError, match="checksum"):
            open_record(records / f"damaged{name}.hea")


def test_a_file_that_is_cut_off_is_refused_when_it_is_opened(records):
    content = (records / "npy.npy").read_bytes()
    (records / "cut.npy").write_bytes(content[: len(content) // 2])
    with pytest.raises(SignalError, match=r"cut\.npy"):
        open_record(records / "cut.npy", RATE)


def test_a_transposed_array_is_refused_by_its_shape_alone(records):
    np.save(records / "wide.npy", SIGNAL.T)
    with pytest.raises(SignalError, match="Transpose"):
        open_record(records / "wide.npy", RATE)


@pytest.mark.parametrize("samples", [np.full((500, 2), 1j), np.full((500, 2), "a")])
def test_an_array_of_no_numbers_is_refused_when_it_is_opened(tmp_path, samples):
    np.save(tmp_path / "a.npy", samples)
    said = f"expected floating-point samples in a.npy; got {samples.dtype}"
    with pytest.raises(SignalError, match=f"^{re.escape(said)}$"):
        open_record(tmp_path / "a.npy", 250)
