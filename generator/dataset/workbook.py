"""Writes rows of text as the files people fill in: a workbook, or YAML."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Mapping[str, str]]

_TEXT = "@"  # the number format that keeps what is typed later as text, so that no digit is lost
_NARROWEST, _WIDEST = 8, 40
_PLAIN = re.compile(r"[\u4e00-\u9fff]+")


def write_workbook(sheets: Mapping[str, Rows], path: Path) -> None:
    """Write each sheet's rows, header by header, into a new .xlsx file.

    A sheet's headers are the keys of its rows in order of appearance; an absent key is an empty cell. Everything is
    written as text: ``=1+1`` becomes no formula, and numbers of identity cards and telephones keep their digits.
    """
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        _write_sheet(book.create_sheet(name), headers(rows), rows)
    book.save(path)


def write_yaml(sheets: Mapping[str, Rows], path: Path) -> None:
    """Write each sheet's rows into a new YAML file, leaving out what is empty; every value is text to any reader."""
    path.write_text("\n".join(_yaml_sheet(name, rows) for name, rows in sheets.items()), "utf-8", newline="\n")


def headers(rows: Rows) -> list[str]:
    """Return the keys of ``rows`` in order of appearance."""
    return list(dict.fromkeys(key for row in rows for key in row))


def _write_sheet(sheet: Worksheet, names: Sequence[str], rows: Rows) -> None:
    sheet.freeze_panes = "A2"
    for index, name in enumerate(names, 1):
        dimension = sheet.column_dimensions[get_column_letter(index)]
        dimension.width = _width(name, rows)
        dimension.number_format = _TEXT
    sheet.append([_header_cell(sheet, name) for name in names])
    for row in rows:
        sheet.append([_text_cell(sheet, row.get(name, "")) for name in names])


def _header_cell(sheet: Worksheet, name: str) -> Cell:
    cell = _text_cell(sheet, name)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _text_cell(sheet: Worksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, text or None)
    if text:
        cell.data_type = "s"  # also where the text begins with =
    cell.number_format = _TEXT
    return cell


def _width(name: str, rows: Rows) -> int:
    longest = max((_columns(row.get(name, "")) for row in rows), default=0)
    return min(max(longest, _columns(name), _NARROWEST - 2) + 2, _WIDEST)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


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
