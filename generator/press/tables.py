"""Workbooks of plain tables that people read and print: the index, and the lists of what is to be mended.

Written out directly, since nearly every command writes one: loading openpyxl would take longer than all of its work.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from generator.office import Part, column_letters, core_properties, deflated, pack

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, the heads of its columns, and its rows, of which one says so where there are none."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]


def workbook(title: str, *tables: Table) -> bytes:
    """Return a workbook of these tables, the same bytes for the same tables."""
    sheets = {f"xl/worksheets/sheet{number}.xml": _sheet(table) for number, table in enumerate(tables, start=1)}
    parts = {
        "docProps/core.xml": core_properties(title), "xl/workbook.xml": _workbook(tables),
    }  # fmt: skip
    return pack(_around(len(tables)) | parts | {name: xml.encode() for name, xml in sheets.items()})


# --- sheets ---------------------------------------------------------------------------------------------------------


def _sheet(table: Table) -> str:
    """Return a worksheet: the head stays in sight and on every page, and all of a row is in sight."""
    lines = [tuple(table.head), *(map(tuple, table.rows) if table.rows else [("无",)])]
    columns = [column_letters(number) for number in range(1, len(table.head) + 1)]
    widths = [
        min(max(2 * max(len(str(line[at] or "")) for line in lines if at < len(line)) + 3, 10), 70)
        for at in range(len(columns))
    ]
    shapes = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    rows = "".join(_row(number, line, columns, widths) for number, line in enumerate(lines, start=1))
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews>'
        '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{shapes}</cols>'
        f'<sheetData>{rows}</sheetData><autoFilter ref="A1:{columns[-1]}{len(lines)}"/>'
        '<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    )


def _row(number: int, line: Sequence[Value], columns: Sequence[str], widths: Sequence[int]) -> str:
    """Return a row as high as its longest cell; a program that fits no rows would hide some of it."""
    lines = max(-(-2 * len(str(value or "")) // (width - 2)) for value, width in zip(line, widths, strict=False))
    look = _HEAD if number == 1 else _BODY
    cells = "".join(_cell(f"{letters}{number}", look, value) for letters, value in zip(columns, line, strict=False))
    return f'<row r="{number}" ht="{15 * max(lines, 1)}" customHeight="1">{cells}</row>'


def _cell(place: str, look: int, value: Value) -> str:
    if value is None or value == "":
        return f'<c r="{place}" s="{look}"/>'
    if not isinstance(value, str):
        return f'<c r="{place}" s="{look}"><v>{value}</v></c>'
    text = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)  # what begins with = is no formula: it is a string
    told = escape(text, quote=False).replace("\r", "&#13;")
    return f'<c r="{place}" s="{look}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


# --- the package ----------------------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BODY, _HEAD = 0, 1
"""The looks of cells, by their place in the styles."""
_FACE = '<font>{bold}<sz val="11"/><name val="宋体"/><family val="3"/><charset val="134"/></font>'
_LOOK = (
    '<xf numFmtId="0" fontId="{font}" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
)
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2">{_FACE.format(bold="")}{_FACE.format(bold="<b/>")}</fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="2">{_LOOK.format(font=0)}{_LOOK.format(font=1)}</cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _workbook(tables: Sequence[Table]) -> bytes:
    """Return the list of sheets, and the names by which programs know what is filtered and what is on every page."""
    sheets = "".join(
        f'<sheet name="{escape(table.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, table in enumerate(tables, start=1)
    )
    names = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">{_quoted(table)}!$A$1:'
        f"${column_letters(len(table.head))}${max(len(table.rows), 1) + 1}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{_quoted(table)}!$1:$1</definedName>'
        for at, table in enumerate(tables)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{names}</definedNames></workbook>"
    ).encode()


def _quoted(table: Table) -> str:
    """Return the name of a sheet as references have it."""
    return escape("'" + table.name.replace("'", "''") + "'", quote=False)


@cache
def _around(sheets: int) -> dict[str, bytes | Part]:
    """Return the parts that workbooks of so many sheets have in common, and empty ones in the places of the others."""
    names = [f"worksheets/sheet{number}.xml" for number in range(1, sheets + 1)]
    types = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"} | {
        f"/xl/{name}": "worksheet" for name in names
    }
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in types.items()
    )
    kinds = [("worksheet", name) for name in names] + [("styles", "styles.xml")]
    content_types = (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )
    packaged = (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>"
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{name}"/>'
        for number, (kind, name) in enumerate(kinds, start=1)
    )
    within = f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>'
    return {
        "[Content_Types].xml": deflated(content_types.encode()),
        "_rels/.rels": deflated(packaged.encode()),
        "docProps/core.xml": b"",
        "xl/workbook.xml": b"",
        "xl/_rels/workbook.xml.rels": deflated(within.encode()),
        "xl/styles.xml": deflated(_STYLES.encode()),
    }
