"""What is drawn over a page: the traces of the leads that are answered, where they were seen."""

import numpy as np

from ecgzoo.pages.arrangement.arrangement import Arrangement
from ecgzoo.pages.row_reading import ReadRow
from ecgzoo.pages.sheet_reading import SheetRead
from ecgzoo.pages.sheets.sheet import COLUMNS_PER_MM, LAYOUTS, PIXELS_PER_MM, TWELVE, Sheet
from ecgzoo.report.traced_page_figure import sheet_lines

SHEET = Sheet(LAYOUTS["3x4"], (50.0, 90.0, 130.0))


def read() -> SheetRead:
    """A sheet of flat rows, each on its baseline."""
    columns = round(SHEET.size[1] * COLUMNS_PER_MM)
    rows = [
        ReadRow(np.full(columns, y * PIXELS_PER_MM - 0.5), np.ones(columns), np.zeros(columns))
        for y in (50, 90)
    ]
    rows.append(ReadRow(np.full(columns, np.nan), np.ones(columns), np.zeros(columns)))
    return SheetRead(Arrangement(SHEET, True, 1.0), rows, np.eye(3))


def test_rows_are_drawn_on_their_baselines_where_they_were_seen() -> None:
    first, second, unseen = sheet_lines(read(), TWELVE)
    assert np.allclose(first[:, 1], 50)
    assert np.allclose(second[:, 1], 90)
    assert np.isnan(unseen[:, 1]).all()
    assert abs(first[0, 0] - SHEET.left) < 1 / COLUMNS_PER_MM
    assert abs(first[-1, 0] - SHEET.right) < 1 / COLUMNS_PER_MM


def test_a_lead_that_is_left_out_of_the_answer_is_not_drawn() -> None:
    row = SHEET.rows[1]
    whole = sheet_lines(read(), TWELVE)[1]
    line = sheet_lines(read(), [lead for lead in TWELVE if lead != row[1]])[1]
    _, begins, ends, *_ = SHEET.row_boundaries(row)
    inside = (whole[:, 0] > begins) & (whole[:, 0] < ends)
    assert inside.sum() == len(line) // 4
    assert np.array_equal(np.isnan(line).any(axis=1), inside)
    assert np.array_equal(line[~inside], whole[~inside])
