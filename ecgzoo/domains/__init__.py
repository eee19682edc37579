"""Signal domains as Keras layers: time, frequency, time-frequency and rhythm.

Every domain is a layer without trainable weights that maps a signal ``[batch, samples, leads]`` to
one representation. The same object serves in ``tf.data``, inside a model and in an exported graph.
"""

from ecgzoo.domains.frequency import FrequencyDomain
from ecgzoo.domains.layers import DomainOptions, domain_layers
from ecgzoo.domains.rhythm import RhythmDomain
from ecgzoo.domains.time import TimeDomain
from ecgzoo.domains.time_frequency import TimeFrequencyDomain

__all__ = [
    "DomainOptions",
    "FrequencyDomain",
    "RhythmDomain",
    "TimeDomain",
    "TimeFrequencyDomain",
    "domain_layers",
]
