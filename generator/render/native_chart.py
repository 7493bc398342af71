"""A chart that Excel itself draws of the cells of a table, and draws anew when somebody changes them; it too is told by
patterns and markers, not by colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import Marker
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

PATTERNS: tuple[Any, ...] = ("dkUpDiag", "pct20", "dkHorz", "pct75", "pct5")
DASHES: tuple[Any, ...] = ("solid", "dash", "sysDot", "dashDot", "sysDash")
MARKERS: tuple[Any, ...] = ("circle", "square", "triangle", "diamond", "x")
"""One for each series, of which the target may be the fifth."""
COLOURS: tuple[Any, ...] = ("404040", "FFFFFF")
"""Those of a pattern and of what is behind it."""


def native_chart(
    kind: str, sheet: Worksheet, columns: Sequence[int], rows: tuple[int, int], size: tuple[float, float]
) -> BarChart | LineChart:  # fmt: skip
    """Return a chart, so many mm wide and high, of a table whose labels stand in the first of ``columns``, one series
    in each other; of its ``rows`` the first names them, the second is the last."""
    first, last = rows
    chart: Any = BarChart() if kind in ("bars", "columns") else LineChart()
    if kind in ("bars", "columns"):
        chart.type = "bar" if kind == "bars" else "col"
    for column in columns[1:]:
        chart.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=columns[0], min_row=first + 1, max_row=last))
    for at, series in enumerate(chart.series):
        look: Any = GraphicalProperties()
        if isinstance(chart, BarChart):
            look.pattFill = PatternFillProperties(PATTERNS[at], *(ColorChoice(srgbClr=colour) for colour in COLOURS))
        else:
            series.marker, series.smooth = Marker(symbol=MARKERS[at], size=6), False
        look.line = LineProperties(solidFill="000000", prstDash=DASHES[at])
        series.graphicalProperties = look
    chart.dataLabels = DataLabelList(showVal=True, showSerName=False, showCatName=False, showLegendKey=False)
    if kind == "bars":
        chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.width, chart.height = (length / 10 for length in size)
    chart.x_axis.delete = chart.y_axis.delete = False  # of what says nothing of it Excel takes that it is
    return chart  # type: ignore[no-any-return]
