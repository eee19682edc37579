"""The laws that the leads of one heart obey; a page on which they do not is refused.

Leads of one column of boxes are printed at the same time, and the rhythm strip with all of them.
Only what varies is compared: the printer may put each trace at a height of its own. Of a law's
residual and of the traces in it the RMS is taken; limits stand beside what 491 real pages show.
"""

from itertools import permutations
from typing import Any

import numpy as np
from keras import ops

from ecgzoo.limb_leads import DERIVED
from ecgzoo.pages.layout import PageLayout

NEGLIGIBLE = 0.03  # mV: residuals below may be the pen's
BY_BLUR = 0.02  # mV more, for each pixel by which edges may lie elsewhere
GROSS = 0.15  # mV; real pages: 0.073
MAX_RESIDUAL = 0.45  # of the leads in the law: 0.35; 0.58 where I and II are exchanged
MAX_STRIP = 0.3  # of the strip's own lead: 0.26
EXCHANGED = 2.0  # the residual over the one that another order leaves: 0.61

Tensor = Any


def contradicts(
    traces: Tensor, strip_index: Tensor, layout: PageLayout, tolerance: int = 0
) -> Tensor:
    """Whether the limb leads break a law, or the rhythm strip is another than its lead.

    Einthoven: II = I + III. Goldberger: aVR + aVL + aVF = 0, in any order of the three; their order
    shows in the strip, since 1.5 II = aVF - aVR and 1.5 III = aVF - aVL. The strip repeats its lead
    in the first column of boxes.

    Args:
        traces: float32 ``[batch, rows, blocks, samples]`` in mV, the strip last.
        strip_index: int32 ``[batch]``, the strip's lead as an index into ``layout.leads``.
        layout: the page's geometry.
        tolerance: pixels by which the edges of strokes may lie elsewhere.

    Returns:
        bool ``[batch]``.

    Example:
        >>> import numpy as np
        >>> from ecgzoo.pages.layout import PAGE_LAYOUT
        >>> traces = np.zeros((2, 4, 4, 492), "float32")
        >>> traces[:, [0, 1, 3], 0] = np.sin(np.arange(492) / 9)  # I, II and the strip
        >>> traces[1, 1, 0] *= -1
        >>> contradicts(traces, np.array([1, 1]), PAGE_LAYOUT).numpy().tolist()
        [False, True]
    """
    traces = traces[..., : layout.box_samples]
    one, two, three = (traces[:, row, 0] for row in range(3))
    augmented = tuple(traces[:, row, 1] for row in range(3))
    strip = traces[:, -1]
    is_two = ops.equal(strip_index, layout.leads.index("II"))[:, None]
    repeated = ops.where(is_two, two, three)
    negligible = NEGLIGIBLE + BY_BLUR * tolerance
    laws = (
        _broken(two - one - three, (one, two, three), MAX_RESIDUAL, negligible),
        _broken(sum(augmented), augmented, MAX_RESIDUAL, negligible),
        _broken(repeated - strip[:, 0], (repeated,), MAX_STRIP, negligible),
        _in_another_order(augmented, is_two, strip[:, 1], negligible),
    )
    return ops.any(ops.stack(laws), axis=0)


def _broken(residual: Tensor, leads: tuple[Tensor, ...], share: float, negligible: float) -> Tensor:
    rms = ops.std(residual, axis=-1)
    power = sum(ops.var(lead, axis=-1) for lead in leads) / len(leads)
    beyond = ops.logical_and(rms > negligible, rms > share * ops.sqrt(power))
    return ops.logical_or(beyond, rms > GROSS)


def _in_another_order(
    augmented: tuple[Tensor, ...], is_two: Tensor, strip: Tensor, negligible: float
) -> Tensor:
    """Whether another order of aVR, aVL and aVF explains the strip far better than the printed."""
    printed, *others = (
        ops.std((f - ops.where(is_two, r, left)) / 1.5 - strip, axis=-1)
        for r, left, f in permutations(augmented)
    )
    best = ops.min(ops.stack(others), axis=0)
    far_better = ops.logical_and(printed > negligible, printed > EXCHANGED * best)
    return ops.logical_and(far_better, best < MAX_STRIP * ops.std(strip, axis=-1))


def obeying(signal: np.ndarray, leads: tuple[str, ...]) -> np.ndarray:
    """A signal whose III, aVR, aVL and aVF are what the laws make of its I and II.

    Args:
        signal: ``[..., samples, leads]`` with I and II among its leads.
        leads: their names.

    Example:
        >>> obeying(np.array([[1.0, 3.0, 0.0, 0.0]]), ("I", "II", "III", "aVF")).tolist()
        [[1.0, 3.0, 2.0, 2.5]]
    """
    signal = np.array(signal)
    one, two = (signal[..., leads.index(name)] for name in ("I", "II"))
    for name in DERIVED.keys() & set(leads):
        share, other = DERIVED[name]
        signal[..., leads.index(name)] = share * one + other * two
    return signal
