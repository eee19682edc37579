"""RhythmDomain against plain indexing, and what it shows of a page."""

from dataclasses import replace

import numpy as np
import pytest

from ecgzoo.domains.rhythm import PRINTED, RhythmDomain, rhythm
from ecgzoo.domains.time import time
from ecgzoo.pages.layout import PAGE_LAYOUT, PAGE_SPEC

SIGNALS = np.random.default_rng(0).normal(0.1, 0.3, (3, *PAGE_SPEC.shape)).astype("float32")
LEAD = {name: index for index, name in enumerate(PAGE_SPEC.leads)}


def test_the_blocks_are_the_printed_page_s_columns() -> None:
    assert tuple(zip(*PAGE_LAYOUT.rows, strict=True)) == PRINTED


def test_a_row_is_its_leads_one_after_another() -> None:
    shown, leads = np.asarray(rhythm(PAGE_SPEC)(SIGNALS)), np.asarray(time(PAGE_SPEC)(SIGNALS))
    for row, names in enumerate(PAGE_LAYOUT.rows):
        expected = np.concatenate([leads[:, :, LEAD[name]] for name in names], axis=1)
        np.testing.assert_array_equal(shown[:, :, row], expected)


def test_a_rhythm_longer_than_a_column_is_seen_whole() -> None:
    """A heartbeat every 1.6 s makes one or two peaks a column, and one line in ten seconds."""
    rate, samples = PAGE_SPEC.sampling_rate, PAGE_SPEC.samples
    signal = np.zeros((1, *PAGE_SPEC.shape), "float32")
    for beat in np.arange(0.3, 4 * samples / rate, 1.6):
        block, instant = divmod(round(beat * rate), samples)
        signal[0, instant, [LEAD[name] for name in PRINTED[block]]] = 1.0
    row = np.asarray(rhythm(PAGE_SPEC)(signal))[0, :, 0]
    gaps = np.diff(np.flatnonzero(row > row.max() / 2))
    assert len(gaps) == 6
    np.testing.assert_allclose(gaps / rate, 1.6, atol=1 / rate)


def test_simultaneous_leads_are_one_block() -> None:
    spec = replace(PAGE_SPEC, simultaneous=True)
    np.testing.assert_array_equal(rhythm(spec)(SIGNALS), time(spec)(SIGNALS))


def test_missing_leads_are_zeros_and_others_are_left_out() -> None:
    spec = replace(PAGE_SPEC, leads=("V2", "II", "other"))
    signal = SIGNALS[:, :, [LEAD["V2"], LEAD["II"], 0]]
    shown = np.asarray(rhythm(spec)(signal)).reshape(3, 4, PAGE_SPEC.samples, 3)
    whole = np.asarray(rhythm(PAGE_SPEC)(SIGNALS)).reshape(shown.shape)
    np.testing.assert_allclose(shown[:, 0, :, 1], whole[:, 0, :, 1], atol=1e-5)
    np.testing.assert_allclose(shown[:, 2, :, 1], whole[:, 2, :, 1], atol=1e-5)
    assert np.count_nonzero(np.abs(shown).sum(axis=(0, 2))) == 2


@pytest.mark.parametrize("places", [[], [[]], [[0, 1], [2]]])
def test_uneven_blocks_are_refused(places) -> None:
    with pytest.raises(ValueError, match="blocks of equally many rows"):
        RhythmDomain(places)
