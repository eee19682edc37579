"""`ecgzoo predict` as a user meets it: good files, and every kind of bad one."""

import json
import re

import numpy as np
import pytest
from small_presets import heartbeats, make_preset
from typer.testing import CliRunner

from ecgzoo.cli import app
from ecgzoo.export import saved_model
from ecgzoo.export.served import Served
from ecgzoo.pages.layout import PAGE_SPEC
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.pages.traced_page import trace_page

RATE = f"{PAGE_SPEC.sampling_rate:.4f}"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    root = tmp_path_factory.mktemp("exported")
    source = make_preset(root / "preset", "cnn1d", PAGE_SPEC, page="traces")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saved_model, "verify", lambda _: [])
        saved_model.export(source, root)
    return root


@pytest.fixture
def predict(exported):
    def run(file, *options):
        arguments = ["predict", str(file), "--model", "cnn1d", "--exported", str(exported)]
        return CliRunner().invoke(app, [*arguments, *options])

    return run


@pytest.fixture(scope="module")
def served(exported):
    return Served(exported / "cnn1d")


@pytest.fixture(scope="module")
def signal():
    return heartbeats(PAGE_SPEC, 1)[0]


def answered(result):
    assert result.exception is None, result.exception
    return json.loads(result.stdout)


def test_a_page_and_its_traces_get_the_same_answer(predict, signal, tmp_path):
    page, array = tmp_path / "page.png", tmp_path / "signal.npy"
    page.write_bytes(page_bytes(render_page(signal, PAGE_SPEC)))
    np.save(array, trace_page(page).signal)
    from_page = answered(predict(page, "--json"))
    from_signal = answered(predict(array, "--sampling-rate", RATE, "--json"))
    assert sum(from_page["probabilities"].values()) == pytest.approx(1, abs=1e-5)
    assert from_page["probabilities"] == pytest.approx(from_signal["probabilities"], abs=1e-4)


def test_a_long_signal_is_answered_per_window_and_overall(predict, signal, tmp_path):
    file = tmp_path / "long.csv"
    long = np.concatenate([signal, signal, signal])[: 2 * PAGE_SPEC.samples]
    header = ",".join(PAGE_SPEC.leads)
    np.savetxt(file, long, delimiter=",", header=header, comments="")
    answer = answered(predict(file, "--sampling-rate", RATE, "--json"))
    rows = np.array([list(one["probabilities"].values()) for one in answer["windows"]])
    assert len(rows) == 3  # at 0, 244 and the last one, at 488
    np.testing.assert_allclose(list(answer["probabilities"].values()), rows.mean(0), atol=1e-6)
    assert answer["windows"][-1]["window"] == "2.5-5.0 s"


def test_the_table_says_what_it_is_not(predict, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    result = predict(tmp_path / "signal.npy", "--sampling-rate", RATE)
    assert "not a diagnostic device" in result.stdout
    assert "0.0-2.5 s" in result.stdout


def broken(signal):
    nan, infinite = signal.copy(), signal.copy()
    nan[3, 2], infinite[5, 1] = np.nan, np.inf
    return {
        "nan": (nan, "finite"),
        "infinite": (infinite, "finite"),
        "empty": (np.zeros((0, 12)), "holds none"),
        "two leads": (signal[:, :2], "12|leads"),
        "constant": (np.ones_like(signal), "varying"),
        "integers": ((signal * 1000).astype(int), "converter units"),
        "microvolts": (signal * 1e6, "microvolts"),
        "short": (signal[:100], "at least 488 samples"),
        "transposed": (signal.T, "Transpose"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "nan",
        "infinite",
        "empty",
        "two leads",
        "constant",
        "integers",
        "microvolts",
        "short",
        "transposed",
    ],
)
def test_bad_signals_are_refused_with_a_reason(predict, signal, tmp_path, kind):
    array, reason = broken(signal)[kind]
    np.save(tmp_path / "bad.npy", array)
    result = predict(tmp_path / "bad.npy", "--sampling-rate", RATE)
    assert result.exit_code != 0
    assert isinstance(result.exception, ValueError)
    assert re.search(reason, str(result.exception)), result.exception


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda page: page_bytes(page, "jpeg")[:20_000], "ends early"),
        (lambda page: page_bytes(page)[:20_000], "ends early"),
        (lambda page: b"hello", "neither JPEG nor PNG"),
        (lambda page: b"", "neither JPEG nor PNG"),
        (lambda page: page_bytes(page[::2, ::2]), "another size"),
        (lambda page: page_bytes(np.full_like(page, 255)), "without traces"),
    ],
    ids=["cut jpeg", "cut png", "text", "empty", "small", "blank"],
)
def test_bad_pages_are_refused_with_a_reason(served, signal, content, reason):
    with pytest.raises(ValueError, match=reason):
        served.page(content(render_page(signal, PAGE_SPEC)))


def test_a_bad_page_on_the_command_line(predict, tmp_path):
    (tmp_path / "text.jpg").write_text("hello")
    result = predict(tmp_path / "text.jpg")
    assert result.exit_code != 0
    assert "neither JPEG nor PNG" in str(result.exception)


def test_a_missing_sampling_rate_is_asked_for(predict, signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    result = predict(tmp_path / "signal.npy")
    assert "--sampling-rate" in str(result.exception)


def test_a_missing_file_is_named(predict, tmp_path):
    assert "gone.npy" in str(predict(tmp_path / "gone.npy").exception)


def test_a_model_that_was_not_exported(signal, tmp_path):
    np.save(tmp_path / "signal.npy", signal)
    arguments = ["predict", str(tmp_path / "signal.npy"), "--exported", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert "holds no exported version" in str(result.exception)
