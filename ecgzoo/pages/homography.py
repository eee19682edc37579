"""Homographies: how a flat sheet lies in a picture, float ``[3, 3]``, and what they do.

And what is seen of a picture through any other map.
"""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

MOST_MM = 420.0  # sides of a sheet that are looked at


def through(places: np.ndarray, others: np.ndarray) -> np.ndarray:
    """The homography that takes four places ``[4, 2]`` to four others.

    Example:
        >>> square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], float)
        >>> through(square, 2 * square + 1).round(6).tolist()
        [[2.0, 0.0, 1.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]]
    """
    rows, targets = [], []
    for (x, y), (u, v) in zip(places, others, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        targets += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(targets)), 1.0).reshape(3, 3)


def applied(home: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Where places ``[n, 2]`` come to lie.

    Example:
        >>> applied(np.diag([2.0, 3.0, 1.0]), np.array([(1.0, 1.0)])).tolist()
        [[2.0, 3.0]]
    """
    moved = np.concatenate([places, np.ones((len(places), 1))], axis=1) @ home.T
    return np.asarray(moved[:, :2] / moved[:, 2:])


def from_corner(home: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, tuple[float, float]]:
    """A homography to mm, moved so that they begin at the picture's upper left, and its size.

    Args:
        home: from pixels to mm.
        shape: of the picture: height and width first.

    Returns:
        The homography, and height and width in mm, ``MOST_MM`` at most.

    Example:
        >>> home, size = from_corner(np.diag([0.1, 0.1, 1.0]), (2000, 3000))
        >>> tuple(map(float, size))
        (200.0, 300.0)
    """
    height, width = shape[:2]
    corners = applied(home, np.array([(0, 0), (width, 0), (width, height), (0, height)]))
    first = corners.min(axis=0)
    across, down = np.minimum(corners.max(axis=0) - first, MOST_MM)
    return np.array([[1, 0, -first[0]], [0, 1, -first[1]], [0, 0, 1]]) @ home, (down, across)


def warped(
    image: Image.Image,
    home: np.ndarray,
    size: tuple[int, int],
    fill: tuple[int, ...] | int = (255,) * 3,
    resampling: Image.Resampling = Image.Resampling.BILINEAR,
) -> Image.Image:
    """An image under a homography, cut to a size (width, height).

    Args:
        image: any.
        home: from its pixels to those of what is returned.
        size: width and height.
        fill: colour of what lies outside of the image.
        resampling: how pixels are taken between those of the image.
    """
    back = np.linalg.inv(home)
    return image.transform(
        size,
        Image.Transform.PERSPECTIVE,
        (back / back[2, 2]).ravel()[:8].tolist(),
        resampling,
        fillcolor=fill,
    )


def looked_up(picture: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What a picture shows at other places than its pixels; beyond its edge, what the edge shows.

    Args:
        picture: ``[height, width]`` or ``[height, width, channels]``.
        at: float ``[2, rows, columns]``, the row and the column of each place.

    Returns:
        float32 ``[rows, columns]`` or ``[rows, columns, channels]``.

    Example:
        >>> looked_up(np.array([[0, 10], [20, 30]]), np.array([[[0.5]], [[1.0]]])).tolist()
        [[20.0]]
    """
    channels = picture[..., None] if picture.ndim == 2 else picture
    seen = [
        ndimage.map_coordinates(np.asarray(channel, np.float32), at, order=1, mode="nearest")
        for channel in np.moveaxis(channels, -1, 0)
    ]
    return seen[0] if picture.ndim == 2 else np.stack(seen, axis=-1)
