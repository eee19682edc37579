"""A stand-in for TensorFlow Serving's REST API, for tests.

It is not TensorFlow Serving. It loads the same files through TensorFlow's Python and
speaks the same routes and errors as far as its documentation and source say; what it cannot show is
how the real server loads, batches and checks. `model_server.py` runs the real one, where there is
one, and the same tests ask both.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from local_server import error_body, serving
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

ROUTE = re.compile(
    r"/v1/models/(?P<model>[^/:]+)(?:/versions/(?P<version>\d+)|/labels/(?P<label>[^/:]+))?"
    r"(?P<verb>/metadata|:predict|:classify)?"
)
CODES = {tf.errors.INVALID_ARGUMENT: 400, tf.errors.NOT_FOUND: 404}


@contextmanager
def stand_in(
    models: Mapping[str, Path],
    labels: Mapping[str, Mapping[str, int]] | None = None,
    states: Mapping[int, str] | None = None,
) -> Iterator[str]:
    """Serves every version of models in the way of TensorFlow Serving.

    Args:
        models: the folder of each model's versions, by the model's name.
        labels: versions by their labels, by the model's name.
        states: of versions by their numbers, such as ``"LOADING"``; others can be asked.
    """
    with serving(StandIn(models, labels or {}, states or {}).respond) as address:
        yield address


class RefusedError(Exception):
    """An HTTP status beyond 200 and the message that goes with it."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message


class StandIn:
    """Answers requests to TensorFlow Serving's REST API from SavedModels."""

    def __init__(
        self,
        models: Mapping[str, Path],
        labels: Mapping[str, Mapping[str, int]],
        states: Mapping[int, str],
    ) -> None:
        self.labels, self.states = labels, states
        self.versions = {
            name: {int(one.name): one for one in folder.iterdir() if one.name.isdigit()}
            for name, folder in models.items()
        }
        self.loaded: dict[Path, Any] = {}

    def respond(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        try:
            return 200, json.dumps(self._route(method, path, body)).encode()
        except RefusedError as refused:
            return refused.code, error_body(refused.message)

    def _route(self, method: str, path: str, body: bytes) -> object:
        found = ROUTE.fullmatch(path)
        posted = bool(found and (found["verb"] or "").startswith(":"))
        if found is None or posted != (method == "POST"):
            raise RefusedError(400, f"Malformed request: {method} {path}")
        model, verb = unquote(found["model"]), found["verb"]
        if verb is None:  # the label is passed over, as the server does
            return self._status(model, self._version(model, found["version"], None))
        version = self._version(model, found["version"], found["label"])
        number, folder = self._servable(model, version)
        if verb == "/metadata":
            return _metadata(model, number, folder)
        content = _parsed(body)
        signatures = self._signatures(folder)
        function = signatures.get(content.get("signature_name", "serving_default"))
        if function is None:
            name = content["signature_name"]
            raise RefusedError(400, f'Serving signature name: "{name}" not found in signature def')
        return {":predict": _predict, ":classify": _classify}[verb](function, content)

    def _version(self, model: str, version: str | None, label: str | None) -> int | None:
        if label is None:
            return None if version is None else int(version)
        known = self.labels.get(model, {})
        if unquote(label) not in known:
            raise RefusedError(400, f"Unrecognized servable version label: {unquote(label)}")
        return known[unquote(label)]

    def _status(self, model: str, version: int | None) -> object:
        there = self.versions.get(model, {})
        if not there:
            raise RefusedError(404, f"Could not find any versions of model {model}")
        if version is not None and version not in there:
            raise RefusedError(404, f"Could not find version {version} of model {model}")
        fine = {"error_code": "OK", "error_message": ""}
        shown = sorted(there) if version is None else [version]
        states = [{"version": str(n), "state": self._state(n), "status": fine} for n in shown]
        return {"model_version_status": states}

    def _state(self, version: int) -> str:
        return self.states.get(version, "AVAILABLE")

    def _servable(self, model: str, version: int | None) -> tuple[int, Path]:
        known = self.versions.get(model, {})
        there = {n: folder for n, folder in known.items() if self._state(n) == "AVAILABLE"}
        if version is None and there:
            version = max(there)
        if version not in there:
            asked = f"Latest({model})" if version is None else f"Specific({model}, {version})"
            raise RefusedError(404, f"Servable not found for request: {asked}")
        return version, there[version]

    def _signatures(self, folder: Path) -> Any:
        if folder not in self.loaded:
            self.loaded[folder] = tf.saved_model.load(str(folder))
        return self.loaded[folder].signatures


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise RefusedError(400, f"JSON Parse error: {error}") from None
    return dict(content)


def _predict(function: Any, content: Mapping[str, Any]) -> object:
    takes = function.structured_input_signature[1]
    if "instances" in content:
        outputs = _run(function, _columns(content["instances"], takes))
        rows = [dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True)]
        return {"predictions": rows if len(outputs) > 1 else next(iter(outputs.values()))}
    inputs = content.get("inputs", {})
    inputs = inputs if isinstance(inputs, dict) else {next(iter(takes)): inputs}
    for name in takes:
        if name not in inputs:
            raise RefusedError(400, f"Missing named input: {name} in 'inputs' object.")
    outputs = _run(function, inputs)
    return {"outputs": outputs if len(outputs) > 1 else next(iter(outputs.values()))}


def _columns(instances: Sequence[Any], takes: Mapping[str, Any]) -> dict[str, list[Any]]:
    if len(takes) == 1 and not (isinstance(instances[0], dict) and set(instances[0]) == set(takes)):
        return {next(iter(takes)): list(instances)}
    return {name: [row[name] for row in instances] for name in takes}


def _classify(function: Any, content: Mapping[str, Any]) -> object:
    outputs = _run(function, {"inputs": [_example(one) for one in content["examples"]]})
    pairs = zip(outputs["classes"], outputs["scores"], strict=True)
    return {"results": [[list(pair) for pair in zip(*row, strict=True)] for row in pairs]}


def _example(features: Mapping[str, Sequence[float]]) -> bytes:
    """A number without a point is an integer to the server, and a feature of one kind."""
    made = tf.train.Example()
    for name, values in features.items():
        feature, kinds = made.features.feature[name], {type(one) for one in values}
        if len(kinds) > 1:
            raise RefusedError(400, f"Unexpected element type in feature: {name}")
        (feature.int64_list if kinds == {int} else feature.float_list).value.extend(values)
    return bytes(made.SerializeToString())


def _run(function: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    takes = function.structured_input_signature[1]
    try:
        tensors = {n: tf.constant(_bytes(inputs[n]), spec.dtype) for n, spec in takes.items()}
        outputs = function(**tensors)
    except tf.errors.OpError as error:
        raise RefusedError(CODES.get(error.error_code, 500), error.message) from None
    except (TypeError, ValueError) as error:  # what Python's TensorFlow checks before it runs
        raise RefusedError(400, str(error)) from None
    return {name: _texts(tensor.numpy().tolist(), name) for name, tensor in outputs.items()}


def _bytes(value: Any) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["b64"])
    return [_bytes(one) for one in value] if isinstance(value, list) else value


def _texts(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_texts(one, name) for one in value]
    if not isinstance(value, bytes):
        return value
    return {"b64": base64.b64encode(value).decode()} if name.endswith("_bytes") else value.decode()


def _metadata(model: str, number: int, folder: Path) -> object:
    content = SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    signatures = {
        name: MessageToDict(one, preserving_proto_field_name=True)
        for name, one in content.meta_graphs[0].signature_def.items()
    }
    spec = {"name": model, "signature_name": "", "version": str(number)}
    return {
        "model_spec": spec,
        "metadata": {"signature_def": {"signature_def": signatures}},
    }
