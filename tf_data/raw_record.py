"""What a file format's reader hands to :func:`tf_data.records.read_record`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class RawRecord:
    """A file's content before its checks.

    Attributes:
        signal: array as stored, or in millivolts where the file says its units.
        sampling_rate: in Hz; None where the file does not say it.
        leads: lead names; None where the file does not name them.
    """

    signal: np.ndarray
    sampling_rate: float | None = None
    leads: tuple[str, ...] | None = None
