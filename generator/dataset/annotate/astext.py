"""Copies any workbook or CSV file into a new .xlsx file: the same cells at the same addresses, as text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from openpyxl.utils import get_column_letter

from generator.dataset import sources
from generator.dataset.amend import RELATIONS, Package, SheetText

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TEXT = b"1"  # the style of text, so that no digit is lost that is typed later
_LONGEST = 31  # characters of a sheet's name, among which Excel does not take all
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")

_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="宋体"/><family val="3"/>'
    '<charset val="134"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/>'
    '<bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Copy:
    """The new file, and how its sheets are called by their names in the old one."""

    content: bytes
    names: dict[str, str]


def copied(file: Path) -> Copy:
    """Return a workbook or CSV file as .xlsx; raises DataError where it cannot be read."""
    grids = sources.grids(file)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for part, xml in (
            ("[Content_Types].xml", _CONTENT_TYPES),
            ("_rels/.rels", _ROOT),
            ("xl/workbook.xml", ""),
            ("xl/styles.xml", _STYLES),
        ):
            out.writestr(zipfile.ZipInfo(part), xml)
    package = Package(buffer.getvalue())
    package.relate("xl/workbook.xml", "styles", "xl/styles.xml")
    names: dict[str, str] = {}
    listed = ""
    for number, (name, grid) in enumerate(grids.items(), 1):
        part = f"xl/worksheets/sheet{number}.xml"
        package[part] = _sheet(grid)
        package.declare(part, f"{_TYPE}.worksheet+xml")
        key = package.relate("xl/workbook.xml", "worksheet", part)
        new = names[name.strip()] = _name(name, number, names.values())
        listed += f'<sheet name={quoteattr(new)} sheetId="{number}" r:id="{key}"/>'
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
    package["xl/workbook.xml"] = book.encode()
    return Copy(package.content(), names)


def _name(name: str, number: int, taken: Collection[str]) -> str:
    """Return a name that Excel takes for a sheet."""
    new = _NOT_IN_NAMES.sub("_", name.strip())[:_LONGEST]
    return f"{new[: _LONGEST - 5]}~{number}" if new in taken else new


def _sheet(grid: Sequence[Sequence[str | float]]) -> bytes:
    columns = f'<cols><col min="1" max="16384" width="14" style="{_TEXT.decode()}" customWidth="1"/></cols>'
    sheet = SheetText(f'<worksheet xmlns="{_MAIN}">{columns}<sheetData></sheetData></worksheet>'.encode())
    for number, row in enumerate(grid, 1):
        cells = {
            column: _cell(sheet, f"{get_column_letter(column)}{number}", value)
            for column, value in enumerate(row, 1)
            if value != ""
        }
        if cells:
            sheet.put(number, cells)
    return sheet.content()


def _cell(sheet: SheetText, reference: str, value: str | float) -> bytes:
    if isinstance(value, str):
        return sheet.cell(reference, _TEXT, value)
    return f'<c r="{reference}" s="{_TEXT.decode()}"><v>{value!r}</v></c>'.encode()
