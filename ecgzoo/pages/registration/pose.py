"""Where the printed page lies in an image: an affine map, from the page's pixels to the image's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecgzoo.pages.layout import PAGE_LAYOUT


@dataclass(frozen=True, eq=False)
class Pose:
    """An affine map from ``(x, y)`` on the page, as printed, to ``(x, y)`` in an image.

    Attributes:
        matrix: float64 ``[2, 3]``.

    Example:
        >>> pose = Pose.of(scale=0.5, degrees=0, page=(100, 40), image=(7, 9))
        >>> pose.apply(np.array([[100.0, 40.0], [300.0, 40.0]])).tolist()
        [[7.0, 9.0], [107.0, 9.0]]
        >>> pose.dots_per_inch
        100.0
    """

    matrix: np.ndarray

    @classmethod
    def of(
        cls, scale: float, degrees: float, page: tuple[float, float], image: tuple[float, float]
    ) -> Pose:
        """Scaled, turned clockwise, and moved so that a point of the page lies at one of the image.

        Args:
            scale: pixels of the image for each of the page.
            degrees: by which the page is turned.
            page: a point of the page.
            image: where it lies.
        """
        turn = np.radians(degrees)
        cos, sin = scale * np.cos(turn), scale * np.sin(turn)
        linear = np.array([[cos, -sin], [sin, cos]])
        return cls(np.column_stack([linear, np.asarray(image) - linear @ np.asarray(page)]))

    def apply(self, points: np.ndarray) -> np.ndarray:
        """Points ``[..., 2]`` of the page, in the image."""
        return points @ self.matrix[:, :2].T + self.matrix[:, 2]

    def after(self, change: np.ndarray) -> Pose:
        """This map after an affine one ``[2, 3]`` within the page."""
        linear, moved = change[:, :2], change[:, 2]
        return Pose(np.column_stack([self.matrix[:, :2] @ linear, self.apply(moved)]))

    @property
    def scale(self) -> float:
        """Pixels of the image for each of the page."""
        return float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    @property
    def dots_per_inch(self) -> float:
        """Of the image."""
        return self.scale * PAGE_LAYOUT.dots_per_inch

    @property
    def degrees(self) -> float:
        """By which the page is turned clockwise, -180 to 180."""
        return float(np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0])))
