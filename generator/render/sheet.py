"""Prints lowered papers as .xlsx: one worksheet a list, its tables as cells to sort, filter and add up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as WrittenCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.forms.lowered import Block, Cell, Page, PageBreak, Paper, Para, Run, Style, Table, grid
from generator.render import Printed, office
from generator.render.flow import header_rows
from generator.render.fonts import OFFICE

suffix = ".xlsx"


def unavailable() -> str:
    """Return nothing: openpyxl comes with the program."""
    return ""


def render(papers: Sequence[Paper], *, copies: int, duplex: bool, title: str) -> Printed:
    """Return the papers as one workbook."""
    del copies, duplex  # these are for paper
    book = Workbook()
    book.remove(book.worksheets[0])
    _measure_columns(book)
    taken: set[str] = set()
    for paper in papers:
        for number, part in enumerate(_parts(paper)):
            name = _sheet_name(part.title, taken, "（续）" if number else "")
            _Sheet(book.create_sheet(name), part).write()
    buffer = BytesIO()
    book.save(buffer)
    parts = office.unpack(buffer.getvalue())
    parts["docProps/core.xml"] = office.core_properties(title)
    return Printed(office.pack(parts))


def _measure_columns(book: Any) -> None:
    """Have the columns of ``book`` measured by ``_MEASURE``, which openpyxl knows no public way to ask for."""
    book._fonts[0] = book._named_styles["Normal"].font = _MEASURE


def _parts(paper: Paper) -> list[Paper]:
    """Return the paper in parts, each for a worksheet of its own.

    A worksheet repeats the same rows on all its pages. What a page break or another list parts from a list must not
    stand under the first one's header, so it begins a new worksheet; a heading goes with its list.
    """
    page, parts, headed = paper.page, [replace(paper, blocks=())], False
    for block in paper.blocks:
        if isinstance(block, PageBreak) and block.page:
            page = block.page
        broken, listed = isinstance(block, PageBreak), isinstance(block, Table) and header_rows(block) > 0
        if headed and (broken or listed):
            left, taken = (parts[-1].blocks, ()) if broken else _without_heading(parts[-1].blocks)
            parts[-1:] = [replace(parts[-1], blocks=left), replace(paper, page=page, blocks=taken)]
            headed = False
        parts[-1] = replace(parts[-1], blocks=(*parts[-1].blocks, block))
        headed = headed or listed
    return parts


def _without_heading(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Return the blocks without, and then only, the paragraphs at their end that keep with what follows."""
    at = len(blocks)
    while at and isinstance(last := blocks[at - 1], Para) and last.keep_next:
        at -= 1
    return blocks[:at], blocks[at:]


def _sheet_name(title: str, taken: set[str], mark: str) -> str:
    """Return a name Excel accepts: 31 characters at most, none of ``[]:*?/\\``, unlike all ``taken`` so far; it ends
    in ``mark``."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '") or "表"
    number, name = 1, _cut(clean, 31 - len(mark)) + mark
    while name.casefold() in taken:
        number += 1
        tail = f"{mark}({number})"
        name = _cut(clean, 31 - len(tail)) + tail
    taken.add(name.casefold())
    return name


def _cut(text: str, length: int) -> str:
    """Return the start of ``text``, ``length`` UTF-16 units at most, as Excel counts."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip(" '")


_MM_PER_POINT = 25.4 / 72
_MM_PER_INCH = 25.4
_LAST_FROZEN_ROW = 15
"""A header further down stays unfrozen: rows above it would fill the screen for good."""


class _Sheet:
    """A worksheet being written from top to bottom, on the columns that all tables of its paper share."""

    def __init__(self, sheet: Worksheet, paper: Paper) -> None:
        self.sheet = sheet
        self.paper = paper
        tables = [block for block in paper.blocks if isinstance(block, Table)]
        rosters = [table for table in tables if header_rows(table)]
        self.roster = next((table for table in rosters if table.sheet), rosters[0] if rosters else None)
        self.page = _page_of(paper, self.roster)
        self.edges = _edges(tables, self.roster, self.page.text_width)
        self.row = 1

    def write(self) -> None:
        """Write the paper."""
        self._set_up(self.page)
        for block in self.paper.blocks:
            if isinstance(block, Para):
                self._para(block)
            elif isinstance(block, Table):
                self._table(block)

    def _set_up(self, page: Page) -> None:
        """Set column widths, paper, margins and foot."""
        sheet = self.sheet
        for at, (left, right) in enumerate(pairwise(self.edges), 1):
            sheet.column_dimensions[get_column_letter(at)].width = _characters(right - left)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.orientation = "landscape" if page.width > page.height else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        margins = sheet.page_margins
        margins.top, margins.right = page.top / _MM_PER_INCH, page.right / _MM_PER_INCH
        margins.bottom, margins.left = page.bottom / _MM_PER_INCH, page.left / _MM_PER_INCH
        margins.header, margins.footer = 0.0, max(0.0, page.bottom - page.footer_gap) / _MM_PER_INCH
        if page.footer and sheet.oddFooter is not None:
            sheet.oddFooter.center.text = "— &P —" if page.footer == "dash" else "&P"

    def _para(self, para: Para) -> None:
        columns = len(self.edges) - 1
        self._fill(Cell((para,), borders=frozenset()), 0.0, 1, columns, 1)
        self.sheet.row_dimensions[self.row].height = _height(para, self.edges[-1])
        self.row += 1

    def _table(self, table: Table) -> None:
        first, headers = self.row, header_rows(table)
        edges = [table.left + sum(table.widths[:at]) for at in range(len(table.widths) + 1)]
        columns = _columns(self.edges, edges)
        for row, cells in zip(table.rows, grid(table), strict=True):
            height = row.height / _MM_PER_POINT
            for at, cell, continued in cells:
                if continued:
                    continue
                self._fill(cell, table.border, columns[at] + 1, columns[at + cell.span], cell.rows)
                if not cell.borders:  # a label set on the roster's columns may find less room than on paper
                    self.sheet.cell(self.row, columns[at] + 1).alignment = _shrunk(cell.valign)
                if cell.rows == 1:
                    left, right = self.edges[columns[at]], self.edges[columns[at + cell.span]]
                    width = right - left - 2 * table.padding
                    height = max(height, sum(_height(para, width) for para in cell.paras))
            self.sheet.row_dimensions[self.row].height = height or None
            self.row += 1
        if table is self.roster:
            self._head(first, first + headers - 1, columns)

    def _head(self, first: int, last: int, columns: list[int]) -> None:
        """Repeat the header rows on paper, keep them on the screen and put a filter on the last."""
        sheet = self.sheet
        sheet.print_title_rows = f"{first}:{last}"
        if last <= _LAST_FROZEN_ROW:
            sheet.freeze_panes = f"A{last + 1}"
        left, right = get_column_letter(columns[0] + 1), get_column_letter(columns[-1])
        sheet.auto_filter.ref = f"{left}{last}:{right}{self.row - 1}"

    def _fill(self, cell: Cell, border: float, left: int, right: int, rows: int) -> None:
        """Write ``cell`` at the current row, over the sheet's columns ``left`` to ``right``."""
        found = self.sheet.cell(self.row, left)
        assert isinstance(found, WrittenCell)  # nothing has been merged over it yet
        runs = [run for para in cell.paras for run in para.runs]
        if len(runs) == 1 and runs[0].number is not None:
            found.value = runs[0].number
            found.number_format = _number_format(runs[0])
        else:
            text = _text(cell)
            if text:
                found.value = text
                found.data_type = "s"  # openpyxl would take =1+1 for a formula
            found.number_format = "@"
            found.quotePrefix = text.startswith(("=", "+", "-", "@"))  # so that editing the cell makes no formula
        found.font = _font(runs[0].style) if runs else _font(_PLAIN)
        found.alignment = _alignment(cell.paras[0].align if cell.paras else "left", cell.valign)
        found.border = _border(cell.borders, border)
        if right > left or rows > 1:
            self.sheet.merge_cells(start_row=self.row, end_row=self.row + rows - 1, start_column=left, end_column=right)


def _page_of(paper: Paper, table: Table | None) -> Page:
    """Return the page that ``table`` stands on, the first page where there is no table."""
    page = paper.page
    for block in paper.blocks if table else ():
        if block is table:
            break
        if isinstance(block, PageBreak) and block.page:
            page = block.page
    return page


def _edges(tables: Sequence[Table], roster: Table | None, width: float) -> list[float]:
    """Return the sheet's column edges in mm.

    They are the roster's, so that it can be sorted and filtered, where its columns suffice for the other tables;
    else those that all tables need together; without a table one column as wide as the text.
    """
    if roster and len(roster.widths) == max(len(table.widths) for table in tables):
        tables = [roster]
    wanted = sorted({table.left + sum(table.widths[:at]) for table in tables for at in range(len(table.widths) + 1)})
    if not wanted:
        return [0.0, width]
    found = [0.0]
    for edge in wanted:
        if edge - found[-1] >= _NARROWEST:
            found.append(edge)
    return found


_NARROWEST = 0.5
"""Edges nearer to each other than this, in mm, count as one."""


def _columns(edges: list[float], wanted: list[float]) -> list[int]:
    """Return, for each edge of a table, the index of the sheet's edge it is set on: the nearest that leaves a column
    for every cell, the outer ones on the outer."""
    found = [0]
    for number, edge in enumerate(wanted[1:-1], start=1):
        room = range(found[-1] + 1, len(edges) - (len(wanted) - 1 - number))
        found.append(min(room, key=lambda at: abs(edges[at] - edge)))
    return [*found, len(edges) - 1]


def _characters(width: float) -> float:
    """Return an Excel column width for ``width`` mm, in digits of ``_MEASURE``, which are 7 pixels wide.

    The file counts a cell's own 5 pixels of room in the width, unlike the width that Excel shows.
    """
    return round(max(0.5, width / _MM_PER_INCH * 96 / 7), 2)


_MEASURE = Font(name="Arial", size=10)
"""The type whose digits measure columns. Those of Excel's own default, Calibri 11, are as wide, but programs without
Calibri put far wider ones in its place and print everything smaller."""


def _height(para: Para, width: float) -> float:
    """Return how many points ``para`` takes in ``width`` mm: Excel does not size merged rows itself.

    The first line is as high as on paper; further lines follow at Excel's own pitch.
    """
    size = para.runs[0].style.size if para.runs else para.line
    room = max(1.0, (width - para.left - para.right) / (size * _MM_PER_POINT))
    text = "".join(run.text for run in para.runs)
    lines = sum(max(1, ceil(_ems(line) / room)) for line in text.split("\n"))
    return para.before + para.line + para.after + (lines - 1) * min(para.line, 1.4 * size)


def _ems(text: str) -> float:
    """Return the width of ``text`` in ems: Chinese characters are one, Latin ones about half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in text)


_BROKEN = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def _text(cell: Cell) -> str:
    text = "\n".join("".join(run.plain or run.text for run in para.runs) for para in cell.paras)
    return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _number_format(run: Run) -> str:
    """Return the format that shows the number as the paper does: as many decimals, the same unit after it."""
    found = re.fullmatch(r"-?\d+(?:\.(\d+))?([^\d\"]*)", run.text)
    if not found or run.number is None:
        return "General"
    decimals, unit = len(found[1] or ""), found[2]
    if f"{run.number:.{decimals}f}{unit}" != run.text:
        return "General"
    return "0" + ("." + "0" * decimals if decimals else "") + (f'"{unit}"' if unit else "")


_PLAIN = Style("fang", 10.5)


@lru_cache(maxsize=256)
def _font(style: Style) -> Font:
    return Font(
        name=OFFICE[style.font],
        size=style.size,
        bold=style.bold,
        underline="single" if style.underline else None,
        color=f"FF{style.color}",
    )


@lru_cache(maxsize=64)
def _alignment(align: str, valign: str) -> Alignment:
    return Alignment(horizontal="left" if align == "justify" else align, vertical=valign, wrap_text=True)


@lru_cache(maxsize=4)
def _shrunk(valign: str) -> Alignment:
    return Alignment(horizontal="left", vertical=valign, shrink_to_fit=True)


@lru_cache(maxsize=64)
def _border(sides: frozenset[str], weight: float) -> Border:
    line, none = Side(style="medium" if weight >= 1 else "thin", color="FF000000"), Side()
    top, right, bottom, left = (line if side in sides else none for side in ("top", "right", "bottom", "left"))
    return Border(top=top, right=right, bottom=bottom, left=left)
