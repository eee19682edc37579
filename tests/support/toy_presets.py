"""Presets of small models for the toy data set, with the weights that they are built with."""

import json

import keras
from toy_ecgs import SPEC

import ecgzoo
from ecgzoo.artifact.preset import DESCRIPTION, WEIGHTS, Preset, digest


def write_preset(folder, model="cnn1d", spec=SPEC, classes=("slow", "fast"), **facts):
    keras.utils.set_random_seed(1)
    core = ecgzoo.build(model, spec, len(classes), inputs="domains")
    folder.mkdir()
    core.save_weights(folder / WEIGHTS)
    preset = Preset(model, spec, classes, weights_sha256=digest(folder / WEIGHTS), **facts)
    (folder / DESCRIPTION).write_text(json.dumps(preset.to_dict()), encoding="utf-8")
    return folder
