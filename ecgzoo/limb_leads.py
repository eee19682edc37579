"""Limb leads: what Einthoven's and Goldberger's laws make of I and II."""

from collections.abc import Mapping

DERIVED: Mapping[str, tuple[float, float]] = {
    "III": (-1.0, 1.0),
    "aVR": (-0.5, -0.5),
    "aVL": (1.0, -0.5),
    "aVF": (-0.5, 1.0),
}
"""Shares of I and II in the leads that follow from them."""
