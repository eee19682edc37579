"""Exported models, written once per session; verification has tests of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
import pytest
from small_presets import SPEC, make_preset

from ecgzoo import SignalSpec
from ecgzoo.artifact.preset import Preset
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.models.weights import load_preset


@dataclass(frozen=True)
class Exported:
    """A preset's folder, what Keras loads from it, and its exported version."""

    source: Path
    model: keras.Model
    preset: Preset
    version: Path


@pytest.fixture
def unverified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exports without the fresh process, which takes seconds and is not what the test is about."""
    monkeypatch.setattr(saved_model, "verify", lambda _: [])
    monkeypatch.setattr(saved_model, "write_recorded", lambda *_: None)


@pytest.fixture(scope="session")
def export_small(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Exported]:
    """Makes a preset of a small model and exports it; asked for the same again, gives the same."""
    done: dict[tuple, Exported] = {}

    def make(
        model: str, spec: SignalSpec = SPEC, page: str | None = None, multi_label: bool = False
    ) -> Exported:
        key = (model, spec, page, multi_label)
        if key not in done:
            folder = tmp_path_factory.mktemp(model)
            source = make_preset(folder / "preset", model, spec, page, multi_label)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(saved_model, "verify", lambda _: [])
                version = saved_model.export(source, folder / "exported")
            done[key] = Exported(source, *load_preset(source), version)
        return done[key]

    return make
