"""Changes an .xlsx file in place: cells are set or styled, rows taken out, and all else keeps its bytes.

Reading a workbook into objects and writing these again loses whatever the library does not know (charts, rich text,
form controls), and takes a minute for a county. So the text of a sheet's part is cut into rows, and only those that
change are cut into cells. Names after ECMA-376, part 1, 18.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import escape

from lxml import etree

from generator.office import column_letters, column_number

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f"{{{RELATIONS}}}id"
_CONTENT_TYPES = "[Content_Types].xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LISTED = "http://schemas.openxmlformats.org/package/2006/relationships"
NO_RELATIONS = f'<Relationships xmlns="{_LISTED}"/>'.encode()
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of parts that are new: the same input gives the same bytes
_PARSER = etree.XMLParser(resolve_entities=False, remove_comments=True, huge_tree=True)
_PLAIN_NUMBER = re.compile(r"0|[1-9]\d{0,8}")
_TAG = re.compile(rb"<(/?)(?:[\w.-]+:)?([\w.-]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(/?)>")
_BEFORE_COMMENTS = frozenset(
    b"sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate "
    b"customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    b"pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing".split()
)
"""What stands between the rows of a worksheet and the reference to the boxes of its comments (18.3.1.99)."""
_TOTALLED = re.compile(rb"<(?:\w+:)?table\s[^>]*?\stotalsRowCount=[\"'][1-9]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Cells = Mapping[tuple[int, str], str]
"""Texts by row and column letter."""


class UnamendableError(Exception):
    """The file is not a workbook as the standard has it, so that nothing may be changed in it."""


class Package:
    """The parts of an .xlsx file, some of which are replaced or new."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile:
            raise UnamendableError("not a zip file") from None
        self._changed: dict[str, bytes] = {}

    def __contains__(self, part: str) -> bool:
        return part in self._changed or part in self._zip.NameToInfo

    def __getitem__(self, part: str) -> bytes:
        if part in self._changed:
            return self._changed[part]
        try:
            return self._zip.read(part)
        except (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error):  # RuntimeError: packed in a way unknown here
            raise UnamendableError(f"no part {part}") from None

    def __setitem__(self, part: str, content: bytes) -> None:
        self._changed[part] = content

    def tree(self, part: str) -> etree._Element:
        """Return the root element of a part."""
        try:
            return etree.fromstring(self[part], _PARSER)
        except etree.XMLSyntaxError:
            raise UnamendableError(f"part {part} is no XML") from None

    def set_tree(self, part: str, root: etree._Element) -> None:
        """Replace a part by the XML of ``root``."""
        self[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return [*self._zip.namelist(), *(part for part in self._changed if part not in self._zip.NameToInfo)]

    def free(self, pattern: str) -> str:
        """Return the first name for a new part, ``pattern`` with a number in it, that no part has."""
        taken = {name.lower() for name in self.names()}
        return next(name for name in map(pattern.format, itertools.count(1)) if name.lower() not in taken)

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is."""
        self._declare("Override", "PartName", f"/{part}", content_type)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Say what parts with an extension are."""
        self._declare("Default", "Extension", extension, content_type)

    def _declare(self, element: str, attribute: str, name: str, content_type: str) -> None:
        root = self.tree(_CONTENT_TYPES)
        tag = f"{{{_TYPES}}}{element}"
        if not any(each.get(attribute, "").lower() == name.lower() for each in root.iter(tag)):
            defaults = len(root.findall(f"{{{_TYPES}}}Default"))
            at = defaults if element == "Default" else len(root)
            root.insert(at, root.makeelement(tag, {attribute: name, "ContentType": content_type}))
            self.set_tree(_CONTENT_TYPES, root)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let ``part`` refer to another one and return the id by which it does."""
        listed = relations_of(part)
        root = self.tree(listed) if listed in self else etree.fromstring(NO_RELATIONS)
        taken = {each.get("Id") for each in root}
        key = next(key for key in map("rId{}".format, itertools.count(1)) if key not in taken)
        path = posixpath.relpath(target, posixpath.dirname(part))
        tag = f"{{{_LISTED}}}Relationship"
        root.append(root.makeelement(tag, {"Id": key, "Type": f"{RELATIONS}/{kind}", "Target": path}))
        self.set_tree(listed, root)
        return key

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return by id the kind and the target, as a part's name, of what ``part`` refers to."""
        listed = relations_of(part)
        if listed not in self:
            return {}
        folder = posixpath.dirname(part)
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/"),
            )
            for each in self.tree(listed)
            if each.get("TargetMode") != "External"
        }

    def sheet_names(self) -> list[str]:
        """Return the names of all sheets as they are written, also those with spaces around them."""
        return [each.get("name", "") for each in self.tree(self.book).iter("{*}sheet")]

    def sheets(self) -> dict[str, str]:
        """Return the part of each worksheet by its name."""
        targets = self.relations(self.book)
        named = ((each.get("name", ""), each.get(RELATION, "")) for each in self.tree(self.book).iter("{*}sheet"))
        return {name.strip(): targets[key][1] for name, key in named if targets.get(key, ("",))[0] == "worksheet"}

    @property
    def book(self) -> str:
        """The part that lists the sheets."""
        mains = [target for kind, target in self.relations("").values() if kind == "officeDocument"]
        if not mains:
            raise UnamendableError("no workbook part")
        return mains[0]

    def content(self) -> bytes:
        """Return the file: every part in its place, what is new at the end; the same bytes where nothing changed."""
        if not self._changed:
            return self._content
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
            kept = self._zip.infolist()
            for info in kept:
                _add(out, info.filename, info.date_time, self[info.filename])
            for part in self.names()[len(kept) :]:
                _add(out, part, _EPOCH, self._changed[part])
        return buffer.getvalue()


def _add(out: zipfile.ZipFile, name: str, written: tuple[int, int, int, int, int, int], body: bytes) -> None:
    info = zipfile.ZipInfo(name, written)
    info.compress_type = zipfile.ZIP_DEFLATED
    out.writestr(info, body)


def relations_of(part: str) -> str:
    """Return the name of the part that lists what ``part`` refers to."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


class SheetText:
    """The XML of one worksheet as text, cut into rows."""

    def __init__(self, xml: bytes) -> None:
        self.xml = plain(xml)
        found = re.search(rb"<((?:\w+:)?)sheetData\s*>", self.xml)
        if not found:
            raise UnamendableError("no sheet data")
        self.prefix = found[1]
        self._cell = re.compile(rb"<%sc(?=[\s/>])[^>]*?(?:/>|>.*?</%sc>)" % (self.prefix, self.prefix), re.DOTALL)
        self._start = found.end()
        self._end = self.xml.index(b"</" + self.prefix + b"sheetData>", self._start)
        self._numbers: list[int] = []
        self._spans: list[tuple[int, int]] = []
        self._changed: dict[int, bytes] = {}  # of each changed or new row, its XML
        ranges = rb"<%smergeCell\s[^>]*?ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)" % self.prefix
        self._merged = [
            (int(first), column_number(left.decode()), int(last), column_number(right.decode()))
            for left, first, right, last in re.findall(ranges, self.xml[self._end :])
        ]
        self._find_rows()

    def _find_rows(self) -> None:
        opening, closing = b"<" + self.prefix + b"row", b"</" + self.prefix + b"row>"
        at, number = self._start, 0
        while (begin := self.xml.find(opening, at, self._end)) >= 0:
            tag_end = self.xml.index(b">", begin) + 1
            numbered = _attribute(self.xml[begin:tag_end], b"r")
            number = int(numbered) if numbered else number + 1
            if self._numbers and number <= self._numbers[-1]:
                raise UnamendableError("rows out of order")
            at = (
                tag_end if self.xml.endswith(b"/>", begin, tag_end) else self.xml.index(closing, tag_end) + len(closing)
            )
            self._numbers.append(number)
            self._spans.append((begin, at))

    @property
    def changed(self) -> bool:
        """Whether a row has been replaced or added."""
        return bool(self._changed)

    @property
    def last_row(self) -> int:
        """The number of the last row, which may be empty."""
        return max([0, *self._numbers[-1:], *self._changed])

    @property
    def last_used_row(self) -> int:
        """The number of the last row in which anything stands."""
        values = re.compile(rb"<%s(?:v|is|f)[\s/>]" % self.prefix)
        return next((number for number in reversed(self._numbers) if values.search(self.row(number))), 0)

    @property
    def first_free_row(self) -> int:
        """The number of the first row below all in which something stands, also by being merged with one above."""
        last = self.last_used_row
        return max([last, *(bottom for top, _, bottom, _ in self._merged if top <= last)]) + 1

    def row(self, number: int) -> bytes:
        """Return the XML of a row, nothing where there is none."""
        if number in self._changed:
            return self._changed[number]
        at = bisect_left(self._numbers, number)
        if at < len(self._numbers) and self._numbers[at] == number:
            begin, end = self._spans[at]
            return self.xml[begin:end]
        return b""

    def cells(self, number: int) -> dict[int, bytes]:
        """Return the XML of the cells of a row by column number."""
        found: dict[int, bytes] = {}
        column = 0
        for match in self._cell.finditer(self.row(number)):
            letters = _attribute(match[0], b"r").rstrip(b"0123456789")
            column = column_number(letters.decode()) if letters else column + 1
            found[column] = match[0]
        return found

    def set(self, number: int, texts: Mapping[str, str]) -> list[str]:
        """Set cells of one row by their column letters; return the letters of those left alone: formulas, and merged
        cells, whose text would be that of other rows or of none.

        A cell keeps its style. A row that is new takes height and styles from the one above it.
        """
        if not self.row(number):
            self._add_like_above(number)
        cells, kept = self.cells(number), []
        for letter, text in texts.items():
            column = column_number(letter)
            old = cells.get(column, b"")
            if self.has_formula(old) or self._is_merged(number, column):
                kept.append(letter)
                continue
            style = _attribute(old, b"s") if old else self.style_of_empty(number, column)
            cells[column] = self.cell(f"{letter}{number}", style, text, as_number=self._is_number(old))
        if len(kept) < len(texts):
            self.put(number, cells)
        return kept

    def empty(self, number: int, gone: Collection[int]) -> list[str]:
        """Empty a row that goes with others; return the letters of the cells left alone: formulas, and the first of
        those that are merged with rows that stay, whose text it holds."""
        cells, kept = self.cells(number), []
        for column, old in cells.items():
            letter = column_letters(column)
            rows = {
                row
                for top, left, last, _ in self._merged
                if (top, left) == (number, column)
                for row in range(top, last + 1)
            }
            if self.has_formula(old) or rows.difference(gone):
                kept.append(letter)
            else:
                cells[column] = self.cell(f"{letter}{number}", _attribute(old, b"s"), "")
        self.put(number, cells)
        return kept

    def put(self, number: int, cells: Mapping[int, bytes]) -> None:
        """Replace the cells of a row, which is new where it is not there yet."""
        closing = b"</%srow>" % self.prefix
        old = self.row(number) or b'<%srow r="%d">%s' % (self.prefix, number, closing)
        tag, _, rest = old.partition(b">")
        tag = re.sub(rb'\sspans="[^"]*"', b"", tag.removesuffix(b"/"))
        if not _attribute(tag, b"r"):
            tag += b' r="%d"' % number
        last = list(self._cell.finditer(old))
        after = (old[last[-1].end() :] if last else rest) or closing
        self._changed[number] = tag + b">" + b"".join(cells[column] for column in sorted(cells)) + after

    def cell(self, reference: str, style: bytes, text: str, *, as_number: bool = False) -> bytes:
        """Return the XML of a cell that holds ``text``, as a number only if it is one however it is written."""
        p, at = self.prefix, reference.encode()
        styled = b' s="%s"' % style if style else b""
        if not text:
            return b'<%sc r="%s"%s/>' % (p, at, styled)
        if as_number and _PLAIN_NUMBER.fullmatch(text):
            return b'<%sc r="%s"%s><%sv>%s</%sv></%sc>' % (p, at, styled, p, text.encode(), p, p)
        inner = b'<%st xml:space="preserve">%s</%st>' % (p, written(text), p)
        return b'<%sc r="%s"%s t="inlineStr"><%sis>%s</%sis></%sc>' % (p, at, styled, p, inner, p, p)

    def restyle(self, number: int, changes: Mapping[int, Callable[[bytes], bytes]]) -> None:
        """Give cells of one row, by their columns, what ``changes`` make of their styles; they need not be there."""
        cells = self.cells(number)
        for column, change in changes.items():
            old = cells.get(column, b"")
            style = change(_attribute(old, b"s") if old else self.style_of_empty(number, column))
            cells[column] = _with_style(old or self.cell(f"{column_letters(column)}{number}", b"", ""), style)
        self.put(number, cells)

    def frame(self) -> etree._Element:
        """Return the worksheet's XML without the rows."""
        return etree.fromstring(self.xml[: self._start] + self.xml[self._end :], _PARSER)

    def draw(self, key: str) -> None:
        """Refer to the drawing in which the comments have their boxes, in the place that the standard gives this."""
        at = self._end + _end_of_last(self.xml[self._end :], _BEFORE_COMMENTS)
        element = f'legacyDrawing xmlns:r="{RELATIONS}" r:id="{key}"/>'.encode()
        self.xml = b"".join([self.xml[:at], b"<", self.prefix, element, self.xml[at:]])

    def has_formula(self, xml: bytes) -> bool:
        """Return whether a cell, or one of several, is worked out."""
        return re.search(rb"<%sf[\s/>]" % self.prefix, xml) is not None

    def style_of_empty(self, number: int, column: int) -> bytes:
        """Return the style of a cell that is not there: its row's, else its column's."""
        tag = self.row(number).partition(b">")[0]
        if _attribute(tag, b"customFormat") in (b"1", b"true"):
            return _attribute(tag, b"s")
        for each in re.finditer(rb"<%scol\s[^>]*>" % self.prefix, self.xml[: self._start]):
            first, last = (int(_attribute(each[0], name) or b"0") for name in (b"min", b"max"))
            if first <= column <= last:
                return _attribute(each[0], b"style")
        return b""

    def may_move(self, first: int) -> bool:
        """Return whether the rows from ``first`` on can be moved: nothing outside them tells where they are."""
        outside = self.xml[self._end :]
        tied = re.finditer(rb"<%s(?:mergeCell|hyperlink|brk)\s[^>]*?(?:ref|id)=\"([^\"]*)\"" % self.prefix, outside)
        lowest = max((int(digits) for each in tied for digits in re.findall(rb"\d+", each[1])), default=0)
        return lowest < first and not self.has_formula(self.xml)

    def remove(self, rows: Collection[int]) -> None:
        """Take rows out and move up those below them."""
        gone = sorted(rows)
        numbers = sorted({*self._numbers, *self._changed}.difference(gone))
        texts = [self._moved(number, number - bisect_left(gone, number)) for number in numbers]
        moved = SheetText(b"".join([self.xml[: self._start], *texts, self.xml[self._end :]]))
        self.__dict__.update(moved.__dict__)

    def _moved(self, number: int, to: int) -> bytes:
        row = self.row(number)
        if number == to:
            return row
        tag, _, rest = row.partition(b">")
        tag = re.sub(rb'(\sr=")%d"' % number, rb'\g<1>%d"' % to, tag)
        return tag + b">" + re.sub(rb'(\sr="[A-Z]+)%d"' % number, rb'\g<1>%d"' % to, rest)

    def content(self) -> bytes:
        """Return the part's XML; ranges that ended at the last row take in the rows added below it."""
        view, at = memoryview(self.xml), self._start
        pieces: list[bytes | memoryview] = [self.extended(self.xml[:at])]
        for number in sorted(self._changed):
            here = bisect_left(self._numbers, number)
            is_there = self._numbers[here : here + 1] == [number]
            begin = self._spans[here][0] if here < len(self._spans) else self._end
            pieces += [view[at:begin], self._changed[number]]
            at = self._spans[here][1] if is_there else begin
        return b"".join([*pieces, view[at : self._end], self.extended(self.xml[self._end :])])

    def extended(self, xml: bytes) -> bytes:
        """Return a part's XML with the ranges that ended at the sheet's last row ending at the one that is last now."""
        before = max([0, *self._numbers[-1:]])
        ranges = rb'(<(?:\w+:)?(?:dimension|autoFilter|table)\s[^>]*?ref="[A-Z]+\d+:[A-Z]+)%d"' % before
        return re.sub(ranges, rb'\g<1>%d"' % self.last_row, xml)

    def _add_like_above(self, number: int) -> None:
        known = [*self._numbers[: bisect_left(self._numbers, number)][-1:], *(n for n in self._changed if n < number)]
        above = max(known, default=0)
        styles = {column: _attribute(old, b"s") for column, old in self.cells(above).items()}
        cells = {
            column: self.cell(f"{column_letters(column)}{number}", style, "")
            for column, style in styles.items()
            if style
        }
        height = _attribute(self.row(above).partition(b">")[0], b"ht")
        tall = b' ht="%s" customHeight="1"' % height if height else b""
        self._changed[number] = b'<%srow r="%d"%s></%srow>' % (self.prefix, number, tall, self.prefix)
        self.put(number, cells)

    def _is_merged(self, number: int, column: int) -> bool:
        """Return whether a cell is merged with one of another row, or with one before it, so that it shows nothing."""
        return any(
            top <= number <= bottom and left <= column <= right and (top < bottom or left < column)
            for top, left, bottom, right in self._merged
        )

    def _is_number(self, cell: bytes) -> bool:
        return b"<%sv>" % self.prefix in cell and _attribute(cell, b"t") in (b"", b"n")


def amend(
    content: bytes, texts: Mapping[str, Cells], added: Mapping[str, Sequence[Mapping[str, str]]] | None = None
) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the file with ``texts`` in the cells of the sheets they name, and sheet and cell of what was left alone.

    These are formulas and merged cells. Below the last row that is not empty come those ``added``, by column letters;
    filters and tables that end at the last row take them in. Raises ``UnamendableError`` where the file or a sheet is
    not as the standard has it.
    """
    package = Package(content)
    parts = package.sheets()
    kept: list[tuple[str, str]] = []
    for name in {**texts, **(added or {})}:
        sheet = SheetText(package[_part(parts, name)])
        cells = dict(texts.get(name, {}))
        for number, row in enumerate((added or {}).get(name, ()), sheet.first_free_row):
            cells |= {(number, letter): text for letter, text in row.items()}
        for number, row in _by_row(cells):
            kept += [(name, f"{letter}{number}") for letter in sheet.set(number, row)]
        if not sheet.changed:
            continue
        package[parts[name]] = sheet.content()
        for kind, target in package.relations(parts[name]).values():
            if kind == "table" and not _TOTALLED.search(package[target]):  # whose last row would become one of totals
                package[target] = sheet.extended(package[target])
    return package.content(), kept


def take_out(content: bytes, rows: Mapping[str, Collection[int]]) -> tuple[bytes, list[tuple[str, str]]]:
    """Return the file without the rows of each sheet, those below moved up, and sheet and cell of what was left alone.

    Where something tells of rows by their number (formulas, merged cells, links, notes beside cells) nothing moves, and
    the rows are emptied instead, but for formulas and for what is merged with rows that stay. Raises
    ``UnamendableError`` as ``amend`` does.
    """
    kept: list[tuple[str, str]] = []
    if not any(rows.values()):
        return content, kept
    package = Package(content)
    parts = package.sheets()
    texts = {name: SheetText(package[part]) for name, part in parts.items()}
    worked_out = any(sheet.has_formula(sheet.xml) for sheet in texts.values())
    for name, gone in rows.items():
        part = _part(parts, name)
        sheet = texts[name]
        if worked_out or not sheet.may_move(min(gone)) or _noted(package, part, min(gone)):
            kept += [(name, f"{letter}{number}") for number in sorted(gone) for letter in sheet.empty(number, gone)]
        else:
            sheet.remove(gone)
        package[part] = sheet.content()
    return package.content(), kept


def written(text: str) -> bytes:
    """Return ``text`` as the XML of a cell or comment."""
    return escape(_UNWRITABLE.sub("", text), quote=False).encode()


def _part(parts: Mapping[str, str], name: str) -> str:
    if name not in parts:
        raise UnamendableError(f"no sheet {name}")
    return parts[name]


def plain(xml: bytes) -> bytes:
    """Return the XML in UTF-8, without comments and other things that text alone would misread."""
    head = xml[:200]
    utf8 = not head.startswith((b"\xff\xfe", b"\xfe\xff")) and (b"encoding" not in head or b"utf-8" in head.lower())
    if not utf8 or b"<!" in xml or b"sheetData/>" in xml or b"sheetData />" in xml:
        try:
            root = etree.fromstring(xml, _PARSER)
        except etree.XMLSyntaxError:
            raise UnamendableError("sheet is no XML") from None
        for each in root.iter("{*}sheetData"):
            each.text = each.text or ""  # an opening and a closing tag, between which rows can be put
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return xml


def _attribute(tag: bytes, name: bytes) -> bytes:
    """Return an attribute of the first tag in ``tag``, or nothing."""
    found = re.match(rb"<[^>]*?\s%s\s*=\s*[\"']([^\"']*)[\"']" % name, tag)
    return found[1] if found else b""


def _with_style(cell: bytes, style: bytes) -> bytes:
    tag = re.match(rb"<[\w.-]*:?c(?=[\s/>])[^>]*?(?=/?>)", cell)
    assert tag is not None
    bare = re.sub(rb"\ss\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", tag[0])
    return b'%s s="%s"%s' % (bare, style, cell[tag.end() :])


def _end_of_last(xml: bytes, names: Collection[bytes]) -> int:
    """Return where the last element ends of those that are called so and stand in no other one.

    The XML begins at a closing tag, as what follows the rows does.
    """
    depth, end = 1, 0
    for tag in _TAG.finditer(xml):
        closing, name, empty = tag.groups()
        if not empty:
            depth += -1 if closing else 1
        if depth < 0:
            break
        if not depth and name in names:
            end = tag.end()
    return end


def _by_row(cells: Cells) -> Iterator[tuple[int, dict[str, str]]]:
    rows: dict[int, dict[str, str]] = {}
    for (number, letter), text in cells.items():
        rows.setdefault(number, {})[letter] = text
    yield from sorted(rows.items())


def _noted(package: Package, part: str, first: int) -> bool:
    """Return whether comments stand beside cells from row ``first`` on."""
    noted = [package[target] for kind, target in package.relations(part).values() if kind.lower().endswith("comments")]
    cells = [int(row) for xml in noted for row in re.findall(rb'\sref="[A-Z]+(\d+)"', xml)]
    return any(row >= first for row in cells)
