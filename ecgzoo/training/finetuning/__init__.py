"""Fine-tuning: a preset's body on somebody's own records, head first and then from the top down."""

from ecgzoo.training.finetuning.finetune import finetune
from ecgzoo.training.finetuning.result import FineTuned, FineTuning

__all__ = ["FineTuned", "FineTuning", "finetune"]
