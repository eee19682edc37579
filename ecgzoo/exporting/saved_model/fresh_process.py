"""A fresh process without ecgzoo that asks a version what was recorded: what loads there, serves.

It is run as ``python -I fresh_process.py VERSION RECORDED ANSWERS``, and writes an array per
output, called ``<signature>/<output>``.
"""

import sys

import numpy as np


def main(version: str, recorded: str, answers: str) -> None:
    """Loads the version, asks every signature, and writes the answers."""
    sys.modules["ecgzoo"] = None  # type: ignore[assignment]
    import tensorflow as tf

    served = tf.saved_model.load(version).signatures
    found = {}
    for signature, request in requests(np.load(recorded)).items():
        inputs = {name: tf.constant(value) for name, value in request.items()}
        try:
            answer = served[signature](**inputs)
        except Exception as error:
            sys.exit(f"signature {signature}: {type(error).__name__}: {error}")
        for output, tensor in answer.items():
            value = tensor.numpy()
            strings = value.dtype == object
            found[f"{signature}/{output}"] = value.astype("S") if strings else value
    np.savez(answers, **found)


def requests(arrays: dict) -> dict:
    """The recorded inputs by name, for each signature."""
    found: dict = {}
    for key in sorted(arrays, key=row):
        names, part, name, *_ = key.split("/")
        if part == "answer":
            continue
        value = arrays[key]
        for signature in names.split("+"):
            inputs = found.setdefault(signature, {})
            if part == "inputs":
                inputs[name] = value
            else:
                inputs.setdefault(name, []).append(value.tobytes())
    return found


def row(key: str) -> int:
    """Where a row of bytes stands in its input, which ends its key; other arrays come first."""
    last = key.rpartition("/")[2]
    return int(last) if last.isdecimal() else -1


if __name__ == "__main__":
    main(*sys.argv[1:])
