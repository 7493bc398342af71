"""How many pages a paper will take, reckoned without laying it out: a guess, which saves a pass where it is right."""

from __future__ import annotations

from math import ceil

from generator.forms.lower import MM, width_in_ems
from generator.forms.lowered import Cell, Paper, Para, Row, Table

PEN_DIGITS = 0.6
"""The advance of a digit, in ems, in the face in which most of a list is set."""


def reckoned(paper: Paper) -> int:
    """Return about how many pages a paper takes: rows and lines one under another, heads again on each page."""
    shape = paper.page
    room = (shape.height - shape.top - shape.bottom) / MM
    pages, used = 1, 0.0
    for block in paper.blocks:
        heads = 0.0
        rows = block.rows if isinstance(block, Table) else (block,)
        for row in rows:
            if isinstance(row, Row):
                assert isinstance(block, Table)
                height = _row(row, block)
                heads += height * row.header
            elif isinstance(row, Para):
                height = _para(row, shape.text_width)
            else:
                height = getattr(row, "height", 0.0) / MM
            if used + height > room + 0.01:
                pages, used = pages + 1, heads
            used += height
    return pages


def _row(row: Row, table: Table) -> float:
    at, highest = 0, row.height / MM
    for cell in row.cells:
        width = sum(table.widths[at : at + cell.span]) - 2 * table.padding
        at += cell.span
        highest = max(highest, _cell(cell, width) if cell.rows == 1 else 0.0)
    return highest + table.border


def _cell(cell: Cell, width: float) -> float:
    return sum(_para(para, width) for para in cell.paras)


def _para(para: Para, width: float) -> float:
    lines = 0
    for line in "".join(run.text for run in para.runs).split("\n"):
        size = (para.runs[0].style.size + para.runs[0].style.spacing) * MM if para.runs else 1.0
        wide = width_in_ems(line, latin=PEN_DIGITS) * size + para.first
        lines += max(1, ceil(wide / (width - para.left - para.right) - 0.01))
    return para.before + para.after + lines * para.line
