"""Tables as programs and countries write them: the right samples, or what is wrong with them."""

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from tf_data.label_table import read_label_table
from tf_data.records import read_record

RATE = 100
TIME = np.arange(250) / RATE
SIGNAL = np.round(np.stack([np.sin(9 * TIME), np.cos(5 * TIME) / 2], axis=1), 4)
LEADS = ("I", "II")


def lines(signal=SIGNAL, between=",", form="{:.4f}".format) -> str:
    return "\n".join(between.join(map(form, row)) for row in signal) + "\n"


def comma(value: float) -> str:
    return f"{value:.4f}".replace(".", ",")


def counted(first, signal=SIGNAL) -> str:
    return "\n".join(f"{first(at)},{a},{b}" for at, (a, b) in enumerate(signal.tolist())) + "\n"


def clock(at: int) -> str:
    return f"'0:{at / RATE:06.3f}'"


DIALECTS = {
    "commas": "I,II\n" + lines(),
    "semicolons": "I;II\n" + lines(between=";"),
    "tabs": "I\tII\n" + lines(between="\t"),
    "blanks": "I II\n" + lines(between=" "),
    "bars": "I|II\n" + lines(between="|"),
    "a delimiter that is told": "sep=;\nI;II\n" + lines(between=";"),
    "comments above": "# of 2020, a patient\n# 100 Hz\nI,II\n" + lines(),
    "names in a comment": "# I,II\n" + lines(),
    "decimal commas": "I;II\n" + lines(between=";", form=comma),
    "decimal commas, tabs": "I\tII\n" + lines(between="\t", form=comma),
    "windows": ("I,II\n" + lines()).replace("\n", "\r\n"),
    "a delimiter at the end": "I,II,\n" + lines().replace("\n", ",\n"),
    "blank lines": "\nI,II\n\n" + lines() + "\n;;\n",
    "quotes": '"I","II"\n' + lines(),
    "pandas' index": ",I,II\n" + counted(str),
    "an index without a name": counted(str),
    "times": "time (s),I,II\n" + counted(lambda at: f"{at / RATE:.3f}"),
    "rdsamp of PhysioNet": ("'Elapsed time','I','II'\n'hh:mm:ss.mmm','mV','mV'\n" + counted(clock)),
    "pandas' index and times": ",time,I,II\n" + counted(lambda at: f"{at},{at / RATE}"),
    "an index and times without names": counted(lambda at: f"{at},{at / RATE:.4f}"),
    "times without a name": counted(lambda at: f"{at / RATE:.4f}"),
    "times of another language": "Zeit;I;II\n"
    + counted(lambda at: at / RATE).replace(",", ";").replace(".", ","),
    "times of no language": "qq,I,II\n" + counted(lambda at: f"{at / RATE:.2f}"),
    "times of day": "date,I,II\n"
    + counted(
        lambda at: (
            f"2020-01-31 23:59:{58 + at / RATE:06.3f}"
            if at < 200
            else f"2020-02-01 00:00:{(at - 200) / RATE:06.3f}"
        )
    ),
    "units in a line": "I,II\nuV,mV\n" + lines(SIGNAL * (1000, 1)),
    "units behind names": "I (mV),II [uV]\n" + lines(SIGNAL * (1, 1000)),
    "another quantity": "I,RESP,II\nmV,ohm,mV\n" + lines(SIGNAL[:, [0, 0, 1]]),
    "a row per lead": "\n".join(
        ",".join([n, *map(str, c)]) for n, c in zip(LEADS, SIGNAL.T.tolist(), strict=True)
    ),
    "a row per lead and an index": "\n".join(
        [
            ",".join(["lead", *map(str, range(250))]),
            *(",".join([n, *map(str, c)]) for n, c in zip(LEADS, SIGNAL.T.tolist(), strict=True)),
        ]
    ),
    "a row per lead without names": "\n".join(",".join(map(str, c)) for c in SIGNAL.T.tolist()),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_the_same_signal(tmp_path, dialect) -> None:
    (tmp_path / "a.csv").write_bytes(DIALECTS[dialect].encode())
    found, info = read_record(tmp_path / "a.csv", RATE, LEADS)
    np.testing.assert_allclose(found, SIGNAL, atol=2e-4)
    assert info.leads == LEADS


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8", "utf-8-sig", "utf-16"])
def test_a_micro_in_every_encoding(tmp_path, encoding) -> None:
    (tmp_path / "a.csv").write_bytes(
        ("I (µV);II (µV)\n" + lines(SIGNAL * 1000, ";")).encode(encoding)
    )
    found, info = read_record(tmp_path / "a.csv", RATE)
    np.testing.assert_allclose(found, SIGNAL, atol=1e-6)
    assert (info.unit, info.leads) == ("mV", LEADS)


def test_what_was_assumed_is_said(tmp_path) -> None:
    (tmp_path / "a.csv").write_text(
        "time;II;RESP\ns;mV;ohm\n" + "".join(f"0,{k:02};0,{k % 7};1\n" for k in range(99))
    )
    assert read_record(tmp_path / "a.csv", RATE)[1].notes == (
        "a comma is read as the decimal point",
        "the first column, time, counts samples or time and is no lead",
        "its steps are 100 Hz",
        "RESP is left out: 'ohm' is no voltage",
    )


def test_whole_microvolts_are_taken_where_that_is_said(tmp_path) -> None:
    whole = np.rint(SIGNAL * 1000)
    (tmp_path / "a.csv").write_text("I,II\n" + lines(whole, form="{:.0f}".format))
    np.save(tmp_path / "b.npy", whole.astype(np.int16))
    for name in ("a.csv", "b.npy"):
        found, info = read_record(tmp_path / name, RATE, LEADS, unit="uV")
        np.testing.assert_array_equal(found, whole)
        assert info.unit == "uV"
        with pytest.raises(SignalError, match="whole numbers only.*--unit uV"):
            read_record(tmp_path / name, RATE, LEADS)


FAULTS = {
    "times that jump": (
        "time,I\n" + "".join(f"{k + 5 * (k > 9)},0.{k}\n" for k in range(20)),
        "it jumps before sample 10",
    ),
    "times that go back": (
        "time,I\n" + "".join(f"{-k},0.{k}\n" for k in range(20)),
        "even steps in the first column",
    ),
    "dates that are none": (
        "I,II\n0.1,2020-01-01\n0.2,1\n",
        "number in sample 0 of a.csv; got '2020",
    ),
    "thousands": ("I;II\n1.234,5;0,1\n0,2;0,3\n", "number in sample 0 of a.csv; got '1.234,5'"),
    "a word": ("I,II\n0.1,oops\n", "number in sample 0 of a.csv; got 'oops' in II"),
    "one decimal comma": ("II\n0,12\n0,13\n", "expected 1 columns in every line of a.csv"),
    "no voltage": ("P,Q\nmmHg,ohm\n1,2\n", "expected voltages .*got mmHg, ohm"),
    "a title above": ("My table\nI,II\n1,2\n", "may be cut off, or have lines above"),
    "a name twice": ("I,II,ii\n0.1,0.2,0.3\n", "a name of its own"),
    "a long name": ("x" * 9999 + ",0.5\n0.1,0.2\n", "got xxxxx"),
    "many digits": (
        "I,II\n0.1,0.2\n0.3," + "1" * 100_000 + "x\n",
        r"number in sample 1 of a.csv; got '1{60}\.\.\.' in II",
    ),
    "an open bracket": ("I (" + " " * 100_000 + "x,II\n0.1,oops\n", "got 'oops' in II"),
    "many names": (",".join(map(str, range(9999))) + ",x\n", "a name of its own"),
    "a gap of a whole line": (
        "I,II\n0.5,0.2\n,\n0.3,0.1\n",
        "NaN or infinite ones stand in I: 1, II: 1, the first in sample 1",
    ),
    "gaps": ("I,II\n0.5,0.2\n0.3,\n", "NaN or infinite ones stand in II: 1, the first in sample 1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_said_in_a_sentence(tmp_path, fault) -> None:
    text, message = FAULTS[fault]
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(SignalError, match=message) as raised:
        read_record(tmp_path / "a.csv", RATE)
    assert len(str(raised.value)) < 400


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_labels_come_in_the_same_dialects(tmp_path, between) -> None:
    rows = [("record", "label"), ("a", "Müde"), ("b", "N")]
    (tmp_path / "l.csv").write_bytes("\n".join(map(between.join, rows)).encode("latin-1"))
    assert read_label_table(tmp_path / "l.csv").labels == [("Müde",), ("N",)]


@pytest.mark.parametrize("label", ["мерцание предсердий", "心房細動", "κολπική μαρμαρυγή"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_labels_come_in_every_script(tmp_path, label, encoding) -> None:
    text = "record,label\n" + "".join(f"запись {row},{label}\n" for row in range(9))
    (tmp_path / "l.csv").write_bytes(text.encode(encoding))
    assert read_label_table(tmp_path / "l.csv").labels == [(label,)] * 9


@pytest.mark.parametrize("content", [bytes(range(128, 256)) * 9, "心\x01,房\n".encode()])
def test_what_is_no_text_stays_refused(tmp_path, content) -> None:
    (tmp_path / "l.csv").write_bytes(content)
    with pytest.raises(SignalError, match=r"expected comma-separated text in l\.csv; it is none"):
        read_label_table(tmp_path / "l.csv")


def test_an_index_and_times_are_both_said_and_tell_the_rate(tmp_path) -> None:
    (tmp_path / "a.csv").write_text(DIALECTS["pandas' index and times"])
    signal, info = read_record(tmp_path / "a.csv")
    assert (signal.shape, info.leads, info.sampling_rate) == ((250, 2), LEADS, RATE)
    assert info.notes == (
        "the first column counts samples or time and is no lead",
        "column 2, time, counts samples or time and is no lead",
        "its steps are 100 Hz",
    )
