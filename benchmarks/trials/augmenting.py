"""Random changes to a batch of signals, as ``tf_data.augmentation`` makes them, on the accelerator.

The order of the keys is part of a trial: with another, the same trial draws other numbers.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from trials.trial import Trial


def augmented(trial: Trial, key: Array, signals: Array) -> Array:
    """The signals ``[batch, samples, leads]``, changed; a share of ``trial.clean`` as they are."""
    keys = jax.random.split(key, 12)
    changed = _moved(trial, keys[0], keys[1], signals) * _gains(trial, keys[2], keys[10], signals)
    deviation = signals.std((1, 2), keepdims=True)
    noise = trial.noise * jax.random.normal(keys[6], signals.shape)
    changed = changed + deviation * (noise + _wander(trial, keys[3:6], signals))
    if trial.cutout:
        changed = _cut_out(trial, keys[7], keys[11], changed)
    changed = _without_leads(trial, keys[8], changed)
    as_it_is = jax.random.uniform(keys[9], (len(signals), 1, 1)) < trial.clean
    return jnp.where(as_it_is, signals, changed)


def _signed(key: Array, shape: tuple[int, ...]) -> Array:
    return jax.random.uniform(key, shape, minval=-1.0, maxval=1.0)


def _moved(trial: Trial, shifting: Array, stretching: Array, signals: Array) -> Array:
    """Shifted and stretched in time; the ends are repeated, and between samples it is linear."""
    batch, samples, _ = signals.shape
    most = trial.shift * samples
    shift = jax.random.uniform(shifting, (batch, 1), minval=-most, maxval=most).round()
    scale = jnp.exp(_signed(stretching, (batch, 1)) * trial.stretch)
    middle = samples / 2
    places = (jnp.arange(samples)[None] - middle) * scale + middle + shift
    places = jnp.clip(places, 0, samples - 1)
    low = jnp.floor(places).astype(jnp.int32)
    high = jnp.minimum(low + 1, samples - 1)
    share = (places - low)[..., None]
    below, above = (jnp.take_along_axis(signals, one[..., None], 1) for one in (low, high))
    return below * (1 - share) + above * share


def _gains(trial: Trial, single: Array, common: Array, signals: Array) -> Array:
    batch, _, leads = signals.shape
    own = 1 + trial.gain * _signed(single, (batch, 1, leads))
    return own * jnp.exp(trial.common_gain * _signed(common, (batch, 1, 1)))


def _wander(trial: Trial, keys: Array, signals: Array) -> Array:
    """A slow sine on each lead, of a fifth of a cycle to one and a half."""
    batch, samples, leads = signals.shape
    shape = (batch, 1, leads)
    cycles = jax.random.uniform(keys[0], shape, minval=0.2, maxval=1.5)
    phase = jax.random.uniform(keys[1], shape, maxval=2 * np.pi)
    size = trial.wander * jax.random.uniform(keys[2], shape)
    time = jnp.linspace(0, 2 * np.pi, samples)[None, :, None]
    return size * jnp.sin(cycles * time + phase)


def _cut_out(trial: Trial, width: Array, place: Array, signals: Array) -> Array:
    batch, samples, leads = signals.shape
    widths = trial.cutout * samples * jax.random.uniform(width, (batch, 1, leads))
    centres = jax.random.uniform(place, (batch, 1, leads)) * samples
    within = jnp.abs(jnp.arange(samples)[None, :, None] - centres) < widths / 2
    return jnp.where(within, signals.mean(1, keepdims=True), signals)


def _without_leads(trial: Trial, key: Array, signals: Array) -> Array:
    chance: Any = jax.random.uniform(key, (len(signals), 1, signals.shape[2]))
    kept = (chance >= trial.lead_dropout) | (chance == chance.max(2, keepdims=True))
    return jnp.where(kept, signals, 0.0)
