"""Paper: a picture that is zoomed, and measured where it is to scale."""

from __future__ import annotations

import base64
import html

from matplotlib.figure import Figure

from ecgzoo.report.ecg_paper import MM_PER_INCH, MM_PER_MILLIVOLT, MM_PER_SECOND
from ecgzoo.report.html.elements import drawing

LARGEST, LEAST = 400, 25  # percent
PICTURE = 270.0  # mm that a picture of unknown scale is wide: as the paper is


def paper_html(figure: Figure, alt: str) -> str:
    """A figure on ECG paper, at the size that it is drawn in, with calipers.

    Args:
        figure: as :func:`~ecgzoo.report.ecg_paper.ecg_figure` draws it.
        alt: what it shows, for those who do not see it.
    """
    width, height = (float(side) * MM_PER_INCH for side in figure.get_size_inches())
    svg = drawing("ecg", lambda: figure, alt, "")
    scale = f'data-second="{MM_PER_SECOND}" data-millivolt="{MM_PER_MILLIVOLT}"'
    calipers = (
        '<label><input type="checkbox" data-do="calipers"> Calipers</label>'
        '<output data-say="measured"></output>'
    )
    return _zoomed(svg, width, "ECG paper", calipers, f'{scale} data-height="{height:.2f}"')


def picture_html(png: bytes, alt: str) -> str:
    """A picture, zoomed."""
    source = f"data:image/png;base64,{base64.b64encode(png).decode()}"
    return _zoomed(f'<img src="{source}" alt="{html.escape(alt)}">', PICTURE, "Picture")


def _zoomed(inside: str, width: float, name: str, tools: str = "", scale: str = "") -> str:
    return f"""<div class="paper">
<div class="row" role="group" aria-label="{name}: tools">
<label>Zoom <input type="range" data-do="zoom" min="{LEAST}" max="{LARGEST}" step="5" value="100">
</label><output data-say="zoom">100%</output>{tools}</div>
<div class="view" tabindex="0" role="region" aria-label="{name}, scrolled with the arrow keys">
<div class="sheet" style="--width:{width:.2f}" data-width="{width:.2f}" {scale}>{inside}</div>
</div></div>"""
