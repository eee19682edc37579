"""What the client sends: bytes where the model's shape is known, else the column format in JSON."""

import base64
import json
from contextlib import contextmanager

import numpy as np
import pytest
from local_server import error_body, serving

from ecgzoo.client import Client, Prediction

SHAPE = (3, 2)
SIGNALS = np.random.default_rng(0).normal(size=(2, *SHAPE))
CONTRACT = {
    "model": "cnn1d",
    "spec": {
        "leads": ["I", "II"],
        "sampling_rate": 250,
        "samples": SHAPE[0],
        "unit": "mV",
        "simultaneous": True,
    },
    "classes": ["Normal", "MI"],
    "multi_label": False,
    "page": None,
    "leaky": False,
}


CONTRACT_ANSWER = {"outputs": {"contract": [json.dumps(CONTRACT)], "status": ["ok"]}}


def answer(count):
    return {
        "outputs": {
            "probabilities": [[0.75, 0.25]] * count,
            "label": ["Normal"] * count,
            "score": [0.75] * count,
            "labels": [["Normal", "MI"]] * count,
            "status": ["ok"] * count,
        }
    }


@contextmanager
def recording(contract=(200, CONTRACT_ANSWER)):
    """A server of the contract, or of an old export without one; and what it was asked."""
    seen = []

    def respond(method, path, body):
        content = json.loads(body)
        seen.append((path, content["signature_name"], content["inputs"]))
        if content["signature_name"] == "contract":
            code, told = contract
            return code, told if isinstance(told, bytes) else json.dumps(told).encode()
        return 200, json.dumps(answer(len(next(iter(content["inputs"].values()))))).encode()

    with serving(respond) as address:
        yield address, seen


def sent_numbers(inputs):
    rows = [base64.b64decode(one["b64"]) for one in inputs["signal_bytes"]]
    return np.array([np.frombuffer(row, "<f4").reshape(SHAPE) for row in rows])


class Tensor:
    """Of a library whose arrays know nothing but lists."""

    def tolist(self):
        return SIGNALS.tolist()


@pytest.mark.parametrize(
    "signals",
    [
        SIGNALS,
        SIGNALS.astype("float32"),
        SIGNALS.astype(">f8"),
        np.asfortranarray(SIGNALS),
        SIGNALS.tolist(),
        list(SIGNALS),
        tuple(map(tuple, SIGNALS)),
        Tensor(),
    ],
    ids=["float64", "float32", "big-endian", "by columns", "lists", "arrays", "tuples", "tensor"],
)
def test_signals_of_the_models_shape_go_as_bytes(signals) -> None:
    with recording() as (address, seen):
        predictions = Client(address, "heart").predict(signals)
    assert predictions == [Prediction({"Normal": 0.75, "MI": 0.25}, "Normal", 0.75, "ok")] * 2
    assert [signature for _, signature, _ in seen] == ["contract", "signal_bytes"]
    np.testing.assert_array_equal(sent_numbers(seen[-1][2]), SIGNALS.astype("float32"))


@pytest.mark.parametrize("kind", [np.array, np.ndarray.tolist], ids=["array", "lists"])
def test_numbers_beyond_float32_stay_in_their_row(kind) -> None:
    signals = SIGNALS.copy()
    signals[0, 0], signals[0, 1] = (np.nan, np.inf), (1e300, -1e300)
    with recording() as (address, seen):
        Client(address, "heart").predict(kind(signals))
    expected = np.float32([[np.nan, np.inf], [np.inf, -np.inf]])
    np.testing.assert_array_equal(sent_numbers(seen[-1][2])[0, :2], expected)
    np.testing.assert_array_equal(sent_numbers(seen[-1][2])[1], signals[1].astype("float32"))


def test_whole_numbers_go_as_bytes_too() -> None:
    with recording() as (address, seen):
        Client(address, "heart").predict(np.arange(12).reshape(2, *SHAPE))
        Client(address, "heart").predict(np.arange(12).reshape(2, *SHAPE).tolist())
    for _, _, inputs in seen[1::2]:
        np.testing.assert_array_equal(sent_numbers(inputs).ravel(), np.arange(12))


@pytest.mark.parametrize(
    "signals",
    [
        SIGNALS.swapaxes(1, 2),  # as many bytes
        SIGNALS[:, :, :1],  # half as many, which would be read as int16
        [SIGNALS[0].tolist(), SIGNALS[1, :2].tolist()],
        [[[0.5, 1], [2], [3, 4]]],
        [[[0.5, "1"], [2, 3], [4, 5]]],
        [[[0.5, None], [2, 3], [4, 5]]],
        [[[0.5, 10**400], [2, 3], [4, 5]]],
        [[[b"a", b"b"]] * 3],
        np.full((1, *SHAPE), "1.5"),
    ],
    ids=[
        "turned", "half", "lengths", "ragged", "text", "null", "huge", "bytes", "texts"
    ],
)  # fmt: skip
def test_what_is_no_signal_of_that_shape_goes_as_it_is_for_the_server_to_refuse(signals) -> None:
    with recording() as (address, seen):
        Client(address, "heart").ask("serving_default", signal=signals)
        Client(address, "heart").predict(signals)
    assert seen[-1] == seen[0]
    assert seen[-1][1] == "serving_default"


@pytest.mark.parametrize(
    "contract",
    [
        (400, error_body('Serving signature name: "contract" not found in signature def')),
        (412, error_body("no such signature")),
        (200, {"outputs": {"contract": ["{}"]}}),
        (200, {"outputs": []}),
    ],
    ids=["none", "none, in other words", "another", "of a model that is not ours"],
)
def test_models_without_a_contract_are_asked_in_json(contract) -> None:
    with recording(contract) as (address, seen):
        Client(address, "heart").predict(SIGNALS)
    assert [signature for _, signature, _ in seen] == ["contract", "serving_default"]
    assert seen[-1][2] == {"signal": SIGNALS.tolist()}


def test_a_versions_shape_is_asked_once_and_a_labels_each_time() -> None:
    with recording() as (address, seen):
        for chosen in ({"version": 3}, {"label": "stable"}, {}):
            client = Client(address, "heart", **chosen)
            client.predict(SIGNALS)
            client.predict(SIGNALS)
    asked = [path for path, signature, _ in seen if signature == "contract"]
    model = "/v1/models/heart"
    stable = f"{model}/labels/stable:predict"
    assert asked == [f"{model}/versions/3:predict", stable, stable, *[f"{model}:predict"] * 2]


def test_pages_and_other_rates_go_in_the_column_format() -> None:
    with recording() as (address, seen):
        client = Client(address + "/", "my heart", version=3)
        client.predict_page(b"JPEG")
        client.predict_resampled([[[1.0], [2.0]], [[3.0]]], np.float32(500))
        client.predict_bytes([b"1234"])
    path = "/v1/models/my%20heart/versions/3:predict"
    rows = {
        "signal": [[[1.0], [2.0]], [[3.0], [3.0]]],
        "sampling_rate": [500, 500],
        "lengths": [2, 1],
    }
    assert seen == [
        (path, "image", {"image_bytes": [{"b64": "SlBFRw=="}]}),
        (path, "resampled", rows),
        (path, "signal_bytes", {"signal_bytes": [{"b64": "MTIzNA=="}]}),
    ]
