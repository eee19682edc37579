"""Whatever a server may say instead of an answer, the client says what came and what to do."""

import json
import socket
import threading
import time

import numpy as np
import pytest
from local_server import error_body, serving

from ecgzoo.client import Client, Contract, Prediction, ServerError, mean

ANSWER = {
    "probabilities": [[0.75, 0.25]],
    "label": ["Normal"],
    "score": [0.75],
    "labels": [["Normal", "MI"]],
    "status": ["ok"],
}
SIGNAL = [[[0.1, 0.2], [0.3, 0.4]]]


@pytest.fixture
def asked():
    """Asks a server of one canned answer; gives the prediction, or the error's message."""

    def ask(code: int, body: bytes, **options):
        with serving(lambda *_: (code, body)) as address:
            return Client(address, "heart", **options).predict(SIGNAL)

    return ask


def refused(asked, code, body, **options) -> ServerError:
    with pytest.raises(ServerError) as caught:
        asked(code, body, **options)
    return caught.value


def test_no_server() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = Client(f"http://127.0.0.1:{free.getsockname()[1]}", "heart")
        with pytest.raises(ServerError, match="refused.*running.*8501") as caught:
            client.predict(SIGNAL)
        assert caught.value.code is None
        assert not client.ready()


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(ServerError, match=r"no answer: .*published"):
        Client("http://heart.invalid:8501", "heart", timeout=5).predict(SIGNAL)


def test_a_server_that_is_too_slow() -> None:
    def respond(*_):
        time.sleep(0.5)
        return 200, b"{}"

    with serving(respond) as address, pytest.raises(ServerError, match=r"within 0.1 s.*timeout"):
        Client(address, "heart", timeout=0.1).predict(SIGNAL)


def test_a_server_that_hangs_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        client = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", "heart", timeout=5)
        listening.settimeout(5)
        hang_up = threading.Thread(target=lambda: listening.accept()[0].close())
        hang_up.start()
        with pytest.raises(ServerError, match="no answer: "):
            client.predict(SIGNAL)
        hang_up.join()


@pytest.mark.parametrize("code", [200, 404, 502])
def test_a_proxy_that_answers_in_html(asked, code) -> None:
    error = refused(asked, code, b"<html>\n <h1>Bad Gateway</h1></html>")
    assert "expected JSON; got '<html> <h1>Bad Gateway</h1></html>'" in error.came
    assert "proxy" in error.remedy
    assert error.code == code


def test_nothing_at_all(asked) -> None:
    assert "got ''" in refused(asked, 200, b"").came


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_numbers_that_are_none(asked, number) -> None:
    body = json.dumps({"outputs": ANSWER}).replace("0.25", number).encode()
    assert f"expected finite numbers in the answer; got {number}" in refused(asked, 200, body).came


@pytest.mark.parametrize(
    "content",
    [
        {"outputs": [0.75, 0.25]},
        {"outputs": {"y": [1.0]}},
        {"outputs": ANSWER | {"labels": [["Normal"]]}},
        {"outputs": ANSWER | {"status": []}},
        {"predictions": []},
        [],
        None,
    ],
    ids=str,
)
def test_answers_of_models_that_are_not_ours(asked, content) -> None:
    error = refused(asked, 200, json.dumps(content).encode())
    assert "expected the answer of a model that ecgzoo exported" in error.came


@pytest.mark.parametrize(
    ("code", "message", "remedy"),
    [
        (404, "Servable not found for request: Latest(heart)", "models.config"),
        (404, "Servable not found for request: Specific(heart, 7)", "names the versions"),
        (400, "Unrecognized servable version label: canary", "names the versions"),
        (400, 'Serving signature name: "image" not found in signature def', "metadata"),
        (429, "too many requests", "busy"),
        (503, "starting", "busy or starting"),
        (504, "deadline exceeded", "--rest_api_timeout_in_ms"),
    ],
)
def test_remedies(asked, code, message, remedy) -> None:
    error = refused(asked, code, error_body(message))
    assert (error.code, error.came) == (code, message)
    assert remedy in error.remedy
    assert error.asked.startswith("POST http://127.0.0.1:")
    assert message in str(error)
    assert remedy in str(error)


@pytest.mark.parametrize("message", ["an input 'signal' too short", 'a "b" \\ µV, é', "plain"])
def test_messages_arrive_whole_though_the_servers_escapes_are_no_json(asked, message) -> None:
    assert refused(asked, 400, error_body(message)).came == message
    assert refused(asked, 400, json.dumps({"error": message}).encode()).came == message


def test_assertions_are_shown_without_tensorflows_frame(asked) -> None:
    raw = (
        "{{function_node __inference_ask_21}} assertion failed: [expected the feature \\'x\\']"
        " [; got] [2 500 3]\n\t [[{{node Assert/Assert}}]] [Op:__inference_ask_21]"
    )
    assert refused(asked, 400, error_body(raw)).came == "expected the feature 'x'; got 2 500 3"


def test_waiting_for_a_model_that_is_loading() -> None:
    states = iter(["START", "LOADING", "AVAILABLE"])

    def respond(*_):
        one = {"version": "1", "state": next(states), "status": {}}
        return 200, json.dumps({"model_version_status": [one]}).encode()

    with serving(respond) as address:
        Client(address, "heart").wait(seconds=10)
    assert list(states) == []


def test_waiting_for_a_model_that_does_not_load() -> None:
    status = {"error_code": "NOT_FOUND", "error_message": "no variables"}
    one = {"version": "1", "state": "END", "status": status}
    body = json.dumps({"model_version_status": [one]}).encode()
    with (
        serving(lambda *_: (200, body)) as address,
        pytest.raises(ServerError, match="not ready after 0.2 s: version 1 END no variables"),
    ):
        Client(address, "heart").wait(seconds=0.2)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Client("localhost:8501", "heart"), "http://localhost:8501"),
        (lambda: Client("heart", "heart"), "http://localhost:8501"),
        (lambda: Client("http://a", "heart", version=1, label="stable"), "got both"),
        (lambda: Client("http://a", "heart", timeout=0), "timeout and a largest_answer above 0"),
        (lambda: Client("http://a", "heart", largest_answer=0), "above 0; got 60, 0"),
        (lambda: Client("http://a", "heart").predict([]), "at least one of the signals"),
        (lambda: Client("http://a", "heart").predict(np.zeros((0, 2, 2))), "at least one"),
        (lambda: Client("http://a", "heart").predict(1.0), "list or an array"),
        (lambda: Client("http://a", "heart").predict_bytes(b"1234"), "Put it into a list"),
        (lambda: Client("http://a", "heart").predict_resampled([[[1]], []], 500), "at least one"),
        (lambda: Client("http://a", "heart").predict(SIGNAL[0]), "got 2 axes"),
        (lambda: Client("http://a", "heart").embedding([np.zeros(3)]), "got 2 axes"),
        (lambda: Client("http://a", "heart").saliency(np.zeros((1, 1, 2, 2))), "got 4 axes"),
        (lambda: mean([]), "at least one"),
        (lambda: mean([Prediction({"a": 0.0}, "", 0.0, "flat lead")]), "flat lead"),
    ],
)
def test_mistakes_that_are_seen_before_asking(make, said) -> None:
    with pytest.raises(ValueError, match=said):
        make()


def test_values_that_cannot_be_sent() -> None:
    with pytest.raises(TypeError, match="got object"):
        Client("http://a", "heart").predict([[[object()]]])


def test_a_contract_lacks_nothing() -> None:
    spec = {"leads": ["II"], "sampling_rate": 250, "samples": 500, "unit": "mV"}
    told = {
        "model": "cnn1d",
        "spec": spec | {"simultaneous": True},
        "classes": ["a", "b"],
        "multi_label": False,
        "page": None,
        "leaky": True,
    }
    contract = Contract.from_dict(told)
    assert contract == Contract(
        "cnn1d", ("II",), 250, 500, "mV", True, ("a", "b"), False, False, True
    )
    assert (contract.temperature, contract.thresholds, contract.applied) == (1, {}, ())
    fitted = {"temperature": 2, "thresholds": {"a": 0.25}, "fitted": ["temperature"]}
    later = Contract.from_dict(told | fitted | {"applied": ["temperature"], "label": "first"})
    assert (later.temperature, later.thresholds) == (2, {"a": 0.25})
    assert (later.fitted, later.applied) == (("temperature",), ("temperature",))
    assert later.label == "first"
