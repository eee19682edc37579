"""What each trial was for: the lines of the table, in its order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One trial as the table tells it.

    Attributes:
        trial: its name.
        what: differs from its reference.
        why: it was tried.
        reference: name of the trial that it is compared with; None for one that others are.
        kind: of answer that is told.
    """

    trial: str
    what: str
    why: str
    reference: str | None = None
    kind: str = "last"


LINES = (
    Line("c1", "`cnn1d` on all of the training part", "the reference of one domain"),
    Line("c1_base", "an eighth held out, best epoch of it", "what validation costs", "c1", "best"),
    Line("c1_60", "60 epochs", "is it trained long enough?", "c1"),
    Line("c1_strong", "stronger augmentation", "491 records are few", "c1"),
    Line("c1_wide", "1.5 times as wide", "does it lack room?", "c1"),
    Line("c1_k15", "kernels of 15", "does it see too little at once?", "c1"),
    Line("c1_max", "maximum beside the mean", "one odd beat may tell", "c1"),
    Line("c1_ptb", "body pretrained on PTB-XL's labels", "495 more records", "c1"),
    Line("c1_con", "body pretrained on PTB-XL by contrast", "495 more, without labels", "c1"),
    Line("c1_kd", "half the target from three `h1`", "a hybrid's answers in a small model", "c1"),
    Line("c1_kd8", "80% of the target from three `h1`", "the same, more of it", "c1"),
    Line("b_cnn1d", "the same, in the other call", "does a trial repeat itself?", "c1"),
    Line("b_cnn2d", "scalogram instead of time", "what a domain can do alone", "c1"),
    Line("b_cnn1d_transformer", "spectrum instead of time", "the same", "c1"),
    Line("rows", "rhythm beside time", "2.5 s do not show a rhythm", "c1"),
    Line("T_strong", "stronger augmentation", "more inputs, more to learn by heart", "rows"),
    Line("T_strong60", "the same for 60 epochs", "harder to learn, so longer", "rows"),
    Line("h1", "`hybrid1` on all of the training part", "the reference of two domains"),
    Line("h1_base", "an eighth held out, best epoch of it", "what validation costs", "h1", "best"),
    Line("t_h1", "three seeds of weights", "the teacher; chance of the weights", "h1"),
    Line("h1_ld0", "no lead dropout", "does it pay?", "h1"),
    Line("h1_ld2", "lead dropout of .2", "would more?", "h1"),
    Line("h1_strong", "stronger augmentation", "491 records are few", "h1"),
    Line("h1rows", "rhythm beside both: `hybrid_rhythm`", "2.5 s do not show a rhythm", "h1"),
    Line("R_strong", "stronger augmentation", "more inputs, more to learn by heart", "h1rows"),
    Line("R_strong_sh05", "the same, shift of .05", "shifts repeat ends within 10 s", "h1rows"),
    Line(
        "R_strong_sh05", "the same, EMA over shifts", "its best kind of answer", "h1rows", "ema_tta"
    ),
    Line("R_gated", "gated fusion", "domains weighed by record", "h1rows"),
    Line("R_wd", "ten times the weight decay", "against learning by heart", "h1rows"),
    Line("h2", "`hybrid2`: spectra beside both", "the paper's larger model", "h1"),
    Line("h2_aux", "`hybrid2`, each encoder its own loss", "no domain hides another", "h1"),
    Line("h2_dd", "`hybrid2`, domain dropout of .2", "no domain is leant on alone", "h1"),
    Line("h2_strong", "`hybrid2`, stronger augmentation", "more weights, few records", "h1"),
    Line("h2_rowspec", "`hybrid2`, spectra of ten seconds", "bins of .1 Hz, not .4", "h1"),
)

# hybrid2 made to hold, and what it is compared with.
HELD = (
    ("h2", "h1"),
    ("h2_aux", "h1"),
    ("h2_dd", "h1"),
    ("h2_strong", "h1"),
    ("h2_strong", "h1_strong"),
    ("h2_rowspec", "h1"),
)
