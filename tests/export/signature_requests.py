"""What exported models are asked in the tests of signatures: good requests, and bad ones."""

from collections.abc import Callable

import numpy as np
from asking import Job
from limb_leads import lawful
from shared_exports import Exported
from small_presets import SPEC, heartbeats

from ecgzoo import SignalSpec
from ecgzoo.exporting.signatures import STRICT
from ecgzoo.exporting.signatures.signal import example_of
from ecgzoo.exporting.signatures.signature import OK
from ecgzoo.models.front import core_of
from ecgzoo.pages.layout import AVERAGE_SPEC, PAGE_SPEC
from ecgzoo.pages.quality import PageQuality, sentence
from ecgzoo.pages.render import page_bytes, render_page
from ecgzoo.registry import DOMAINS

PAPER_MODELS = ("cnn1d", "cnn2d", "cnn1d_transformer", "hybrid1", "hybrid2")
PROBABILITIES = {"rtol": 0, "atol": 1e-5}
ROWS = heartbeats(SPEC, 8)
RATE = 500  # twice the spec's
LONG = heartbeats(SignalSpec(SPEC.leads, RATE, 2600), 8)  # 5.2 s, two and a half windows
LENGTHS = np.array([0, 1001, 1400, 1999, 2000, 2001, 2500, 2600], np.int32)
TARGETS = np.array([b"", b"HB", b"MI", b"", b"Normal", b"", b"HB", b""], object)
BAD = 3
BAD_ROWS = {
    "NaN": ("interpolate the gaps", lambda row: np.where(np.arange(row.size) == 7, np.nan, row)),
    "infinite": (
        "interpolate the gaps",
        lambda row: np.where(np.arange(row.size) == 7, np.inf, row),
    ),
    "microvolts": ("divide by the gain", lambda row: row * 1000),
    "constant": ("check the electrodes", lambda row: np.full_like(row, 0.25)),
}
BAD_SHAPES = {"leads": (2, 500, 3), "samples": (2, 400, 2), "swapped": (2, 2, 500)}
PAGES = {"traces": PAGE_SPEC, "average": AVERAGE_SPEC}


def jobs(export_small: Callable[..., Exported]) -> dict[str, Job]:
    """Every request that the tests look at."""
    made = {}
    for model in PAPER_MODELS:
        one = export_small(model)
        for name, feeds in good_requests().items():
            made[f"{model} {name}"] = Job(one.version, name, feeds)
        domains = domains_of(ROWS, core_of(one.model).input)
        made[f"{model} domains"] = Job(one.version, "domains", domains)
    several = export_small("cnn1d", multi_label=True, small=True).version
    made["multi-label"] = Job(several, "serving_default", {"signal": ROWS})
    return made | _jobs_of_every_signature(export_small) | _jobs_of_bad_rows(export_small)


def _jobs_of_every_signature(export_small: Callable[..., Exported]) -> dict[str, Job]:
    version, good, made = export_small("hybrid1").version, good_requests(), {}
    made |= {
        f"hybrid1 {n} strictly": Job(version, variant, good[n]) for n, variant in STRICT.items()
    }
    made["int16"] = Job(version, "signal_bytes", {"signal_bytes": as_bytes(ROWS, "<i2")})
    for name, (signature, feeds, _) in bad_requests().items():
        made[f"bad {name}"] = Job(version, signature, feeds)
        if signature in STRICT:
            made[f"bad {name} strictly"] = Job(version, STRICT[signature], feeds)
    for name, (signature, feeds) in wrong_ranks().items():
        made[name] = Job(version, signature, feeds)
    none = good["resampled"] | {"signal": np.ones((8, 0, 2), np.float32)}
    made["no samples"] = Job(version, "resampled", none | {"lengths": np.zeros(8, np.int32)})
    for name, variant in STRICT.items():
        feeds = {key: array[:0] for key, array in good[name].items()}
        made[f"no rows {variant}"] = Job(version, variant, feeds)
    for name, (signature, feeds) in EMPTY.items():
        made[name] = Job(version, signature, {key: array[:0] for key, array in feeds.items()})
    for name, (signature, feeds, _) in WRONG_SHAPES.items():
        made[f"shape {name}"] = Job(version, signature, good[signature] | feeds)
    return made


def _jobs_of_bad_rows(export_small: Callable[..., Exported]) -> dict[str, Job]:
    version, made = export_small("hybrid1").version, {}
    for kind in BAD_ROWS:
        made[f"bad row {kind}"] = Job(version, "serving_default", {"signal": bad_at(BAD, kind)})
    made["alone"] = Job(version, "serving_default", {"signal": np.delete(ROWS, BAD, axis=0)})
    made["single"] = Job(version, "serving_default", {"signal": ROWS[:1]})
    for kind, shape in BAD_SHAPES.items():
        signals = {"signal": np.ones(shape, "float32")}
        made[f"bad shape {kind}"] = Job(version, "serving_default", signals)
    made["one signal"] = Job(version, "serving_default", {"signal": ROWS[0]})
    made["no rows"] = Job(version, "serving_default", {"signal": ROWS[:0]})
    domains = domains_of(ROWS, ("time", "time_frequency"))
    spoiled = domains["time_frequency"].copy()
    spoiled[BAD, 0, 0, 0] = np.nan
    made["bad domain"] = Job(version, "domains", domains | {"time_frequency": spoiled})
    made["no domain rows"] = Job(version, "domains", {k: v[:0] for k, v in domains.items()})
    made["short domain"] = Job(version, "domains", domains | {"time": domains["time"][:, :400]})
    made["odd batch"] = Job(version, "domains", domains | {"time": domains["time"][:7]})
    contents = np.array([content for content, _ in page_files().values()], object)
    for page, spec in PAGES.items():
        version = export_small("cnn1d", spec, page, small=True).version
        made[f"page {page}"] = Job(version, "image", {"image_bytes": contents})
    made["no pages"] = Job(version, "image", {"image_bytes": contents[:0]})
    return made


def domains_of(signals, names):
    return {name: np.asarray(DOMAINS.get(name)(SPEC)(signals)) for name in names}


def bad_at(place: int, kind: str) -> np.ndarray:
    signals = ROWS.copy()
    signals[place] = BAD_ROWS[kind][1](ROWS[place].ravel()).reshape(SPEC.shape)
    return signals


def page_files() -> dict[str, tuple[bytes, str]]:
    """Image bytes and the status that each must get."""
    signals = lawful(heartbeats(PAGE_SPEC, 2, seed=1)) * 0.5
    first, second = (render_page(one) for one in signals)
    jpeg = page_bytes(second, "jpeg")
    return {
        "png": (page_bytes(first), OK),
        "truncated": (jpeg[: len(jpeg) // 2], sentence(PageQuality.TRUNCATED)),
        "text": (b"no image at all", sentence(PageQuality.NOT_AN_IMAGE)),
        "blank": (page_bytes(np.full_like(first, 255)), sentence(PageQuality.BLANK)),
        "empty": (b"", sentence(PageQuality.NOT_AN_IMAGE)),
        "rotated": (page_bytes(np.swapaxes(first, 0, 1)), sentence(PageQuality.ROTATED)),
        "small": (page_bytes(first[:-1]), sentence(PageQuality.WRONG_SIZE)),
        "jpeg": (jpeg, OK),
    }


def as_bytes(signals, kind) -> np.ndarray:
    numbers = (signals * 1000).round() if kind == "<i2" else signals
    return np.array([one.astype(kind).tobytes() for one in numbers], object)


def as_examples(signals) -> np.ndarray:
    return np.array([example_of(one) for one in signals], object)


def padded(signals) -> np.ndarray:
    """What lies beyond a row's length may be anything."""
    spoilt = signals.copy()
    for row, length in zip(spoilt, LENGTHS, strict=True):
        row[length or len(row) :] = np.nan
    return spoilt


def good_requests() -> dict[str, dict[str, np.ndarray]]:
    rates = np.full(8, RATE, np.float32)
    return {
        "serving_default": {"signal": ROWS},
        "signal_bytes": {"signal_bytes": as_bytes(ROWS, "<f4")},
        "classify": {"inputs": as_examples(ROWS)},
        "embedding": {"signal": ROWS},
        "saliency": {"signal": ROWS, "target": TARGETS},
        "resampled": {"signal": padded(LONG), "sampling_rate": rates, "lengths": LENGTHS},
    }


def bad_requests() -> dict[str, tuple[str, dict[str, np.ndarray], str]]:
    """Requests whose fourth row cannot be answered: signature, feeds, and the remedy it gets."""
    good = good_requests()
    signals, floats = ROWS.copy(), good["signal_bytes"]["signal_bytes"].copy()
    signals[BAD, 7, 1] = np.nan
    floats[BAD] = floats[BAD][:-1]
    short = as_examples(ROWS)
    short[BAD] = example_of(ROWS[BAD, 1:])
    targets = TARGETS.copy()
    targets[BAD] = b"AFIB"
    slow, less, more = (dict(good["resampled"]) for _ in range(3))
    slow["sampling_rate"] = np.where(np.arange(8) == BAD, 3, RATE).astype(np.float32)
    less["lengths"] = np.where(np.arange(8) == BAD, 998, LENGTHS).astype(np.int32)
    more["lengths"] = np.where(np.arange(8) == BAD, 2601, LENGTHS).astype(np.int32)
    spoilt = dict(good["resampled"], signal=padded(LONG))
    spoilt["signal"][BAD, 5, 0] = np.inf
    nan = "interpolate the gaps"
    return {
        "signal": ("serving_default", {"signal": signals}, nan),
        "bytes cut": ("signal_bytes", {"signal_bytes": floats}, "got 3999"),
        "bytes": ("signal_bytes", {"signal_bytes": as_bytes(signals, "<f4")}, nan),
        "classify": ("classify", {"inputs": as_examples(signals)}, nan),
        "classify short": ("classify", {"inputs": short}, "got 998"),
        "embedding": ("embedding", {"signal": signals}, nan),
        "saliency": ("saliency", {"signal": signals, "target": TARGETS}, nan),
        "target": ("saliency", {"signal": ROWS, "target": targets}, "predicted one; got AFIB"),
        "resampled": ("resampled", spoilt, nan),
        "rate": ("resampled", slow, "between 62.5 and 8000 Hz; got 3"),
        "short": ("resampled", less, "expected at least 2.000 s, one window; got 1.996"),
        "length": ("resampled", more, "at most the samples there are, or 0 for all; got 2601"),
    }


def wrong_ranks() -> dict[str, tuple[str, dict[str, np.ndarray]]]:
    """Requests in which one input has an axis too few, one too many, or none at all."""
    asked = good_requests() | {"domains": domains_of(ROWS, ("time", "time_frequency"))}
    asked |= {variant: asked[name] for name, variant in STRICT.items()}
    asked["contract"] = {"rows": np.zeros(8, np.int32)}
    spoils = {"less": lambda x: x[0], "more": lambda x: x[..., None], "none": _scalar}
    return {
        f"rank {signature} {name} {kind}": (signature, feeds | {name: spoil(array)})
        for signature, feeds in asked.items()
        for name, array in feeds.items()
        for kind, spoil in spoils.items()
        if array.ndim > 1 or kind != "less"
    }


def _scalar(array: np.ndarray) -> np.ndarray:
    found = np.empty((), array.dtype)
    found[()] = array.ravel()[0]
    return found


EMPTY = {f"no rows {name}": (name, feeds) for name, feeds in good_requests().items()}
WRONG_SHAPES = {
    "leads": ("resampled", {"signal": np.ones((8, 2600, 3), np.float32)}, "[batch, samples, 2]"),
    "rates": ("resampled", {"sampling_rate": np.ones(7, np.float32)}, "as many rows in each"),
    "targets": ("saliency", {"target": TARGETS[:7]}, "as many rows in each of signal, target"),
    "samples": ("embedding", {"signal": ROWS[:, 1:]}, "2 s at 250 Hz of the leads I, II, in mV"),
}
