"""Writes rows of text as the files people fill in: a workbook, or YAML."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.protection import SheetProtection

from generator import office
from generator.dataset import columns, guide
from generator.dataset.guide import Entry
from generator.dataset.models import Class
from generator.dataset.rows import WRITTEN
from generator.errors import DataError, Place, Problem

Rows = Sequence[Mapping[str, str]]

EXPLANATION = "说明"

_TEXT = "@"  # the number format that keeps what is typed later as text, so that no digit is lost
_UNLOCKED = Protection(locked=False)
_NARROWEST, _WIDEST = 8, 40
_LAST_COLUMN, _LAST_ROW = 16384, 1048576  # of a sheet in Excel
_LONGEST_TEXT = 32767  # characters that Excel keeps in a cell
_A4 = 9
_MOST_KEPT = 4  # columns, beside which there is room for others
_NAMES = ("name", "student", "case", "number")  # what a row is told by: it stays in sight
_REQUIRED, _OPTIONAL, _RULED = PatternFill("solid", "FFE699"), PatternFill("solid", "E7E6E6"), Side("thin", "BFBFBF")
_LINE = 16  # points
_PAGE_COLUMNS = 180  # half-width characters on a page of a size that can be read
_GUIDE_WIDTHS = (12, 24, 8, 52, 40, 10)
_COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_COLUMNS = 260, 20, 34  # in pixels, and half-width characters in a line
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BEFORE = re.compile(rb"(?=<legacyDrawing|</worksheet>)")
_IGNORED = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'


def write_workbook(sheets: Mapping[str, Rows], path: Path, *, explained: bool = False) -> None:
    """Write each sheet's rows, header by header, into a new .xlsx file (see ``workbook``)."""
    path.write_bytes(workbook(sheets, explained=explained))


def workbook(sheets: Mapping[str, Rows], *, explained: bool = False) -> bytes:
    """Return an .xlsx file that holds each sheet's rows and helps those who go on with it.

    A sheet's headers are the keys of its rows in order of appearance; an absent key is an empty cell. A sheet without
    rows has the headers of its model. Everything is written as text: ``=1+1`` becomes no formula, and numbers of
    identity cards and telephones keep their digits. Where it is ``explained``, a sheet tells what the others are for.
    The same rows give the same bytes. Raises ``DataError`` where a text is longer than a cell can be.
    """
    if too_long := list(_too_long(sheets)):
        raise DataError(too_long)
    written = {name: headers(rows) or _all_headers(name) for name, rows in sheets.items()}
    book = Workbook(write_only=True)
    if explained:
        _explain(book.create_sheet(EXPLANATION), written)
    for name, rows in sheets.items():
        _Sheet(book.create_sheet(name), name, written).write(rows)
    buffer = BytesIO()
    book.save(buffer)
    parts = office.unpack(buffer.getvalue())
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):  # a number kept as text is no mistake here
            parts[name] = _BEFORE.sub(_IGNORED, part, count=1)
    return office.pack(parts | {"docProps/core.xml": office.core_properties("")})


def write_yaml(sheets: Mapping[str, Rows], path: Path) -> None:
    """Write each sheet's rows into a new YAML file, leaving out what is empty; every value is text to any reader."""
    path.write_text("\n".join(_yaml_sheet(name, rows) for name, rows in sheets.items()), "utf-8", newline="\n")


def headers(rows: Rows) -> list[str]:
    """Return the keys of ``rows`` in order of appearance."""
    return list(dict.fromkeys(key for row in rows for key in row))


def _too_long(sheets: Mapping[str, Rows]) -> Iterator[Problem]:
    for name, rows in sheets.items():
        for header, text in ((header, text) for row in rows for header, text in row.items()):
            if len(text) > _LONGEST_TEXT:
                what = f"有 {len(text)} 个字，Excel 的一格放不下"
                yield Problem(Place(sheet=name, cell=header), what, f"改到 {_LONGEST_TEXT} 个字以内")


def _all_headers(name: str) -> list[str]:
    model = columns.sheets().get(name)
    return guide.all_headers(model) if model else []


# A sheet of records


@dataclass(slots=True)
class _Sheet:
    """A sheet being written: its header is locked and explained, all other cells are text and free."""

    sheet: Any
    name: str
    written: Mapping[str, Sequence[str]]  # the headers of every sheet

    def write(self, rows: Rows) -> None:
        """Write the header and the rows below it."""
        names = self.written[self.name]
        model = columns.sheets().get(self.name)
        entries = [guide.entry(model, name) if model else None for name in names]
        self._shape(names, entries, rows)
        self.sheet.append([self._header(name, entry) for name, entry in zip(names, entries, strict=True)])
        cells = [_cell(self.sheet) for _ in names]  # each is written at once and can be used again
        for row in rows:
            self.sheet.append([_fill(cell, row.get(name)) for name, cell in zip(names, cells, strict=True)])
        for letter, entry in zip(map(get_column_letter, range(1, len(names) + 1)), entries, strict=True):
            if entry and (help_ := self._help(entry)):
                help_.add(f"{letter}2:{letter}{_LAST_ROW}")
                self.sheet.data_validations.append(help_)

    def _shape(self, names: Sequence[str], entries: Sequence[Entry | None], rows: Rows) -> None:
        """Set what holds for whole columns and for the page; all of it has to be set before the first row."""
        sheet, last = self.sheet, get_column_letter(len(names) or 1)
        widths = [_width(name, rows) for name in names]
        told_by = [number for number, entry in enumerate(entries[:_MOST_KEPT], 1) if entry and entry.path in _NAMES]
        kept = max(told_by, default=0)
        sheet.freeze_panes = f"{get_column_letter(kept + 1)}2"
        for number, width in enumerate(widths, 1):
            _column(sheet, number, number, width)
        _column(sheet, len(names) + 1, _LAST_COLUMN)  # a row can be deleted only where all of its cells are free
        sheet.row_dimensions[1].height = 2 * _LINE
        sheet.auto_filter.ref = f"A1:{last}{len(rows) + 1}" if names else None
        sheet.protection = SheetProtection(
            sheet=True, formatCells=False, formatColumns=False, formatRows=False, insertRows=False, deleteRows=False,
            sort=False, autoFilter=False,
        )  # fmt: skip
        _page(sheet, "landscape", -(-sum(widths) // _PAGE_COLUMNS) or 1)
        sheet.print_title_rows = "1:1"
        if kept:
            sheet.print_title_cols = f"A:{get_column_letter(kept)}"

    def _header(self, name: str, entry: Entry | None) -> Any:
        required = entry is not None and entry.described.required
        cell = _cell(self.sheet, name + "*" if required and not name.endswith("*") else name)
        cell.protection = Protection(locked=True)
        _as_header(cell, required=required)
        if entry:
            lines = sum(1 + _columns(line) // _COMMENT_COLUMNS for line in entry.note.split("\n"))
            cell.comment = Comment(entry.note, "", height=_COMMENT_LINE * (lines + 1), width=_COMMENT_WIDTH)
        return cell

    def _help(self, entry: Entry) -> DataValidation | None:
        """Return what helps to fill in a column: a list to choose from, or a word on how to write.

        A date gets no check of Excel's, which would refuse the text that dates are here.
        """
        choices = entry.described.choices or (("是", "否") if entry.kind is bool else ())
        if choices:
            error = f"只能填：{'、'.join(choices)}"
            return DataValidation(
                "list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True, error=error,
                errorTitle=entry.header,
            )  # fmt: skip
        if entry.target and (names := self._names(entry)):  # a number, or several names, are right too
            return DataValidation("list", formula1=names, allow_blank=True, showErrorMessage=False)
        if entry.target is Class or entry.kind is date:
            return DataValidation(allow_blank=True, showInputMessage=True, prompt=entry.how, promptTitle=entry.header)
        return None

    def _names(self, entry: Entry) -> str:
        """Return the formula of the names that a link may be written as: what stands in their column so far.

        It is counted from the header, which nobody can delete.
        """
        assert entry.target
        sheet, form = entry.target.sheet, WRITTEN[entry.target][0]
        for number, header in enumerate(self.written.get(sheet, ()), 1):
            found = guide.entry(entry.target, header)
            if found and found.path == form:
                column = f"'{sheet}'!${get_column_letter(number)}"
                letter = get_column_letter(number)
                return f"OFFSET({column}$1,1,0,MAX(1,COUNTA({column}:${letter})-1),1)"
        return ""


# The sheet that explains the others


def _explain(sheet: Any, written: Mapping[str, Sequence[str]]) -> None:
    for number, width in enumerate(_GUIDE_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _page(sheet, "portrait", 1)
    title = _cell(sheet, guide.TITLE)
    title.font = Font(bold=True, size=16)
    sheet.append([title])
    for rule in guide.RULES:
        sheet.append([_cell(sheet, rule)])
    number = len(guide.RULES) + 1
    for heads, rows in (
        (guide.SHEET_HEADS, guide.sheet_rows(written)),
        (guide.COLUMN_HEADS, guide.column_rows(written)),
    ):
        sheet.append([])
        sheet.append([_as_header(_cell(sheet, head)) for head in heads])
        number += 2
        for row in rows:
            number += 1
            lines = max(-(-_columns(text) // (width - 1)) for text, width in zip(row, _GUIDE_WIDTHS, strict=False))
            sheet.row_dimensions[number].height = _LINE * lines
            sheet.append([_linked(sheet, row[0]), *(_wrapped(_cell(sheet, text)) for text in row[1:])])


def _linked(sheet: Any, name: str) -> Any:
    cell = _wrapped(_cell(sheet, name))
    cell.hyperlink = Hyperlink(ref="", location=f"'{name}'!A1")
    cell.font = Font(underline="single", color="0563C1")
    return cell


# Cells, columns and pages


def _cell(sheet: Any, text: str = "") -> Any:
    """Return a cell of text that is not locked."""
    cell = WriteOnlyCell(sheet)
    cell.number_format, cell.protection = _TEXT, _UNLOCKED
    _fill(cell, text)
    return cell


def _fill(cell: Any, text: str | None) -> Any:
    """Return ``cell`` with a text, or nothing where there is none."""
    if not text:
        return None
    cell.value = _ESCAPE.sub("_x005F_", text)  # to Excel _x0041_ is an A
    cell.data_type = "s"  # also where the text begins with =
    return cell


def _as_header(cell: Any, *, required: bool = False) -> Any:
    cell.font = Font(bold=True)
    cell.fill = _REQUIRED if required else _OPTIONAL
    return _wrapped(cell, horizontal="center", vertical="center")


def _wrapped(cell: Any, horizontal: str = "left", vertical: str = "top") -> Any:
    cell.alignment = Alignment(horizontal=horizontal, vertical=vertical, wrap_text=True)
    cell.border = Border(_RULED, _RULED, _RULED, _RULED)
    return cell


def _column(sheet: Any, first: int, last: int, width: int = _NARROWEST) -> None:
    letter = get_column_letter(first)
    dimension = ColumnDimension(sheet, letter, min=first, max=last, width=width)
    dimension.number_format, dimension.protection = _TEXT, _UNLOCKED
    sheet.column_dimensions[letter] = dimension


def _page(sheet: Any, orientation: str, wide: int) -> None:
    """Have a sheet printed on A4, so many pages wide."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = orientation, _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(0.4, 0.4, 0.5, 0.5)


def _width(name: str, rows: Rows) -> int:
    """Return the width of a column: its longest text, and half of the header, which may stand in two lines."""
    longest = max((_columns(row.get(name, "")) for row in rows), default=0)
    return min(max(longest, -(-_columns(name) // 4) * 2, _NARROWEST - 2) + 2, _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


# YAML


def _yaml_sheet(name: str, rows: Rows) -> str:
    body = "".join(_yaml_row(row) for row in rows)
    return f"{_yaml(name)}:\n{body}" if body else f"{_yaml(name)}: []\n"


def _yaml_row(row: Mapping[str, str]) -> str:
    lines = list(_yaml_pairs(row))
    return "".join(f"  {'-' if index == 0 else ' '} {line}\n" for index, line in enumerate(lines)) or "  - {}\n"


def _yaml_pairs(row: Mapping[str, str]) -> Iterator[str]:
    return (f"{_yaml(header)}: {_yaml(text)}" for header, text in row.items() if text)


def _yaml(text: str) -> str:
    """Return ``text`` as a scalar: bare when all Chinese, else a JSON string, which is YAML as well."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
