"""Bias and coverage of the complementarity figures on Gaussians whose truth is known.

    python benchmarks/complementarity.py [--records N] [--repeats N] [--draws N] [--json FILE]

Related embeddings have five columns each, of which every one correlates by one half with its
counterpart; unrelated ones are independent. Intervals are of random halves, as the library takes
them, and beside them of a bootstrap that draws records with replacement. Information about the
label is of a fair coin Y: a first domain N(+-1, 1) and a second N(+-0.7, 1), each hidden among
seven columns of noise; or a second of eight columns of noise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rounds import surroundings, table, write
from scipy.integrate import quad
from scipy.stats import norm

from ecgzoo.evaluation.complementarity import label_information
from ecgzoo.evaluation.complementarity.relations import MEASURES
from ecgzoo.evaluation.half_samples import half_sample_interval

Draw = tuple[np.ndarray, np.ndarray]
WIDTH, RHO = 5, 0.5
TRUTHS = {  # of related embeddings; that of unrelated ones is zero
    "pooled correlation": RHO,
    "canonical correlation": RHO,
    "linear CKA": RHO**2,
    "mutual information": -WIDTH / 2 * np.log(1 - RHO**2),
}


def main() -> None:
    """Prints the two tables."""
    assert __doc__
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=491)
    parser.add_argument("--repeats", type=int, default=100, help="simulations of each kind")
    parser.add_argument("--draws", type=int, default=100, help="halves, and resamples, of each")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    sizes = options.records, options.repeats, options.draws
    relations = [
        _row(kind, name, truth, *_simulated(name, rho, *sizes))
        for kind, rho, truths in (
            ("related", RHO, TRUTHS),
            ("unrelated", 0.0, dict.fromkeys(MEASURES, 0.0)),
        )
        for name, truth in truths.items()
    ]
    heads = ("embeddings", "figure", "truth", "mean", "sd", "halves cover", "bootstrap covers")
    print(table(heads, relations))
    told = [
        _row(kind, "added to the label", truth, *_told(distance, *sizes[:2]))
        for kind, distance, truth in (
            ("second tells", 0.7, coin(np.hypot(1.0, 0.7)) - coin(1.0)),
            ("second is noise", 0.0, 0.0),
        )
    ]
    print(table(("domains", "figure", "truth", "mean", "sd", "bootstrap covers"), told))
    figures = {"relations": relations, "label": told, "settings": vars(options) | {"json": None}}
    write(options.json, figures | surroundings("numpy", "scipy", "scikit-learn"))


def coin(distance: float) -> float:
    """Nats that N(+-distance, 1) tells about the coin that gave the sign."""

    def term(x: float) -> float:
        p, q = norm.pdf(x, distance), norm.pdf(x, -distance)
        return float(p * np.log(2 * p / (p + q)))

    return float(quad(term, -12, 12)[0])


def _simulated(
    name: str, rho: float, records: int, repeats: int, draws: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The figure in each simulation, ``[repeats]``, and the ends of both kinds of intervals."""
    measure, estimates, halves, boots = MEASURES[name], [], [], []
    for repeat in range(repeats):
        first, noise = np.random.default_rng(repeat).normal(size=(2, records, WIDTH))
        second = rho * first + np.sqrt(1 - rho**2) * noise
        found = half_sample_interval(_on((first, second), measure), range(records), draws, repeat)
        estimates.append(found.estimate)
        halves.append((found.low, found.high))
        boots.append(_bootstrap((first, second), measure, draws, repeat))
    return np.array(estimates), [np.array(halves), np.array(boots)]


def _on(pair: Draw, measure: Callable[..., float]) -> Callable[[np.ndarray], float]:
    return lambda rows: measure(pair[0][rows], pair[1][rows])


def _bootstrap(
    pair: Draw, measure: Callable[..., float], draws: int, seed: int
) -> tuple[float, float]:
    rng, records = np.random.default_rng(seed), len(pair[0])
    found = [_on(pair, measure)(rng.integers(0, records, records)) for _ in range(draws)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def _told(distance: float, records: int, repeats: int) -> tuple[np.ndarray, list[np.ndarray]]:
    """What the second domain is estimated to add, and the ends of its interval."""
    estimates, ends = [], []
    for repeat in range(repeats):
        rng = np.random.default_rng(repeat)
        labels = rng.integers(0, 2, records)
        first, second = rng.normal(size=(2, records, 8))
        first[:, 0] += 2 * labels - 1
        second[:, 0] += distance * (2 * labels - 1)
        found = label_information(labels, second, range(records), first, seed=repeat)
        estimates.append(found.estimate)
        ends.append((found.low, found.high))
    return np.array(estimates), [np.array(ends)]


def _row(
    kind: str, name: str, truth: float, estimates: np.ndarray, intervals: list[np.ndarray]
) -> list[str]:
    covered = [((one[:, 0] <= truth) & (truth <= one[:, 1])).mean() for one in intervals]
    figures = truth, estimates.mean(), estimates.std(ddof=1)
    return [kind, name, *(f"{one:.3f}" for one in figures), *(f"{one:.0%}" for one in covered)]


if __name__ == "__main__":
    main()
