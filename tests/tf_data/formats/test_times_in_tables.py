"""Columns of times tell the rate of a table, are no leads, and are not invented."""

import numpy as np
import pandas as pd
import pytest

from ecgzoo.errors import SignalError
from tf_data.given_signals import given_signal
from tf_data.records import read_record

RATE = 100
TIME = np.arange(250) / RATE


@pytest.mark.parametrize(
    ("name", "shown", "rate"),
    [
        ("time", lambda at: f"{at / 360:.3f}", 360),
        ("time (ms)", lambda at: f"{4 * at}", 250),
        ("Elapsed", lambda at: f"0:{at / 500:06.3f}", 500),
        ("t", lambda at: f"{at / 128.4:.6f}", 128.4),
        ("sample", lambda at: f"{at}", None),
        ("timestamp", lambda at: f"{at // 73 * 73 / 130:.3f}", None),  # packets of a belt
        ("time", lambda at: f"{at // 500}", None),
        ("time (min)", lambda at: f"{at / 250 / 60:.8f}", 250),
        ("minutes", lambda at: f"{at / 250 / 60:.8f}", 250),
        ("time_h", lambda at: f"{at / 250 / 3600:.10f}", 250),
        ("time [us]", lambda at: f"{4000 * at}", 250),
        ("time_us", lambda at: f"{4000 * at}", 250),
        ("Elapsed (ns)", lambda at: f"{4000000 * at}", 250),
        ("time (ms)", lambda at: f"0:{at / 500:06.3f}", 500),  # a clock, whatever is said
        ("timestamp", lambda at: f"2020-01-31T10:00:{at / 500:09.6f}Z", 500),
        ("time (blinks)", lambda at: f"{at / 250:.3f}", None),
        ("time", lambda at: f"{at / 250 / 60:.8f}", None),  # minutes, which nobody says
    ],
)
def test_times_tell_the_rate(tmp_path, name, shown, rate) -> None:
    lines = [f"{shown(at)},{np.sin(at / 9):.4f}" for at in range(1000)]
    (tmp_path / "a.csv").write_text("\n".join([f"{name},II", *lines]))
    if rate is None:
        with pytest.raises(SignalError, match="does not say its sampling rate"):
            read_record(tmp_path / "a.csv")
        return
    signal, info = read_record(tmp_path / "a.csv")
    assert (info.sampling_rate, signal.shape) == (pytest.approx(rate, rel=1e-4), (1000, 1))
    with pytest.raises(SignalError, match=f"says {rate:g} Hz, but sampling_rate=100"):
        read_record(tmp_path / "a.csv", 100)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(("name", "each"), [("time (min)", 60), ("hours", 3600), ("time_us", 1e-6)])
def test_times_of_every_unit_tell_the_rate_of_a_table(tmp_path, kind, name, each) -> None:
    frame = pd.DataFrame({name: np.arange(1000) / 250 / each, "II": np.sin(np.arange(1000) / 9)})
    path = tmp_path / f"a.{kind}"
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path, index=False)
    info = read_record(path)[1]
    assert (info.sampling_rate, info.leads) == (250, ("II",))


def test_an_unknown_unit_of_time_is_said_and_a_rate_is_taken_beside_it(tmp_path) -> None:
    rows = "".join(f"{at / 250:.3f},{np.sin(at / 9):.4f}\n" for at in range(1000))
    (tmp_path / "a.csv").write_text("time (blinks),II\n" + rows)
    info = read_record(tmp_path / "a.csv", 300)[1]
    assert info.sampling_rate == 300
    assert info.notes == (
        "the first column, time, counts samples or time and is no lead",
        "it tells no rate: 'blinks' is no unit of time",
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_rate_is_asked_for_where_many_samples_share_a_time(tmp_path, kind) -> None:
    frame = pd.DataFrame({"time": np.arange(5000) // 500 * 1.0, "II": np.sin(np.arange(5000) / 9)})
    path = tmp_path / f"a.{kind}"
    frame.to_csv(path, index=False) if kind == "csv" else frame.to_parquet(path, index=False)
    with pytest.raises(SignalError, match="does not say its sampling rate"):
        read_record(path)
    signal, info = read_record(path, 500)
    assert (signal.shape, info.sampling_rate) == ((5000, 1), 500)


def test_dates_told_to_the_second_tell_no_rate() -> None:
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(5000) / 500, "s")
    frame = pd.DataFrame({"II": np.sin(np.arange(5000) / 9)}, index=times)
    assert given_signal(frame, ["II"]).sampling_rate == 500
    assert given_signal(frame.set_index(times.floor("s")), ["II"]).sampling_rate is None


@pytest.mark.parametrize(("rate", "decimals"), [(1024, 3), (2000, 3), (700, 3), (128, 2)])
def test_times_rounded_to_less_than_a_sample_are_even(tmp_path, rate, decimals) -> None:
    lines = [f"{at / rate:.{decimals}f},{np.sin(at / 9):.4f}" for at in range(12 * rate)]
    (tmp_path / "a.csv").write_text("\n".join(["time,II", *lines]))
    assert read_record(tmp_path / "a.csv")[1].sampling_rate == rate


@pytest.mark.parametrize("rate", [128, 250, 1000, 1024])
def test_a_sample_that_is_missing_or_twice_is_no_rounding(tmp_path, rate) -> None:
    times = [f"{at / rate:.3f}" for at in range(3000)]
    for odd in ([*times[:777], *times[778:]], [*times[:778], *times[777:]]):
        lines = [f"{time},{np.sin(k / 9):.4f}" for k, time in enumerate(odd)]
        (tmp_path / "a.csv").write_text("\n".join(["time,II", *lines]))
        with pytest.raises(SignalError, match="it jumps before sample .* Samples are missing"):
            read_record(tmp_path / "a.csv")


@pytest.mark.parametrize("place", [1, 2])
def test_a_column_that_is_called_a_time_is_no_lead_wherever_it_stands(tmp_path, place) -> None:
    columns = {"I (uV)": np.sin(TIME * 9) * 1000, "II (uV)": np.cos(TIME * 5) * 1000}
    table = pd.DataFrame(columns)
    table.insert(place, "time (s)", TIME)
    table.to_csv(tmp_path / "a.csv", index=False)
    signal, info = read_record(tmp_path / "a.csv")
    np.testing.assert_allclose(signal, np.stack([*columns.values()], 1) / 1000, atol=1e-6)
    assert (info.leads, info.sampling_rate) == (("I", "II"), RATE)
    assert f"column {place + 1}, time, counts samples or time and is no lead" in info.notes


def test_a_second_channel_is_no_time(tmp_path) -> None:
    table = pd.DataFrame({"first": np.sin(TIME * 9), "second": np.cos(TIME * 5)})
    table.to_csv(tmp_path / "a.csv", index=False)
    assert read_record(tmp_path / "a.csv", RATE)[1].leads == ("first", "second")


@pytest.mark.parametrize(("name", "lead"), [("ECG1", "sine"), ("I", "ramp")])
def test_what_is_no_time_stays_a_lead(tmp_path, name, lead) -> None:
    values = np.sin(TIME * 9) if lead == "sine" else TIME
    rows = "".join(f"{a:.4f},{b:.4f}\n" for a, b in zip(values, np.cos(TIME * 5), strict=True))
    (tmp_path / "a.csv").write_text(f"{name},II\n{rows}")
    assert read_record(tmp_path / "a.csv", RATE)[1].leads == (name, "II")
