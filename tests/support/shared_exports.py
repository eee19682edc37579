"""Exports of models for short signals, written once in a run of the tests."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import keras
import pytest
from made_once import made_once
from small_encoders import small_encoders
from small_presets import SPEC, make_preset

from ecgzoo import SignalSpec
from ecgzoo.artifact.preset import Preset, read_preset
from ecgzoo.exporting.saved_model import write as saved_model
from ecgzoo.models.weights import load_preset


@dataclass(frozen=True)
class Exported:
    """A preset's folder, what Keras loads from it, and its exported version.

    Tests share it: one that changes a file takes a copy.
    """

    source: Path
    version: Path
    small: bool

    @cached_property
    def model(self) -> keras.Model:
        with _encoders(self.small):
            return load_preset(self.source)[0]

    @cached_property
    def preset(self) -> Preset:
        return read_preset(self.source)


def exported_once(
    root: Path,
    model: str,
    spec: SignalSpec = SPEC,
    page: str | None = None,
    multi_label: bool = False,
    small: bool = False,
) -> Exported:
    """A preset with random weights and its version, which no fresh process has verified.

    With ``small``, its encoders are those of :mod:`small_encoders`, with which it takes a third.
    """

    def fill(folder: Path) -> None:
        with _encoders(small), pytest.MonkeyPatch.context() as patch:
            source = make_preset(folder / "preset", model, spec, page, multi_label)
            patch.setattr(saved_model, "verify", lambda _: [])
            saved_model.export(source, folder / "exported")

    name = "-".join(map(str, (model, spec.samples, page, multi_label, small)))
    folder = made_once(root / name, fill)
    return Exported(folder / "preset", folder / "exported" / model / "1", small)


def _encoders(small: bool) -> contextlib.AbstractContextManager[None]:
    return small_encoders() if small else contextlib.nullcontext()
