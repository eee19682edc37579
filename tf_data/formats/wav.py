"""Wav files: sounds of one channel."""

import wave
from pathlib import Path

import numpy as np

from ecgzoo.errors import SignalError


def read_wav(path: Path) -> tuple[np.ndarray, float]:
    """The samples of a wav file of one channel and 16 bits: int16 ``[samples, 1]``; and its rate.

    Raises:
        SignalError: if the file is damaged, or of another kind.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            kind = sound.getnchannels(), sound.getsampwidth()
            rate, content = sound.getframerate(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise SignalError(f"expected a wav file in {path.name}: {error}") from error
    if kind != (1, 2) or not content:
        raise SignalError(
            f"expected one channel of 16 bits in {path.name}; got {kind[0]} of {8 * kind[1]}"
        )
    return np.frombuffer(content, "<i2")[:, None], float(rate)
