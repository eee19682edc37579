"""What a question is answered with, part by part, by a model on a server and of a long record."""

import base64
import csv
import io
import re
from pathlib import Path

import numpy as np
import pytest
from limb_leads import lawful
from rest_server import stand_in
from small_presets import heartbeats

from ecgzoo.app.answering import answer
from ecgzoo.app.models import Models, choices
from ecgzoo.app.question import Question
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.signal_spec import SignalSpec

pytestmark = pytest.mark.whole

NOWHERE = Path("none")


@pytest.fixture(scope="module")
def exported(export_small):
    return export_small("cnn1d", PAGE_SPEC, "traces", small=True).version.parents[1]


def parts(files, models, **asked):
    """The last that fills each place, and all that was said of progress."""
    found, said = {}, []
    question = Question(files, models.key(models.choices[0]), **asked)

    def put(part):
        found[part.place] = part.html
        if part.place == "progress":
            said.append(part.html)

    answer(question, models, put)
    return found, said


def stored(signal):
    stream = io.BytesIO()
    np.save(stream, signal)
    return stream.getvalue()


def rows_saved(html, name):
    """The lines of a table that a link holds."""
    data = re.search(f'download="{name}" href="data:text/csv;base64,([^"]*)"', html)[1]
    return list(csv.DictReader(io.StringIO(base64.b64decode(data).decode())))


def test_a_model_on_a_server_is_asked_for_everything(exported):
    record = {"r.npy": stored(lawful(heartbeats(PAGE_SPEC, 1))[0])}
    with stand_in({"cnn1d": exported / "cnn1d"}) as address:
        models = Models(choices(["cnn1d"], NOWHERE, NOWHERE, address))
        assert models.choices[0].kind == f"at {address}"
        found, _ = parts(record, models, sampling_rate=PAGE_SPEC.sampling_rate)
    assert set(found) == {"progress", "answer", "paper", "read", "why", "domains", "similar"}
    assert "gradient x input" in found["why"]
    assert found["progress"] == ""


def test_of_many_classes_the_most_probable_comes_first():
    models = Models(choices(["cnn1d.general"], NOWHERE, NOWHERE))
    record = {"r.npy": stored(lawful(heartbeats(SignalSpec(PAGE_SPEC.leads, 100, 1000), 1))[0])}
    found, _ = parts(record, models, sampling_rate=100.0)
    shares = [float(one) for one in re.findall(r"</span>(\d\.\d{3})", found["answer"])]
    assert len(shares) > 50
    assert shares == sorted(shares, reverse=True)


def test_a_long_record_is_summed_up(exported):
    seconds, rate = 660, 100
    times = np.arange(seconds * rate)[:, None] / rate
    signal = np.exp(-(((times % 0.8 - 0.4) / 0.02) ** 2)) * np.linspace(0.5, 1.5, 12)
    models = Models(choices(["cnn1d"], exported, NOWHERE))
    files = {"long.npy": stored(signal.astype(np.float32))}
    found, said = parts(files, models, sampling_rate=rate)
    assert set(found) == {"progress", "answer", "paper", "read"}
    windows = rows_saved(found["answer"], "windows.csv")
    assert float(windows[-1]["end"]) == pytest.approx(seconds, abs=0.1)
    assert f"{len(windows):,} answered" in found["answer"]
    assert any("100%" in one for one in said)


def test_what_nobody_expected_is_told_and_the_terminal_shows_it(exported, monkeypatch, capsys):
    models = Models(choices(["cnn1d"], exported, NOWHERE))
    monkeypatch.setattr(models, "load", lambda key: {}["leads"])
    found, _ = parts({"r.npy": b""}, models)
    assert "an error that it did not expect, KeyError; the terminal shows it" in found["refused"]
    assert "KeyError: 'leads'" in capsys.readouterr().err
