"""Workbooks of plain tables that people read and print: the index, and the lists of what is to be mended."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.office import core_properties, pack, unpack


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, the heads of its columns, and its rows, of which one says so where there are none."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def workbook(title: str, *tables: Table) -> bytes:
    """Return a workbook of these tables, the same bytes for the same tables."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill(book.create_sheet(table.name), table)
    buffer = io.BytesIO()
    book.save(buffer)
    return pack(unpack(buffer.getvalue()) | {"docProps/core.xml": core_properties(title)})


def _fill(sheet: Worksheet, table: Table) -> None:
    sheet.append(list(table.head))
    for row in table.rows or [["无"]]:
        sheet.append(list(row))
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text that begins with = is no formula
    widths: list[int] = []
    for number in range(1, len(table.head) + 1):
        letter = get_column_letter(number)
        sheet[f"{letter}1"].font = Font(bold=True)
        longest = max((len(str(cell.value or "")) for cell in sheet[letter]), default=0)
        widths.append(min(max(longest * 2 + 3, 10), 70))
        sheet.column_dimensions[letter].width = widths[-1]
    for number, line in enumerate(sheet.iter_rows(), start=1):
        lines = max(-(-2 * len(str(cell.value or "")) // (width - 2)) for cell, width in zip(line, widths, strict=True))
        sheet.row_dimensions[number].height = 15 * max(lines, 1)  # a program that fits no rows would hide some
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
