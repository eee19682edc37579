"""Reports: models side by side, with their uncertainty and the published figures."""

from ecgzoo.lazy import lazy

__getattr__, __dir__, __all__ = lazy(
    __name__,
    {
        "report.ecg_paper": ["draw_record"],
        "report.timeline_figure": ["draw_over_time"],
        "report.cards.card": ["model_card"],
        "report.report": ["write_report"],
        "report.study.cross_validation": ["CrossValidation", "Study"],
    },
)
