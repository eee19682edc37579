"""Training: recipes, runs that resume where they were cut, cross-validation, fine-tuning."""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "training.cross_validation": ["cross_validate", "recipes"],
        "training.finetuning": ["FineTuned", "FineTuning", "finetune"],
        "training.preset_folder": ["preset_recipe", "publish_preset"],
        "training.recipe": ["Recipe"],
        "training.run": ["Run"],
        "training.from_scratch": ["train"],
    },
)
