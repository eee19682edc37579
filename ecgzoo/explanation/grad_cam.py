"""Grad-CAM: where in a branch's last feature map the evidence for a class lies."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import keras
import numpy as np

from ecgzoo.explanation.gradients import Arrays, gradient, with_gradient
from ecgzoo.features import Features
from ecgzoo.models.embed import in_batches


def grad_cam(core: keras.Model, domains: Arrays, target: np.ndarray) -> dict[str, np.ndarray]:
    r"""``relu(sum_k a_k A_k)`` per domain (Selvaraju et al. 2017, arXiv 1610.02391, equation 2).

    ``A_k`` is channel ``k`` of a branch's last feature map, ``a_k`` the mean over its places of the
    score's derivative. The score is the probability. An encoder of sequences gives its tokens
    (of a 1D-CNN those are its last stage), one of images its last stage.

    A feature map has no leads, so each map is the same for all of them. It is stretched linearly
    over the domain's input and keeps its sum, so that the domains can be compared: where features
    are averaged and joined, that sum is the evidence which the domain adds, to first order.

    Args:
        core: as ``build(name, inputs="domains")`` makes it.
        domains: ``[n, ...]`` each, what the core takes.
        target: int ``[n]``, the class of each row.

    Returns:
        By domain, of its input's shape, at least 0.

    Raises:
        ValueError: if the core's feature maps are not known, as after loading a ``.keras`` file.
    """
    maps = feature_maps(core)
    cams = _cams(core, maps, domains, target)
    shared = next(iter(cams)) not in core.input  # an input fusion has one encoder for all
    return {
        name: stretched(cams[next(iter(cams))] if shared else cams[name], one.shape)
        for name, one in domains.items()
    }


def feature_maps(core: keras.Model) -> dict[str, Any]:
    """The tensors that Grad-CAM looks at, by domain, or by the name of an input fusion."""
    insides = getattr(core, "insides", None)
    if insides is None or not insides.features:
        raise ValueError(
            f"the feature maps of {core.name} are not known: build it with ecgzoo.build, and give "
            "it its weights"
        )
    return {name: _last(core, one) for name, one in insides.features.items()}


def _last(core: keras.Model, features: Features) -> Any:
    """The tokens of a sequence where the answer rests on them, else the last stage.

    A transformer's last stage is normalised before it is pooled, which takes out its scale: the
    slopes there are at right angles to it. So its tokens, which are after that, are better.
    """
    last = features.stages[-1]
    rests = features.tokens._keras_history.operation in core.operations
    return features.tokens if rests and len(last.shape) == 3 else last


def _cams(
    core: keras.Model, maps: Mapping[str, Any], domains: Arrays, target: np.ndarray
) -> dict[str, np.ndarray]:
    names = list(core.input)
    to_maps = keras.Model(core.input, dict(maps))
    rest = keras.Model([*core.input.values(), *maps.values()], with_gradient(core).output)
    found = in_batches(partial(to_maps, training=False), domains)
    inputs = {**domains, **{f"map of {name}": one for name, one in found.items()}}

    def score(tensors: dict[str, Any]) -> Any:
        cut = [tensors[f"map of {name}"] for name in maps]
        return rest([*(tensors[name] for name in names), *cut], training=False)

    _, slopes = gradient(score, inputs, target)
    return {name: _cam(one, slopes[f"map of {name}"]) for name, one in found.items()}


def _cam(feature_map: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    places = tuple(range(1, feature_map.ndim - 1))
    weights = slopes.mean(axis=places, keepdims=True)
    return np.maximum((weights * feature_map).sum(axis=-1), 0)


def stretched(cam: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Maps ``[n, ...]`` over the places and leads of ``shape``, with the same sum.

    Example:
        >>> stretched(np.array([[0.0, 4.0]]), (1, 4, 1))[0, :, 0].tolist()
        [0.0, 0.5, 1.5, 2.0]
    """
    from scipy.ndimage import zoom  # scipy.ndimage takes a moment to import

    while cam.ndim < len(shape) - 1:  # one of steps, for an image: alike in all rows
        cam = cam[:, None]
    ratio = [big / small for big, small in zip(shape[1:-1], cam.shape[1:], strict=True)]
    large = zoom(cam, (1, *ratio), order=1, mode="nearest", grid_mode=True)
    sums = [one.reshape(len(one), -1).sum(axis=1) for one in (cam, large)]
    scale = np.divide(sums[0], sums[1], out=np.zeros(len(cam)), where=sums[1] > 0) / shape[-1]
    even = large * scale.reshape(-1, *[1] * (large.ndim - 1))
    return np.repeat(even[..., None], shape[-1], axis=-1).astype("float32")
