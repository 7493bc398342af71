"""Writes the list of problems as the first sheet of a workbook, each with a link to its place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width
from xml.sax.saxutils import quoteattr

from lxml import etree
from openpyxl.utils import get_column_letter

from generator.dataset.amend import (
    NO_RELATIONS,
    RELATION,
    RELATIONS,
    Package,
    SheetText,
    UnamendableError,
    plain,
    relations_of,
)
from generator.dataset.annotate.styles import Styles
from generator.errors import Level

SHEET = "_问题清单"
"""The sheet; datasets are read without those whose name begins so."""

_HEADER = ("级别", "表", "单元格", "问题", "怎么办")
_WIDTHS = (8, 14, 14, 60, 50)
_LINE, _HIGHEST = 15, 409  # points, of a line of text and of the highest row that Excel has
_LINK_COLUMN = 3
_MOST_LINKS = 65530  # that Excel takes on one sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
)
_VIEW = (
    '<sheetViews><sheetView tabSelected="1" workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15"/>'
)
_PAGE = (
    '<pageMargins left="0.4" right="0.4" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
    '<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>'
    "<headerFooter><oddFooter>&amp;C第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
)
_SELECTED = (b'tabSelected="1"', b'tabSelected="true"', b"tabSelected='1'")
_NAMED_BEFORE = ("sheets", "functionGroups", "externalReferences")  # what stands before the names (18.2.27)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: the texts of its cells, and to which cell of which sheet it leads."""

    level: Level
    texts: tuple[str, ...]
    link: tuple[str, str] | None = None


def untouched(content: Package) -> bool:
    """Return whether a workbook has our list, and no program has saved it since, so that nothing in it was mended."""
    part = content.sheets().get(SHEET)
    return part is not None and content[part].startswith(_HEAD.encode())


def put_first(package: Package, styles: Styles, lines: Sequence[Line]) -> None:
    """Make the list the first sheet of a workbook and the only one selected, in place of the one that is there."""
    book = package.tree(package.book)
    sheets = book.find("{*}sheets")
    if sheets is None:
        raise UnamendableError("no list of sheets")
    for kind, target in package.relations(package.book).values():
        if kind.endswith("sheet"):
            _deselect(package, target)
    _move_first(package, book, sheets)
    for view in book.iter("{*}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            view.set(attribute, "0")
    _name(book, len(lines) + 1)
    package.set_tree(package.book, book)
    package[package.sheets()[SHEET]] = _xml(styles, lines)
    _forget_titles(package)


def _deselect(package: Package, part: str) -> None:
    """Take the selection off a sheet; what is typed into one of several goes into all."""
    xml = plain(package[part])
    rows = xml.find(b"sheetData")
    head = xml[:rows]
    if b"tabSelected" in head:
        for selected in _SELECTED:
            head = head.replace(b" " + selected, b"")
        package[part] = head + xml[rows:]


def _move_first(package: Package, book: etree._Element, sheets: etree._Element) -> None:
    """Put our sheet before all others, and let what counts them count anew."""
    before = list(sheets)
    ours = next((each for each in before if each.get("name") == SHEET), None)
    if ours is None:
        ours = _new_sheet(package, sheets)
    else:
        part = package.relations(package.book)[ours.get(RELATION, "")][1]
        if (listed := relations_of(part)) in package:
            package[listed] = NO_RELATIONS
    ours.set("state", "visible")
    sheets.insert(0, ours)
    now = {id(each): index for index, each in enumerate(sheets)}
    for names in book.findall("{*}definedNames"):
        for name in list(names):
            index = int(name.get("localSheetId", "-1"))
            sheet = before[index] if 0 <= index < len(before) else None
            if sheet is None:  # a name of the whole workbook
                continue
            if sheet is ours:
                names.remove(name)
            else:
                name.set("localSheetId", str(now[id(sheet)]))


def _new_sheet(package: Package, sheets: etree._Element) -> etree._Element:
    part = package.free("xl/worksheets/sheet{}.xml")
    package[part] = b""
    package.declare(part, _SHEET_TYPE)
    number = max((int(each.get("sheetId", "0")) for each in sheets), default=0) + 1
    made = etree.Element(f"{{{etree.QName(sheets).namespace}}}sheet", nsmap={"r": RELATIONS})
    for name, value in (("name", SHEET), ("sheetId", str(number))):
        made.set(name, value)
    made.set(RELATION, package.relate(package.book, "worksheet", part))
    return made


def _name(book: etree._Element, last: int) -> None:
    """Name the cells that the filter hides and the row that is printed on every page."""
    space = f"{{{etree.QName(book).namespace}}}"
    names = book.find(f"{space}definedNames")
    if names is None:
        names = book.makeelement(f"{space}definedNames")
        before = [each for each in book if etree.QName(each).localname in _NAMED_BEFORE]
        before[-1].addnext(names)
    for position, (name, area, more) in enumerate(
        (
            ("_xlnm._FilterDatabase", f"$A$1:${get_column_letter(len(_HEADER))}${last}", {"hidden": "1"}),
            ("_xlnm.Print_Titles", "$1:$1", {}),
        )
    ):
        made = names.makeelement(f"{space}definedName", {"name": name, "localSheetId": "0", **more})
        made.text = f"'{SHEET}'!{area}"
        names.insert(position, made)


def _forget_titles(package: Package) -> None:
    """Take the list of sheets out of the file's properties, where Excel puts one when it saves."""
    for kind, part in package.relations("").values():
        if kind == "extended-properties" and part in package:
            root = package.tree(part)
            listed = [each for name in ("HeadingPairs", "TitlesOfParts") for each in root.findall(f"{{*}}{name}")]
            for each in listed:
                root.remove(each)
            if listed:
                package.set_tree(part, root)


def _xml(styles: Styles, lines: Sequence[Line]) -> bytes:
    area = f"A1:{get_column_letter(len(_HEADER))}{len(lines) + 1}"
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(_WIDTHS, 1)
    )
    head = f'{_HEAD}<dimension ref="{area}"/>{_VIEW}<cols>{columns}</cols><sheetData>'
    rows = "".join(f'<row r="{number}" ht="{_height(line)}"></row>' for number, line in enumerate(lines, 2))
    tail = f'{rows}</sheetData><autoFilter ref="{area}"/>{_links(lines)}{_PAGE}'
    sheet = SheetText((head + tail).encode())
    bold = styles.own('<b/><sz val="11"/>', 'horizontal="center" ')
    sheet.put(1, _cells(sheet, 1, _HEADER, dict.fromkeys(range(1, len(_HEADER) + 1), bold)))
    body, link = styles.own(), styles.own('<u/><sz val="11"/><color rgb="FF0563C1"/>')
    levels: dict[Level, bytes] = {level: styles.own(level=level) for level in ("error", "warning")}
    for number, line in enumerate(lines, 2):
        looks = dict.fromkeys(range(1, len(_HEADER) + 1), body) | {1: levels[line.level]}
        if line.link:
            looks[_LINK_COLUMN] = link
        sheet.put(number, _cells(sheet, number, line.texts, looks))
    return sheet.content()


def _cells(sheet: SheetText, row: int, texts: Sequence[str], looks: Mapping[int, bytes]) -> dict[int, bytes]:
    return {
        column: sheet.cell(f"{get_column_letter(column)}{row}", looks[column], text)
        for column, text in enumerate(texts, 1)
    }


def _height(line: Line) -> int:
    """Return how high a row has to be, in points: not every program works that out when it opens the file."""
    lines = max(_lines(text, width - 1) for text, width in zip(line.texts, _WIDTHS, strict=True))
    return min(lines * _LINE, _HIGHEST)


def _lines(text: str, width: int) -> int:
    """Return into how many lines a text is broken that is so wide, in digits, and a Chinese character two of them."""
    wide = [sum(2.1 if east_asian_width(each) in "WFA" else 1.1 for each in part) for part in text.split("\n")]
    return sum(max(1, math.ceil(each / width)) for each in wide)


def _links(lines: Sequence[Line]) -> str:
    column = get_column_letter(_LINK_COLUMN)
    linked = [(number, line.link, line.texts[_LINK_COLUMN - 1]) for number, line in enumerate(lines, 2) if line.link]
    links = "".join(
        f'<hyperlink ref="{column}{number}" location={quoteattr(_location(*link))} display={quoteattr(text)}/>'
        for number, link, text in linked[:_MOST_LINKS]
    )
    return f"<hyperlinks>{links}</hyperlinks>" if links else ""


def _location(sheet: str, cell: str) -> str:
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cell}"
