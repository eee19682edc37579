"""Part: a piece of the page that an answer fills, sent as soon as it is there."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from ecgzoo.report.html.elements import paragraph

PROGRESS = "progress"


@dataclass(frozen=True)
class Part:
    """HTML for a place of the page.

    Attributes:
        place: the id of the element that it fills; of ``progress`` it is plain text.
        html: what fills it.
    """

    place: str
    html: str

    def line(self) -> str:
        r"""As a line of JSON.

        Example:
            >>> Part("answer", "<p>MI</p>").line()
            '{"place": "answer", "html": "<p>MI</p>"}\n'
        """
        return json.dumps(asdict(self)) + "\n"


def progress(doing: str) -> Part:
    """What is being done, for those who wait."""
    return Part(PROGRESS, doing)


def refused(place: str, sentence: str) -> Part:
    """Why a part cannot be had, in the sentence that the command line gives."""
    return Part(place, paragraph(sentence, "warning"))
