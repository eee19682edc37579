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
    for names, request in requests(np.load(recorded)).items():
        inputs = {name: tf.constant(value) for name, value in request.items()}
        for signature in names.split("+"):
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
    """The recorded inputs by name, for each group of signatures."""
    found: dict = {}
    for key in arrays:
        names, part, name, *_ = key.split("/")
        if part == "inputs":
            found.setdefault(names, {})[name] = arrays[key]
        elif part == "bytes":
            found.setdefault(names, {}).setdefault(name, []).append(arrays[key].tobytes())
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
