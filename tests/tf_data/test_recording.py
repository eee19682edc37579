"""A recording is stored in the converter's own steps: all of them, and nothing else."""

import numpy as np
import pytest

from ecgzoo.errors import SignalError
from tf_data.recording import Recording


def test_every_step_of_sixteen_bits_is_kept() -> None:
    counts = np.arange(-(2**15), 2**15)[:, None]
    one = Recording("a", counts / 2**15, 2000, ("sound",), resolution=1 / 2**15)
    np.testing.assert_array_equal(one.counts(), counts)


@pytest.mark.parametrize("sample", [2**15, -(2**15) - 1, np.nan, np.inf])
def test_what_does_not_fit_is_named(sample: float) -> None:
    one = Recording("b0001", np.array([[0.0], [sample]]), 2000, ("sound",), resolution=1.0)
    with pytest.raises(SignalError, match="at most 32767 steps in record b0001"):
        one.counts()
