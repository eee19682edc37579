"""A stand-in for TensorFlow Serving that reads models.config and folders itself, and again.

It reloads in the order of the real one, as its sources tell: labels before versions, and all of a
file or nothing of it. `stand_in_server.py` is the program.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf import text_format
from rest_server import RefusedError, StandIn
from tensorflow.core.protobuf.saved_model_pb2 import SavedModel
from tensorflow_serving.config.model_server_config_pb2 import ModelConfig, ModelServerConfig

LOADING, AVAILABLE, END = "LOADING", "AVAILABLE", "END"


class ReloadError(Exception):
    """What the real server prints when it does not take over a configuration."""


@dataclass
class State:
    """Of one version: its folder, how far it is, and why it did not load."""

    folder: Path | None = None
    name: str = LOADING
    error: str = ""


class PollingServer(StandIn):
    """Serves what a configuration file names, as of the last poll.

    Args:
        config: the file, in protobuf's text format.
        root: stands for ``/models``, where the configuration says that models lie.
        labels_at_start: the flag ``allow_version_labels_for_unavailable_models``.
        load: loads a version, or raises what is wrong with it.

    Attributes:
        held: versions that do not finish loading until they are taken out.
        log: what the real server would print of configurations that it did not take over.
    """

    def __init__(
        self,
        config: Path,
        root: Path | None = None,
        *,
        labels_at_start: bool = True,
        load: Callable[[Path], None] | None = None,
    ) -> None:
        super().__init__({}, {}, {})
        self.config, self.root, self.labels_at_start = config, root, labels_at_start
        self.load = load or check_readable
        self.known: dict[str, ModelConfig] = {}
        self.of: dict[str, dict[int, State]] = {}
        self.held: set[Path] = set()
        self.log: list[str] = []

    def start(self) -> None:
        """The first reading, at which a configuration or model that is refused ends the server."""
        self.reload()
        self.look()
        for name in self.known:
            states = self.of.get(name, {})
            if states and all(one.name == END for one in states.values()):
                raise ReloadError(f"1 servable(s) did not become available: {name} {states}")

    def poll(self) -> None:
        """Both of the real one's polls, in the order that takes longest to follow."""
        self.try_to_reload()
        self.look()

    def try_to_reload(self) -> None:
        """Reads the configuration again; what is refused is in the log, and all stays as it is."""
        try:
            self.reload()
        except ReloadError as error:
            self.log.append(f"PollFilesystemAndReloadConfig failed to ReloadConfig: {error}")

    def reload(self) -> None:
        """Reads the configuration: labels first, and models only once every label is accepted.

        Raises:
            ReloadError: if a label is refused; then nothing of the configuration is taken over.
        """
        text = self.config.read_text(encoding="utf-8")
        models = text_format.Parse(text, ModelServerConfig()).model_config_list.config
        for model in models:
            for label, version in model.version_labels.items():
                self._accept(model.name, label, version)
        self.labels = {model.name: dict(model.version_labels) for model in models}
        self.known = {model.name: model for model in models}

    def _accept(self, model: str, label: str, version: int) -> None:
        standing = self.labels.get(model, {}).get(label, version)
        anywhere = self.labels_at_start and standing == version
        state = self.of.get(model, {}).get(version, State())
        if not anywhere and state.name != AVAILABLE:
            raise ReloadError(
                f"Request to assign label to version {version} of model {model}, which is not "
                "currently available for inference"
            )

    def look(self) -> None:
        """Loads and unloads versions of the known models, by their folders and policies."""
        for name in {*self.known, *self.of}:
            states, wanted = self.of.setdefault(name, {}), self._wanted(name)
            for number, folder in wanted.items():
                self._go_on(states.setdefault(number, State(folder)))
            # A version that is not wanted is kept until one that is can take its place.
            if not wanted or any(states[number].name == AVAILABLE for number in wanted):
                for number in states.keys() - wanted.keys():
                    del states[number]
            self.versions[name] = {
                number: state.folder for number, state in states.items() if state.name == AVAILABLE
            }

    def _go_on(self, state: State) -> None:
        if state.name == LOADING and state.folder not in self.held:
            try:
                self.load(state.folder)
                state.name = AVAILABLE
            except Exception as error:  # whatever it is, the version does not load: no retries
                state.name, state.error = END, str(error)

    def _wanted(self, name: str) -> dict[int, Path]:
        """The folders of the versions that a model's policy asks for."""
        if name not in self.known:
            return {}
        base = Path(self.known[name].base_path)
        if self.root is not None:
            base = self.root / base.relative_to("/models")
        there = sorted(int(path.name) for path in base.glob("*") if path.name.isdecimal())
        policy = self.known[name].model_version_policy
        return {number: base / str(number) for number in chosen(there, policy)}

    def _status(self, model: str, version: int | None) -> object:
        known = self.of.get(model, {})
        if version is None and not known:
            raise RefusedError(404, f"Could not find any versions of model {model}")
        if version is not None and version not in known:
            raise RefusedError(404, f"Could not find version {version} of model {model}")
        shown = sorted(known) if version is None else [version]
        return {"model_version_status": [_told(number, known[number]) for number in shown]}

    def answering(self, model: str, label: str | None = None) -> int:
        """The version that answers a request; RefusedError as its client would get it."""
        return self._servable(model, self._version(model, None, label))[0]


def _told(number: int, state: State) -> dict[str, object]:
    code = "UNKNOWN" if state.error else "OK"
    status = {"error_code": code, "error_message": state.error}
    return {"version": str(number), "state": state.name, "status": status}


def chosen(there: list[int], policy: Any) -> list[int]:
    """The versions that a policy wants, of those that are there."""
    kind = policy.WhichOneof("policy_choice")
    if kind == "all":
        return there
    if kind == "specific":
        return [number for number in there if number in policy.specific.versions]
    return there[-(policy.latest.num_versions or 1) :]


def check_readable(version: Path) -> None:
    """Raises unless the version has a graph: all that is needed to answer its metadata."""
    content = SavedModel.FromString((version / "saved_model.pb").read_bytes())
    if not content.meta_graphs:
        raise ValueError(f"Could not find meta graph def in {version}")
