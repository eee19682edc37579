"""Domain relations: what the trained single-domain models of a cross-validation say of each other.

The paper relates the deep features of its branches; here they are embeddings of held-out records,
each by models that were not trained on them.
"""

from __future__ import annotations

from dataclasses import replace

from ecgzoo.evaluation.complementarity import Complementarity, complementarity
from ecgzoo.report.cross_validation import CrossValidation
from ecgzoo.training.held_out import held_out, unimodal_models

# Pearson's r between deep features, and mutual information, by arXiv 2508.00963. Which of the last
# two pairs has 0.37 and which 0.44 could not be read.
PAPER_CORRELATION = {
    ("time", "time_frequency"): 0.07,
    ("frequency", "time_frequency"): 0.18,
    ("frequency", "time"): -0.30,
}
PAPER_INFORMATION = {
    ("time", "time_frequency"): "0.40",
    ("frequency", "time_frequency"): "0.37 or 0.44",
    ("frequency", "time"): "0.37 or 0.44",
}


def single_domain_models(one: CrossValidation) -> dict[str, str]:
    """The trained models of one domain each, by that domain."""
    return {domain: model for domain, model in unimodal_models().items() if model in one.models}


def domain_relations(one: CrossValidation) -> Complementarity:
    """How the domains of a cross-validation's single-domain models are related.

    Raises:
        ValueError: if there are models of fewer than two domains.
        RunError: if a run is of other records than its recipe says.
    """
    models = single_domain_models(one)
    recipe = replace(one.recipe, options={})
    seen = held_out(recipe, models, one.folds, one.folder.parent, one.dataset)
    return complementarity(
        seen.embeddings, seen.labels, seen.groups, seen.folds, seen.probabilities
    )
