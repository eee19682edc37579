"""Schiller XML: a rhythm of channels, a list of numbers each.

No library reads it. What is known of the format is what Schiller's devices write and others read;
whatever is not as known is refused.
"""

from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from ecgzoo.errors import SignalError
from tf_data.formats.channels import Channel, record_of
from tf_data.formats.libraries import reading
from tf_data.formats.raw_record import RawRecord
from tf_data.formats.xml import xml_tree

KIND = "a Schiller XML"
RHYTHM = "ECG_RHYTHMS"  # beside the average beats


def read_schiller(path: Path) -> RawRecord:
    """The channels of the rhythm in ``path``, in millivolts.

    Raises:
        SignalError: if the file is damaged, holds no rhythm, or does not say its rate or unit.
    """
    with reading(KIND, path):
        waves = [one for one in xml_tree(path).iter("wavedata") if _text(one, "type") == RHYTHM]
        if len(waves) != 1:
            raise SignalError(f"expected one {RHYTHM} in {path.name}; it has {len(waves)}")
        wave = waves[0]
        if _text(wave, "resolution/samplerate/exponent") not in ("", "1"):
            raise SignalError(f"expected a rate in Hz in {path.name}; it has an exponent")
        rate = float(_text(wave, "resolution/samplerate/value"))
        step = float(_text(wave, "resolution/yres/unitperbit"))
        unit = _text(wave, "resolution/yres/units")
        channels = [
            Channel(_text(one, "name"), _samples(one), rate, unit, step)
            for one in wave.findall("channel")
        ]
        return record_of(channels, path)


def _samples(channel: Element) -> np.ndarray:
    return np.array(_text(channel, "data").replace(",", " ").split(), np.float64)


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
