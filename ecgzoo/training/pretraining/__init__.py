"""Pretraining: one encoder on several data sets at once, for any of its leads."""

from ecgzoo.training.pretraining.corpus import Corpus, read_corpus
from ecgzoo.training.pretraining.pretrain import Pretraining, pretrain

__all__ = ["Corpus", "Pretraining", "pretrain", "read_corpus"]
