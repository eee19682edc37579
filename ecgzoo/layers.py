"""Every layer under one name: ``import ecgzoo.layers`` is what a saved model needs to load.

Keras finds a class in a file by the name that it was registered under; importing it registers it.

Example:
    >>> import keras, tempfile, ecgzoo, ecgzoo.layers
    >>> path = tempfile.mkdtemp() + "/model.keras"
    >>> ecgzoo.build("cnn1d", ecgzoo.SignalSpec(("II",), 250, 500), 2).save(path)
    >>> keras.saving.load_model(path).preset.model
    'cnn1d'
"""

from ecgzoo.domains.frequency import FrequencyDomain
from ecgzoo.domains.rhythm import RhythmDomain
from ecgzoo.domains.time import TimeDomain
from ecgzoo.domains.time_frequency import TimeFrequencyDomain
from ecgzoo.encoders.conv1d_transformer import LearnedPositions
from ecgzoo.fusion.attention.bottleneck import SharedTokens
from ecgzoo.fusion.attention.tokens import Attention
from ecgzoo.fusion.fused import DomainMean, Masked
from ecgzoo.fusion.future_work.autoencoder import SharedLatent
from ecgzoo.fusion.future_work.graph import MessagePassing
from ecgzoo.fusion.input.input import OnGrid
from ecgzoo.fusion.output.mixture_of_experts import Mixture
from ecgzoo.fusion.output.product_of_experts import ProductOfExperts
from ecgzoo.fusion.output.stacking import Stacking
from ecgzoo.fusion.output.vote import Vote
from ecgzoo.fusion.output.weighted_average import WeightedAverage
from ecgzoo.fusion.single_level.gated import GatedUnits
from ecgzoo.fusion.single_level.low_rank import LowRank
from ecgzoo.fusion.single_level.product import Product
from ecgzoo.fusion.single_level.weighted_sum import WeightedSum
from ecgzoo.models.core import Core
from ecgzoo.models.front import AllPresent, DomainDropout, PlacedLeads, SignalModel
from ecgzoo.models.regressor import TargetScale
from ecgzoo.models.views import View
from ecgzoo.pages.page_layers import LeadTraces, VerticalAverage

__all__ = sorted(name for name, one in vars().items() if isinstance(one, type))
