"""Answers that are JSON, of a model that is not ours or of a server that says so."""

import json

import pytest
from client_methods import METHODS
from local_server import serving

from ecgzoo.client import Client, ServerError

ANSWER = {
    "probabilities": [[0.75, 0.25]],
    "label": ["Normal"],
    "score": [0.75],
    "labels": [["Normal", "MI"]],
    "status": ["ok"],
    "windows": [1],
}
SPEC = {"leads": ["I"], "sampling_rate": 250, "samples": 2, "unit": "mV", "simultaneous": True}
CONTRACT = {
    "model": "cnn1d",
    "spec": SPEC,
    "classes": ["a"],
    "multi_label": False,
    "page": None,
    "leaky": False,
}
WRONG_FIELDS = {
    "predict_bytes": (
        ANSWER,
        {
            "probabilities": (
                [], [[0.75]], [["0.75", "0.25"]], [0.75], "ab", [[True, False]], 5,
                [[-3, 9]], [[0.75, 1.01]], [[0, 0]], [[-1e-4, 1]],
            ),
            "label": ([1], [None], ["Other"], [["Normal"]], ["Normal", "Normal"]),
            "score": (["0.75"], [None], [[0.75]], [True], [10**400], [7], [-1]),
            "labels": ([["Normal", "Normal"]], [["Normal"]], ["ab"], [[1, 2]], [[["a"], "b"]]),
            "status": ([0], [None], "o", {"o": 1}, []),
            "windows": ([1.5], ["1"], [True]),
        },
    ),
    "embedding": (
        {"fused": [[0.5]], "status": ["ok"]},
        {"fused": ([0.5], [["a"]], [[[0.5]]], ["ab"]), "status": ([1], [])},
    ),
    "saliency": (
        {"saliency": [[[0.5]]], "label": ["a"], "score": [1], "status": ["ok"]},
        {"saliency": ([[0.5]], [["a"]], [0.5], [[["a"]]]), "label": ([1],), "score": (["a"], [2])},
    ),
    "contract": (
        CONTRACT,
        {
            "model": (None, 5),
            "spec": (
                None, [], {}, "spec",
                *(SPEC | {"leads": bad} for bad in ("I", [1], {"I": 1}, None)),
                *(SPEC | {"samples": bad} for bad in ("2", 2.5, None, True, 0, -1)),
                SPEC | {"sampling_rate": "250"}, SPEC | {"sampling_rate": 0},
                SPEC | {"unit": 1}, SPEC | {"simultaneous": 1},
            ),
            "classes": ("ab", [1], {"a": 1}),
            "multi_label": (None, 0),
            "leaky": ("no",),
            "temperature": ("1", None, 0, 0.0, -1),
            "thresholds": ([0.5], {"a": "0.5"}, "a"),
            "fitted": ("temperature", [1]),
            "label": (1,),
        },
    ),
}  # fmt: skip
WRONG = [
    pytest.param(method, right, field, value, id=f"{method}, {field}: {str(value)[:40]}")
    for method, (right, fields) in WRONG_FIELDS.items()
    for field, values in fields.items()
    for value in values
]


def outputs(method, content):
    if method == "contract":
        content = {"contract": [json.dumps(content)], "status": ["ok"]}
    return json.dumps({"outputs": content}).encode()


@pytest.fixture(scope="module")
def telling():
    """A client of a server that says what it is told; one server for all."""
    told = {}
    with serving(lambda *_: (200, told["body"])) as address:
        yield Client(address, "heart"), told


@pytest.mark.parametrize(("method", "right", "field", "value"), WRONG)
def test_fields_of_a_wrong_kind_are_refused(telling, method, right, field, value) -> None:
    client, told = telling
    told["body"] = outputs(method, right)
    assert METHODS[method](client), "right, this is an answer"
    told["body"] = outputs(method, right | {field: value})
    with pytest.raises(ServerError, match="expected the answer of a model that ecgzoo exported"):
        METHODS[method](client)


@pytest.mark.parametrize("told_contract", ["[" * 10**5, "{", "1e999", '"\\ud800"', "9" * 5000])
def test_a_contract_that_is_no_json(telling, told_contract) -> None:
    client, told = telling
    answer = {"contract": [told_contract], "status": ["ok"]}
    told["body"] = json.dumps({"outputs": answer}).encode()
    with pytest.raises(ServerError, match="expected the answer of a model that ecgzoo exported"):
        client.contract()


def test_rows_are_as_many_as_were_asked_for_and_of_the_same_classes(telling) -> None:
    client, told = telling
    two = {name: rows * 2 for name, rows in ANSWER.items()}
    told["body"] = outputs("predict", two)
    for count in (1, 3):
        with pytest.raises(ServerError, match=f"expected outputs of {count} rows"):
            client.predict_bytes([b"1234"] * count)
    told["body"] = outputs("predict", two | {"labels": [["Normal", "MI"], ["MI", "Normal"]]})
    with pytest.raises(ServerError, match="the same classes in every row"):
        client.predict_bytes([b"1234"] * 2)


def test_a_key_that_comes_twice_counts_the_last_time(telling) -> None:
    client, told = telling
    told["body"] = b'{"outputs": 1, ' + outputs("predict", ANSWER)[1:]
    assert client.predict_bytes([b"1234"])[0].label == "Normal"


def test_what_rounding_does_is_let_pass(telling) -> None:
    client, told = telling
    told["body"] = outputs("predict", ANSWER | {"probabilities": [[1.000001, -1e-7]], "score": [1]})
    assert client.predict_bytes([b"1234"])[0].probabilities == {"Normal": 1.000001, "MI": -1e-7}


def test_an_impossible_answer_is_one_sentence(telling) -> None:
    client, told = telling
    told["body"] = outputs("predict", ANSWER | {"probabilities": [[-3, 9]]})
    with pytest.raises(ServerError) as refused:
        client.predict_bytes([b"1234"])
    assert refused.value.came == (
        "expected the answer of a model that ecgzoo exported; got another "
        "(ValueError('expected probabilities from 0 to 1'))"
    )
