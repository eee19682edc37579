"""inspect_record: what it says of records whose faults were put in by hand."""

import json

import numpy as np
import pytest

import ecgzoo
from ecgzoo.errors import SignalError
from tf_data.formats.wfdb_package import wfdb_package
from tf_data.inspection.inspection import inspect_record

RATE, SECONDS = 500, 12


def twelve_seconds(leads: int = 3) -> np.ndarray:
    rng, time = np.random.default_rng(0), np.arange(RATE * SECONDS)[:, None] / RATE
    beats = np.exp(-(((time % 0.9 - 0.4) / 0.02) ** 2)) * rng.uniform(0.5, 1.5, leads)
    return beats + rng.normal(0, 0.005, (len(time), leads))


def saved(tmp_path, signal, unit="mV", gain=1000):
    names = ["I", "II", "V5"][: signal.shape[1]]
    with wfdb_package() as wfdb:
        many = len(names)
        wfdb.wrsamp(
            "r",
            RATE,
            [unit] * many,
            names,
            signal,
            fmt=["16"] * many,
            adc_gain=[gain] * many,
            baseline=[0] * many,
            write_dir=str(tmp_path),
        )
    return tmp_path / "r.hea"


def test_a_good_record_has_no_warnings(tmp_path):
    signal = twelve_seconds()
    found = inspect_record(saved(tmp_path, signal))
    assert (found.format, found.sampling_rate, found.unit) == ("WFDB", RATE, "mV")
    assert found.seconds == SECONDS
    assert found.warnings == found.notes == ()
    assert [lead.name for lead in found.leads] == ["I", "II", "V5"]
    for lead, samples in zip(found.leads, signal.T, strict=True):
        assert lead.lowest == pytest.approx(samples.min(), abs=0.001)
        assert lead.highest == pytest.approx(samples.max(), abs=0.001)
        assert lead.step == pytest.approx(0.001)
        assert (lead.gaps, lead.flat_seconds, lead.clipped_seconds) == (0, 0, 0)
    assert found.spikes == 0


def test_every_fault_is_told(tmp_path):
    signal = twelve_seconds()
    signal[3000:3010, 2] = np.nan
    time = np.arange(len(signal))[:, None] / RATE
    signal += 0.1 * np.sin(2 * np.pi * 60 * time) * [0, 0, 1]
    signal[RATE // 4 :: RATE] += 3
    signal[1000:1750, 1] = 0.25
    assert inspect_record(saved(tmp_path, signal)).warnings == (
        "Samples are missing (NaN) in V5, 10 at most. A short record is refused for them; of a "
        "long one the windows around them are left out.",
        "Lead II is flat for 1.5 s, 12% of it.",
        "Hum of 60 Hz in V5, 0.1 mV at most: mains reach the cable; a notch filter takes it out.",
        "12 narrow spikes, as a pacemaker's: a model that saw none in training may mistake them.",
    )


def test_a_clipped_lead_is_told_with_how_long(tmp_path):
    signal = np.round(twelve_seconds(1) * 1000).clip(None, 400) / 1000
    (lead,) = inspect_record(saved(tmp_path, signal)).leads
    assert lead.clipped_seconds == pytest.approx((signal == 0.4).sum() / RATE)
    assert lead.clipped_seconds > 0.1


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1e-3, "No lead goes over 0.02 mV within two seconds: volts"),
        (1e3, "Leads 1, 2, 3 go over more than 40 mV within two seconds: microvolts"),
    ],
)
def test_other_units_are_suspected_and_not_refused(tmp_path, factor, said):
    np.save(tmp_path / "r.npy", twelve_seconds() * factor)
    found = inspect_record(tmp_path / "r.npy", RATE)
    assert found.warnings[0].startswith(said)
    assert found.notes == ("the file does not say its unit: mV is assumed",)
    unit = {1e-3: "V", 1e3: "uV"}[factor]
    known = inspect_record(tmp_path / "r.npy", RATE, unit=unit)
    assert known.notes == known.warnings == ()
    assert known.leads[0].highest == pytest.approx(twelve_seconds()[:, 0].max())


def test_blocks_do_not_change_what_is_said(tmp_path, monkeypatch):
    signal = twelve_seconds()
    signal[:, 1] = 0.3
    np.save(tmp_path / "r.npy", signal)
    whole = inspect_record(tmp_path / "r.npy", RATE)
    monkeypatch.setattr("tf_data.open_record.AT_ONCE", 6000)
    monkeypatch.setattr("tf_data.open_record.FIRST", 100)
    parts = inspect_record(tmp_path / "r.npy", RATE)
    for one, other in zip(whole.leads, parts.leads, strict=True):
        assert (one.lowest, one.highest, one.gaps) == (other.lowest, other.highest, other.gaps)
        assert other.span == pytest.approx(one.span, rel=0.05)
    assert whole.warnings == parts.warnings


def test_a_record_of_nothing_is_told(tmp_path):
    np.save(tmp_path / "r.npy", np.full((2000, 2), np.nan))
    found = inspect_record(tmp_path / "r.npy", RATE)
    assert found.leads[0].lowest is found.leads[0].span is None
    assert [lead.gaps for lead in found.leads] == [2000, 2000]
    assert found.warnings[0].startswith("Samples are missing (NaN) in 1, 2, 2,000 at most.")


def test_a_record_that_is_no_voltage_is_measured_in_its_unit(tmp_path):
    np.save(tmp_path / "r.npy", twelve_seconds() * 1000)
    found = inspect_record(tmp_path / "r.npy", RATE, unit="Pa")
    assert (found.unit, found.spikes, found.warnings) == ("Pa", None, ())


def test_it_is_on_the_face_and_ready_for_json_and_pandas(tmp_path):
    np.save(tmp_path / "r.npy", twelve_seconds())
    found = ecgzoo.inspect_record(tmp_path / "r.npy", RATE)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["seconds"] == SECONDS
    assert told["leads"][0]["hum"]["50"] < 0.01
    assert found.to_frame().shape == (3, 11)


def test_the_rate_is_asked_for(tmp_path):
    np.save(tmp_path / "r.npy", twelve_seconds())
    with pytest.raises(SignalError, match=r"r\.npy does not say its sampling rate"):
        inspect_record(tmp_path / "r.npy")
