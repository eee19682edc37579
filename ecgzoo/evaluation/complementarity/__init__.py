"""How domains' embeddings relate to each other, and what each tells about the label."""

from ecgzoo.evaluation.complementarity.complementarity import Complementarity, complementarity
from ecgzoo.evaluation.complementarity.correlation import (
    canonical_correlation,
    canonical_variates,
    component_correlations,
    linear_cka,
    mean_absolute_correlation,
    mean_correlation,
    mutual_information,
    pooled_correlation,
)
from ecgzoo.evaluation.complementarity.label_information import Step, label_information
from ecgzoo.evaluation.complementarity.relations import Relation, relation

__all__ = [
    "Complementarity",
    "Relation",
    "Step",
    "canonical_correlation",
    "canonical_variates",
    "complementarity",
    "component_correlations",
    "label_information",
    "linear_cka",
    "mean_absolute_correlation",
    "mean_correlation",
    "mutual_information",
    "pooled_correlation",
    "relation",
]
